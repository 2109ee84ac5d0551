"""Whom a notice concerns: so many at a time, in the order of their ids."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, func, select

from portal.accounts.models import RoleGrant, User
from portal.core.database import db
from portal.core.permissions import SCOPES_OF_ROLE, Role, ScopeKind
from portal.market.models import Merchant
from portal.notices.rules import Audience
from portal.organizations.models import Organization
from portal.regions.models import Region
from portal.regions.queries import within

_OF_SHOPS = (Role.MERCHANT_OWNER, Role.MERCHANT_STAFF)
_OF_REGIONS = tuple(
    role for role in Role if role not in SCOPES_OF_ROLE and role is not Role.RESIDENT
)


def readers_after(audience: Audience, region_code: str, after: str, limit: int) -> list[Row[Any]]:
    """``user_id, region_code`` of the next people of an audience, each once, with the region in
    which they are counted."""
    person, statement = _PEOPLE[audience](region_code)
    rows = db.session.execute(
        statement.where(person > after, User.closed_at.is_(None)).order_by(person).limit(limit)
    )
    return list(rows)


def _residents(region_code: str) -> tuple[Any, Select[Any]]:
    person = User.__table__.c.id
    statement = (
        select(person.label("user_id"), User.home_region_code.label("region_code"))
        .join(Region, Region.code == User.home_region_code)
        .where(within(region_code), User.home_verified_at.is_not(None))
    )
    return person, statement


def _managers(region_code: str) -> tuple[Any, Select[Any]]:
    scope = Organization.__table__.c.id
    return _holders(
        (Role.ORGANIZATION_MANAGER,), ScopeKind.ORGANIZATION, Organization, scope, region_code
    )


def _shopkeepers(region_code: str) -> tuple[Any, Select[Any]]:
    return _holders(_OF_SHOPS, ScopeKind.MERCHANT, Merchant, Merchant.__table__.c.id, region_code)


def _staff(region_code: str) -> tuple[Any, Select[Any]]:
    statement = _grants(_OF_REGIONS, ScopeKind.REGION).join(
        Region, Region.code == RoleGrant.scope_id
    )
    return RoleGrant.user_id, statement.where(within(region_code))


def _holders(
    roles: tuple[Role, ...], kind: ScopeKind, thing: Any, scope: Any, region_code: str
) -> tuple[Any, Select[Any]]:
    statement = (
        _grants(roles, kind)
        .join(thing, scope == RoleGrant.scope_id)
        .join(Region, Region.code == thing.region_code)
    )
    return RoleGrant.user_id, statement.where(within(region_code))


def _grants(roles: tuple[Role, ...], kind: ScopeKind) -> Any:
    """One row a person, whatever number of roles they hold there."""
    counted_in = func.min(Region.__table__.c.code)
    return (
        select(RoleGrant.user_id.label("user_id"), counted_in.label("region_code"))
        .join(User, User.id == RoleGrant.user_id)
        .where(
            RoleGrant.role.in_(roles), RoleGrant.scope_kind == kind, RoleGrant.revoked_at.is_(None)
        )
        .group_by(RoleGrant.user_id)
    )


_PEOPLE = {
    Audience.RESIDENTS: _residents,
    Audience.ORGANIZATIONS: _managers,
    Audience.MERCHANTS: _shopkeepers,
    Audience.STAFF: _staff,
}
