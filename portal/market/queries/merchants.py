"""Merchants: public pages, recognition, their people, and those that wait for a committee."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, or_, select

from portal.accounts import queries as accounts
from portal.core import search
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import Page, fetch_page
from portal.core.permissions import Permission, Principal, Role, ScopeKind
from portal.market.models import Merchant
from portal.market.policies import sees_merchant
from portal.market.queries.desk import SEARCH_KIND
from portal.market.queries.nearness import levels_away
from portal.market.queries.recognition import neighbours_served
from portal.market.rules import MerchantStatus
from portal.regions import queries as regions
from portal.regions.models import Region
from portal.regions.rules import codes_of

MerchantRow = Row[*tuple[Any, ...]]
"""The columns of :data:`COLUMNS`."""

COLUMNS = (
    Merchant.id,
    Merchant.name,
    Merchant.category,
    Merchant.region_code,
    Region.name.label("region_name"),
    Region.path.label("region_path"),
    Merchant.description,
    Merchant.place_name,
    Merchant.latitude,
    Merchant.longitude,
    Merchant.phone,
    Merchant.opening_hours,
    Merchant.credit_code,
    Merchant.status,
    Merchant.trusted,
    Merchant.verified_at,
    Merchant.declined_reason,
    Merchant.registered_at,
)


def _select(*more: Any) -> Any:
    return select(*COLUMNS, *more).join(Region, Region.code == Merchant.region_code)


def merchant(actor: Principal | None, merchant_id: str) -> MerchantRow:
    """One merchant, as far as the asking person may see it.

    Raises:
        NotFound: there is none, or it is not for this person.
    """
    row = db.session.execute(_select().where(Merchant.id == merchant_id)).first()
    if row is None or not sees_merchant(actor, row.id, row.status, codes_of(row.region_path)):
        raise NotFound
    return row


def merchant_in_charge(actor: Principal, permission: Permission, merchant_id: str) -> MerchantRow:
    """One merchant, for somebody whose permission covers it, by the merchant or its region.

    Raises:
        NotFound: the person may not even see it.
        Forbidden: they may see it, but not do this.
    """
    row = merchant(actor, merchant_id)
    actor.require(permission, merchant=row.id, regions=codes_of(row.region_path))
    return row


def scope_of(merchant_id: str) -> tuple[str, str]:
    """The name and the region of what a role holds for.

    Raises:
        NotFound: there is no such merchant.
    """
    row = db.session.execute(
        select(Merchant.name, Merchant.region_code).where(Merchant.id == merchant_id)
    ).first()
    if row is None:
        raise NotFound
    return row.name, row.region_code


def names_of(merchant_ids: Collection[str]) -> dict[str, str]:
    """The names of some merchants by their ids."""
    rows = db.session.execute(
        select(Merchant.id, Merchant.name).where(Merchant.id.in_(merchant_ids))
    )
    return {row.id: row.name for row in rows}


def merchants_page(
    *,
    region: str | None = None,
    q: str = "",
    cursor: str | None = None,
    limit: int = 20,
) -> Page[MerchantRow]:
    """Verified merchants, newest first."""
    statement = _found(_select(), q=q, category=None)
    if region:
        statement = statement.where(regions.within(region))
    return fetch_page(
        statement, [Merchant.id], name="merchants", cursor=cursor, limit=limit, descending=True
    )


def merchants_near(
    home_path: tuple[str, ...] = (),
    *,
    q: str = "",
    category: str | None = None,
    cursor: str | None = None,
    limit: int = 20,
) -> Page[MerchantRow]:
    """Verified merchants as residents look for them: the nearest first, and among those of one
    distance the ones that served most neighbours."""
    distance = levels_away(home_path).label("distance")
    most_first = (-neighbours_served()).label("most_first")
    return fetch_page(
        _found(_select(distance, most_first), q=q, category=category),
        [distance, most_first, Merchant.id],
        name="merchants-near",
        cursor=cursor,
        limit=limit,
    )


def _found(statement: Any, *, q: str, category: str | None) -> Any:
    statement = statement.where(Merchant.status == MerchantStatus.VERIFIED)
    if category:
        statement = statement.where(Merchant.category == category)
    if q:
        statement = statement.where(Merchant.id.in_(search.matching(SEARCH_KIND, q)))
    return statement


def located_in(region_code: str, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The verified merchants of one region that say where exactly they are, the longest known
    first: ``id, name, latitude, longitude``."""
    return db.session.execute(
        select(Merchant.id, Merchant.name, Merchant.latitude, Merchant.longitude)
        .where(
            Merchant.region_code == region_code,
            Merchant.status == MerchantStatus.VERIFIED,
            Merchant.latitude.is_not(None),
        )
        .order_by(Merchant.id)
        .limit(limit)
    ).all()


def merchants_of(merchant_ids: Collection[str]) -> Sequence[MerchantRow]:
    """Some merchants by name, in every state: those of a person's own roles."""
    statement = _select().where(Merchant.id.in_(merchant_ids)).order_by(Merchant.name)
    rows: Sequence[MerchantRow] = db.session.execute(statement).all()
    return rows


def merchants_waiting(
    region_codes: Collection[str], *, cursor: str | None = None, limit: int = 20
) -> Page[MerchantRow]:
    """Merchants that wait to be verified in some regions, longest waiting first."""
    statement = _select().where(Merchant.status == MerchantStatus.PENDING)
    statement = statement.where(or_(*(regions.within(code) for code in region_codes)))
    return fetch_page(
        statement, [Merchant.id], name="merchants-waiting", cursor=cursor, limit=limit
    )


def hold_people_of(merchant_ids: Collection[str]) -> None:
    """One change of a merchant's people at a time: two owners must not remove each other."""
    db.session.execute(
        select(Merchant.id)
        .where(Merchant.id.in_(merchant_ids))
        .order_by(Merchant.id)
        .with_for_update()
    ).all()


def staff_of(merchant_id: str) -> list[tuple[str, str, Role]]:
    """Who works at a merchant: ``(user_id, name, role)``, owners first."""
    held = [
        (user_id, role)
        for role in (Role.MERCHANT_OWNER, Role.MERCHANT_STAFF)
        for user_id in accounts.holders_of(role, ScopeKind.MERCHANT, merchant_id)
    ]
    names = accounts.display_names([user_id for user_id, _role in held])
    return [(user_id, names[user_id], role) for user_id, role in held]
