"""A person's account is closed: what organizations still keep of them ends."""

from __future__ import annotations

from sqlalchemy import or_, select, update

from portal.accounts.models import RoleGrant
from portal.core.clock import now
from portal.core.closing import NOBODY
from portal.core.database import db
from portal.core.permissions import ScopeKind
from portal.organizations.models import Organization, OrganizationInvitation
from portal.organizations.queries import praised_by
from portal.organizations.queries.listing import PENDING, VERIFIED
from portal.organizations.queries.people import WAITING
from portal.organizations.services.reputation import moved


def part_for_good(user_id: str) -> None:
    """Withdraw what waits for a person who is gone, or was asked by them, take their contact out of
    applications that were never verified, and weigh praise anew: they belong nowhere any more.
    Once or often."""
    db.session.execute(
        update(OrganizationInvitation)
        .where(
            or_(
                OrganizationInvitation.user_id == user_id,
                OrganizationInvitation.invited_by == user_id,
            ),
            OrganizationInvitation.state == WAITING,
        )
        .values(state="withdrawn", answered_at=now())
    )
    _end_applications(user_id)
    moved(_belonged_to(user_id) | praised_by(user_id))


def _end_applications(user_id: str) -> None:
    """An application without its applicant leads to nobody who could manage the organization."""
    theirs = Organization.applied_by == user_id
    db.session.execute(
        update(Organization)
        .where(theirs, Organization.status == PENDING)
        .values(status="declined", decided_by=user_id, decided_at=now(), decline_reason=NOBODY)
    )
    db.session.execute(
        update(Organization).where(theirs, Organization.status != VERIFIED).values(contact=NOBODY)
    )


def _belonged_to(user_id: str) -> set[str]:
    """Every organization there ever was a role in: those roles ended when the account did."""
    return set(
        db.session.execute(
            select(RoleGrant.scope_id).where(
                RoleGrant.user_id == user_id,
                RoleGrant.scope_kind == ScopeKind.ORGANIZATION.value,
            )
        ).scalars()
    )
