"""Nobody can keep somebody else out of their account by asking or guessing in their name."""

from __future__ import annotations

from typing import Any

import pytest

from portal.accounts import services
from portal.accounts.errors import InvalidCredentials, Locked
from portal.accounts.networks import network_of
from portal.accounts.rules import SessionKind
from portal.core.messages import Channel
from tests.browsing import Browser
from tests.conftest import ApiClient
from tests.world import COMMUNITY, NEXT_COMMUNITY, PASSWORD, make_user

LOGIN = "a@example.org"
NEW_PASSWORD = "another fine battery"
WRONG = "wrong horse battery"
ELSEWHERE = "203.0.113.9"


def from_(app: Any, address: str) -> Browser:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return Browser(client)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.9", "203.0.113.200", True),
        ("203.0.113.9", "203.0.114.9", False),
        ("::ffff:203.0.113.9", "203.0.113.1", True),
        ("2001:db8:1:200::1", "2001:db8:1:2ff::9", True),
        ("2001:db8:1:200::1", "2001:db8:2:200::1", False),
        ("", "203.0.113.9", False),
        ("nonsense", "", True),
    ],
)
def test_a_network_is_wider_than_an_address(one: str, other: str, *, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


def test_guesses_from_elsewhere_lock_only_elsewhere(app: Any, world: Any) -> None:
    make_user(LOGIN)
    stranger = from_(app, ELSEWHERE)
    stranger.open("/login")
    for _ in range(5):
        stranger.send("/login", status=401, login=LOGIN, password=WRONG)
    stranger.send("/login", status=429, login=LOGIN, password=PASSWORD)
    from_(app, "127.0.0.1").sign_in(LOGIN)


def test_an_api_client_is_counted_by_its_network_too(app: Any, world: Any) -> None:
    make_user(LOGIN)
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = ELSEWHERE
    stranger = ApiClient(client)
    answers = [stranger.post("/tokens", {"login": LOGIN, "password": WRONG}) for _ in range(6)]
    assert answers[-1].json["code"] == "locked"
    assert ApiClient(app.test_client()).sign_in(LOGIN).token


def test_guesses_from_everywhere_lock_everywhere(app: Any, world: Any) -> None:
    make_user(LOGIN)
    for number in range(50):
        with pytest.raises(InvalidCredentials):
            services.sign_in(LOGIN, WRONG, SessionKind.TOKEN, network=f"net{number}")
    with pytest.raises(Locked):
        services.sign_in(LOGIN, PASSWORD, SessionKind.TOKEN, network="home")


def test_codes_asked_for_elsewhere_use_up_nothing(app: Any, world: Any, code: Any) -> None:
    make_user(LOGIN)
    stranger, owner = from_(app, ELSEWHERE), from_(app, "127.0.0.1")
    for _ in range(5):
        stranger.open("/reset")
        stranger.send("/reset", login=LOGIN)
    owner.open("/reset")
    owner.send("/reset", login=LOGIN)
    right, way = code(), owner.address
    stranger.send(stranger.address, status=422, code="000000", password=NEW_PASSWORD)
    owner.send(way, code=right, password=NEW_PASSWORD)
    assert owner.address.endswith("/login")


def test_a_newer_code_does_not_end_the_older(app: Any, world: Any, code: Any) -> None:
    make_user(LOGIN)
    owner, stranger = from_(app, "127.0.0.1"), from_(app, ELSEWHERE)
    owner.open("/reset")
    owner.send("/reset", login=LOGIN)
    right, way = code(), owner.address
    for asking in (stranger, owner):
        asking.open("/reset")
        asking.send("/reset", login=LOGIN)
    owner.open(way)
    owner.send(way, code=right, password=NEW_PASSWORD)
    assert owner.address.endswith("/login")


def test_attempts_are_counted_over_both_codes(browser: Any, code: Any, world: Any) -> None:
    make_user(LOGIN)
    ways = []
    for _ in range(2):
        browser.open("/reset")
        browser.send("/reset", login=LOGIN)
        ways.append(browser.address)
    right = code()
    wrong = "000000" if right != "000000" else "111111"
    for number in range(5):
        way = ways[number % 2]
        browser.open(way)
        browser.send(way, status=422, code=wrong, password=NEW_PASSWORD)
    browser.open(ways[1])
    browser.send(ways[1], status=409, code=right, password=NEW_PASSWORD)
    browser.open("/reset")
    browser.send("/reset", login=LOGIN)  # a new one is worth asking for
    browser.send(browser.address, code=code(), password=NEW_PASSWORD)


@pytest.mark.parametrize("page", ["/reset", "/register"])
def test_too_many_codes_is_said_by_the_status_and_how_long(browser: Any, page: str) -> None:
    for _ in range(5):
        browser.open(page)
        browser.send(page, login="new@example.org")
    browser.open(page)
    answer = browser.send(page, status=429, login="new@example.org")
    assert 0 < int(answer.headers["Retry-After"]) <= 3600


def test_one_address_gets_no_flood_from_everywhere(app: Any, world: Any, mail: Any) -> None:
    make_user(LOGIN)
    for number in range(5):
        asking = from_(app, f"198.51.{number}.1")
        for turn in range(5):
            asking.open("/reset")
            asking.send("/reset", status=429 if number == 4 else 200, login=LOGIN)
            assert turn < 5
    assert len(mail()) == 20


# --- where no messages can go --------------------------------------------------------------------


@pytest.mark.parametrize("page", ["/register", "/reset"])
def test_a_number_is_refused_while_no_text_message_can_be_sent(
    app: Any, browser: Any, mail: Any, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(app.extensions["portal_providers"], Channel.SMS)
    browser.open(page)
    browser.send(page, status=422, login="13800138000")
    assert "cannot send text messages yet" in browser.text
    assert mail() == []
    browser.send(page, login="new@example.org")


@pytest.mark.parametrize("page", ["/register", "/reset", "/me/addresses"])
def test_what_cannot_be_sent_is_said_before_anything_is_typed(
    app: Any, browser: Any, world: Any, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if page.startswith("/me"):
        make_user(LOGIN)
        browser.sign_in(LOGIN)
    browser.open(page)
    assert "cannot send" not in browser.text
    providers = app.extensions["portal_providers"]
    monkeypatch.delitem(providers, Channel.SMS)
    browser.open(page)
    assert "cannot send text messages yet. Write an e-mail address." in browser.text
    assert "login" in browser.form(page).names
    monkeypatch.delitem(providers, Channel.EMAIL)
    browser.open(page)
    assert "cannot send e-mails or text messages yet" in browser.text
    assert all("login" not in form.names for form in browser.forms), "a form that refuses all"


def test_no_number_is_added_either(
    app: Any, browser: Any, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(app.extensions["portal_providers"], Channel.SMS)
    make_user(LOGIN)
    browser.sign_in(LOGIN).open("/me/addresses")
    browser.send("/me/addresses", status=422, login="13800138000", password=PASSWORD)
    assert "cannot send text messages yet" in browser.text


# --- who asks for logins -------------------------------------------------------------------------


def test_a_login_is_looked_up_only_after_the_scope(app: Any, world: Any) -> None:
    make_user("elsewhere@example.org", home=NEXT_COMMUNITY)
    world.make_staff("admin", scope=COMMUNITY)
    admin = Browser(app.test_client()).sign_in("admin@example.org")
    for login in ("elsewhere@example.org", "nobody@example.org"):
        admin.open("/desk/roles/give?role=committee")
        token = admin.form("/desk/roles/give").values["csrf_token"]
        form = {"login": login, "role": "committee", "scope_id": NEXT_COMMUNITY}
        answer = admin.client.post("/desk/roles/give", data={**form, "csrf_token": token})
        assert answer.status_code == 403, login
