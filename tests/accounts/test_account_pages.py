"""People look after their own account."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts import queries
from portal.accounts.models import Consent, User
from portal.core.database import db
from tests.world import COMMUNITY, DISTRICT, PASSWORD, make_user

LOGIN = "a@example.org"
NEW_PASSWORD = "another fine battery"


@pytest.fixture
def signed_in(browser: Any) -> Any:
    make_user(LOGIN, "王芳", roles=[("committee", "region", DISTRICT)])
    return browser.sign_in(LOGIN)


def the_user() -> User:
    db.session.rollback()
    return db.session.execute(
        select(User).where(User.email == LOGIN).execution_options(populate_existing=True)
    ).scalar_one()


def csrf(browser: Any, page: str = "/me/account") -> str:
    browser.open(page)
    return str(browser.form("/preferences").values["csrf_token"])


@pytest.mark.parametrize(
    "page",
    [
        "/me/account",
        "/me/profile",
        "/me/password",
        "/me/addresses",
        "/me/sessions",
        "/me/consents",
        "/me/roles",
        "/me/home",
        "/me/close",
        "/me/data",
    ],
)
def test_every_page_is_there_for_its_owner_alone(
    signed_in: Any, another_browser: Any, page: str
) -> None:
    signed_in.open(page)
    assert signed_in.address == page
    another_browser.open(page)
    assert another_browser.address.startswith("/login?next=")


def test_changing_name_and_day_of_birth(signed_in: Any) -> None:
    signed_in.open("/me/profile")
    signed_in.send("/me/profile", name=" 王  小芳 ", birth_date="1948-05-01")
    assert the_user().name == "王 小芳"
    signed_in.open("/me/profile")
    assert signed_in.form("/me/profile").values["birth_date"] == "1948-05-01"
    signed_in.send("/me/profile", status=422, name="  ", birth_date="")


def test_a_new_password_ends_all_but_this_session(
    signed_in: Any, another_browser: Any, api: Any
) -> None:
    another_browser.sign_in(LOGIN)
    token = api.sign_in(LOGIN)
    signed_in.open("/me/password")
    signed_in.send("/me/password", old_password=PASSWORD, password=NEW_PASSWORD)
    assert signed_in.address == "/me/account"
    assert token.get("/me").status_code == 401
    another_browser.open("/me/account")
    assert another_browser.address.startswith("/login")
    api.sign_in(LOGIN, NEW_PASSWORD)


@pytest.mark.parametrize(
    ("old", "new"), [("wrong wrong", NEW_PASSWORD), (PASSWORD, "short"), (PASSWORD, LOGIN)]
)
def test_a_password_is_not_changed_without_the_old_or_to_a_weak_one(
    signed_in: Any, api: Any, old: str, new: str
) -> None:
    signed_in.open("/me/password")
    signed_in.send("/me/password", status=422, old_password=old, password=new)
    api.sign_in(LOGIN)


def test_a_phone_number_is_added_by_a_code_and_the_email_removed(
    signed_in: Any, code: Any, mail: Any, api: Any
) -> None:
    signed_in.open("/me/addresses")
    signed_in.send("/me/addresses", login="138 0013 8000", password=PASSWORD)
    assert (mail()[-1].channel, mail()[-1].recipient) == ("sms", "+8613800138000")
    signed_in.send(signed_in.address, code=code())
    api.sign_in("13800138000")
    signed_in.open("/me/addresses")
    signed_in.send("/me/addresses/remove")
    assert api.post("/tokens", {"login": LOGIN, "password": PASSWORD}).status_code == 401


def test_the_last_address_stays(signed_in: Any) -> None:
    token = csrf(signed_in)
    signed_in.client.post("/me/addresses/remove", data={"channel": "email", "csrf_token": token})
    assert the_user().email == LOGIN


def test_somebody_elses_address_cannot_be_taken(signed_in: Any, mail: Any) -> None:
    make_user("b@example.org")
    sent = len(mail())
    signed_in.open("/me/addresses")
    signed_in.send("/me/addresses", login="b@example.org", password=PASSWORD)
    assert len(mail()) == sent
    signed_in.send(signed_in.address, status=422, code="123456")


def test_an_address_taken_meanwhile_is_refused(signed_in: Any, code: Any) -> None:
    signed_in.open("/me/addresses")
    signed_in.send("/me/addresses", login="13800138000", password=PASSWORD)
    right = code()
    make_user("13800138000")
    signed_in.send(signed_in.address, status=409, code=right)
    assert queries.profile_of(the_user().id).phone is None


def test_a_code_sent_to_somebody_else_is_worth_nothing(
    signed_in: Any, another_browser: Any, code: Any
) -> None:
    signed_in.open("/me/addresses")
    signed_in.send("/me/addresses", login="13800138000", password=PASSWORD)
    way = signed_in.address
    make_user("b@example.org")
    another_browser.sign_in("b@example.org").open(way)
    another_browser.send(way, status=422, code=code())
    assert queries.profile_of(the_user().id).phone is None


def test_consents_are_given_and_withdrawn_with_their_version(signed_in: Any) -> None:
    token = csrf(signed_in)

    def change(purpose: str, given: str) -> int:
        data = {"purpose": purpose, "given": given, "csrf_token": token}
        return int(signed_in.client.post("/me/consents", data=data).status_code)

    assert change("notices", "yes") == change("notices", "yes") == 303
    assert queries.consenting([the_user().id], "notices") == {the_user().id}
    assert change("notices", "no") == 303
    assert queries.consenting([the_user().id], "notices") == set()
    assert change("notices", "yes") == 303
    rows = db.session.execute(
        select(Consent.version, Consent.withdrawn_at).order_by(Consent.id)
    ).all()
    assert [row.version for row in rows] == ["2026-11", "2026-11"]
    assert [
        row.withdrawn_at is None for row in sorted(rows, key=lambda r: r.withdrawn_at is None)
    ] == [
        False,
        True,
    ]
    assert change("nonsense", "yes") == 404


def test_the_needed_consent_goes_with_the_account_only(signed_in: Any) -> None:
    token = csrf(signed_in)
    data = {"purpose": "service", "given": "yes", "csrf_token": token}
    signed_in.client.post("/me/consents", data=data)
    signed_in.client.post("/me/consents", data={**data, "given": "no"})
    assert queries.consenting([the_user().id], "service") == {the_user().id}


def test_a_hat_is_put_on_for_this_session(signed_in: Any, another_browser: Any, app: Any) -> None:
    signed_in.open("/me/roles")
    signed_in.send("/me/roles", hat=f"committee:region:{DISTRICT}")
    assert "now" in signed_in.text.split("Committee")[1]
    another_browser.sign_in(LOGIN).open("/me/roles")
    assert "now" in another_browser.text.split("Resident")[1].split("Committee")[0]
    signed_in.send("/me/roles")
    assert "now" in signed_in.text.split("Resident")[1].split("Committee")[0]


def test_somebody_elses_hat_does_not_fit(signed_in: Any) -> None:
    make_user("b@example.org", roles=[("finance", "region", "1504")])
    token = csrf(signed_in)
    for hat in ("finance:region:1504", "committee:region:1504", "king:region:1504", "x", "a:b:c:d"):
        data = {"hat": hat, "csrf_token": token}
        assert signed_in.client.post("/me/roles", data=data).status_code == 404, hat


_OTHER_HAT = {True: ("Committee", "social_worker"), False: ("Social worker", "committee")}


def test_a_hat_is_changed_in_one_tap_from_the_menu(browser: Any) -> None:
    roles = [("committee", "region", DISTRICT), ("social_worker", "region", COMMUNITY)]
    make_user(LOGIN, roles=roles)
    browser.sign_in(LOGIN).open("/desk")
    seen = []
    for _ in range(2):
        menu = browser.page.text.split('class="menu"')[1].split("</details>")[0]
        (current,) = [part for part in menu.split("<li>") if 'aria-current="true"' in part]
        worn, other = _OTHER_HAT["Committee" in current]
        assert worn in current
        seen.append(worn)
        (form,) = [each for each in browser.forms if each.values.get("hat", "").startswith(other)]
        answer = browser.client.post(form.action, data=form.values)
        assert answer.headers["Location"] == "/desk"
        browser.open("/desk")
    assert set(seen) == {"Committee", "Social worker"}


def test_changing_hats_leads_nowhere_else(signed_in: Any) -> None:
    data = {"hat": "", "next": "//evil.example", "csrf_token": csrf(signed_in)}
    assert signed_in.client.post("/me/roles", data=data).headers["Location"] == "/me/roles"


def test_a_switch_without_the_forms_token_is_refused(signed_in: Any) -> None:
    data = {"hat": f"committee:region:{DISTRICT}"}
    assert signed_in.client.post("/me/roles", data=data).status_code == 403


def test_ones_own_data_as_a_file(signed_in: Any) -> None:
    response = signed_in.open("/me/data")
    content = json.loads(response.text)
    assert content["profile"]["email"] == LOGIN
    assert content["roles"][0]["role"] == "committee"
    assert "password_hash" not in response.text
    assert "secret_hash" not in response.text


def test_closing_an_account_leaves_nothing_of_the_person(
    signed_in: Any, another_browser: Any, api: Any
) -> None:
    token = api.sign_in(LOGIN)
    user_id = the_user().id
    signed_in.open("/me/close")
    signed_in.send("/me/close", status=422, password="wrong wrong")
    assert the_user().closed_at is None
    signed_in.send("/me/close", password=PASSWORD)
    db.session.rollback()
    row = queries.profile_of(user_id)
    assert (row.name, row.email, row.phone, row.birth_date, row.home_region_code) == (
        "—",
        None,
        None,
        None,
        None,
    )
    assert token.get("/me").status_code == 401
    assert queries.hats_of(user_id) == []
    assert api.post("/tokens", {"login": LOGIN, "password": PASSWORD}).status_code == 401
    make_user(LOGIN)  # the address is free again
    api.sign_in(LOGIN)


# --- how pages look --------------------------------------------------------------------------


def test_a_stranger_chooses_language_mode_and_theme(browser: Any) -> None:
    browser.open("/login")
    token = browser.form("/preferences").values["csrf_token"]
    for name, value in (("locale", "zh_Hans"), ("mode", "elder"), ("theme", "dark")):
        response = browser.client.post(
            "/preferences", data={name: value, "next": "/login", "csrf_token": token}
        )
        assert response.headers["Location"] == "/login"
    browser.open("/login")
    assert 'data-mode="elder" data-theme="dark"' in browser.page.text
    assert 'lang="zh-Hans"' in browser.page.text


def test_what_one_chooses_is_kept_in_the_profile(signed_in: Any) -> None:
    token = csrf(signed_in)
    for name, value in (("locale", "en"), ("mode", "elder"), ("theme", "dark")):
        signed_in.client.post("/preferences", data={name: value, "csrf_token": token})
    user = the_user()
    assert (user.locale, user.mode, user.theme) == ("en", "elder", "dark")


@pytest.mark.parametrize("chosen", [{"locale": "fr"}, {"mode": "x"}, {"theme": "'"}])
def test_what_cannot_be_chosen_is_refused(signed_in: Any, chosen: dict[str, str]) -> None:
    token = csrf(signed_in)
    response = signed_in.client.post("/preferences", data={**chosen, "csrf_token": token})
    assert response.status_code == 422


def test_preferences_lead_nowhere_else(browser: Any) -> None:
    browser.open("/login")
    token = browser.form("/preferences").values["csrf_token"]
    response = browser.client.post(
        "/preferences", data={"next": "//evil.example", "csrf_token": token}
    )
    assert response.headers["Location"] == "/"


def test_flask_login_knows_the_same_person(app: Any, browser: Any) -> None:
    from flask_login import current_user

    from portal.core.access import current_principal

    make_user(LOGIN)
    browser.sign_in(LOGIN)
    cookie = browser.client.get_cookie("portal")
    with (
        app.app_context(),
        app.test_request_context("/", headers={"Cookie": f"portal={cookie.value}"}),
    ):
        principal = current_principal()
        assert principal is not None
        assert current_user.id == principal.id
        assert current_user.is_authenticated
    with app.app_context(), app.test_request_context("/"):
        assert current_principal() is None
        assert not current_user.is_authenticated
