"""Where people say that they live, for themselves and for who confirms it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from portal.accounts.models import HomeClaim, User
from portal.accounts.rules import ClaimState
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal
from portal.regions import queries as regions
from portal.regions.models import Region


def claims_of(user_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """A person's own claims of a home, newest first."""
    return db.session.execute(
        select(
            HomeClaim.id,
            HomeClaim.region_code,
            Region.name.label("region_name"),
            HomeClaim.address,
            HomeClaim.state,
            HomeClaim.claimed_at,
            HomeClaim.decided_at,
            HomeClaim.reason,
        )
        .join(Region, Region.code == HomeClaim.region_code)
        .where(HomeClaim.user_id == user_id)
        .order_by(HomeClaim.id.desc())
        .limit(20)
    ).all()


def claims_waiting(
    actor: Principal, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """Claims that the actor may decide, the oldest first."""
    statement = _claims().where(*_waiting_for(actor))
    return fetch_page(statement, [HomeClaim.id], name="claims", cursor=cursor, limit=limit)


def count_claims_waiting(actor: Principal) -> int:
    """How many claims wait for the actor."""
    return db.session.execute(
        select(func.count())
        .select_from(HomeClaim)
        .join(Region, Region.code == HomeClaim.region_code)
        .where(*_waiting_for(actor))
    ).scalar_one()


def claim_to_decide(actor: Principal, claim_id: str) -> Row[*tuple[Any, ...]]:
    """One claim where the actor verifies, whatever its state.

    Raises:
        NotFound: there is none there.
    """
    row: Row[*tuple[Any, ...]] | None = db.session.execute(
        _claims().where(HomeClaim.id == claim_id, _where_verifying(actor))
    ).first()
    if row is None:
        raise NotFound
    return row


def _claims() -> Any:
    """Claims with who made them, and of which community."""
    return (
        select(
            HomeClaim.id,
            HomeClaim.state,
            HomeClaim.claimed_at,
            HomeClaim.address,
            HomeClaim.region_code,
            HomeClaim.user_id,
            Region.name.label("region_name"),
            User.name,
            User.birth_date,
        )
        .join(User, User.id == HomeClaim.user_id)
        .join(Region, Region.code == HomeClaim.region_code)
    )


def _waiting_for(actor: Principal) -> tuple[ColumnElement[bool], ...]:
    return HomeClaim.state == ClaimState.WAITING.value, _where_verifying(actor)


def _where_verifying(actor: Principal) -> ColumnElement[bool]:
    return regions.where_holding(actor, Permission.RESIDENT_VERIFY)
