"""The residents of a place, for those who confirm where people live: found by name or by code, and
what was decided about each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, ScalarSelect, Select, select
from sqlalchemy.orm import aliased

from portal.accounts.models import PlaceClaim, User
from portal.accounts.queries.finding import page_by_name
from portal.accounts.queries.people import user_id_by_member_code
from portal.accounts.queries.places import claims_told
from portal.accounts.rules import Belonging, ClaimState
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal, ScopeKind
from portal.regions import queries as regions
from portal.regions.models import Region
from portal.regions.rules import Level

MOST_CLAIMS = 50


def residents_found(
    actor: Principal,
    q: str,
    *,
    region: str = "",
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """Residents where the actor confirms them: the one whose member code this is exactly, else
    those whose names have these words, by community, the longest known first.

    Each with ``id, name, member_code, region_name, home_verified_at, verified_by``; until a home is
    confirmed, ``home_verified_at`` is None and the place the one they claim. ``region`` narrows the
    search to one region.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    exact = user_id_by_member_code(q)
    if exact is not None:
        return fetch_page(_residents(actor).where(User.id == exact), [User.id], name="residents")
    here = regions.within(region) if region else _here(actor)
    return page_by_name(
        _residents(actor), q, here, name=f"residents:{region}:{q}", cursor=cursor, limit=limit
    )


def residents_of_community(
    actor: Principal, code: str, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """Everybody of one community, as :func:`residents_found` shows them, the newest member first;
    nobody of a community where the actor does not confirm.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    return fetch_page(
        _residents(actor).where(User.home_region_code == code),
        [User.id],
        name=f"residents of:{code}",
        cursor=cursor,
        limit=limit,
        descending=True,
    )


def community_of_work(actor: Principal) -> str:
    """The only community in which somebody confirms residents; "" if it is a larger region, or
    several."""
    codes = set(actor.scopes(Permission.RESIDENT_VERIFY, ScopeKind.REGION))
    if len(codes) != 1:
        return ""
    (code,) = codes
    return code if regions.level_of(code) == Level.COMMUNITY else ""


def resident_for(actor: Principal, user_id: str) -> Row[*tuple[Any, ...]]:
    """One resident, as :func:`residents_found` shows them, with ``home_region_code``.

    Raises:
        NotFound: nobody with this id lives where the actor confirms residents.
    """
    row = db.session.execute(_residents(actor).where(User.id == user_id)).first()
    if row is None:
        raise NotFound
    return row


def claims_known_to(actor: Principal, user_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """A person's claims to live or work where the actor confirms residents, newest first:
    ``id, kind, region_code, region_name, address, since, state, claimed_at, decided_at, decided_by,
    reason, ended_at``, ``decided_by`` by name. What other communities were asked is theirs."""
    judge = aliased(User)
    return db.session.execute(
        claims_told()
        .add_columns(judge.name.label("decided_by"))
        .outerjoin(judge, judge.id == PlaceClaim.decided_by)
        .where(PlaceClaim.user_id == user_id, _here(actor))
        .limit(MOST_CLAIMS)
    ).all()


def _here(actor: Principal) -> Any:
    return regions.where_holding(actor, Permission.RESIDENT_VERIFY)


def _residents(actor: Principal) -> Select[*tuple[Any, ...]]:
    return (
        select(
            User.id,
            User.name,
            User.member_code,
            User.home_region_code,
            User.home_verified_at,
            Region.name.label("region_name"),
            _verified_by().label("verified_by"),
        )
        .join(Region, Region.code == User.home_region_code)
        .where(User.closed_at.is_(None), _here(actor))
    )


def _verified_by() -> ScalarSelect[str]:
    """The name of who last confirmed the home that a person has."""
    claim, judge = aliased(PlaceClaim), aliased(User)
    return (
        select(judge.name)
        .join(claim, claim.decided_by == judge.id)
        .where(
            claim.user_id == User.id,
            claim.kind == Belonging.HOME.value,
            claim.region_code == User.home_region_code,
            claim.state == ClaimState.VERIFIED.value,
            User.home_verified_at.is_not(None),
        )
        .order_by(claim.id.desc())
        .limit(1)
        .correlate(User)
        .scalar_subquery()
    )
