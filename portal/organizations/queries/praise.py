"""Praise as readers, the organization and the moderators see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select

from portal.accounts.models import User
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal
from portal.organizations.errors import OwnOrganization
from portal.organizations.models import Organization, Praise, PraiseFlag
from portal.organizations.queries.people import is_one_of_ours
from portal.organizations.rules import PRAISE_CHANGED_FOR
from portal.regions import queries as regions
from portal.regions.models import Region


def praises(
    organization_id: str, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """The praise of an organization, newest first. Of a hidden one only the reason may be shown."""
    statement = _praise().where(Praise.organization_id == organization_id)
    name = f"praise:{organization_id}"
    return fetch_page(
        statement, [Praise.id], name=name, cursor=cursor, limit=limit, descending=True
    )


def count_praise_by(user_id: str) -> int:
    """How often a person has praised."""
    return db.session.execute(
        select(func.count()).select_from(Praise).where(Praise.author_id == user_id)
    ).scalar_one()


def praise_for(praise_id: str) -> Row[*tuple[Any, ...]]:
    """One praise with its author's and its organization's name.

    Raises:
        NotFound: there is none with this id.
    """
    row = db.session.execute(_praise().where(Praise.id == praise_id)).first()
    if row is None:
        raise NotFound
    return row


def praise_by(author_id: str, activity_id: str) -> Row[*tuple[Any, ...]] | None:
    """What a person said about an activity; None if nothing."""
    return db.session.execute(
        _praise().where(Praise.author_id == author_id, Praise.activity_id == activity_id)
    ).first()


def may_change_praise(praise: Row[*tuple[Any, ...]]) -> bool:
    """Whether its author may still say it otherwise: for some days, and as long as nobody has
    answered, flagged or hidden it (what they read must stay as they read it)."""
    untouched = praise.answer is None and praise.flagged_at is None and praise.hidden_at is None
    return untouched and now() <= praise.created_at + PRAISE_CHANGED_FOR


def flagged(
    viewer: Principal, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """Praise somebody wants looked at, in the regions the viewer moderates, oldest flag first."""
    statement = (
        _praise()
        .join(Region, Region.code == Praise.region_code)
        .where(
            Praise.flagged_at.is_not(None),
            regions.where_holding(viewer, Permission.PRAISE_MODERATE),
        )
    )
    keys = [Praise.flagged_at, Praise.id]
    return fetch_page(statement, keys, name="praise:flagged", cursor=cursor, limit=limit)


def praise_to_moderate(praise_id: str, judge: Principal) -> Row[*tuple[Any, ...]]:
    """One praise, for who moderates in its region.

    Raises:
        NotFound: there is none with this id.
        Forbidden: it belongs to another region, or to an organization of the person's own.
    """
    row = praise_for(praise_id)
    judge.require(Permission.PRAISE_MODERATE, regions=regions.path_of(row.region_code))
    if is_one_of_ours(judge, row.organization_id):
        raise OwnOrganization
    return row


def flags_of(praise_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """``reason, created_at, name`` of what people said against a praise."""
    return db.session.execute(
        select(PraiseFlag.reason, PraiseFlag.created_at, User.name)
        .join(User, User.id == PraiseFlag.user_id)
        .where(PraiseFlag.praise_id == praise_id)
        .order_by(PraiseFlag.created_at, PraiseFlag.user_id)
    ).all()


def _praise() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Praise.id,
            Praise.organization_id,
            Organization.name.label("organization"),
            Praise.region_code,
            Praise.activity_id,
            Praise.author_id,
            User.name.label("author"),
            Praise.score,
            Praise.comment,
            Praise.as_participant,
            Praise.created_at,
            Praise.answer,
            Praise.answered_at,
            Praise.flagged_at,
            Praise.hidden_at,
            Praise.hidden_reason,
        )
        .join(User, User.id == Praise.author_id)
        .join(Organization, Organization.id == Praise.organization_id)
    )
