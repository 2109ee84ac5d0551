"""Rates: the same as ``rules.rates.counted`` says of the folded events, asked of the rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from portal.core.database import db
from portal.core.permissions import Principal
from portal.regions.models import Region
from portal.regions.queries import within
from portal.suggestions.models import Suggestion
from portal.suggestions.queries.cases import is_past_its_date
from portal.suggestions.queries.visibility import counted_for
from portal.suggestions.rules.machine import LEFT_OUT, Status
from portal.suggestions.rules.rates import CONTENT, Counts


@dataclass(frozen=True)
class Narrowing:
    """Which cases are counted, by the days on which they were received; None leaves it open."""

    region: str | None = None
    department: str | None = None
    category: str | None = None
    first_day: date | None = None
    last_day: date | None = None


def counts(principal: Principal | None, narrowing: Narrowing) -> Counts:
    """The counts of some cases, in one statement."""
    row = db.session.execute(
        select(*tallies())
        .select_from(Suggestion)
        .join(Region, Region.code == Suggestion.region_code)
        .where(counted_for(principal), *narrowed(narrowing))
    ).one()
    return Counts(**{name: int(value) for name, value in row._mapping.items()})


def tallies() -> list[ColumnElement[Any]]:
    """What ``Counts`` holds, each under its name, of whatever a statement selects."""
    return [
        func.count().label("received"),
        func.count(Suggestion.first_accepted_at).label("accepted"),
        func.count(Suggestion.first_answered_at).label("answered"),
        _number(in_time()).label("on_time"),
        _number(Suggestion.status == Status.CLOSED).label("closed"),
        func.count(Suggestion.score).label("judged"),
        _number(Suggestion.score >= CONTENT).label("satisfied"),
        _number(is_past_its_date()).label("overdue"),
    ]


def in_time() -> ColumnElement[bool]:
    """First answered not after its date."""
    return Suggestion.first_answered_at <= Suggestion.due_at


def _number(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def narrowed(narrowing: Narrowing) -> list[ColumnElement[bool]]:
    """The conditions of a narrowing; merged and rejected cases are none of those counted."""
    conditions: list[ColumnElement[bool]] = [Suggestion.status.not_in(LEFT_OUT)]
    if narrowing.region is not None:
        conditions.append(within(narrowing.region))
    if narrowing.department is not None:
        conditions.append(Suggestion.department_id == narrowing.department)
    if narrowing.category is not None:
        conditions.append(Suggestion.category_code == narrowing.category)
    if narrowing.first_day is not None:
        conditions.append(Suggestion.received_on >= narrowing.first_day)
    if narrowing.last_day is not None:
        conditions.append(Suggestion.received_on <= narrowing.last_day)
    return conditions
