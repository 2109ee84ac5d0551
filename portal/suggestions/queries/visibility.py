"""Who sees which cases: one condition, a part of every list, single case and count.

Statements that use it join ``Region`` on the case's region.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from portal.core.permissions import Permission, Principal, ScopeKind
from portal.regions.queries import where_holding
from portal.suggestions.models import Suggestion, SuggestionPart
from portal.suggestions.rules.taking_in import Visibility

_PUBLIC = Suggestion.visibility == Visibility.PUBLIC


def visible_to(principal: Principal | None) -> ColumnElement[bool]:
    """Public cases, one's own, and those that one handles."""
    if principal is None:
        return _PUBLIC
    return or_(_PUBLIC, asked_by(principal), handled_by(principal))


def counted_for(principal: Principal | None) -> ColumnElement[bool]:
    """What statistics count: public cases, and those that one handles. One's own confidential case
    would show what it adds to a count."""
    return _PUBLIC if principal is None else or_(_PUBLIC, handled_by(principal))


def asked_by(principal: Principal) -> ColumnElement[bool]:
    """Reported by this person, or taken down by them for somebody."""
    return or_(Suggestion.reported_by == principal.id, Suggestion.filed_by == principal.id)


def handled_by(principal: Principal) -> ColumnElement[bool]:
    """In a region where one dispatches or supervises, or with a department of one's own, which has
    the case or a part in it."""
    conditions = [
        where_holding(principal, Permission.SUGGESTION_DISPATCH),
        where_holding(principal, Permission.SUGGESTION_SUPERVISE),
    ]
    if departments := departments_of(principal):
        called = select(SuggestionPart.suggestion_id).where(
            SuggestionPart.department_id.in_(departments)
        )
        conditions += [Suggestion.department_id.in_(departments), Suggestion.id.in_(called)]
    return or_(*conditions)


def departments_of(principal: Principal) -> tuple[str, ...]:
    """The departments a person works in."""
    return principal.scopes(Permission.SUGGESTION_HANDLE, ScopeKind.DEPARTMENT)
