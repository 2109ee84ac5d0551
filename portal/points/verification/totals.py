"""Are the totals of each day and month what was booked in it?

That a kind's totals add up over all time is a check of its own (``sums``); here a total that was
moved from one day to another is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select, true

from portal.core.clock import clock
from portal.core.database import db
from portal.points.ledger.tables import ACCOUNT_TOTAL, ENTRY, TOTAL, TOTAL_HEAD, TRANSACTION
from portal.points.ledger.totals import ACCOUNT_FIGURES, COLLECTING, FIGURES, entries
from portal.points.verification.problems import Problem

_Figures = dict[tuple[Any, ...], int]
"""By what the total is of, its kind and the name of the figure."""


@dataclass(frozen=True)
class _Totals:
    """A table of totals: of whom they are, what they count, and which entries are in them."""

    table: Table
    of: tuple[ColumnElement[Any], ...]
    figures: tuple[Any, ...]
    entries: ColumnElement[bool]

    @property
    def names(self) -> list[str]:
        return [each.name for each in self.figures]

    def by_name(self, statement: Any) -> _Figures:
        """The figures of rows that begin with whose they are."""
        return {
            (*row[: len(self.of)], name): int(getattr(row, name))
            for row in db.session.execute(statement)
            for name in self.names
        }


_KEPT = (
    _Totals(TOTAL, (TRANSACTION.c.region_code, TRANSACTION.c.kind), FIGURES, true()),
    _Totals(
        ACCOUNT_TOTAL,
        (ENTRY.c.account_id, TRANSACTION.c.region_code, TRANSACTION.c.kind),
        ACCOUNT_FIGURES,
        COLLECTING,
    ),
)


def misplaced_totals() -> Iterator[Problem]:
    """The totals that are not those of their day or month, the oldest first."""
    head = db.session.execute(select(TOTAL_HEAD.c.totalled_to)).scalar_one_or_none() or 0
    for totals in _KEPT:
        for month, days in groupby(_days(totals), key=lambda day: day.replace(day=1)):
            of_month: Counter[tuple[Any, ...]] = Counter()
            for day in days:
                of_day = _booked_on(totals, day, head)
                yield from _differences(totals, "day", day, of_day)
                of_month.update(of_day)
            yield from _differences(totals, "month", month, of_month)


def _days(totals: _Totals) -> list[date]:
    """Every day for which, or for whose month, something is kept."""
    begins_on = totals.table.c.begins_on
    return list(db.session.execute(select(begins_on).distinct().order_by(begins_on)).scalars())


def _booked_on(totals: _Totals, day: date, head: int) -> _Figures:
    """What the entries of a day come to. The kept ids lead to them: wrong ones would leave some
    out, and the figures would differ."""
    kept = totals.table.c
    bounds = select(func.min(kept.first_id), func.max(kept.last_id)).where(
        kept.span == "day", kept.begins_on == day
    )
    first, last = db.session.execute(bounds).one()
    if first is None:
        return {}
    booked = (
        entries(*totals.of, *totals.figures)
        .where(
            TRANSACTION.c.id.between(first, last),
            TRANSACTION.c.created_at >= clock.start_of(day),
            TRANSACTION.c.created_at < clock.start_of(day + timedelta(days=1)),
            ENTRY.c.id <= head,
            totals.entries,
        )
        .group_by(*totals.of)
    )
    return totals.by_name(booked)


def _differences(
    totals: _Totals, span: str, begins_on: date, booked: _Figures | Counter[Any]
) -> Iterator[Problem]:
    columns = totals.table.c
    of, figures = [columns[each.name] for each in totals.of], [columns[n] for n in totals.names]
    kept = totals.by_name(
        select(*of, *figures).where(columns.span == span, columns.begins_on == begins_on)
    )
    for key in sorted({*kept, *booked}):
        if kept.get(key, 0) != booked.get(key, 0):
            *whose, name = key
            detail = f"{name}: kept are {kept.get(key, 0)}, booked {booked.get(key, 0)}"
            where = " ".join([*map(str, whose), span, begins_on.isoformat()])
            yield Problem("total", totals.table.name, where, detail)
