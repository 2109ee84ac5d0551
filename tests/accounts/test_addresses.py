"""Another e-mail address or number: only who knows the password, and nobody unnoticed."""

from __future__ import annotations

from typing import Any

import pytest

from portal.accounts import queries
from portal.core.audit import AuditEvent
from portal.core.database import db
from tests.world import PASSWORD, make_user

LOGIN = "a@example.org"


@pytest.fixture
def user_id(world: Any) -> str:
    return make_user(LOGIN, "王芳")


def replace(browser: Any, login: str, code: Any, password: str = PASSWORD) -> None:
    browser.open("/me/addresses")
    browser.send("/me/addresses", login=login, password=password)
    browser.send(browser.address, code=code())


def test_a_session_alone_replaces_nothing(browser: Any, mail: Any, user_id: str) -> None:
    browser.sign_in(LOGIN).open("/me/addresses")
    for password in ("", "wrong horse battery"):
        browser.send("/me/addresses", status=422, login="new@example.org", password=password)
    assert browser.form("/me/addresses").values["login"] == "new@example.org"
    assert mail() == []


def test_the_old_address_is_told_and_other_devices_are_out(
    browser: Any, another_browser: Any, api: Any, code: Any, mail: Any, user_id: str
) -> None:
    another_browser.sign_in(LOGIN)
    token = api.sign_in(LOGIN)
    browser.sign_in(LOGIN)
    replace(browser, "new@example.org", code)
    letter = mail()[-1]
    assert letter.recipient == LOGIN
    assert "n***@example.org" in letter.body
    assert "new@example.org" not in letter.body
    assert "不是您本人" in letter.body
    assert token.get("/me").status_code == 401
    another_browser.open("/me/account")
    assert another_browser.address.startswith("/login")
    browser.open("/me/account")
    assert browser.address == "/me/account"
    assert queries.profile_of(user_id).email == "new@example.org"


def test_a_first_number_is_told_to_the_address_there_is(
    browser: Any, code: Any, mail: Any, user_id: str
) -> None:
    browser.sign_in(LOGIN)
    replace(browser, "13800138000", code)
    assert (mail()[-1].recipient, mail()[-1].channel) == (LOGIN, "email")
    browser.open("/me/addresses")
    browser.send("/me/addresses/remove")
    assert mail()[-1].recipient == LOGIN
    assert "移除" in mail()[-1].body


def test_replacing_is_audited(browser: Any, code: Any, user_id: str) -> None:
    browser.sign_in(LOGIN)
    replace(browser, "new@example.org", code)
    db.session.rollback()
    deeds = db.session.query(AuditEvent.action).filter_by(object_id=user_id)
    assert "address.replaced" in [row.action for row in deeds]
