"""What waits at the desks: of dispatchers, departments, supervisors. The longest waiting first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from portal.core import search
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal, ScopeKind
from portal.regions.models import Region
from portal.regions.queries import where_holding, within
from portal.regions.rules import Level, code_lengths
from portal.suggestions.models import (
    Department,
    Suggestion,
    SuggestionPart,
)
from portal.suggestions.queries.cases import SEARCH_KIND, CaseRow, columns, is_past_its_date
from portal.suggestions.queries.visibility import departments_of, handled_by
from portal.suggestions.rules.machine import HELD, OPEN, Status
from portal.suggestions.rules.similarity import Account, alike

LOOKED_AT = 200
"""Open cases of one community among which similar ones are looked for, the latest first."""
MOST_ALIKE = 5
THIRD_RETURN, SECOND_REOPENING = 3, 2


class ToSort(StrEnum):
    """What waits for a dispatcher."""

    NEW = "new"
    RETURNED = "returned"
    REOPENED = "reopened"


class ToDo(StrEnum):
    """What waits for a department."""

    TO_ACCEPT = "to_accept"
    IN_WORK = "in_work"
    OVERDUE = "overdue"
    PARTS = "parts"


class ToWatch(StrEnum):
    """What a supervisor looks at."""

    OVERDUE = "overdue"
    LEVEL_1 = "level_1"
    LEVEL_2 = "level_2"
    RETURNED = "returned"
    REOPENED = "reopened"
    LATE_PARTS = "late_parts"


@dataclass(frozen=True)
class Numbers:
    """How many cases wait, by the names of a desk's states, and ``all`` of them."""

    by_state: Mapping[str, int]
    all: int

    def __getattr__(self, name: str) -> int:
        try:
            return self.by_state[name]
        except KeyError:
            raise AttributeError(name) from None


_SORTED = {
    ToSort.NEW: Suggestion.status == Status.RECEIVED,
    ToSort.RETURNED: Suggestion.status == Status.RETURNED,
    ToSort.REOPENED: Suggestion.status == Status.REOPENED,
}


def page_to_sort(
    actor: Principal,
    state: ToSort | None = None,
    *,
    q: str = "",
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """What somebody has to dispatch, what was received first on top. ``q`` looks among all cases
    of the regions, by number or words.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    held = _held(actor, Permission.SUGGESTION_DISPATCH)
    waiting = and_(_among_open(), _SORTED[state] if state else or_(*_SORTED.values()))
    wanted = _found(q) if q else waiting
    keys = _keys("received_at")
    return fetch_page(
        columns().where(held, wanted), keys, name="to_sort", cursor=cursor, limit=limit
    )


def numbers_to_sort(actor: Principal) -> Numbers:
    """How much a dispatcher has to sort."""
    held = _held(actor, Permission.SUGGESTION_DISPATCH)
    return _numbers(_SORTED, held, or_(*_SORTED.values()))


def page_to_do(
    actor: Principal,
    state: ToDo | None = None,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """What somebody's departments have to do, what is due first on top.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    states = _to_do(departments_of(actor))
    wanted = states[state] if state else or_(*states.values())
    return fetch_page(
        columns().where(wanted), _keys("due_at"), name="to_do", cursor=cursor, limit=limit
    )


def numbers_to_do(actor: Principal) -> Numbers:
    """How much somebody's departments have to do."""
    states = _to_do(departments_of(actor))
    return _numbers(states, or_(*states.values()))


def page_to_watch(
    actor: Principal,
    state: ToWatch | None = None,
    region: str | None = None,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """What somebody has to look after as a supervisor, what is due first on top.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    states = _to_watch()
    wanted = states[state] if state else or_(*states.values())
    statement = columns().where(_watched(actor, region), _among_open(), wanted)
    return fetch_page(statement, _keys("due_at"), name="to_watch", cursor=cursor, limit=limit)


def numbers_to_watch(actor: Principal, region: str | None = None) -> Numbers:
    """How much a supervisor has to look after."""
    states = _to_watch()
    return _numbers(states, _watched(actor, region))


def handled(actor: Principal, suggestion_id: str) -> CaseRow:
    """A case with which somebody has to do at a desk.

    Raises:
        NotFound: there is none, or others have to do with it.
    """
    row = db.session.execute(
        columns().where(Suggestion.id == suggestion_id, handled_by(actor))
    ).first()
    if row is None:
        raise NotFound
    return row


def parts_of_case(suggestion_id: str) -> Sequence[CaseRow]:
    """The departments called to a case: ``name, report_by, reported_at, done_at``."""
    return db.session.execute(
        select(
            Department.name,
            SuggestionPart.report_by,
            SuggestionPart.reported_at,
            SuggestionPart.done_at,
        )
        .join(Department, Department.id == SuggestionPart.department_id)
        .where(SuggestionPart.suggestion_id == suggestion_id)
        .order_by(SuggestionPart.report_by, Department.name)
    ).all()


def merged_here(suggestion_id: str) -> Sequence[CaseRow]:
    """``id, number, title`` of the cases that were merged into one."""
    return db.session.execute(
        select(Suggestion.id, Suggestion.number, Suggestion.title)
        .where(Suggestion.merged_into == suggestion_id)
        .order_by(Suggestion.received_at, Suggestion.id)
    ).all()


def numbered(actor: Principal, number: str) -> CaseRow | None:
    """A case by its number, within what somebody dispatches; None where there is none."""
    held = where_holding(actor, Permission.SUGGESTION_DISPATCH)
    return db.session.execute(columns().where(Suggestion.number == number, held)).first()


def alike_to(actor: Principal, row: CaseRow) -> Sequence[CaseRow]:
    """Open cases of the same community that may be about the same as one, likeliest first: those
    with which it can be merged."""
    community = row.region_code[: code_lengths(Level.COMMUNITY)[0]]
    candidates = db.session.execute(
        columns()
        .where(
            within(community),
            where_holding(actor, Permission.SUGGESTION_DISPATCH),
            Suggestion.status.in_(OPEN),
            Suggestion.visibility == row.visibility,
            Suggestion.id != row.id,
        )
        .order_by(Suggestion.received_at.desc(), Suggestion.id.desc())
        .limit(LOOKED_AT)
    ).all()
    return alike(_account(row), ((each, _account(each)) for each in candidates), MOST_ALIKE)


def _account(row: CaseRow) -> Account:
    position = None if row.latitude is None else (row.latitude, row.longitude)
    return Account(f"{row.title}\n{row.description}", row.category_code, row.region_code, position)


def _keys(first: str) -> list[Any]:
    return [Suggestion.__table__.c[first], Suggestion.__table__.c.id]


def _found(q: str) -> ColumnElement[bool]:
    return or_(Suggestion.number == q, Suggestion.id.in_(search.matching(SEARCH_KIND, q)))


def _to_do(departments: Collection[str]) -> dict[ToDo, ColumnElement[bool]]:
    mine = Suggestion.department_id.in_(departments)
    called = select(SuggestionPart.suggestion_id).where(
        SuggestionPart.department_id.in_(departments), SuggestionPart.done_at.is_(None)
    )
    open_to_them = Suggestion.status.in_(HELD)
    return {
        ToDo.TO_ACCEPT: and_(mine, Suggestion.status.in_((Status.DISPATCHED, Status.REOPENED))),
        ToDo.IN_WORK: and_(mine, Suggestion.status.in_((Status.ACCEPTED, Status.IN_PROGRESS))),
        ToDo.OVERDUE: and_(mine, open_to_them, is_past_its_date()),
        ToDo.PARTS: and_(open_to_them, Suggestion.id.in_(called)),
    }


def _to_watch() -> dict[ToWatch, ColumnElement[bool]]:
    is_open = Suggestion.status.in_(OPEN)
    late = exists().where(
        SuggestionPart.suggestion_id == Suggestion.id,
        or_(
            SuggestionPart.reported_at > SuggestionPart.report_by,
            and_(SuggestionPart.reported_at.is_(None), SuggestionPart.report_by < now()),
        ),
    )
    return {
        ToWatch.OVERDUE: is_past_its_date(),
        ToWatch.LEVEL_1: and_(is_open, Suggestion.level == 1),
        ToWatch.LEVEL_2: and_(is_open, Suggestion.level == 2),
        ToWatch.RETURNED: and_(is_open, Suggestion.returns >= THIRD_RETURN),
        ToWatch.REOPENED: and_(is_open, Suggestion.reopenings >= SECOND_REOPENING),
        ToWatch.LATE_PARTS: and_(is_open, late),
    }


def _watched(actor: Principal, region: str | None) -> ColumnElement[bool]:
    held = _held(actor, Permission.SUGGESTION_SUPERVISE)
    return held if region is None else and_(held, within(region, in_order=True))


def _among_open() -> ColumnElement[bool]:
    """Not finished, found by the state before anything else is looked at: in a city most cases are
    over, and a list of what waits costs no more with years of them."""
    some = aliased(Suggestion)
    return Suggestion.id.in_(select(some.id).where(some.status.in_(OPEN)))


def _held(actor: Principal, permission: Permission) -> ColumnElement[bool]:
    """Where somebody holds a permission; nothing begins with the regions of a whole district."""
    codes = dict.fromkeys(actor.scopes(permission, ScopeKind.REGION))
    return or_(false(), *(within(code, in_order=True) for code in codes))


def _numbers(
    states: Mapping[Any, ColumnElement[bool]], *conditions: ColumnElement[bool]
) -> Numbers:
    """All of them by one statement, over what is not finished alone."""
    counted: Select[Any] = (
        select(
            *(_number(condition).label(str(state)) for state, condition in states.items()),
            _number(or_(false(), *states.values())).label("all"),
        )
        .select_from(Suggestion)
        .join(Region, Region.code == Suggestion.region_code)
        .where(_among_open(), *conditions)
    )
    found = {name: int(value) for name, value in db.session.execute(counted).one()._mapping.items()}
    return Numbers({str(state): found[str(state)] for state in states}, found["all"])


def _number(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
