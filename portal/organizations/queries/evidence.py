"""Praise as the rules weigh it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.accounts.models import RoleGrant
from portal.core.clock import clock
from portal.core.database import db
from portal.organizations import rules
from portal.organizations.models import Praise
from portal.organizations.queries.people import belongs


def evidence(organization_id: str, as_of: datetime) -> list[rules.Praise]:
    """All visible praise that an organization had at an instant, in no order."""
    own = _own_people(organization_id)
    reciprocal = _authors_praised_in_turn(organization_id)
    rows = db.session.execute(
        select(Praise.author_id, Praise.score, Praise.created_at, Praise.as_participant).where(
            Praise.organization_id == organization_id,
            Praise.hidden_at.is_(None),
            Praise.created_at <= as_of,
        )
    )
    return [
        rules.Praise(
            author=row.author_id,
            stars=row.score,
            at=row.created_at,
            day=clock.day_of(row.created_at),
            participant=row.as_participant,
            reciprocal=row.author_id in reciprocal,
            own=row.author_id in own,
        )
        for row in rows
    ]


def praised_by(user_id: str) -> set[str]:
    """The organizations that a person has praised."""
    return set(
        db.session.execute(
            select(Praise.organization_id).where(Praise.author_id == user_id).distinct()
        ).scalars()
    )


def organizations_of(user_id: str) -> set[str]:
    """The organizations that a person belongs to."""
    return set(
        db.session.execute(
            select(RoleGrant.scope_id).where(belongs(), RoleGrant.user_id == user_id)
        ).scalars()
    )


def _own_people(organization_id: str) -> set[str]:
    return set(
        db.session.execute(
            select(RoleGrant.user_id).where(belongs(), RoleGrant.scope_id == organization_id)
        ).scalars()
    )


def _authors_praised_in_turn(organization_id: str) -> set[str]:
    """Authors here who belong to another organization that this one's people have praised."""
    theirs, ours = aliased(RoleGrant), aliased(RoleGrant)
    here, there = aliased(Praise), aliased(Praise)
    return set(
        db.session.execute(
            select(here.author_id)
            .distinct()
            .join(theirs, theirs.user_id == here.author_id)
            .join(there, there.organization_id == theirs.scope_id)
            .join(ours, ours.user_id == there.author_id)
            .where(
                here.organization_id == organization_id,
                belongs(theirs),
                theirs.scope_id != organization_id,
                there.hidden_at.is_(None),
                belongs(ours),
                ours.scope_id == organization_id,
            )
        ).scalars()
    )
