"""Offers: for the public, for their owner, for the committee, and by nearness."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select

from portal.core import search
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import Page, fetch_page
from portal.core.permissions import Permission, Principal
from portal.market.models import Merchant, Offer
from portal.market.policies import owned, sees_unpublished
from portal.market.queries.nearness import levels_away
from portal.market.rules import MerchantStatus, OfferStatus, displayed_status
from portal.regions import queries as regions
from portal.regions.models import Region
from portal.regions.rules import codes_of

OfferRow = Row[*tuple[Any, ...]]
"""The columns of :data:`COLUMNS`."""

COLUMNS = (
    Offer.id,
    Offer.merchant_id,
    Merchant.name.label("merchant_name"),
    Merchant.trusted.label("merchant_trusted"),
    Merchant.status.label("merchant_status"),
    Merchant.place_name,
    Offer.region_code,
    Region.name.label("region_name"),
    Region.path.label("region_path"),
    Offer.title,
    Offer.description,
    Offer.kind,
    Offer.points,
    Offer.price_amount,
    Offer.stock,
    Offer.stock_left,
    Offer.per_resident_limit,
    Offer.valid_from,
    Offer.valid_until,
    Offer.weekdays,
    Offer.opens_minute,
    Offer.closes_minute,
    Offer.voucher_days,
    Offer.status,
    Offer.review_reason,
    Offer.submitted_at,
    Offer.published_at,
)


def _select(*more: Any) -> Any:
    return (
        select(*COLUMNS, *more)
        .join(Merchant, Merchant.id == Offer.merchant_id)
        .join(Region, Region.code == Offer.region_code)
    )


def _public(instant: datetime) -> ColumnElement[bool]:
    """Published, not over (also before the job has marked it as ended), of a merchant in order."""
    still = or_(Offer.valid_until.is_(None), Offer.valid_until > instant)
    verified = Merchant.status == MerchantStatus.VERIFIED
    return and_(Offer.status == OfferStatus.PUBLISHED, still, verified)


def offer(actor: Principal | None, offer_id: str) -> OfferRow:
    """One offer, as far as the asking person may see it.

    Raises:
        NotFound: there is none, or it is not for this person.
    """
    row = offer_as_it_is(offer_id)
    public = row.merchant_status == MerchantStatus.VERIFIED and (
        displayed_status(row.status, row.valid_until, now()) == OfferStatus.PUBLISHED
    )
    if not public and not sees_unpublished(
        actor, row.merchant_id, row.status, codes_of(row.region_path)
    ):
        raise NotFound
    return row


def offer_as_it_is(offer_id: str) -> OfferRow:
    """One offer, whoever asks: for the answer to somebody who has just done something to it.

    Raises:
        NotFound: there is none.
    """
    row: OfferRow | None = db.session.execute(_select().where(Offer.id == offer_id)).first()
    if row is None:
        raise NotFound
    return row


def offer_to_review(actor: Principal, offer_id: str) -> OfferRow:
    """One offer of the regions where the person reviews, drafts apart.

    Raises:
        NotFound: there is none there.
    """
    row = offer_as_it_is(offer_id)
    covers = actor.holds(Permission.OFFER_REVIEW, regions=codes_of(row.region_path))
    if not covers or row.status == OfferStatus.DRAFT:
        raise NotFound
    return row


def offers_page(
    actor: Principal | None,
    *,
    region: str | None = None,
    merchant: str | None = None,
    q: str = "",
    cursor: str | None = None,
    limit: int = 20,
) -> Page[OfferRow]:
    """Published offers, newest first, and all of the merchants that the person owns."""
    seen = _public(now())
    if mine := owned(actor):
        seen = or_(seen, Offer.merchant_id.in_(mine))
    statement = _filtered(_select().where(seen), region=region, q=q)
    if merchant:
        statement = statement.where(Offer.merchant_id == merchant)
    return fetch_page(
        statement, [Offer.id], name="offers", cursor=cursor, limit=limit, descending=True
    )


def _filtered(statement: Any, *, region: str | None, q: str) -> Any:
    if region:
        statement = statement.where(regions.within(region))
    if q:
        statement = statement.where(Offer.id.in_(search.matching("offer", q)))
    return statement


@dataclass(frozen=True)
class Nearby:
    """What a resident looks for: ``home_path`` orders by nearness, ``at_most`` is what they can
    afford, ``region`` and ``q`` narrow further."""

    home_path: tuple[str, ...] = ()
    region: str | None = None
    q: str = ""
    kind: str | None = None
    at_most: int | None = None


def nearby_page(wish: Nearby, *, cursor: str | None = None, limit: int = 20) -> Page[OfferRow]:
    """Published offers that can be had: of one's community first, then of its street, district,
    city; the cheaper before the dearer. ``distance`` counts the levels between (0 is at home)."""
    distance = levels_away(wish.home_path).label("distance")
    statement = _to_be_had(wish, distance)
    if wish.at_most is not None:
        statement = statement.where(Offer.points <= wish.at_most)
    return fetch_page(
        statement, [distance, Offer.points, Offer.id], name="nearby", cursor=cursor, limit=limit
    )


def cheapest(wish: Nearby) -> OfferRow | None:
    """The offer for the fewest points among those that can be had, whatever one can afford; None
    where there is none."""
    statement = _to_be_had(wish).where(Offer.valid_from <= now(), Offer.price_amount.is_(None))
    row: OfferRow | None = db.session.execute(
        statement.order_by(Offer.points, Offer.id).limit(1)
    ).first()
    return row


def _to_be_had(wish: Nearby, *more: Any) -> Any:
    statement = _filtered(_select(*more), region=wish.region, q=wish.q).where(
        _public(now()), or_(Offer.stock_left.is_(None), Offer.stock_left > 0)
    )
    return statement.where(Offer.kind == wish.kind) if wish.kind else statement


def offers_of(merchant_id: str, *, cursor: str | None = None, limit: int = 20) -> Page[OfferRow]:
    """All offers of a merchant, newest first: for its owner."""
    statement = _select().where(Offer.merchant_id == merchant_id)
    return fetch_page(
        statement, [Offer.id], name="offers-own", cursor=cursor, limit=limit, descending=True
    )


def offers_waiting(
    region_codes: Collection[str], *, cursor: str | None = None, limit: int = 20
) -> Page[OfferRow]:
    """Offers in review in some regions, in the order of their making."""
    statement = _select().where(
        Offer.status == OfferStatus.IN_REVIEW, or_(*(regions.within(code) for code in region_codes))
    )
    return fetch_page(statement, [Offer.id], name="offers-waiting", cursor=cursor, limit=limit)


def public_offers_of(merchant_id: str, limit: int = 20) -> Sequence[OfferRow]:
    """What a merchant offers now: for its public page."""
    statement = _select().where(_public(now()), Offer.merchant_id == merchant_id)
    rows: Sequence[OfferRow] = db.session.execute(
        statement.order_by(Offer.points, Offer.id).limit(limit)
    ).all()
    return rows
