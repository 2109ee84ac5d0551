"""The supervisor's figures: rates and median days, line by line, and the cases behind each."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    and_,
    cast,
    extract,
    func,
    select,
    tuple_,
)
from sqlalchemy.orm import aliased

from portal.core.database import db, on_sqlite
from portal.core.pagination import Page, fetch_page
from portal.core.permissions import Permission, Principal
from portal.regions.models import Region
from portal.regions.queries import names_of, where_holding
from portal.regions.rules import Level, code_lengths, spoken_name
from portal.suggestions.models import (
    Department,
    Suggestion,
    SuggestionEvent,
)
from portal.suggestions.queries import departments
from portal.suggestions.queries.cases import columns, is_past_its_date
from portal.suggestions.queries.statistics import Narrowing, in_time, narrowed, tallies
from portal.suggestions.rules.machine import Status
from portal.suggestions.rules.rates import CONTENT, Counts, median

_AT_ONCE = 200
_RECEIVED = (Suggestion.__table__.c.received_at, Suggestion.__table__.c.id)


class Split(StrEnum):
    """By what the figures are told apart."""

    REGION = "region"
    DEPARTMENT = "department"
    CATEGORY = "category"
    MONTH = "month"


class Figure(StrEnum):
    """What a figure counts; each has the cases behind it."""

    ACCEPTED = "accepted"
    WAITING = "waiting"
    ON_TIME = "on_time"
    LATE = "late"
    CLOSED = "closed"
    OVERDUE = "overdue"
    SATISFIED = "satisfied"
    UNSATISFIED = "unsatisfied"


@dataclass(frozen=True)
class Line:
    """The figures of one region, department, category or month (``key``). ``median_days``: whole
    days from the report to the first answer; None before there is one."""

    key: str
    name: str
    counts: Counts
    median_days: int | None


def lines(actor: Principal, split: Split, narrowing: Narrowing) -> list[Line]:
    """The figures of what somebody supervises, by one statement: those with most cases first, of
    months the earliest."""
    key, days = _key(split, narrowing.region), _days()
    rows = db.session.execute(
        select(key.label("key"), days.label("days"), *tallies())
        .select_from(Suggestion)
        .join(Region, Region.code == Suggestion.region_code)
        .where(*_supervised(actor, narrowing))
        .group_by(key, days)
    )
    grouped: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        grouped["" if row.key is None else str(row.key)].append(row)
    names = _names(split, list(grouped))
    found = [_line(key, names.get(key, key), group) for key, group in grouped.items()]
    return sorted(found, key=_by_month if split is Split.MONTH else _by_size)


def line_of(split: Split, key: str, narrowing: Narrowing) -> Narrowing | None:
    """What a line counts, as a narrowing of its own; None where no narrowing says it (cases that
    no department has)."""
    if not key:
        return None
    if split is Split.DEPARTMENT:
        return replace(narrowing, department=key)
    if split is Split.CATEGORY:
        return replace(narrowing, category=key)
    if split is Split.REGION:
        return replace(narrowing, region=key)
    first, last = _days_of_month(int(key[:4]), int(key[4:6]))
    return replace(
        narrowing,
        first_day=max(first, narrowing.first_day or first),
        last_day=min(last, narrowing.last_day or last),
    )


def _days_of_month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def whole(lines: Iterable[Line]) -> Counts:
    """All lines together."""
    return _added([line.counts for line in lines])


def page(
    actor: Principal, figure: Figure | None, narrowing: Narrowing, *, cursor: str | None = None
) -> Page[Any]:
    """The cases behind a figure, the latest received on top.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    conditions = [*_supervised(actor, narrowing)]
    if figure is not None:
        conditions.append(_behind()[figure])
    return fetch_page(
        columns().where(*conditions), _RECEIVED, name="figures", cursor=cursor, descending=True
    )


def events(actor: Principal, narrowing: Narrowing) -> Iterator[Row[Any]]:
    """Every event of the cases that somebody supervises, case by case in the order of receipt:
    all that the rates can be recomputed from, and not a word of what people wrote."""
    last: Row[Any] | None = None
    while some := _some_cases(actor, narrowing, last):
        last = some[-1]
        yield from _events_of([row.id for row in some])


def _some_cases(
    actor: Principal, narrowing: Narrowing, last: Row[Any] | None
) -> Sequence[Row[*tuple[Any, ...]]]:
    statement = (
        select(*_RECEIVED)
        .join(Region, Region.code == Suggestion.region_code)
        .where(*_supervised(actor, narrowing, left_out=True))
    )
    if last is not None:
        statement = statement.where(tuple_(*_RECEIVED) > (last.received_at, last.id))
    return db.session.execute(statement.order_by(*_RECEIVED).limit(_AT_ONCE)).all()


def _events_of(suggestion_ids: Sequence[str]) -> Sequence[Row[Any]]:
    sender, receiver, lead = aliased(Department), aliased(Department), aliased(Suggestion)
    event = SuggestionEvent.__table__.c
    return db.session.execute(
        select(
            Suggestion.number,
            Suggestion.region_code,
            Suggestion.category_code,
            Suggestion.visibility,
            event.position,
            event.at,
            event.event,
            event.by_role,
            event.from_status,
            event.to_status,
            sender.name.label("from_department"),
            receiver.name.label("to_department"),
            event.due_at,
            event.judge_until,
            event.report_by,
            event.level,
            event.score,
            event.outcome,
            lead.number.label("merged_into"),
            event.way,
            event.of_part,
        )
        .join(Suggestion, Suggestion.id == event.suggestion_id)
        .outerjoin(sender, sender.id == event.from_department_id)
        .outerjoin(receiver, receiver.id == event.to_department_id)
        .outerjoin(lead, lead.id == event.merged_into)
        .where(event.suggestion_id.in_(suggestion_ids))
        .order_by(Suggestion.received_at, Suggestion.id, event.position)
    ).all()


def _supervised(
    actor: Principal, narrowing: Narrowing, *, left_out: bool = False
) -> list[ColumnElement[bool]]:
    """``left_out``: merged and rejected cases as well."""
    held = where_holding(actor, Permission.SUGGESTION_SUPERVISE)
    conditions = narrowed(narrowing)
    return [held, *(conditions[1:] if left_out else conditions)]


def _behind() -> Mapping[Figure, ColumnElement[bool]]:
    answered = Suggestion.first_answered_at.is_not(None)
    return {
        Figure.ACCEPTED: Suggestion.first_accepted_at.is_not(None),
        Figure.WAITING: Suggestion.first_accepted_at.is_(None),
        Figure.ON_TIME: in_time(),
        Figure.LATE: and_(answered, Suggestion.first_answered_at > Suggestion.due_at),
        Figure.CLOSED: Suggestion.status == Status.CLOSED,
        Figure.OVERDUE: is_past_its_date(),
        Figure.SATISFIED: Suggestion.score >= CONTENT,
        Figure.UNSATISFIED: Suggestion.score < CONTENT,
    }


def _key(split: Split, region: str | None) -> Any:
    if split is Split.DEPARTMENT:
        return Suggestion.department_id
    if split is Split.CATEGORY:
        return Suggestion.category_code
    if split is Split.MONTH:
        month = extract("month", Suggestion.received_on)
        return extract("year", Suggestion.received_on) * 100 + month
    return func.substr(Suggestion.region_code, 1, _below(region or ""))


def _below(region: str) -> int:
    """How long the codes of the next lower level are; of the lowest, its own."""
    lengths = sorted(code_lengths(level)[0] for level in Level)
    return next((each for each in lengths if each > len(region)), lengths[-1])


def _days() -> ColumnElement[Any]:
    """Whole days from the report to the first answer; NULL before there is one."""
    if on_sqlite():
        apart = func.julianday(Suggestion.first_answered_at) - func.julianday(
            Suggestion.received_at
        )
        return cast(apart + 0.000005, Integer)  # half a second: julianday is not exact
    seconds = extract("epoch", Suggestion.first_answered_at - Suggestion.received_at)
    return cast(func.floor(seconds / 86_400), Integer)


def _names(split: Split, keys: Sequence[str]) -> Mapping[str, str]:
    if split is Split.DEPARTMENT:
        return departments.names_of(keys)
    if split is Split.CATEGORY:
        return departments.category_names(keys)
    if split is Split.MONTH:
        return {key: f"{key[:4]}-{key[4:6]}" for key in keys}
    return {code: spoken_name(name) for code, name in names_of(keys).items()}


def _line(key: str, name: str, rows: Sequence[Row[Any]]) -> Line:
    counts = _added([_counts(row) for row in rows])
    days = {row.days: row.answered for row in rows if row.days is not None}
    return Line(key, name, counts, median(days))


def _counts(row: Row[Any]) -> Counts:
    return Counts(**{each.name: int(row._mapping[each.name]) for each in fields(Counts)})


def _added(some: Sequence[Counts]) -> Counts:
    return Counts(
        **{each.name: sum(getattr(counts, each.name) for counts in some) for each in fields(Counts)}
    )


def _by_size(line: Line) -> tuple[Any, ...]:
    return (-line.counts.received, line.name)


def _by_month(line: Line) -> tuple[Any, ...]:
    return (line.key,)
