"""Totals of the books by day, month, region and kind, and of each account that only collects,
advanced from the entries by a job.

Like a roll-up they go up to an entry below which nothing can appear any more, so that every entry
counts once. A booking counts where its first entry is.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    case,
    func,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import Date, String

from portal.core.clock import clock
from portal.core.database import UtcDateTime, db, on_sqlite
from portal.core.errors import InProgress
from portal.core.inserts import insert_new
from portal.core.jobs import TURN
from portal.core.unit_of_work import unit_of_work
from portal.points.ledger.accounts import Book
from portal.points.ledger.rollup import newest_settled
from portal.points.ledger.tables import (
    ACCOUNT,
    ACCOUNT_TOTAL,
    ENTRY,
    TOTAL,
    TOTAL_HEAD,
    TRANSACTION,
)
from portal.points.models import LedgerTotalHead

_AT_ONCE = 20_000
_SPANS_AT_ONCE = 100
_RESIDENT = ACCOUNT.c.owner_kind == "resident"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Span:
    """A ``day`` or a ``month``: its first day, and the day after it."""

    name: str
    begins_on: date
    ends_on: date


def _sum_where(*conditions: ColumnElement[bool], amount: Any = ENTRY.c.amount) -> Any:
    return func.coalesce(func.sum(case((and_(*conditions), amount), else_=0)), 0)


def _in(book: Book) -> ColumnElement[bool]:
    return and_(ACCOUNT.c.book == book.value, ENTRY.c.amount > 0)


def _out(book: Book) -> ColumnElement[bool]:
    return and_(ACCOUNT.c.book == book.value, ENTRY.c.amount < 0)


FIGURES = (
    _sum_where(ENTRY.c.position == 1, amount=1).label("bookings"),
    _sum_where(_in(Book.POINTS)).label("points"),
    _sum_where(_RESIDENT, _in(Book.POINTS)).label("points_in"),
    _sum_where(_RESIDENT, _out(Book.POINTS), amount=-ENTRY.c.amount).label("points_out"),
    _sum_where(_RESIDENT, _in(Book.HOURS)).label("minutes_in"),
    _sum_where(_RESIDENT, _out(Book.HOURS), amount=-ENTRY.c.amount).label("minutes_out"),
)
"""What is counted, over entries joined with their transactions and accounts."""

COLLECTING = ~ACCOUNT.c.guarded
"""The accounts that have totals of their own."""


def _first_there() -> ColumnElement[bool]:
    """A booking counts once on an account, also with several entries there."""
    before = ENTRY.alias()
    return ~(
        select(before.c.id)
        .where(
            before.c.transaction_id == ENTRY.c.transaction_id,
            before.c.account_id == ENTRY.c.account_id,
            before.c.position < ENTRY.c.position,
        )
        .correlate(ENTRY)
        .exists()
    )


ACCOUNT_FIGURES = (
    _sum_where(_first_there(), amount=1).label("bookings"),
    _sum_where(ENTRY.c.amount > 0).label("amount_in"),
    _sum_where(ENTRY.c.amount < 0, amount=-ENTRY.c.amount).label("amount_out"),
)
"""The same of an account, in its own unit."""

BOUNDS = (
    func.min(TRANSACTION.c.id).label("first_id"),
    func.max(TRANSACTION.c.id).label("last_id"),
)


def entries(*columns: Any) -> Select[Any]:
    """Columns of entries with their transactions and accounts."""
    return (
        select(*columns)
        .select_from(ENTRY)
        .join(TRANSACTION, TRANSACTION.c.id == ENTRY.c.transaction_id)
        .join(ACCOUNT, ACCOUNT.c.id == ENTRY.c.account_id)
    )


def total_up() -> int:
    """Advance the totals; returns by how many entries. Opens units of work of its own, and leaves
    what it does not manage in its turn to the next. Does nothing while a long transaction posts."""
    try:
        settled = newest_settled()
    except InProgress:
        log.info("totals put off: a long transaction is posting")
        return 0
    done, began = 0, time.monotonic()
    while time.monotonic() - began < TURN.total_seconds():
        with unit_of_work():
            advanced = _total_up_some(settled)
        done += advanced
        if not advanced:
            break
    return done


def _total_up_some(settled: int) -> int:
    insert_new(LedgerTotalHead, id=1, totalled_to=0)
    before = db.session.execute(select(TOTAL_HEAD.c.totalled_to)).scalar_one()
    ids = _next_entries(before, settled)
    if ids is None:
        return 0
    count, last = ids
    moved = db.session.connection().execute(
        update(TOTAL_HEAD).where(TOTAL_HEAD.c.totalled_to == before).values(totalled_to=last)
    )
    if not moved.rowcount:
        return 0  # another worker was faster
    some = and_(ENTRY.c.id > before, ENTRY.c.id <= last)
    spans = _spans(some)
    for first in range(0, len(spans), _SPANS_AT_ONCE):
        _add(some, spans[first : first + _SPANS_AT_ONCE])
    return count


def _next_entries(before: int, settled: int) -> tuple[int, int] | None:
    """How many entries come next, and the last of them; None if there are none."""
    some = (
        select(ENTRY.c.id)
        .where(ENTRY.c.id > before, ENTRY.c.id <= settled)
        .order_by(ENTRY.c.id)
        .limit(_AT_ONCE)
        .subquery()
    )
    count, last = db.session.execute(select(func.count(), func.max(some.c.id))).one()
    return (count, last) if count else None


def _spans(some: ColumnElement[bool]) -> list[_Span]:
    """The days and months in which some entries were written."""
    instants = db.session.execute(entries(TRANSACTION.c.created_at).where(some).distinct())
    days = {clock.day_of(instant) for instant in instants.scalars()}
    months = {day.replace(day=1) for day in days}
    return [_Span("day", day, day + timedelta(days=1)) for day in sorted(days)] + [
        _Span("month", month, (month + timedelta(days=31)).replace(day=1))
        for month in sorted(months)
    ]


def _add(some: ColumnElement[bool], spans: Iterable[_Span]) -> None:
    """Add some entries to the totals of some spans."""
    span = union_all(*(_selected(each) for each in spans)).subquery()
    of_span = and_(
        TRANSACTION.c.created_at >= span.c.begins_at, TRANSACTION.c.created_at < span.c.ends_at
    )
    key = (TRANSACTION.c.region_code, span.c.span, span.c.begins_on, TRANSACTION.c.kind)
    _grow(TOTAL, key, FIGURES, lambda found: found.join(span, of_span).where(some))
    _grow(
        ACCOUNT_TOTAL,
        (ENTRY.c.account_id, *key),
        ACCOUNT_FIGURES,
        lambda found: found.join(span, of_span).where(some, COLLECTING),
    )


def _grow(
    table: Table,
    key: tuple[Any, ...],
    figures: tuple[Any, ...],
    narrowed: Callable[[Select[Any]], Select[Any]],
) -> None:
    """Add figures of entries to the rows of a table, by its key; make those that are not there."""
    found = narrowed(entries(*key, *figures, *BOUNDS)).group_by(*key)
    insert = sqlite.insert if on_sqlite() else postgresql.insert
    statement = insert(table).from_select([each.name for each in table.c], found)
    kept, new = table.c, statement.excluded
    grown: dict[str, Any] = {each.name: kept[each.name] + new[each.name] for each in figures}
    grown["first_id"] = case((new.first_id < kept.first_id, new.first_id), else_=kept.first_id)
    grown["last_id"] = case((new.last_id > kept.last_id, new.last_id), else_=kept.last_id)
    db.session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=[each.name for each in table.primary_key], set_=grown
        )
    )


def _selected(span: _Span) -> Any:
    return select(
        literal(span.name, String).label("span"),
        literal(span.begins_on, Date).label("begins_on"),
        literal(clock.start_of(span.begins_on), UtcDateTime).label("begins_at"),
        literal(clock.start_of(span.ends_on), UtcDateTime).label("ends_at"),
    )
