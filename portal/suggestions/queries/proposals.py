"""Which department is proposed for a case, and the rules by which it is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, Select, or_, select

from portal.core.database import db
from portal.core.pagination import Page, fetch_page
from portal.core.permissions import Permission, Principal
from portal.regions.models import Region
from portal.regions.queries import where_holding
from portal.regions.rules import codes_of
from portal.suggestions.models import (
    Department,
    DispatchRule,
    SuggestionCategory,
    SuggestionEvent,
)
from portal.suggestions.queries import departments
from portal.suggestions.rules.machine import Event
from portal.suggestions.rules.proposing import DispatchRule as Rule
from portal.suggestions.rules.proposing import Proposal, Reported, propose


def proposal_for(case: Row[Any], offered: Collection[str]) -> Proposal | None:
    """The department that a case should go to, as things are set up now; None where nobody has
    said.

    Args:
        case: with ``region_path``.
        offered: the ids of the departments that answer for its place; no other is proposed.
    """
    path = codes_of(case.region_path)
    reported = Reported(case.category_code, f"{case.title}\n{case.description}", path)
    named = _given_back_for(case.id) if case.returns else None
    responsible = departments.responsible_for(case.category_code, path)
    return propose(
        reported,
        [rule for rule in _rules_for(reported) if rule.department_id in offered],
        given_back_for=named if named in offered else None,
        responsible=responsible if responsible in offered else None,
    )


def page(actor: Principal, *, cursor: str | None = None) -> Page[Any]:
    """The rules of the regions that somebody administers: ``id, region_code, region_name,
    category_name, words, department_name``.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    held = where_holding(actor, Permission.SUGGESTION_SETUP)
    keys = [DispatchRule.__table__.c.region_code, DispatchRule.__table__.c.id]
    return fetch_page(_columns().where(held), keys, name="dispatch_rules", cursor=cursor)


def one(rule_id: str) -> Row[Any] | None:
    """A rule, with ``region_path``; None where there is none."""
    return db.session.execute(_columns().where(DispatchRule.id == rule_id)).first()


def _columns() -> Select[Any]:
    return (
        select(
            DispatchRule.__table__.c.id,
            DispatchRule.__table__.c.region_code,
            DispatchRule.words,
            Region.name.label("region_name"),
            Region.path.label("region_path"),
            SuggestionCategory.name.label("category_name"),
            Department.name.label("department_name"),
        )
        .join(Region, Region.code == DispatchRule.region_code)
        .join(Department, Department.id == DispatchRule.department_id)
        .outerjoin(SuggestionCategory, SuggestionCategory.code == DispatchRule.category_code)
    )


def _rules_for(reported: Reported) -> list[Rule]:
    """Those that may apply: of the places it lies in, for its category or any."""
    rows = db.session.execute(
        select(
            DispatchRule.id,
            DispatchRule.region_code,
            DispatchRule.department_id,
            DispatchRule.category_code,
            DispatchRule.words,
        ).where(
            DispatchRule.region_code.in_(reported.path),
            or_(
                DispatchRule.category_code == reported.category,
                DispatchRule.category_code.is_(None),
            ),
        )
    )
    return [
        Rule(
            row.id, row.region_code, row.department_id, row.category_code, tuple(row.words.split())
        )
        for row in rows
    ]


def _given_back_for(suggestion_id: str) -> str | None:
    """Whom the department named that gave it back last."""
    return db.session.execute(
        select(SuggestionEvent.to_department_id)
        .where(
            SuggestionEvent.suggestion_id == suggestion_id,
            SuggestionEvent.event == Event.RETURNED,
        )
        .order_by(SuggestionEvent.position.desc())
        .limit(1)
    ).scalar()
