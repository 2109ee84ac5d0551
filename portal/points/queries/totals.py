"""What stands in the books in sum, by kind: from totals of months and days, and from the entries
that are newer than these. For an account that only collects there are totals too; for a resident's
accounts their own entries are few."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    distinct,
    func,
    literal,
    or_,
    select,
    union_all,
)

from portal.core.audit import AuditEvent
from portal.core.database import db
from portal.core.permissions import Principal
from portal.points.ledger import Book
from portal.points.ledger.totals import ACCOUNT_FIGURES, BOUNDS, FIGURES, entries
from portal.points.models import (
    LedgerAccount,
    LedgerAccountTotal,
    LedgerEntry,
    LedgerTotal,
    LedgerTotalHead,
    LedgerTransaction,
)
from portal.points.queries.book import BookFilter, fitting, readable
from portal.regions.models import Region
from portal.regions.queries import within

VERIFIED = "ledger.verified"
"""The deed of the audit log by which it is kept that the books were verified."""


@dataclass(frozen=True)
class Total:
    """All bookings of one kind. ``points`` are all that changed accounts (None where only one
    account is looked at); the others are what came to residents, or to the account, and what left
    them."""

    kind: str
    bookings: int
    points: int | None
    points_in: int
    points_out: int
    minutes_in: int
    minutes_out: int


FEW = 2_000
"""So many bookings can be put in order at once."""


@dataclass(frozen=True)
class Totals:
    """By kind, in the order of their names; ``ids`` are the lowest and highest of the bookings."""

    kinds: Sequence[Total]
    ids: tuple[str, str] | None

    @property
    def bookings(self) -> int:
        return sum(each.bookings for each in self.kinds)

    def narrowed(self, wanted: BookFilter) -> BookFilter:
        """The filter that these are the totals of, with what is known of its bookings by now."""
        return replace(wanted, ids=self.ids, few=self.bookings <= FEW)


def totals_within(actor: Principal, wanted: BookFilter) -> Totals:
    """What the bookings that fit come to, in the regions whose books the actor may read."""
    collecting = _collecting(wanted.accounts)
    if wanted.accounts is None:
        rows = _settled(lambda reached: _of_regions(actor, wanted, reached))
    elif collecting is not None:
        rows = _settled(lambda reached: _of_collecting(actor, wanted, collecting, reached))
    else:
        rows = db.session.execute(_of_accounts(actor, wanted)).all()
    of_accounts = wanted.accounts is not None
    kinds = [_total(row, of_accounts=of_accounts) for row in rows if row.bookings]
    ids = (min(row.first_id for row in rows), max(row.last_id for row in rows)) if kinds else None
    return Totals(kinds, ids)


@dataclass(frozen=True)
class _Collecting:
    """An account that only collects, and what it counts."""

    id: int
    book: str


def _collecting(accounts: tuple[int, ...] | None) -> _Collecting | None:
    """The one account that is looked at, where it only collects."""
    if accounts is None or len(accounts) != 1:
        return None
    found = db.session.execute(
        select(LedgerAccount.id, LedgerAccount.book).where(
            LedgerAccount.id == accounts[0], ~LedgerAccount.guarded
        )
    ).first()
    return _Collecting(found.id, found.book) if found is not None else None


def _settled(question: Callable[[int], Select[Any]]) -> Sequence[Any]:
    """The answer to a question about the totals and the entries beyond the one they have reached.

    The number of that entry stands in the question, so that the planner sees how few come after
    it; where the job advanced the totals meanwhile, it is asked anew, and no entry counts twice.
    """
    before = _reached()
    while True:
        rows = db.session.execute(question(before)).all()
        after = _reached()
        if after == before:
            return rows
        before = after


def _reached() -> int:
    """The last entry that is in the totals; 0 if none is."""
    highest = select(func.coalesce(func.max(LedgerTotalHead.totalled_to), 0))
    return int(db.session.execute(highest).scalar_one())


def last_verification() -> Row[*tuple[Any, ...]] | None:
    """``at, details`` of when the books were last verified; None if never."""
    return db.session.execute(
        select(AuditEvent.at, AuditEvent.details)
        .where(AuditEvent.action == VERIFIED)
        .order_by(AuditEvent.id.desc())
        .limit(1)
    ).first()


Span = tuple[str, date | None, date | None]
"""``day`` or ``month``, and the first and last day on which it may begin."""


def spans(since: date | None, until: date | None) -> list[Span]:
    """A time in whole months and the days at its ends; both days are in it, None is open."""
    first = _month_from(since) if since else None
    last = _month_to(until) if until else None
    if since and until and first and last and first > last:
        return [("day", since, until)]
    found: list[Span] = [("month", first, last)]
    if since and first and since < first:
        found.append(("day", since, first - timedelta(days=1)))
    if until and last and _following(last) <= until:
        found.append(("day", _following(last), until))
    return found


def _month_from(day: date) -> date:
    """The first month that begins on this day or later."""
    return day if day.day == 1 else _following(day)


def _month_to(day: date) -> date:
    """The last month that ends on this day or earlier."""
    following = _following(day)
    if following == day + timedelta(days=1):
        return day.replace(day=1)
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _following(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


_Kept = type[LedgerTotal | LedgerAccountTotal]
_COUNTED = ("bookings", "points", "points_in", "points_out", "minutes_in", "minutes_out")


def _of_regions(actor: Principal, wanted: BookFilter, reached: int) -> Select[Any]:
    kept = _kept(LedgerTotal, _COUNTED, actor, wanted)
    since = _since(FIGURES, actor, wanted, reached)
    return _together(kept, since, lambda both: [both.c[name].label(name) for name in _COUNTED])


def _of_collecting(
    actor: Principal, wanted: BookFilter, account: _Collecting, reached: int
) -> Select[Any]:
    table, names = LedgerAccountTotal, [each.name for each in ACCOUNT_FIGURES]
    kept = _kept(table, names, actor, wanted).where(table.account_id == account.id)
    since = _since(ACCOUNT_FIGURES, actor, wanted, reached).where(
        LedgerEntry.account_id == account.id
    )
    return _together(kept, since, lambda both: _in_its_book(both, account.book))


def _in_its_book(both: Any, book: str) -> list[Any]:
    """The columns of a total; the figures of the other book are nothing."""
    unit = "points" if book == Book.POINTS else "minutes"
    figures = {f"{unit}_in": both.c.amount_in, f"{unit}_out": both.c.amount_out}
    columns = [both.c.bookings.label("bookings")]
    return columns + [figures.get(name, literal(0)).label(name) for name in _COUNTED[2:]]


def _together(
    kept: Select[Any], since: Select[Any], columns: Callable[[Any], list[Any]]
) -> Select[Any]:
    """What is kept and what came since, by kind."""
    both = union_all(kept, since).subquery()
    return (
        select(
            both.c.kind,
            *(func.sum(each).label(each.name) for each in columns(both)),
            func.min(both.c.first_id).label("first_id"),
            func.max(both.c.last_id).label("last_id"),
        )
        .group_by(both.c.kind)
        .order_by(both.c.kind)
    )


def _kept(
    table: _Kept,
    names: Sequence[str],
    actor: Principal,
    wanted: BookFilter,
) -> Select[Any]:
    sums = [func.sum(getattr(table, name)).label(name) for name in names]
    bounds = func.min(table.first_id), func.max(table.last_id)
    return (
        select(table.kind, *sums, bounds[0].label("first_id"), bounds[1].label("last_id"))
        .join(Region, Region.code == table.region_code)
        .where(readable(actor), _in_spans(table, spans(wanted.since, wanted.until)))
        .where(*_narrowed(table, wanted))
        .group_by(table.kind)
    )


def _narrowed(table: _Kept, wanted: BookFilter) -> list[ColumnElement[bool]]:
    """The conditions of a filter on a total and its region, its days apart."""
    conditions = []
    if wanted.kind:
        conditions.append(table.kind == wanted.kind)
    if wanted.region:
        conditions.append(within(wanted.region))
    return conditions


def _in_spans(table: _Kept, wanted: Iterable[Span]) -> ColumnElement[bool]:
    return or_(*(_in_span(table, *each) for each in wanted))


def _in_span(table: _Kept, span: str, first: date | None, last: date | None) -> ColumnElement[bool]:
    conditions = [table.span == span]
    if first:
        conditions.append(table.begins_on >= first)
    if last:
        conditions.append(table.begins_on <= last)
    return and_(*conditions)


def _since(
    figures: tuple[Any, ...], actor: Principal, wanted: BookFilter, reached: int
) -> Select[Any]:
    """The entries that the totals have not reached."""
    return (
        entries(LedgerTransaction.kind, *figures, *BOUNDS)
        .join(Region, Region.code == LedgerTransaction.region_code)
        .where(LedgerEntry.id > reached, readable(actor), *fitting(wanted))
        .group_by(LedgerTransaction.kind)
    )


def _of_accounts(actor: Principal, wanted: BookFilter) -> Select[Any]:
    points, hours = LedgerAccount.book == Book.POINTS, LedgerAccount.book == Book.HOURS
    amount = LedgerEntry.amount
    return (
        entries(
            LedgerTransaction.kind,
            func.count(distinct(LedgerEntry.transaction_id)).label("bookings"),
            _sum(points & (amount > 0), amount).label("points_in"),
            _sum(points & (amount < 0), -amount).label("points_out"),
            _sum(hours & (amount > 0), amount).label("minutes_in"),
            _sum(hours & (amount < 0), -amount).label("minutes_out"),
            *BOUNDS,
        )
        .join(Region, Region.code == LedgerTransaction.region_code)
        .where(LedgerEntry.account_id.in_(wanted.accounts or ()))
        .where(readable(actor), *fitting(wanted))
        .group_by(LedgerTransaction.kind)
        .order_by(LedgerTransaction.kind)
    )


def _sum(condition: ColumnElement[bool], amount: Any) -> Any:
    return func.sum(case((condition, amount), else_=0))


def _total(row: Any, *, of_accounts: bool) -> Total:
    return Total(
        kind=row.kind,
        bookings=int(row.bookings),
        points=None if of_accounts else int(row.points),
        points_in=int(row.points_in),
        points_out=int(row.points_out),
        minutes_in=int(row.minutes_in),
        minutes_out=int(row.minutes_out),
    )
