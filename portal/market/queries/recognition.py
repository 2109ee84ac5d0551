"""What the neighbourhood owes a merchant: neighbours served, and thanks.

A merchant's row says what is counted (``neighbours``, ``thanks``); vouchers and thank-yous that it
does not count yet are marked by ``counted`` and added when somebody asks, in the same statement. So
the figures are always those of the vouchers, and a look costs the same whatever was redeemed
before. ``portal.market.services.counting`` moves them over.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, distinct, func, select
from sqlalchemy.orm import aliased

from portal.core.database import db
from portal.market.models import Merchant, Thanks, Voucher


@dataclass(frozen=True)
class Recognition:
    """How many different residents redeemed a voucher at a merchant, and how many thank-yous it
    got."""

    neighbours_served: int = 0
    thanks: int = 0


UNCOUNTED_VOUCHER = (Voucher.redeemed_at.is_not(None), Voucher.counted.is_(False))
UNCOUNTED_THANKS = Thanks.counted.is_(False)

_before = aliased(Voucher)


def known_by_then() -> ColumnElement[bool]:
    """Whether a voucher's resident is counted as the merchant's neighbour already."""
    return (
        select(_before.id)
        .where(
            _before.merchant_id == Voucher.merchant_id,
            _before.resident_id == Voucher.resident_id,
            _before.redeemed_at.is_not(None),
            _before.counted.is_(True),
        )
        .exists()
    )


def neighbours_served() -> ColumnElement[int]:
    """Of a merchant's row: the number of different residents who redeemed a voucher there."""
    fresh: ColumnElement[int] = (
        select(func.count(distinct(Voucher.resident_id)))
        .where(Voucher.merchant_id == Merchant.id, *UNCOUNTED_VOUCHER, ~known_by_then())
        .correlate(Merchant)
        .scalar_subquery()
    )
    return Merchant.neighbours + fresh


def _thanked() -> Any:
    fresh = (
        select(func.count())
        .select_from(Thanks)
        .where(Thanks.merchant_id == Merchant.id, UNCOUNTED_THANKS)
        .correlate(Merchant)
        .scalar_subquery()
    )
    return Merchant.thanks + fresh


def recognition(merchant_ids: Collection[str]) -> dict[str, Recognition]:
    """What some merchants are recognized for, in one statement."""
    rows = db.session.execute(
        select(Merchant.id, neighbours_served(), _thanked()).where(Merchant.id.in_(merchant_ids))
    )
    return {row[0]: Recognition(row[1], row[2]) for row in rows}
