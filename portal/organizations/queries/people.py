"""Who belongs to an organization, who is invited, and to which ones a person belongs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select

from portal.accounts.models import RoleGrant, User
from portal.core.database import db
from portal.core.permissions import Principal, Role, ScopeKind
from portal.organizations.models import Organization, OrganizationInvitation

ROLES = (Role.ORGANIZATION_MANAGER.value, Role.ORGANIZATION_MEMBER.value)
WAITING = "waiting"


def belongs(grant: type[RoleGrant] = RoleGrant) -> ColumnElement[bool]:
    """A condition on a grant: it makes somebody a member or manager of an organization now."""
    return and_(
        grant.scope_kind == ScopeKind.ORGANIZATION.value,
        grant.role.in_(ROLES),
        grant.revoked_at.is_(None),
    )


def is_one_of_ours(person: Principal, organization_id: str) -> bool:
    """Whether a person is a member or manager of an organization."""
    return any(
        grant.kind is ScopeKind.ORGANIZATION and grant.scope_id == organization_id
        for grant in person.grants
    )


def hold_people_of(organization_ids: Iterable[str]) -> None:
    """One change of an organization's people at a time: two managers who leave at once would
    each still see the other. What is read after this is what those before have left."""
    db.session.execute(
        select(Organization.id)
        .where(Organization.id.in_(set(organization_ids)))
        .order_by(Organization.id)
        .with_for_update()
    ).all()


def members(organization_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """``user_id, name, role, granted_at`` of everybody in it, managers first."""
    return db.session.execute(
        select(RoleGrant.user_id, User.name, RoleGrant.role, RoleGrant.granted_at)
        .join(User, User.id == RoleGrant.user_id)
        .where(belongs(), RoleGrant.scope_id == organization_id)
        .order_by(RoleGrant.role, RoleGrant.granted_at, RoleGrant.id)
    ).all()


def roles_in(organization_id: str, user_id: str) -> set[str]:
    """The roles a person holds in an organization now, as the database knows them."""
    return set(
        db.session.execute(
            select(RoleGrant.role).where(
                belongs(), RoleGrant.scope_id == organization_id, RoleGrant.user_id == user_id
            )
        ).scalars()
    )


def managers(organization_id: str) -> list[str]:
    """The ids of those who manage an organization."""
    return list(
        db.session.execute(
            select(RoleGrant.user_id).where(
                belongs(),
                RoleGrant.role == Role.ORGANIZATION_MANAGER.value,
                RoleGrant.scope_id == organization_id,
            )
        ).scalars()
    )


def mine(user_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """``id, name, status, decline_reason, role`` of organizations a person is in or applied for.

    ``role`` is None for an application that is not (yet) granted.
    """
    grant = and_(belongs(), RoleGrant.scope_id == Organization.id, RoleGrant.user_id == user_id)
    return db.session.execute(
        select(
            Organization.id,
            Organization.name,
            Organization.status,
            Organization.decline_reason,
            RoleGrant.role,
        )
        .outerjoin(RoleGrant, grant)
        .where(
            RoleGrant.id.is_not(None)
            | and_(Organization.applied_by == user_id, Organization.status != "verified")
        )
        .order_by(Organization.name, Organization.id)
    ).all()


def invitations_of(user_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """``id, organization_id, organization, role, inviter, invited_at`` that wait for a person."""
    return db.session.execute(
        select(
            OrganizationInvitation.id,
            OrganizationInvitation.organization_id,
            Organization.name.label("organization"),
            OrganizationInvitation.role,
            User.name.label("inviter"),
            OrganizationInvitation.invited_at,
        )
        .join(Organization, Organization.id == OrganizationInvitation.organization_id)
        .join(User, User.id == OrganizationInvitation.invited_by)
        .where(OrganizationInvitation.user_id == user_id, OrganizationInvitation.state == WAITING)
        .order_by(OrganizationInvitation.id)
    ).all()


def invitations_by(organization_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """``id, name, role, invited_at`` of the persons an organization waits for."""
    return db.session.execute(
        select(
            OrganizationInvitation.id,
            User.name,
            OrganizationInvitation.role,
            OrganizationInvitation.invited_at,
        )
        .join(User, User.id == OrganizationInvitation.user_id)
        .where(
            OrganizationInvitation.organization_id == organization_id,
            OrganizationInvitation.state == WAITING,
        )
        .order_by(OrganizationInvitation.id)
    ).all()
