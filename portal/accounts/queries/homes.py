"""Where people say that they live, for themselves and for who confirms it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, or_, select

from portal.accounts.models import HomeClaim, User
from portal.accounts.rules import ClaimState
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal, ScopeKind
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
    statement = (
        select(
            HomeClaim.id,
            HomeClaim.claimed_at,
            HomeClaim.address,
            HomeClaim.region_code,
            Region.name.label("region_name"),
            User.name,
            User.birth_date,
        )
        .join(User, User.id == HomeClaim.user_id)
        .join(Region, Region.code == HomeClaim.region_code)
        .where(HomeClaim.state == ClaimState.WAITING.value, _where_verifying(actor))
    )
    return fetch_page(statement, [HomeClaim.id], name="claims", cursor=cursor, limit=limit)


def count_claims_waiting(actor: Principal) -> int:
    """How many claims wait for the actor."""
    return db.session.execute(
        select(func.count())
        .select_from(HomeClaim)
        .join(Region, Region.code == HomeClaim.region_code)
        .where(HomeClaim.state == ClaimState.WAITING.value, _where_verifying(actor))
    ).scalar_one()


def claim_to_decide(actor: Principal, claim_id: str) -> Row[*tuple[Any, ...]]:
    """One claim where the actor verifies, whatever its state.

    Raises:
        NotFound: there is none there.
    """
    row = db.session.execute(
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
        .where(HomeClaim.id == claim_id, _where_verifying(actor))
    ).first()
    if row is None:
        raise NotFound
    return row


def _where_verifying(actor: Principal) -> Any:
    codes = actor.scopes(Permission.RESIDENT_VERIFY, ScopeKind.REGION)
    return or_(*(regions.within(code) for code in codes))
