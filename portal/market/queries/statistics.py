"""A merchant's own figures, counted from vouchers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from portal.core.clock import today
from portal.core.database import db
from portal.market.models import Offer, Voucher
from portal.market.rules import VoucherStatus


@dataclass(frozen=True)
class DayCount:
    """What was redeemed on one day."""

    day: date
    vouchers: int
    points: int


@dataclass(frozen=True)
class OfferCount:
    """What became of an offer's vouchers."""

    offer_id: str
    title: str
    issued: int
    redeemed: int
    points: int


def redemptions_by_day(merchant_id: str, days: int = 30) -> list[DayCount]:
    """Each of the last ``days`` days, today included, oldest first; days without any too."""
    last = today()
    first = last - timedelta(days=days - 1)
    rows = db.session.execute(
        select(Voucher.redeemed_on, func.count(), func.sum(Voucher.points))
        .where(Voucher.merchant_id == merchant_id, Voucher.redeemed_on.between(first, last))
        .group_by(Voucher.redeemed_on)
    )
    counted = {row[0]: (row[1], int(row[2])) for row in rows}
    each_day = (first + timedelta(days=number) for number in range(days))
    return [DayCount(day, *counted.get(day, (0, 0))) for day in each_day]


def taken_by_offer(merchant_id: str) -> list[OfferCount]:
    """Offers of a merchant with at least one voucher, the most redeemed first."""
    redeemed = func.count().filter(Voucher.status == VoucherStatus.REDEEMED)
    waiting = func.count().filter(Voucher.status == VoucherStatus.ISSUED)
    points = func.sum(Voucher.points).filter(Voucher.status == VoucherStatus.REDEEMED)
    rows = db.session.execute(
        select(Offer.id, Offer.title, waiting, redeemed, func.coalesce(points, 0))
        .join(Voucher, Voucher.offer_id == Offer.id)
        .where(Offer.merchant_id == merchant_id)
        .group_by(Offer.id, Offer.title)
        .order_by(redeemed.desc(), Offer.id)
        .limit(50)
    )
    return [OfferCount(row[0], row[1], row[2], row[3], int(row[4])) for row in rows]
