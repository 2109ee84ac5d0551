"""Keys of other systems, made and ended from the command line."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, text

from portal.accounts import queries
from portal.app import Portal
from portal.core.audit import AuditEvent
from portal.core.database import db


def run(app: Portal, *arguments: str) -> Any:
    done = app.test_cli_runner().invoke(args=["api-keys", *arguments])
    db.session.rollback()
    return done


def made(app: Portal, name: str = "12345 热线") -> str:
    done = run(app, "create", name)
    assert done.exit_code == 0, done.output
    return str(done.output).removesuffix("\n")


def test_a_key_is_printed_alone_and_known_afterwards(app: Portal) -> None:
    key = made(app)
    assert len(key) >= 43
    assert key.split() == [key]
    assert queries.system_behind(key) == "12345 热线"
    assert queries.system_behind(key + "x") is None


def test_only_its_hash_is_kept(app: Portal) -> None:
    key = made(app)
    row = db.session.execute(text("SELECT * FROM api_key")).one()
    assert key not in [str(value) for value in row]
    told = db.session.execute(select(AuditEvent.__table__)).all()
    assert told
    assert all(key not in str(each) for each in told)


def test_each_system_has_one_key(app: Portal) -> None:
    made(app)
    again = run(app, "create", " 12345 热线 ")
    assert again.exit_code == 1
    assert "Revoke it first" in again.output
    assert [row.name for row in queries.api_keys()] == ["12345 热线"]


def test_a_revoked_key_opens_nothing_and_its_name_is_free(app: Portal) -> None:
    key = made(app)
    assert run(app, "revoke", "12345 热线").exit_code == 0
    assert queries.system_behind(key) is None
    assert run(app, "revoke", "12345 热线").exit_code == 1
    assert queries.system_behind(made(app)) == "12345 热线"


def test_a_name_is_needed(app: Portal) -> None:
    for name in ("", "   ", "长" * 81):
        done = run(app, "create", name)
        assert done.exit_code == 1
        assert "1 to 80 characters" in done.output
    assert run(app, "list").output == ""


def test_the_list_shows_no_keys(app: Portal) -> None:
    key = made(app)
    listed = run(app, "list").output
    assert "12345 热线" in listed
    assert key not in listed
