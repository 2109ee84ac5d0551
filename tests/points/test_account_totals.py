"""An account on which thousands book is summed up once, and not for everybody who looks at it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from portal.core import jobs
from portal.core.clock import clock
from portal.core.database import db, on_sqlite
from portal.core.unit_of_work import unit_of_work
from portal.points import ledger
from portal.points.queries.book import BookFilter, transactions_within
from portal.points.queries.totals import Totals, _Collecting, _of_collecting, totals_within
from portal.points.verification import verify
from tests.points.books import rows, spend
from tests.points.test_books import OCTOBER, SEPTEMBER, at, auditor, autumn, figures, li
from tests.world import NEXT_COMMUNITY

__all__ = ["autumn", "li"]
pytestmark = pytest.mark.usefixtures("world", "autumn")


def account(purpose: str) -> int:
    (found,) = rows("SELECT id FROM ledger_account WHERE purpose = :purpose", purpose=purpose)
    return int(found.id)


def takings(**more: Any) -> BookFilter:
    return replace(BookFilter(accounts=(account("takings"),)), **more)


def total(wanted: BookFilter) -> dict[str, tuple[Any, ...]]:
    return figures(totals_within(auditor(), wanted))


@pytest.mark.parametrize("rolled_up", [False, True])
def test_totals_of_a_shop(li: str, rolled_up: bool) -> None:  # noqa: FBT001
    with clock.held_at(at(OCTOBER + timedelta(days=1))):
        spend(li, 5)
    if rolled_up:
        ledger.total_up()
    with clock.held_at(at(OCTOBER + timedelta(days=30))):  # in November, newer than the totals
        spend(li, 3)
    day_after = OCTOBER + timedelta(days=1)

    assert total(takings()) == {"redemption": (3, None, 20, 0, 0, 0)}
    assert total(takings(kind="redemption")) == {"redemption": (3, None, 20, 0, 0, 0)}
    assert total(takings(since=day_after)) == {"redemption": (2, None, 8, 0, 0, 0)}
    assert total(takings(since=day_after, until=day_after)) == {"redemption": (1, None, 5, 0, 0, 0)}
    assert total(takings(until=date(2026, 10, 31))) == {"redemption": (2, None, 17, 0, 0, 0)}
    assert total(takings(until=SEPTEMBER)) == {}
    assert total(takings(kind="award")) == {}
    assert total(takings(region=NEXT_COMMUNITY)) == {}
    assert totals_within(auditor(NEXT_COMMUNITY), takings()) == Totals([], None)
    listed = transactions_within(auditor(), totals_within(auditor(), takings()).narrowed(takings()))
    assert len(listed.items) == 3


def test_hours_are_counted_in_minutes() -> None:
    wanted = BookFilter(accounts=(account("service"),))
    before = total(wanted)
    ledger.total_up()
    assert total(wanted) == before == {"award": (2, None, 0, 0, 0, 300)}


def test_many_small_steps_come_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.points.ledger.totals._AT_ONCE", 1)
    ledger.total_up()
    assert total(takings()) == {"redemption": (1, None, 12, 0, 0, 0)}
    assert verify().ok


def test_what_is_in_the_totals_is_not_read_again(li: str) -> None:
    """A total changed by force shows: the entries that it was made of are not looked at."""
    ledger.total_up()
    with unit_of_work() as session:
        session.execute(text("UPDATE ledger_account_total SET bookings = bookings + 1000000"))
    spend(li, 3)
    assert total(takings()) == {"redemption": (1_000_002, None, 15, 0, 0, 0)}


def test_what_came_since_is_found_along_the_accounts_index() -> None:
    if not on_sqlite():
        pytest.skip("so small a table is read whole by PostgreSQL's planner")
    ledger.total_up()
    wanted = takings()
    hot = _Collecting(account("takings"), "points")
    question = _of_collecting(auditor(), wanted, hot, 5).compile(
        db.engine, compile_kwargs={"literal_binds": True}
    )
    plan = [row.detail for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {question}"))]
    entries = [line for line in plan if "ledger_entry" in line]
    assert entries
    assert "(account_id=? AND id>?)" in entries[0], plan
    assert all("SCAN" not in line for line in entries), plan
    assert any("SEARCH ledger_account_total" in line for line in plan), plan


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE ledger_account_total SET amount_in = amount_in + 1 WHERE kind = 'redemption'",
        "UPDATE ledger_account_total SET begins_on = '2020-02-01' WHERE kind = 'redemption'",
        "UPDATE ledger_account_total SET kind = 'gift' WHERE kind = 'redemption'",
        "DELETE FROM ledger_account_total WHERE kind = 'redemption'",
    ],
)
def test_a_total_changed_by_force_is_found(deed: str) -> None:
    jobs.run_until_quiet()
    assert verify().ok
    with unit_of_work() as session:
        session.execute(text(deed))
    problems = verify().problems
    assert {(each.kind, each.table) for each in problems} == {("total", "ledger_account_total")}
