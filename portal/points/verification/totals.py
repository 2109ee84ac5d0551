"""Are the totals of each day and month what was booked in it?

That a kind's totals add up over all time is a check of its own (``sums``); here a total that was
moved from one day to another is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import func, select

from portal.core.clock import clock
from portal.core.database import db
from portal.points.ledger.tables import ENTRY, TOTAL, TOTAL_HEAD, TRANSACTION
from portal.points.ledger.totals import FIGURES, entries
from portal.points.verification.problems import Problem

_Figures = dict[tuple[str, str, str], int]
"""By region, kind and the name of the figure."""
_NAMES = tuple(each.name for each in FIGURES)
_KEPT = tuple(TOTAL.c[name] for name in _NAMES)


def misplaced_totals() -> Iterator[Problem]:
    """The totals that are not those of their day or month, the oldest first."""
    head = db.session.execute(select(TOTAL_HEAD.c.totalled_to)).scalar_one_or_none() or 0
    for month, days in groupby(_days(), key=lambda day: day.replace(day=1)):
        of_month: Counter[tuple[str, str, str]] = Counter()
        for day in days:
            of_day = _booked_on(day, head)
            yield from _differences("day", day, of_day)
            of_month.update(of_day)
        yield from _differences("month", month, of_month)


def _days() -> list[date]:
    """Every day for which, or for whose month, something is kept."""
    days = select(TOTAL.c.begins_on).distinct().order_by(TOTAL.c.begins_on)
    return list(db.session.execute(days).scalars())


def _booked_on(day: date, head: int) -> _Figures:
    """What the entries of a day come to. The kept ids lead to them: wrong ones would leave some
    out, and the figures would differ."""
    of_day = (TOTAL.c.span == "day", TOTAL.c.begins_on == day)
    bounds = select(func.min(TOTAL.c.first_id), func.max(TOTAL.c.last_id)).where(*of_day)
    first, last = db.session.execute(bounds).one()
    if first is None:
        return {}
    booked = (
        entries(TRANSACTION.c.region_code, TRANSACTION.c.kind, *FIGURES)
        .where(
            TRANSACTION.c.id.between(first, last),
            TRANSACTION.c.created_at >= clock.start_of(day),
            TRANSACTION.c.created_at < clock.start_of(day + timedelta(days=1)),
            ENTRY.c.id <= head,
        )
        .group_by(TRANSACTION.c.region_code, TRANSACTION.c.kind)
    )
    return _by_name(booked)


def _differences(span: str, begins_on: date, booked: _Figures | Counter[Any]) -> Iterator[Problem]:
    kept = _by_name(
        select(TOTAL.c.region_code, TOTAL.c.kind, *_KEPT).where(
            TOTAL.c.span == span, TOTAL.c.begins_on == begins_on
        )
    )
    for region, kind, name in sorted({*kept, *booked}):
        key = (region, kind, name)
        if kept.get(key, 0) != booked.get(key, 0):
            detail = f"{name}: kept are {kept.get(key, 0)}, booked {booked.get(key, 0)}"
            where = f"{region} {kind} {span} {begins_on.isoformat()}"
            yield Problem("total", "ledger_total", where, detail)


def _by_name(statement: Any) -> _Figures:
    return {
        (row.region_code, row.kind, name): int(getattr(row, name))
        for row in db.session.execute(statement)
        for name in _NAMES
    }
