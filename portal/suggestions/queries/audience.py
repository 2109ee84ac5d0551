"""Whom an event concerns: who asked, who supports, who has to do something about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.orm import aliased

from portal.accounts import queries as accounts
from portal.core.database import db
from portal.core.permissions import Role, ScopeKind
from portal.regions.models import Region
from portal.regions.rules import codes_of
from portal.suggestions.models import (
    Department,
    Suggestion,
    SuggestionEvent,
    SuggestionNote,
    SuggestionSupporter,
)

_FROM, _TO = aliased(Department), aliased(Department)
_LEAD = aliased(Suggestion)


def event(event_id: str) -> Row[*tuple[Any, ...]] | None:
    """An event with what is told of it: all its columns; ``number``, ``title``, ``visibility``,
    ``department_id`` and ``due_now`` of the case as it is now; ``region_path``, ``note``, the names
    of its departments, ``lead_number`` and ``lead_title`` of what it was merged into."""
    return db.session.execute(
        select(
            *SuggestionEvent.__table__.c,
            Suggestion.number,
            Suggestion.title,
            Suggestion.visibility,
            Suggestion.department_id,
            Suggestion.due_at.label("due_now"),
            Region.path.label("region_path"),
            SuggestionNote.text.label("note"),
            _FROM.name.label("from_department_name"),
            _TO.name.label("to_department_name"),
            _LEAD.number.label("lead_number"),
            _LEAD.title.label("lead_title"),
        )
        .join(Suggestion, Suggestion.id == SuggestionEvent.suggestion_id)
        .join(Region, Region.code == Suggestion.region_code)
        .outerjoin(SuggestionNote, SuggestionNote.event_id == SuggestionEvent.id)
        .outerjoin(_FROM, _FROM.id == SuggestionEvent.from_department_id)
        .outerjoin(_TO, _TO.id == SuggestionEvent.to_department_id)
        .outerjoin(_LEAD, _LEAD.id == SuggestionEvent.merged_into)
        .where(SuggestionEvent.id == event_id)
    ).first()


def case(suggestion_id: str) -> Row[Any] | None:
    """``id, number, title, visibility, department_id, due_at, region_path`` of a case."""
    return db.session.execute(
        select(
            Suggestion.__table__.c.id,
            Suggestion.number,
            Suggestion.title,
            Suggestion.visibility,
            Suggestion.department_id,
            Suggestion.due_at,
            Region.path.label("region_path"),
        )
        .join(Region, Region.code == Suggestion.region_code)
        .where(Suggestion.id == suggestion_id)
    ).first()


def askers(suggestion_id: str) -> list[Row[Any]]:
    """``suggestion_id, person`` of a case and of those merged into it: who asked, else who took it
    down for them, who will tell them."""
    person = func.coalesce(Suggestion.reported_by, Suggestion.filed_by)
    rows = db.session.execute(
        select(Suggestion.__table__.c.id.label("suggestion_id"), person.label("person"))
        .where(
            or_(Suggestion.id == suggestion_id, Suggestion.merged_into == suggestion_id),
            person.is_not(None),
        )
        .order_by(Suggestion.id)
    )
    return list(rows)


def supporters_after(suggestion_id: str, after: str, limit: int) -> list[str]:
    """The next of those who support a case or one merged into it, each once."""
    group = and_(
        SuggestionSupporter.suggestion_id == Suggestion.id,
        or_(Suggestion.id == suggestion_id, Suggestion.merged_into == suggestion_id),
    )
    rows = db.session.execute(
        select(SuggestionSupporter.user_id)
        .join(Suggestion, group)
        .where(SuggestionSupporter.user_id > after)
        .distinct()
        .order_by(SuggestionSupporter.user_id)
        .limit(limit)
    )
    return list(rows.scalars())


def handlers_of(department_id: str | None) -> list[str]:
    """Who works in a department."""
    if department_id is None:
        return []
    return accounts.holders_of(Role.DEPARTMENT_HANDLER, ScopeKind.DEPARTMENT, department_id)


def staff_of(role: Role, region_path: str, level: int = 1) -> Sequence[str]:
    """Who holds a role for the nearest region that has somebody; at the second level, for the next
    one above that, where there is one."""
    holders = accounts.holders_within(role, ScopeKind.REGION, codes_of(region_path))
    by_nearness = [holders[code] for code in reversed(codes_of(region_path)) if code in holders]
    return by_nearness[min(level, len(by_nearness)) - 1] if by_nearness else []
