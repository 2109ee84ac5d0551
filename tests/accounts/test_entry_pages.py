"""People create an account, sign in and out, and find back in when the password is forgotten."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.accounts import credentials, queries
from portal.accounts.models import AccessSession, Consent, OneTimeCode, User
from portal.core.clock import now
from portal.core.database import db
from tests.world import PASSWORD, make_user

LOGIN = "a@example.org"
NEW_PASSWORD = "another fine battery"


def users() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(User)).scalar_one()


def begin(browser: Any, login: str = "new@example.org") -> None:
    browser.open("/register")
    browser.send("/register", login=login)
    assert browser.address.endswith("/register/confirm")


def finish(browser: Any, code: str, status: int = 200, **more: str) -> None:
    values = {"code": code, "name": "王芳", "password": NEW_PASSWORD, "service": "y", **more}
    browser.send("/register/confirm", status=status, **values)


# --- creating an account ---------------------------------------------------------------------


def test_what_one_agrees_to_says_what_is_kept(browser: Any) -> None:
    begin(browser)
    agreed = browser.page.text.split("What you agree to")[1]
    assert 'href="/privacy"' in agreed.split("<input")[0]


@pytest.mark.parametrize(
    ("login", "stored"),
    [("New@Example.org", "new@example.org"), ("138 0013 8000", "+8613800138000")],
)
def test_an_account_is_made_at_an_address_shown_to_be_ones_own(
    browser: Any, mail: Any, code: Any, login: str, stored: str
) -> None:
    begin(browser, login)
    assert mail()[-1].recipient == stored
    finish(browser, code(), notices="y", birth_date="1950-02-03")
    assert browser.address.endswith("/me/home")
    user = db.session.execute(select(User)).scalar_one()
    assert stored in (user.email, user.phone)
    assert (user.name, user.birth_date) == ("王芳", date(1950, 2, 3))
    assert str(user.password_hash).startswith("$argon2id$")
    given = db.session.execute(select(Consent.purpose, Consent.version)).all()
    assert sorted(given) == [("notices", "2026-11"), ("service", "2026-11")]
    assert queries.user_id_by_member_code(user.member_code.upper()) == user.id


def test_the_message_speaks_the_language_of_who_asks(app: Any, world: Any, mail: Any) -> None:
    from tests.browsing import Browser

    begin(Browser(app.test_client(), "en"))
    assert "Your code is" in mail()[-1].body


@pytest.mark.parametrize("page", ["/login", "/register"])
def test_whoever_is_signed_in_is_led_home_with_a_word(browser: Any, page: str) -> None:
    make_user(LOGIN)
    browser.sign_in(LOGIN)
    browser.open(page)
    assert browser.address == "/"
    assert "You are signed in already" in browser.text


def test_a_way_on_needs_no_word(browser: Any) -> None:
    make_user(LOGIN)
    browser.sign_in(LOGIN).open("/login?next=/me/points")
    assert browser.address.endswith("/me/points")
    assert "signed in already" not in browser.text


def test_a_demonstration_says_where_its_codes_are(
    browser: Any, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = "“Messages sent” of admin@demo.example"
    browser.open("/reset")
    browser.send("/reset", login="a@example.org")
    assert where in browser.text
    begin(browser)
    assert where in browser.text
    kept = [each for each in app.template_context_processors[None] if each.__name__ != "sign_ins"]
    monkeypatch.setitem(app.template_context_processors, None, kept)
    browser.open("/register/confirm")
    assert where not in browser.text


def test_without_the_needed_consent_there_is_no_account(browser: Any, code: Any) -> None:
    begin(browser)
    browser.send("/register/confirm", status=422, code=code(), name="王", password=NEW_PASSWORD)
    assert "Without it there can be no account" in browser.text
    assert "close the account" not in browser.text, "there is none yet"
    assert users() == 0


def test_what_was_typed_is_kept_and_a_right_code_is_not_used_up(browser: Any, code: Any) -> None:
    begin(browser)
    right = code()
    for _ in range(6):
        finish(browser, right, status=422, password="12345678")
    assert browser.form("/register/confirm").values["name"] == "王芳"
    assert browser.form("/register/confirm").values["code"] == right
    finish(browser, right)
    assert users() == 1


def test_a_code_can_be_guessed_five_times(browser: Any, code: Any) -> None:
    begin(browser)
    right = code()
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        finish(browser, wrong, status=422)
    finish(browser, right, status=409)
    assert "cannot be used any more" in browser.text
    assert users() == 0


def test_a_code_holds_for_fifteen_minutes_and_once(browser: Any, code: Any, at: Any) -> None:
    start = now()
    at(start)
    begin(browser)
    right = code()
    at(start + timedelta(minutes=15, seconds=1))
    finish(browser, right, status=409)
    assert users() == 0


def test_a_used_code_is_worth_nothing(browser: Any, another_browser: Any, code: Any) -> None:
    begin(browser)
    right = code()
    with browser.client.session_transaction() as kept:
        pending = kept["registration"]
    finish(browser, right)
    another_browser.open("/register")
    with another_browser.client.session_transaction() as kept:
        kept["registration"] = pending
    another_browser.open("/register/confirm")
    finish(another_browser, right, status=409)
    assert users() == 1


def test_each_code_is_good_only_where_it_was_asked_for(browser: Any, code: Any) -> None:
    begin(browser)
    first = code()
    begin(browser)
    second = code()
    if first != second:
        finish(browser, first, status=422)
    finish(browser, second)
    assert users() == 1


def test_a_code_is_kept_as_a_keyed_hash(app: Any, browser: Any, code: Any) -> None:
    begin(browser)
    row = db.session.execute(select(OneTimeCode)).scalar_one()
    assert row.code_hash == credentials.keyed_hash("code", f"{row.id}:{code()}")
    assert code() not in row.code_hash


def test_an_address_gets_five_codes_an_hour(browser: Any, mail: Any, at: Any) -> None:
    start = now()
    at(start)
    for _ in range(5):
        begin(browser)
    browser.open("/register")
    browser.send("/register", status=429, login="new@example.org")
    assert len(mail()) == 5
    at(start + timedelta(minutes=61))
    begin(browser)
    assert len(mail()) == 6


def test_who_asks_does_not_learn_that_an_address_has_an_account(browser: Any, mail: Any) -> None:
    make_user(LOGIN)
    begin(browser, LOGIN)
    taken = browser.text.replace("a***@", "")
    begin(browser, "new@example.org")
    assert browser.text.replace("n***@", "") == taken
    assert "already" in mail()[0].body
    assert "Your code is" in mail()[1].body


@pytest.mark.parametrize("guess", ["000000", "123456", "", "a" * 20])
def test_the_code_of_a_taken_address_is_never_right(browser: Any, guess: str) -> None:
    make_user(LOGIN)
    begin(browser, LOGIN)
    finish(browser, guess, status=422)
    assert users() == 1


@pytest.mark.parametrize("login", ["", "nonsense", "a@b", "12345", "010-12345678", "x" * 255])
def test_what_is_no_address_is_said_beside_the_field(browser: Any, login: str) -> None:
    browser.open("/register")
    browser.send("/register", status=422, login=login)
    assert "Error:" in browser.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 61),
        ("password", "short"),
        ("password", "password123"),
        ("password", "aaaaaaaaaaaa"),
        ("password", "王芳"),
        ("password", "new@example.org"),
        ("password", "x" * 129),
        ("birth_date", "2999-01-01"),
        ("birth_date", "1850-01-01"),
        ("birth_date", "soon"),
    ],
)
def test_what_cannot_be_taken_is_refused(browser: Any, code: Any, field: str, value: str) -> None:
    begin(browser)
    finish(browser, code(), status=422, **{field: value})
    assert users() == 0


def test_the_second_step_leads_back_to_the_first(browser: Any) -> None:
    browser.open("/register/confirm")
    assert browser.address.endswith("/register")


# --- signing in and out ----------------------------------------------------------------------


def test_signing_in_and_out(browser: Any) -> None:
    make_user(LOGIN)
    browser.sign_in(LOGIN)
    browser.open("/me/account")
    browser.send("/logout")
    assert browser.address.endswith("/login")
    browser.open("/me/account")
    assert browser.address.startswith("/login?next=")
    ended = db.session.execute(select(AccessSession.ended_at)).scalar_one()
    assert ended is not None


def test_a_wrong_password_keeps_the_login_and_not_the_password(browser: Any) -> None:
    make_user(LOGIN)
    browser.open("/login")
    browser.send("/login", status=401, login=LOGIN, password="wrong wrong")
    assert browser.form("/login").values == {
        "login": LOGIN,
        "next": "",
        "password": "",
        "csrf_token": browser.form("/login").values["csrf_token"],
    }


def test_a_locked_login_is_shown_the_way_out(browser: Any) -> None:
    make_user(LOGIN)
    browser.open("/login")
    for _ in range(5):
        browser.send("/login", status=401, login=LOGIN, password="wrong wrong")
    browser.send("/login", status=429, login=LOGIN, password=PASSWORD)
    assert "Set a new password" in browser.text


def test_one_comes_back_to_where_one_was_stopped(browser: Any) -> None:
    make_user(LOGIN)
    browser.open("/me/sessions")
    assert browser.address == "/login?next=/me/sessions"
    browser.send("/login", login=LOGIN, password=PASSWORD)
    assert browser.address.endswith("/me/sessions")


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%09/evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        " //evil.example",
        "/\r\nSet-Cookie: x=y",
    ],
)
def test_nobody_is_led_away(browser: Any, address: str) -> None:
    make_user(LOGIN)
    browser.open("/login")
    token = browser.form("/login").values["csrf_token"]
    response = browser.client.post(
        "/login",
        data={"login": LOGIN, "password": PASSWORD, "next": address, "csrf_token": token},
    )
    assert response.status_code == 303
    location = response.headers["Location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "evil" not in location.split("/")[1] or location.startswith("/%09/")
    assert "\n" not in location
    assert "x=y" not in response.headers.getlist("Set-Cookie")


def test_the_cookie_is_new_after_signing_in(browser: Any) -> None:
    make_user(LOGIN)
    browser.open("/login")
    with browser.client.session_transaction() as before:
        planted, before["planted"] = before["csrf_token"], "by somebody else"
    browser.sign_in(LOGIN)
    with browser.client.session_transaction() as after:
        assert "planted" not in after
        assert after.get("csrf_token") != planted
        assert after.permanent


@pytest.mark.parametrize("address", ["/login", "/register", "/reset", "/preferences"])
def test_a_form_from_elsewhere_is_refused(browser: Any, address: str) -> None:
    make_user(LOGIN)
    response = browser.client.post(address, data={"login": LOGIN, "password": PASSWORD})
    assert response.status_code == 403


def test_ending_a_session_ends_it_at_once(browser: Any, another_browser: Any) -> None:
    make_user(LOGIN)
    browser.sign_in(LOGIN)
    another_browser.sign_in(LOGIN)
    browser.open("/me/sessions")
    (other,) = [form.action for form in browser.forms if form.action.endswith("/end")]
    browser.send(other)
    another_browser.open("/me/account")
    assert another_browser.address.startswith("/login")
    browser.open("/me/account")
    assert browser.address == "/me/account"


def test_another_persons_session_is_not_there(browser: Any, another_browser: Any) -> None:
    make_user(LOGIN)
    make_user("b@example.org")
    browser.sign_in(LOGIN)
    another_browser.sign_in("b@example.org")
    theirs = db.session.execute(
        select(AccessSession.id)
        .join(User, User.id == AccessSession.user_id)
        .where(User.email == "b@example.org")
    ).scalar_one()
    browser.open("/me/sessions")
    token = (
        browser.form("/logout").values
        if "/logout" in browser.page.text
        else browser.forms[0].values
    )
    response = browser.client.post(
        f"/me/sessions/{theirs}/end", data={"csrf_token": token["csrf_token"]}
    )
    assert response.status_code == 404
    another_browser.open("/me/account")
    assert another_browser.address == "/me/account"


# --- a forgotten password --------------------------------------------------------------------


def ask_for_reset(browser: Any, login: str = LOGIN) -> str:
    browser.open("/reset")
    browser.send("/reset", login=login)
    return str(browser.address)


def test_a_new_password_by_a_code_ends_all_sessions_and_tokens(
    browser: Any, another_browser: Any, api: Any, code: Any, mail: Any
) -> None:
    make_user(LOGIN)
    another_browser.sign_in(LOGIN)
    token = api.sign_in(LOGIN)
    way = ask_for_reset(browser)
    assert mail()[-1].recipient == LOGIN
    browser.send(way, code=code(), password=NEW_PASSWORD)
    assert browser.address.endswith("/login")
    assert token.get("/me").status_code == 401
    another_browser.open("/me/account")
    assert another_browser.address.startswith("/login")
    assert api.post("/tokens", {"login": LOGIN, "password": PASSWORD}).status_code == 401
    assert api.post("/tokens", {"login": LOGIN, "password": NEW_PASSWORD}).status_code == 201
    assert mail()[-1].recipient == LOGIN
    assert not re.search(r"\d{6}", mail()[-1].body)


def test_a_locked_person_recovers_by_a_code(browser: Any, api: Any, code: Any) -> None:
    make_user(LOGIN)
    for _ in range(6):
        api.post("/tokens", {"login": LOGIN, "password": "wrong wrong"})
    way = ask_for_reset(browser)
    browser.send(way, code=code(), password=NEW_PASSWORD)
    assert api.post("/tokens", {"login": LOGIN, "password": NEW_PASSWORD}).status_code == 201


def test_who_asks_does_not_learn_who_has_an_account(browser: Any, mail: Any) -> None:
    make_user(LOGIN)
    ask_for_reset(browser)
    known, sent = browser.text, len(mail())
    way = ask_for_reset(browser, "nobody@example.org")
    assert browser.text == known
    assert len(mail()) == sent
    for guess in ("000000", "123456"):
        browser.send(way, status=422, code=guess, password=NEW_PASSWORD)


def test_a_reset_can_be_guessed_five_times(browser: Any, code: Any, api: Any) -> None:
    make_user(LOGIN)
    way = ask_for_reset(browser)
    right = code()
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        browser.send(way, status=422, code=wrong, password=NEW_PASSWORD)
    browser.send(way, status=409, code=right, password=NEW_PASSWORD)
    assert api.post("/tokens", {"login": LOGIN, "password": PASSWORD}).status_code == 201


def test_a_code_for_one_purpose_opens_no_other(browser: Any, code: Any) -> None:
    make_user(LOGIN)
    begin(browser, "new@example.org")
    register_code = code()
    with browser.client.session_transaction() as kept:
        code_id = kept["registration"][0]
    browser.open(f"/reset/{code_id}")
    browser.send(f"/reset/{code_id}", status=409, code=register_code, password=NEW_PASSWORD)


def test_a_weak_new_password_is_refused(browser: Any, code: Any, api: Any) -> None:
    make_user(LOGIN)
    way = ask_for_reset(browser)
    browser.send(way, status=422, code=code(), password="password")
    assert api.post("/tokens", {"login": LOGIN, "password": PASSWORD}).status_code == 201


def test_the_link_in_the_mail_needs_an_address_the_operator_has_set(
    browser: Any, mail: Any, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    make_user(LOGIN)
    browser.client.get("/reset", headers={"Host": "evil.example"})
    ask_for_reset(browser)
    assert "http" not in mail()[-1].body
    monkeypatch.setattr(app, "settings", replace(app.settings, public_url="https://portal.example"))
    way = ask_for_reset(browser)
    assert f"https://portal.example{way}?code=" in mail()[-1].body
