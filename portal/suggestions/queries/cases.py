"""Cases as they are read, within what somebody may see, and what happened to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.orm import aliased

from portal.core import search
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Principal
from portal.regions.models import Region
from portal.regions.queries import within
from portal.suggestions.models import (
    Department,
    Suggestion,
    SuggestionCategory,
    SuggestionEvent,
    SuggestionNote,
    SuggestionSupporter,
)
from portal.suggestions.queries.visibility import visible_to
from portal.suggestions.rules.machine import OPEN, Status
from portal.suggestions.rules.taking_in import Visibility

SEARCH_KIND = "suggestion"
_RECEIVED = (Suggestion.__table__.c.received_at, Suggestion.__table__.c.id)

CaseRow = Row[*tuple[Any, ...]]
"""All columns of a case, ``region_name``, ``region_path``, ``category_name``, ``department_name``
(None while nobody has it)."""


@dataclass(frozen=True)
class Filters:
    """What a list of cases is narrowed to; None leaves it open."""

    region: str | None = None
    status: Status | None = None
    category: str | None = None
    q: str | None = None
    overdue: bool | None = None


@dataclass(frozen=True)
class Reported:
    """How many cases a person has reported and supported."""

    public: int
    confidential: int
    supported: int


def columns() -> Select[Any]:
    return (
        select(
            *Suggestion.__table__.c,
            Region.name.label("region_name"),
            Region.path.label("region_path"),
            SuggestionCategory.name.label("category_name"),
            Department.name.label("department_name"),
        )
        .join(Region, Region.code == Suggestion.region_code)
        .join(SuggestionCategory, SuggestionCategory.code == Suggestion.category_code)
        .outerjoin(Department, Department.id == Suggestion.department_id)
    )


def visible(principal: Principal | None, suggestion_id: str) -> CaseRow:
    """One case.

    Raises:
        NotFound: there is none, or it is not for this person's eyes.
    """
    return _one(Suggestion.id == suggestion_id, visible_to(principal))


def as_it_is(suggestion_id: str) -> CaseRow:
    """One case, whoever asks: for the answer to somebody who has just done something to it.

    Raises:
        NotFound: there is none.
    """
    return _one(Suggestion.id == suggestion_id)


def page(
    principal: Principal | None,
    filters: Filters,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """Cases, the latest received on top.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    return fetch_page(
        columns().where(visible_to(principal), *_narrowed(filters)),
        _RECEIVED,
        name="suggestions",
        cursor=cursor,
        limit=limit,
        descending=True,
    )


def history_of(suggestion_ids: Collection[str]) -> Mapping[str, Sequence[CaseRow]]:
    """What happened to some cases, first things first, by one statement: ``at, event, by_role,
    note``, both departments with their names, and what followed from it."""
    sender, receiver = aliased(Department), aliased(Department)
    rows = db.session.execute(
        select(
            SuggestionEvent.suggestion_id,
            SuggestionEvent.at,
            SuggestionEvent.event,
            SuggestionEvent.by_role,
            SuggestionEvent.due_at,
            SuggestionEvent.judge_until,
            SuggestionEvent.report_by,
            SuggestionEvent.level,
            SuggestionEvent.score,
            SuggestionEvent.outcome,
            SuggestionEvent.way,
            SuggestionEvent.of_part,
            SuggestionNote.text.label("note"),
            sender.id.label("from_id"),
            sender.name.label("from_name"),
            receiver.id.label("to_id"),
            receiver.name.label("to_name"),
        )
        .outerjoin(SuggestionNote, SuggestionNote.event_id == SuggestionEvent.id)
        .outerjoin(sender, sender.id == SuggestionEvent.from_department_id)
        .outerjoin(receiver, receiver.id == SuggestionEvent.to_department_id)
        .where(SuggestionEvent.suggestion_id.in_(suggestion_ids))
        .order_by(SuggestionEvent.suggestion_id, SuggestionEvent.position)
    )
    found: dict[str, list[CaseRow]] = defaultdict(list)
    for row in rows:
        found[row.suggestion_id].append(row)
    return found


def count_by(user_id: str) -> Reported:
    """What hangs on an account."""
    rows = db.session.execute(
        select(Suggestion.visibility, func.count().label("cases"))
        .where(Suggestion.reported_by == user_id)
        .group_by(Suggestion.visibility)
    )
    counts = {row.visibility: row.cases for row in rows}
    supported = db.session.execute(
        select(func.count())
        .select_from(SuggestionSupporter)
        .where(SuggestionSupporter.user_id == user_id)
    ).scalar_one()
    return Reported(
        counts.get(Visibility.PUBLIC, 0), counts.get(Visibility.CONFIDENTIAL, 0), supported
    )


def is_past_its_date() -> ColumnElement[bool]:
    """Unanswered or reopened, and past its date: ``rules.rates.is_overdue`` as a condition."""
    return and_(Suggestion.status.in_(OPEN), Suggestion.due_at < now())


def _one(*conditions: ColumnElement[bool]) -> CaseRow:
    row = db.session.execute(columns().where(*conditions)).first()
    if row is None:
        raise NotFound
    return row


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.region is not None:
        conditions.append(within(filters.region, in_order=True))
    if filters.status is not None:
        conditions.append(Suggestion.status == filters.status)
    if filters.category is not None:
        conditions.append(Suggestion.category_code == filters.category)
    if filters.q:
        conditions.append(Suggestion.id.in_(search.matching(SEARCH_KIND, filters.q)))
    if filters.overdue is not None:
        conditions.append(is_past_its_date() if filters.overdue else ~is_past_its_date())
    return conditions
