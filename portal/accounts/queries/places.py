"""Where people say that they live and work, for themselves and for who confirms it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from portal.accounts.models import PlaceClaim, User
from portal.accounts.rules import Belonging, ClaimState
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal
from portal.regions import queries as regions
from portal.regions.models import Region


def claims_told() -> Select[*tuple[Any, ...]]:
    """What is told of claims, newest first; without ``decided_by``, which is for the desk."""
    return (
        select(
            PlaceClaim.id,
            PlaceClaim.kind,
            PlaceClaim.region_code,
            Region.name.label("region_name"),
            PlaceClaim.address,
            PlaceClaim.since,
            PlaceClaim.state,
            PlaceClaim.claimed_at,
            PlaceClaim.decided_at,
            PlaceClaim.reason,
            PlaceClaim.ended_at,
        )
        .join(Region, Region.code == PlaceClaim.region_code)
        .order_by(PlaceClaim.id.desc())
    )


def claims_of(user_id: str, *kinds: Belonging) -> Sequence[Row[*tuple[Any, ...]]]:
    """A person's own claims, newest first: of a home, of a workplace, or both if none is named."""
    return db.session.execute(
        claims_told()
        .where(PlaceClaim.user_id == user_id, PlaceClaim.kind.in_(kinds or tuple(Belonging)))
        .limit(20)
    ).all()


def kind_of_claim(user_id: str, claim_id: str) -> Belonging:
    """What a claim of a person's is about.

    Raises:
        NotFound: they have no such claim.
    """
    kind = db.session.execute(
        select(PlaceClaim.kind).where(PlaceClaim.id == claim_id, PlaceClaim.user_id == user_id)
    ).scalar_one_or_none()
    if kind is None:
        raise NotFound
    return Belonging(kind)


def claims_waiting(
    actor: Principal, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """Claims that the actor may decide, the oldest first."""
    statement = _claims().where(*_waiting_for(actor))
    return fetch_page(statement, [PlaceClaim.id], name="claims", cursor=cursor, limit=limit)


def workplaces(
    actor: Principal, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """The confirmed workplaces where the actor confirms them, the last claimed first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    statement = _claims().where(
        PlaceClaim.kind == Belonging.WORK.value,
        PlaceClaim.state == ClaimState.VERIFIED.value,
        User.closed_at.is_(None),
        _where_verifying(actor),
    )
    return fetch_page(
        statement, [PlaceClaim.id], name="workplaces", cursor=cursor, limit=limit, descending=True
    )


def count_claims_waiting(actor: Principal) -> int:
    """How many claims wait for the actor."""
    return db.session.execute(
        select(func.count())
        .select_from(PlaceClaim)
        .join(Region, Region.code == PlaceClaim.region_code)
        .where(*_waiting_for(actor))
    ).scalar_one()


def claim_to_decide(actor: Principal, claim_id: str) -> Row[*tuple[Any, ...]]:
    """One claim where the actor verifies, whatever its state.

    Raises:
        NotFound: there is none there.
    """
    row: Row[*tuple[Any, ...]] | None = db.session.execute(
        _claims().where(PlaceClaim.id == claim_id, _where_verifying(actor))
    ).first()
    if row is None:
        raise NotFound
    return row


def _claims() -> Any:
    """Claims with who made them, and of which community."""
    return (
        select(
            PlaceClaim.id,
            PlaceClaim.kind,
            PlaceClaim.state,
            PlaceClaim.claimed_at,
            PlaceClaim.decided_at,
            PlaceClaim.address,
            PlaceClaim.since,
            PlaceClaim.region_code,
            PlaceClaim.user_id,
            Region.name.label("region_name"),
            User.name,
            User.birth_date,
        )
        .join(User, User.id == PlaceClaim.user_id)
        .join(Region, Region.code == PlaceClaim.region_code)
    )


def _waiting_for(actor: Principal) -> tuple[ColumnElement[bool], ...]:
    return PlaceClaim.state == ClaimState.WAITING.value, _where_verifying(actor)


def _where_verifying(actor: Principal) -> ColumnElement[bool]:
    return regions.where_holding(actor, Permission.RESIDENT_VERIFY)
