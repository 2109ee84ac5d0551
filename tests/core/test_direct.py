"""Statements sent straight through the driver behave as any other: errors, broken connections."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from portal.core.database import db, on_sqlite
from portal.core.direct import fetch_first, fetch_scalar
from portal.core.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("postgresql_only")


@pytest.fixture
def postgresql_only(app: Any) -> None:
    if on_sqlite():
        pytest.skip("SQLite has no driver to take a shorter way to")


def test_a_row_or_none(app: Any) -> None:
    with unit_of_work():
        connection = db.session.connection()
        assert fetch_first(connection, "SELECT %(a)s::int, %(b)s::text", {"a": 1, "b": "社区"}) == (
            1,
            "社区",
        )
        assert fetch_first(connection, "SELECT 1 WHERE %(a)s::bool", {"a": False}) is None
        assert fetch_scalar(connection, "SELECT 1 WHERE %(a)s::bool", {"a": False}) is None


def test_it_is_part_of_the_transaction(app: Any) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work():
        connection = db.session.connection()
        connection.execute(text("CREATE TEMP TABLE direct_probe (n int)"))
        fetch_scalar(connection, "INSERT INTO direct_probe VALUES (%(n)s) RETURNING n", {"n": 1})
        raise ZeroDivisionError
    with unit_of_work():
        found = fetch_scalar(db.session.connection(), "SELECT to_regclass('direct_probe')", {})
        assert found is None


def test_a_refusal_has_its_state_and_keeps_what_was_sent_to_itself(app: Any) -> None:
    with pytest.raises(DBAPIError) as refused, unit_of_work():
        fetch_scalar(db.session.connection(), "SELECT %(a)s::int / 0", {"a": 77_123})
    assert getattr(refused.value.orig, "sqlstate", None) == "22012"
    assert "77123" not in str(refused.value)


def test_broken_connections_leave_the_pool(app: Any) -> None:
    """The server was restarted: one request hears of it, the next is served."""
    db.session.remove()
    db.engine.dispose()  # so that there is one connection, and it is the one that breaks
    with unit_of_work():
        pid = fetch_scalar(db.session.connection(), "SELECT pg_backend_pid()", {})
    other = create_engine(db.engine.url)
    with other.begin() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    other.dispose()
    with pytest.raises(DBAPIError) as lost, unit_of_work():
        fetch_scalar(db.session.connection(), "SELECT 1", {})
    assert lost.value.connection_invalidated
    db.session.remove()
    with unit_of_work():
        assert fetch_scalar(db.session.connection(), "SELECT 1", {}) == 1
