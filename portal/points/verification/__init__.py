"""Is everything in the books as it was written, and does it add up?

Reads one snapshot of the database, so that it can run beside a busy portal. Rows are streamed in
the order of an index; memory stays bounded, however many there are. Seals over closed days will be
checked here too once there are some.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice

from sqlalchemy import text

from portal.core import audit
from portal.core.database import db, on_sqlite
from portal.points.verification.problems import Problem
from portal.points.verification.rows import changed_rows
from portal.points.verification.sums import CHECKS, check
from portal.points.verification.totals import misplaced_totals
from portal.points.verification.transactions import changed_transactions

MOST_PROBLEMS = 10_000

_COUNTS = {
    "transactions": "ledger_transaction",
    "entries": "ledger_entry",
    "accounts": "ledger_account",
    "lots": "ledger_lot",
    "takes": "ledger_lot_take",
    "holds": "ledger_hold",
}


@dataclass
class Report:
    """What was looked at, and what is wrong with it."""

    checked: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems

    def as_json(self) -> dict[str, object]:
        problems = [asdict(each) for each in self.problems]
        return {"ok": self.ok, "checked": self.checked, "problems": problems}


def verify() -> Report:
    """Check both books and the audit log. Leaves the session without a transaction."""
    db.session.rollback()
    _take_snapshot()
    try:
        problems = list(islice(_problems(), MOST_PROBLEMS + 1))
        if len(problems) > MOST_PROBLEMS:
            problems[-1] = Problem("more", "", "", f"more than {MOST_PROBLEMS}; the rest is unread")
        return Report(_counts(), problems)
    finally:
        db.session.rollback()


def _problems() -> Iterator[Problem]:
    for each in CHECKS:
        yield from check(each)
    yield from misplaced_totals()
    yield from changed_rows()
    yield from changed_transactions()
    for fault in audit.faults():
        yield Problem(fault.kind, fault.table, fault.id, fault.detail)


def _take_snapshot() -> None:
    if on_sqlite():
        return  # a read transaction of SQLite's is a snapshot by itself
    db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
        db.session.execute(text(f"SET LOCAL {limit} = 0"))


def _counts() -> dict[str, int]:
    counts = {
        name: int(db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608
        for name, table in _COUNTS.items()
    }
    return {**counts, "audit_events": audit.count_events()}
