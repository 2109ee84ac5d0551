"""Programs sign in, say who they are, and leave."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from portal.accounts import credentials, services
from portal.accounts.models import AccessSession, SignInFailure, User
from portal.accounts.rules import SessionKind
from portal.config import ROOT
from portal.core.clock import clock, now
from portal.core.database import db
from portal.core.unit_of_work import unit_of_work
from tests.world import COMMUNITY, DISTRICT, PASSWORD, make_user

LOGIN = "a@example.org"
WRONG = "wrong horse battery"


def try_password(api: Any, password: str, login: str = LOGIN) -> Any:
    return api.post("/tokens", {"login": login, "password": password})


def test_a_right_password_gives_a_token(api: Any, world: Any) -> None:
    make_user(LOGIN)
    response = try_password(api, PASSWORD)
    assert response.status_code == 201
    assert set(response.json) == {"token", "expires_at"}
    assert len(response.json["token"]) >= 43


def test_only_the_hash_of_a_token_is_kept(api: Any, world: Any) -> None:
    make_user(LOGIN)
    token = try_password(api, PASSWORD).json["token"]
    stored = db.session.execute(select(AccessSession.secret_hash)).scalar_one()
    assert stored == credentials.secret_hash(token)
    assert token not in stored


@pytest.mark.parametrize("login", ["A@Example.ORG", " a@example.org ", "ａ＠example.org"])
def test_an_address_is_understood_however_it_is_typed(api: Any, world: Any, login: str) -> None:
    make_user(LOGIN)
    assert try_password(api, PASSWORD, login).status_code == 201


@pytest.mark.parametrize(
    "login", ["13800138000", "+8613800138000", "138 0013 8000", "１３８００１３８０００"]
)
def test_a_phone_number_signs_in(api: Any, world: Any, login: str) -> None:
    make_user("13800138000", "李")
    assert try_password(api, PASSWORD, login).status_code == 201


@pytest.mark.parametrize(
    "login", ["nobody@example.org", "13900139000", "nonsense", "x" * 254, "@", "a@", "+86", "0"]
)
def test_an_unknown_login_answers_like_a_wrong_password(api: Any, world: Any, login: str) -> None:
    make_user(LOGIN)
    unknown, wrong = try_password(api, WRONG, login), try_password(api, WRONG)
    assert unknown.status_code == wrong.status_code == 401
    assert unknown.json == wrong.json
    assert unknown.json["code"] == "invalid_credentials"
    assert unknown.headers["WWW-Authenticate"] == wrong.headers["WWW-Authenticate"] == "Bearer"


def test_an_unknown_login_costs_the_same_work(
    api: Any, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same hashing, with the same settings, and the same statements."""
    make_user(LOGIN)
    hashed: list[str] = []
    hasher = credentials._hasher

    class Counting:
        def verify(self, password_hash: str, password: bytes) -> bool:
            hashed.append(password_hash.rsplit("$", 2)[0])
            return hasher.verify(password_hash, password)

        check_needs_rehash = hasher.check_needs_rehash

    monkeypatch.setattr(credentials, "_hasher", Counting())
    statements: list[list[str]] = [[]]

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements[-1].append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        try_password(api, WRONG)
        statements.append([])
        try_password(api, WRONG, "nobody@example.org")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(hashed) == 2
    assert hashed[0] == hashed[1]
    assert statements[0] == statements[1] != []


def test_the_fifth_wrong_password_locks_known_and_unknown_logins_alike(
    api: Any, world: Any
) -> None:
    make_user(LOGIN)
    for login in (LOGIN, "nobody@example.org"):
        answers = [try_password(api, WRONG, login).json["code"] for _ in range(6)]
        assert answers == ["invalid_credentials"] * 5 + ["locked"]
    locked = try_password(api, PASSWORD)
    assert locked.status_code == 429
    assert locked.json["code"] == "locked"
    assert 0 < int(locked.headers["Retry-After"]) <= 15 * 60


def test_a_lock_opens_again_and_the_next_one_is_longer(api: Any, world: Any, at: Any) -> None:
    make_user(LOGIN)
    start = now()
    at(start)
    for _ in range(5):
        try_password(api, WRONG)
    at(start + timedelta(minutes=15, seconds=1))
    for _ in range(5):
        assert try_password(api, WRONG).status_code == 401
    assert 15 * 60 < int(try_password(api, PASSWORD).headers["Retry-After"]) <= 30 * 60
    at(start + timedelta(minutes=46))
    assert try_password(api, PASSWORD).status_code == 201
    assert db.session.execute(select(func.count()).select_from(SignInFailure)).scalar_one() == 0


def test_a_right_password_makes_wrong_ones_forgotten(api: Any, world: Any) -> None:
    make_user(LOGIN)
    for _ in range(3):
        for _ in range(4):
            assert try_password(api, WRONG).status_code == 401
        assert try_password(api, PASSWORD).status_code == 201


def test_a_login_locked_while_the_password_is_checked_stays_out(
    api: Any, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guesses sent at once get no further than guesses sent one after the other."""
    make_user(LOGIN)
    checked = credentials.is_right

    def meanwhile(password_hash: str | None, password: str) -> bool:
        monkeypatch.setattr(credentials, "is_right", checked)
        for _ in range(5):
            try_password(api, WRONG)
        return checked(password_hash, password)

    monkeypatch.setattr(credentials, "is_right", meanwhile)
    assert try_password(api, PASSWORD).json["code"] == "locked"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"login": LOGIN},
        {"login": LOGIN, "password": ""},
        {"login": 1, "password": PASSWORD},
        {"login": LOGIN, "password": PASSWORD, "more": 1},
        {"login": "a\x00b", "password": PASSWORD},
        {"login": LOGIN, "password": "\ud800"},
        {"login": "x" * 255, "password": PASSWORD},
        {"login": LOGIN, "password": "x" * 1001},
    ],
)
def test_a_body_that_breaks_a_rule_is_refused(api: Any, world: Any, body: Any) -> None:
    assert api.post("/tokens", body).status_code == 422


def test_a_token_is_dead_at_once_when_ended(api: Any, world: Any) -> None:
    make_user(LOGIN)
    mine = api.sign_in(LOGIN)
    assert mine.get("/me").status_code == 200
    assert mine.delete("/tokens/current").status_code == 204
    assert mine.get("/me").status_code == 401
    assert mine.delete("/tokens/current").status_code == 401
    assert mine.get("/regions").status_code == 401  # a bad token is no stranger


def test_a_token_ends_by_itself(api: Any, world: Any, at: Any) -> None:
    make_user(LOGIN)
    mine = api.sign_in(LOGIN)
    at(now() + timedelta(days=30, minutes=1))
    assert mine.get("/me").status_code == 401


def test_a_closed_account_is_out_at_once(api: Any, world: Any) -> None:
    user_id = make_user(LOGIN)
    mine = api.sign_in(LOGIN)
    with unit_of_work():
        db.session.execute(update(User).where(User.id == user_id).values(closed_at=now()))
    assert mine.get("/me").status_code == 401
    assert try_password(api, PASSWORD).status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer x y", "Basic eDp5", "é", "Bearer é"]
)
def test_what_is_no_token_is_refused(api: Any, world: Any, header: str) -> None:
    response = (
        api.get("/me")
        if not header
        else api.request("GET", "/me", headers={"Authorization": header})
    )
    assert response.status_code == 401
    assert response.json["code"] == "unauthenticated"


def test_me(api: Any, world: Any) -> None:
    user_id = make_user(
        LOGIN,
        "王芳",
        roles=[("committee", "region", DISTRICT), ("merchant_staff", "merchant", "m" * 26)],
    )
    me = api.sign_in(LOGIN).get("/me").json
    me["roles"].sort(key=lambda each: each["role"])
    member_code = db.session.execute(select(User.member_code)).scalar_one()
    assert me == {
        "id": user_id,
        "member_code": member_code,
        "name": "王芳",
        "locale": "zh_Hans",
        "home_region": {"code": COMMUNITY, "name": "红山郡社区委员会"},
        "verified": True,
        "roles": [
            {"role": "committee", "scope": {"kind": "region", "id": DISTRICT}},
            {"role": "merchant_staff", "scope": {"kind": "merchant", "id": "m" * 26}},
            {"role": "resident", "scope": {"kind": "region", "id": COMMUNITY}},
        ],
    }


def test_me_without_a_home(api: Any, world: Any) -> None:
    make_user(LOGIN, home=None)
    me = api.sign_in(LOGIN).get("/me").json
    assert (me["home_region"], me["verified"], me["roles"]) == (None, False, [])


def test_a_claimed_home_makes_no_resident(api: Any, world: Any) -> None:
    make_user(LOGIN, verified=False)
    me = api.sign_in(LOGIN).get("/me").json
    assert (me["home_region"]["code"], me["verified"], me["roles"]) == (COMMUNITY, False, [])


def test_who_asks_is_read_by_one_statement(app: Any, world: Any) -> None:
    make_user(LOGIN, roles=[("committee", "region", DISTRICT), ("finance", "region", "1504")])
    token = services.sign_in(LOGIN, PASSWORD, SessionKind.TOKEN).secret
    statements: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        principal = app.extensions["portal_directory"].by_token(token)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(principal.grants) == 3
    assert principal.home_path == ("1504", "150402", "150402010", COMMUNITY)
    assert [each for each in statements if not each.startswith("BEGIN")] == statements[-1:]


def test_a_web_session_is_no_token(app: Any, api: Any, world: Any) -> None:
    make_user(LOGIN)
    secret = services.sign_in(LOGIN, PASSWORD, SessionKind.WEB).secret
    response = api.request("GET", "/me", headers={"Authorization": f"Bearer {secret}"})
    assert response.status_code == 401


def test_when_a_session_was_last_used_is_noted_once_an_hour(api: Any, world: Any, at: Any) -> None:
    make_user(LOGIN)
    start = now().replace(microsecond=0)
    at(start)
    mine = api.sign_in(LOGIN)

    def last_seen() -> Any:
        db.session.rollback()
        return db.session.execute(select(AccessSession.last_seen_at)).scalar_one()

    at(start + timedelta(minutes=59))
    mine.get("/me")
    assert last_seen() == start
    at(start + timedelta(minutes=60))
    mine.get("/me")
    assert last_seen() == clock.now()
    at(start + timedelta(minutes=90))
    mine.get("/me")
    assert last_seen() == start + timedelta(minutes=60)


def test_a_password_hashed_with_weaker_settings_is_hashed_anew(api: Any, world: Any) -> None:
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD)
    make_user(LOGIN, password_hash=weak)
    assert try_password(api, PASSWORD).status_code == 201
    kept = db.session.execute(select(User.password_hash)).scalar_one()
    assert kept not in (None, weak)
    assert not credentials.needs_rehash(str(kept))
    assert try_password(api, PASSWORD).status_code == 201


def test_passwords_are_hashed_as_slowly_as_decided() -> None:
    """Decision 8; in a process of its own, as the tests' own hashing is quick."""
    ask = "from portal.accounts.credentials import hash_password; print(hash_password('a'))"
    done = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    assert done.stdout.startswith(b"$argon2id$v=19$m=19456,t=2,p=1$")
