"""Giving and taking roles. Both are audited; a role taken is gone with the next request."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.accounts.errors import RoleDoesNotFit
from portal.accounts.models import RoleGrant, User
from portal.accounts.scopes import Scope, find_scope, registered_kinds
from portal.core import audit
from portal.core.clock import now
from portal.core.database import db, on_sqlite
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Permission, Principal, Role, ScopeKind, scope_kind_of

_ACTIVE = RoleGrant.revoked_at.is_(None)


def grant_role(
    actor_id: str | None, user_id: str, role: Role | str, scope_kind: ScopeKind | str, scope_id: str
) -> str:
    """Give a role, in the transaction at hand; returns the grant's id. Given twice, it is one.

    Whether the actor may is for the caller to have decided (:func:`grant_role_as` asks).

    Raises:
        RoleDoesNotFit: the role is for another kind of scope, or not for giving (resident).
        Invalid: there is nothing of this kind and id.
        NotFound: there is no such person.
    """
    role, kind = Role(role), ScopeKind(scope_kind)
    if role is Role.RESIDENT or scope_kind_of(role) is not kind:
        raise RoleDoesNotFit
    region_code = _region_of(kind, scope_id)
    _require_user(user_id)
    grant_id = new_id()
    statement = (sqlite.insert if on_sqlite() else postgresql.insert)(RoleGrant).values(
        id=grant_id,
        user_id=user_id,
        role=role.value,
        scope_kind=kind.value,
        scope_id=scope_id,
        region_code=region_code,
        granted_by=actor_id,
        granted_at=now(),
    )
    given = db.session.connection().execute(
        statement.on_conflict_do_nothing(
            index_elements=["user_id", "role", "scope_kind", "scope_id"], index_where=_ACTIVE
        )
    )
    if not given.rowcount:
        return _active_grant(user_id, role, kind, scope_id)
    audit.record(
        actor_id,
        "role.granted",
        "user",
        user_id,
        region_code=region_code,
        role=role.value,
        scope=f"{kind.value}:{scope_id}",
    )
    return grant_id


def require_granting(actor: Principal, kind: ScopeKind, scope_id: str) -> None:
    """Ask whether the actor gives roles there, before anything is said about a person.

    Raises:
        Forbidden: the scope lies outside the actor's part of the city.
        Invalid: there is nothing of this kind and id.
    """
    actor.require(Permission.ROLE_GRANT, regions=_existing(kind, scope_id).region_path)


def grant_role_as(
    actor: Principal, user_id: str, role: Role, kind: ScopeKind, scope_id: str
) -> str:
    """Give a role in the actor's own part of the city.

    Raises:
        Forbidden: the scope lies outside it.
        and as :func:`grant_role`.
    """
    require_granting(actor, kind, scope_id)
    return grant_role(actor.id, user_id, role, kind, scope_id)


def revoke_role(
    actor_id: str | None, user_id: str, role: Role | str, scope_kind: ScopeKind | str, scope_id: str
) -> bool:
    """Take a role, in the transaction at hand; returns whether there was one."""
    taken = db.session.connection().execute(
        update(RoleGrant)
        .where(
            RoleGrant.user_id == user_id,
            RoleGrant.role == Role(role).value,
            RoleGrant.scope_kind == ScopeKind(scope_kind).value,
            RoleGrant.scope_id == scope_id,
            _ACTIVE,
        )
        .values(revoked_at=now(), revoked_by=actor_id)
    )
    if not taken.rowcount:
        return False
    audit.record(
        actor_id,
        "role.revoked",
        "user",
        user_id,
        region_code=_region_of(ScopeKind(scope_kind), scope_id),
        role=Role(role).value,
        scope=f"{ScopeKind(scope_kind).value}:{scope_id}",
    )
    return True


def revoke_grant_as(actor: Principal, grant_id: str) -> None:
    """Take a role in the actor's own part of the city, by the grant's id.

    Raises:
        Forbidden: it lies outside, or it is what makes the actor an administrator.
        NotFound: there is no such role, or no longer.
    """
    grant = _grant(grant_id)
    kind = ScopeKind(grant.scope_kind)
    scope = find_scope(kind, grant.scope_id)
    own = grant.user_id == actor.id and grant.role == Role.ADMIN
    allowed = actor.holds(Permission.ROLE_GRANT, regions=scope.region_path) and not own
    actor.require_that(Permission.ROLE_GRANT, allowed)
    revoke_role(actor.id, grant.user_id, grant.role, kind, grant.scope_id)


def scope_moved(scope_kind: ScopeKind, scope_id: str, region_code: str) -> None:
    """What roles hold for lies in another region now, and so do they."""
    db.session.execute(
        update(RoleGrant)
        .where(RoleGrant.scope_kind == scope_kind.value, RoleGrant.scope_id == scope_id)
        .values(region_code=region_code)
    )


def _existing(kind: ScopeKind, scope_id: str) -> Scope:
    try:
        return find_scope(kind, scope_id)
    except NotFound as error:
        raise Invalid.field("scope_id", _l("There is nothing with this code.")) from error


def _region_of(kind: ScopeKind, scope_id: str) -> str | None:
    """Where the scope lies; None for kinds that no room has registered."""
    return _existing(kind, scope_id).region_code if kind in registered_kinds() else None


def _require_user(user_id: str) -> None:
    found = db.session.execute(
        select(User.id).where(User.id == user_id, User.closed_at.is_(None))
    ).first()
    if found is None:
        raise NotFound


def _active_grant(user_id: str, role: Role, kind: ScopeKind, scope_id: str) -> str:
    return db.session.execute(
        select(RoleGrant.id).where(
            RoleGrant.user_id == user_id,
            RoleGrant.role == role.value,
            RoleGrant.scope_kind == kind.value,
            RoleGrant.scope_id == scope_id,
            _ACTIVE,
        )
    ).scalar_one()


def _grant(grant_id: str) -> Row[*tuple[Any, ...]]:
    row = db.session.execute(
        select(RoleGrant.user_id, RoleGrant.role, RoleGrant.scope_kind, RoleGrant.scope_id).where(
            RoleGrant.id == grant_id, _ACTIVE
        )
    ).first()
    if row is None:
        raise NotFound
    return row
