"""Public cases as the specification asks for them. Nothing else is ever read here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import aliased

from portal.core.audit import AuditEvent
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.i18n import lazy_gettext as _l
from portal.open311.rules import OVER, RequestStatus
from portal.regions.models import Region
from portal.regions.queries import within
from portal.suggestions.models import (
    Department,
    Suggestion,
    SuggestionCategory,
    SuggestionEvent,
    SuggestionNote,
    SuggestionSource,
)
from portal.suggestions.queries.visibility import visible_to
from portal.suggestions.rules.machine import By

RequestRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class Wanted:
    """Which requests; numbers override all the rest. ``between`` is in UTC, both ends inclusive."""

    numbers: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    between: tuple[datetime, datetime] | None = None
    status: RequestStatus | None = None
    page: int = 1
    page_size: int = 1_000


def requests(wanted: Wanted, jurisdiction: str | None) -> Sequence[RequestRow]:
    """A page of requests, the latest received first."""
    statement = _columns().where(*_conditions(wanted))
    if jurisdiction is not None:
        statement = statement.where(within(jurisdiction, in_order=True))
    return db.session.execute(
        statement.order_by(Suggestion.received_at.desc(), Suggestion.id.desc())
        .limit(wanted.page_size)
        .offset((wanted.page - 1) * wanted.page_size)
    ).all()


def request_of(number: str, jurisdiction: str | None) -> RequestRow:
    """One request.

    Raises:
        NotFound: there is none, or it is not for everybody.
    """
    found = requests(Wanted(numbers=(number,)), jurisdiction)
    if not found:
        raise NotFound(_l("There is no request with this service_request_id."))
    return found[0]


def notes_of(suggestion_ids: Collection[str]) -> Mapping[str, str]:
    """What the city said last of some cases, in one statement."""
    rows = db.session.execute(
        select(SuggestionEvent.suggestion_id, SuggestionNote.text)
        .join(SuggestionNote, SuggestionNote.event_id == SuggestionEvent.id)
        .where(
            SuggestionEvent.suggestion_id.in_(suggestion_ids),
            SuggestionEvent.by_role != By.RESIDENT,
        )
        .order_by(SuggestionEvent.suggestion_id, SuggestionEvent.position)
    )
    return {row.suggestion_id: row.text for row in rows}


def changed_at() -> datetime | None:
    """When somebody last changed what requests can be about."""
    return db.session.execute(
        select(func.max(AuditEvent.at)).where(AuditEvent.object_kind == "category")
    ).scalar_one()


def _columns() -> Select[Any]:
    lead = aliased(Suggestion)
    return (
        select(
            *Suggestion.__table__.c,
            Region.name.label("region_name"),
            Region.path.label("region_path"),
            SuggestionCategory.name.label("category_name"),
            Department.name.label("department_name"),
            SuggestionEvent.at.label("updated_at"),
            SuggestionSource.address,
            SuggestionSource.zipcode,
            SuggestionSource.media_url,
            lead.number.label("lead_number"),
        )
        .join(Region, Region.code == Suggestion.region_code)
        .join(SuggestionCategory, SuggestionCategory.code == Suggestion.category_code)
        .join(
            SuggestionEvent,
            (SuggestionEvent.suggestion_id == Suggestion.id)
            & (SuggestionEvent.position == Suggestion.position),
        )
        .outerjoin(Department, Department.id == Suggestion.department_id)
        .outerjoin(SuggestionSource, SuggestionSource.suggestion_id == Suggestion.id)
        .outerjoin(lead, lead.id == Suggestion.merged_into)
        .where(visible_to(None))
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.numbers:
        return [Suggestion.number.in_(wanted.numbers)]
    conditions: list[ColumnElement[bool]] = []
    if wanted.between is not None:
        conditions.append(Suggestion.received_at.between(*wanted.between))
    if wanted.services:
        conditions.append(Suggestion.category_code.in_(wanted.services))
    if wanted.status is RequestStatus.CLOSED:
        conditions.append(Suggestion.status.in_(OVER))
    elif wanted.status is RequestStatus.OPEN:
        conditions.append(Suggestion.status.not_in(OVER))
    return conditions
