"""People join an organization by invitation, and leave it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from portal.accounts import queries as people
from portal.accounts import services as accounts
from portal.core import audit, outbox
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import lazy_gettext as _l
from portal.core.inserts import insert_new
from portal.core.permissions import Principal, Role, ScopeKind
from portal.organizations.errors import AlreadyInvited, AlreadyMember, LastManager
from portal.organizations.models import OrganizationInvitation
from portal.organizations.queries import detail, managed, praised_by
from portal.organizations.queries.people import WAITING, hold_people_of, managers, roles_in
from portal.organizations.services.reputation import moved

MANAGER = Role.ORGANIZATION_MANAGER


def invite(actor: Principal, organization_id: str, member_code: str, role: Role) -> None:
    """Ask the person with this member code to join as a member or manager.

    Raises:
        Forbidden: the actor does not manage the organization.
        Invalid: nobody has this member code.
        AlreadyMember, AlreadyInvited: the person has the role, or was asked for one.
    """
    row = managed(organization_id, actor)
    user_id = _person(member_code)
    held = roles_in(organization_id, user_id)
    if role.value in held or MANAGER.value in held:
        raise AlreadyMember
    invited = insert_new(
        OrganizationInvitation,
        organization_id=organization_id,
        user_id=user_id,
        role=role.value,
        invited_by=actor.id,
        invited_at=now(),
        state=WAITING,
    )
    if not invited:
        raise AlreadyInvited
    _note(actor, "organization.invited", row, user_id=user_id, role=role.value)
    outbox.emit(
        "notify",
        user_id=user_id,
        kind="organization.invited",
        params={"organization": row.name, "inviter": actor.name},
        url="/me/organizations",
    )


def accept_invitation(actor: Principal, invitation_id: str) -> str:
    """Join; returns the organization's id.

    Raises:
        NotFound: the invitation is not the actor's, waits no longer, or who gave it manages the
            organization no longer.
    """
    mine = OrganizationInvitation.user_id == actor.id
    hold_people_of(_organization_of(invitation_id))
    invitation = _answer(invitation_id, "accepted", mine)
    if MANAGER.value not in roles_in(invitation.organization_id, invitation.invited_by):
        raise NotFound
    held = roles_in(invitation.organization_id, actor.id)
    if invitation.role not in held and MANAGER.value not in held:
        for role in held:
            _revoke(actor, actor.id, role, invitation.organization_id)
        accounts.grant_role(
            invitation.invited_by,
            actor.id,
            Role(invitation.role),
            ScopeKind.ORGANIZATION,
            invitation.organization_id,
        )
    _people_changed(invitation.organization_id, actor.id)
    return str(invitation.organization_id)


def _organization_of(invitation_id: str) -> Sequence[str]:
    """Its people are held before the invitation: whoever parts withdraws theirs in this order."""
    return (
        db.session.execute(
            select(OrganizationInvitation.organization_id).where(
                OrganizationInvitation.id == invitation_id
            )
        )
        .scalars()
        .all()
    )


def decline_invitation(actor: Principal, invitation_id: str) -> None:
    """Say no to an invitation.

    Raises:
        NotFound: the invitation is not the actor's, or waits no longer.
    """
    _answer(invitation_id, "declined", OrganizationInvitation.user_id == actor.id)


def withdraw_invitation(actor: Principal, organization_id: str, invitation_id: str) -> None:
    """Take an invitation back before it is answered.

    Raises:
        Forbidden: the actor does not manage the organization.
        NotFound: it is not this organization's, or waits no longer.
    """
    row = managed(organization_id, actor)
    theirs = OrganizationInvitation.organization_id == organization_id
    invitation = _answer(invitation_id, "withdrawn", theirs)
    _note(actor, "organization.invitation_withdrawn", row, user_id=invitation.user_id)


def leave(actor: Principal, organization_id: str) -> None:
    """Leave an organization, with all roles in it.

    Raises:
        NotFound: the actor is not in it.
        LastManager: nobody else would be in charge.
    """
    _part(actor, actor.id, detail(organization_id, actor), "organization.left")


def remove(actor: Principal, organization_id: str, user_id: str) -> None:
    """Take somebody out of an organization.

    Raises:
        Forbidden: the actor does not manage it.
        NotFound: the person is not in it.
        LastManager: nobody else would be in charge.
    """
    row = managed(organization_id, actor)
    _part(actor, user_id, row, "organization.member_removed")


def _part(actor: Principal, user_id: str, row: Any, action: str) -> None:
    hold_people_of([row.id])
    held = roles_in(row.id, user_id)
    if not held:
        raise NotFound
    if MANAGER.value in held and len(managers(row.id)) == 1:
        raise LastManager
    for role in held:
        _revoke(actor, user_id, role, row.id)
    _withdraw_invitations_of(user_id, row.id)
    _note(actor, action, row, user_id=user_id)
    _people_changed(row.id, user_id)


def _withdraw_invitations_of(inviter_id: str, organization_id: str) -> None:
    """Whom somebody asked in does not come in when they themselves are out."""
    db.session.execute(
        update(OrganizationInvitation)
        .where(
            OrganizationInvitation.organization_id == organization_id,
            OrganizationInvitation.invited_by == inviter_id,
            OrganizationInvitation.state == WAITING,
        )
        .values(state="withdrawn", answered_at=now())
    )


def _revoke(actor: Principal, user_id: str, role: str, organization_id: str) -> None:
    accounts.revoke_role(actor.id, user_id, Role(role), ScopeKind.ORGANIZATION, organization_id)


def _people_changed(organization_id: str, user_id: str) -> None:
    """Praise by one's own people, and between organizations, weighs differently."""
    moved({organization_id} | praised_by(user_id))


def _person(member_code: str) -> str:
    user_id = people.user_id_by_member_code(member_code)
    if user_id is None:
        raise Invalid.field("member_code", _l("Nobody has this member code."))
    return user_id


def _answer(invitation_id: str, state: str, whose: Any) -> Any:
    """Answer a waiting invitation, once; its columns."""
    statement = (
        update(OrganizationInvitation)
        .where(
            OrganizationInvitation.id == invitation_id,
            OrganizationInvitation.state == WAITING,
            whose,
        )
        .values(state=state, answered_at=now())
        .returning(
            OrganizationInvitation.organization_id,
            OrganizationInvitation.user_id,
            OrganizationInvitation.role,
            OrganizationInvitation.invited_by,
        )
    )
    invitation = db.session.connection().execute(statement).first()
    if invitation is None:
        raise NotFound
    return invitation


def _note(actor: Principal, action: str, row: Any, **facts: str) -> None:
    audit.record(actor.id, action, "organization", row.id, region_code=row.region_code, **facts)
