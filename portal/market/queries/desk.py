"""Merchants as those find them who decide about them, whatever their state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from portal.accounts.scopes import Found
from portal.core import search
from portal.core.database import db
from portal.core.pagination import Page, fetch_page
from portal.core.permissions import Permission, Principal
from portal.market.models import Merchant
from portal.market.rules import MerchantStatus
from portal.regions import queries as regions
from portal.regions.models import Region
from portal.regions.rules import spoken_name

SEARCH_KIND = "merchant"


def merchants_at_desk(
    actor: Principal,
    *,
    status: str = "",
    q: str = "",
    cursor: str | None = None,
    limit: int = 20,
) -> Page[Any]:
    """``id, name, category, region_name, status, trusted`` of merchants where somebody verifies
    them, by name; those of one state if one is named.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    statement = select(
        Merchant.id,
        Merchant.name,
        Merchant.category,
        Region.name.label("region_name"),
        Merchant.status,
        Merchant.trusted,
    ).join(Region, Region.code == Merchant.region_code)
    here = regions.where_holding(actor, Permission.MERCHANT_VERIFY)
    statement = _named(statement.where(here), q)
    if status:
        statement = statement.where(Merchant.status == status)
    return fetch_page(
        statement,
        [Merchant.name, Merchant.id],
        name=f"merchants at the desk:{status}:{q}",
        cursor=cursor,
        limit=limit,
    )


def merchants_named(here: ColumnElement[bool], q: str, limit: int) -> Sequence[Found]:
    """Merchants for which a role can hold, by name, where a condition on ``Region`` holds; those
    whose names have some words, if any are given."""
    statement = (
        select(Merchant.id, Merchant.name, Region.name.label("region_name"))
        .join(Region, Region.code == Merchant.region_code)
        .where(here, Merchant.status != MerchantStatus.DECLINED)
        .order_by(Merchant.name, Merchant.id)
        .limit(limit)
    )
    rows = db.session.execute(_named(statement, q))
    return [Found(row.id, row.name, spoken_name(row.region_name)) for row in rows]


def _named(statement: Select[*tuple[Any, ...]], q: str) -> Select[*tuple[Any, ...]]:
    return statement.where(Merchant.id.in_(search.matching(SEARCH_KIND, q))) if q else statement
