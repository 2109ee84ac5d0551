"""The audit log: append-only, chained; a change by force is found and named."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.app import Portal
from portal.core import audit
from portal.core.database import db, on_sqlite
from portal.core.unit_of_work import unit_of_work


def three_events() -> None:
    with unit_of_work():
        for number in range(3):
            audit.record("someone", "thing.done", "thing", str(number), count=number)
    with unit_of_work():
        assert audit.link_new_events() == 3


def by_force(*statements: str) -> None:
    """As a person with the keys to the server would: triggers off first."""
    with unit_of_work():
        if on_sqlite():
            names = db.session.execute(
                text(
                    "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name LIKE 'audit%'"
                )
            ).scalars()
            for name in list(names):
                db.session.execute(text(f"DROP TRIGGER {name}"))
            db.session.execute(text("PRAGMA defer_foreign_keys=ON"))
        else:
            db.session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            db.session.execute(text(statement))


def found() -> list[tuple[str, str]]:
    db.session.rollback()
    return [(fault.table, fault.kind) for fault in audit.faults()]


def test_an_untouched_log_has_no_fault(app: Portal) -> None:
    three_events()
    assert found() == []
    with unit_of_work():
        assert audit.link_new_events() == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET action = 'other' WHERE object_id = '1'",
        "DELETE FROM audit_event WHERE object_id = '1'",
        "DELETE FROM audit_link WHERE position = 2",
        "UPDATE audit_link SET hash = 'x'",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(app: Portal, statement: str) -> None:
    three_events()
    with pytest.raises(DBAPIError), unit_of_work():
        db.session.execute(text(statement))
    assert found() == []


def test_a_changed_event_is_named(app: Portal) -> None:
    three_events()
    by_force("UPDATE audit_event SET action = 'other' WHERE object_id = '1'")
    assert ("audit_event", "changed") in found()


def test_a_changed_event_with_a_new_digest_breaks_the_chain(app: Portal) -> None:
    three_events()
    by_force(f"UPDATE audit_event SET digest = '{'0' * 64}' WHERE object_id = '1'")
    assert ("audit_link", "changed") in found()


def test_a_removed_event_is_missed(app: Portal) -> None:
    three_events()
    by_force("DELETE FROM audit_link WHERE position = 2")
    assert ("audit_link", "missing") in found()
