"""Who holds which role for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import aliased

from portal.accounts.models import RoleGrant, User
from portal.core.database import db
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal, Role, ScopeKind
from portal.regions import queries as regions
from portal.regions.models import Region

_ACTIVE = RoleGrant.revoked_at.is_(None)


def holders_of(role: Role | str, scope_kind: ScopeKind | str, scope_id: str) -> list[str]:
    """Who holds a role for exactly this scope, those who have had it longest first."""
    rows = db.session.execute(
        select(RoleGrant.user_id)
        .where(
            RoleGrant.scope_kind == str(scope_kind),
            RoleGrant.scope_id == scope_id,
            RoleGrant.role == str(role),
            _ACTIVE,
        )
        .order_by(RoleGrant.id)
    )
    return list(rows.scalars())


def holders_within(
    role: Role, scope_kind: ScopeKind, scope_ids: Sequence[str]
) -> dict[str, list[str]]:
    """Who holds a role for each of some scopes; those that nobody holds it for are left out."""
    rows = db.session.execute(
        select(RoleGrant.scope_id, RoleGrant.user_id)
        .where(
            RoleGrant.scope_kind == str(scope_kind),
            RoleGrant.scope_id.in_(scope_ids),
            RoleGrant.role == str(role),
            _ACTIVE,
        )
        .order_by(RoleGrant.id)
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.scope_id, []).append(row.user_id)
    return found


def scopes_of(user_id: str, role: Role) -> list[str]:
    """The ids of the scopes for which a person holds a role, in their order."""
    rows = db.session.execute(
        select(RoleGrant.scope_id)
        .where(RoleGrant.user_id == user_id, RoleGrant.role == str(role), _ACTIVE)
        .order_by(RoleGrant.scope_id)
    )
    return list(rows.scalars())


def alone_in(user_id: str, role: Role) -> list[str]:
    """The ids of the scopes in which a person is the only one who holds a role."""
    other = aliased(RoleGrant)
    somebody_else = (
        select(other.id)
        .where(
            other.scope_kind == RoleGrant.scope_kind,
            other.scope_id == RoleGrant.scope_id,
            other.role == RoleGrant.role,
            other.user_id != user_id,
            other.revoked_at.is_(None),
        )
        .exists()
    )
    rows = db.session.execute(
        select(RoleGrant.scope_id)
        .where(RoleGrant.user_id == user_id, RoleGrant.role == str(role), _ACTIVE, ~somebody_else)
        .order_by(RoleGrant.scope_id)
    )
    return list(rows.scalars())


def hats_of(user_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """``id, role, scope_kind, scope_id`` of the roles a person can put on, oldest first."""
    return db.session.execute(
        select(RoleGrant.id, RoleGrant.role, RoleGrant.scope_kind, RoleGrant.scope_id)
        .where(RoleGrant.user_id == user_id, _ACTIVE)
        .order_by(RoleGrant.id)
    ).all()


@dataclass(frozen=True)
class GrantFilter:
    """Which roles to list; empty values leave nothing out."""

    role: str = ""
    kind: str = ""
    region: str = ""
    user_id: str = ""


def grants_within(
    actor: Principal,
    wanted: GrantFilter | None = None,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """Roles for regions, organizations and merchants in the actor's part of the city, newest first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    wanted = wanted or GrantFilter()
    statement = (
        select(
            RoleGrant.id,
            RoleGrant.role,
            RoleGrant.scope_kind,
            RoleGrant.scope_id,
            RoleGrant.granted_at,
            RoleGrant.user_id,
            User.name,
            Region.name.label("region_name"),
        )
        .join(User, User.id == RoleGrant.user_id)
        .join(Region, Region.code == RoleGrant.region_code)
        .where(_ACTIVE, regions.where_holding(actor, Permission.ROLE_GRANT))
    )
    for column, value in (
        (RoleGrant.role, wanted.role),
        (RoleGrant.scope_kind, wanted.kind),
        (RoleGrant.user_id, wanted.user_id),
    ):
        if value:
            statement = statement.where(column == value)
    if wanted.region:
        statement = statement.where(regions.within(wanted.region))
    return fetch_page(
        statement, [RoleGrant.id], name="grants", cursor=cursor, limit=limit, descending=True
    )
