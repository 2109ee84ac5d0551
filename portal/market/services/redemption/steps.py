"""A redemption on SQLite, statement by statement; on PostgreSQL a function does the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, update

from portal.core import audit, outbox
from portal.core.database import db
from portal.market.models import Merchant, Voucher
from portal.market.rules import VoucherStatus
from portal.market.services.redemption.moment import Moment, Redeemed
from portal.points import services as points

_MERCHANT_NAME = (
    select(Merchant.name)
    .where(Merchant.id == Voucher.merchant_id)
    .scalar_subquery()
    .label("merchant_name")
)


def redeem(
    merchants: Sequence[str], code_hash: str, moment: Moment, actor_id: str
) -> Redeemed | None:
    """Redeem a voucher with all that belongs to it; None if it is not good now."""
    voucher = _use(merchants, code_hash, moment, actor_id)
    if voucher is None:
        return None
    transaction_id = points.capture_hold(
        voucher.hold_id, voucher.merchant_id, voucher.region_code, voucher.title, actor_id
    )
    db.session.connection().execute(
        update(Voucher).where(Voucher.id == voucher.id).values(transaction_id=transaction_id)
    )
    _tell(actor_id, voucher)
    return Redeemed(voucher.id, voucher.offer_id, voucher.title, voucher.points, moment.instant)


def _use(
    merchants: Sequence[str], code_hash: str, moment: Moment, actor_id: str
) -> Row[*tuple[Any, ...]] | None:
    """The guarded update that lets one of many through; None for the others."""
    used: Row[*tuple[Any, ...]] | None = (
        db.session.connection()
        .execute(
            update(Voucher)
            .where(
                Voucher.code_hash == code_hash,
                Voucher.merchant_id.in_(merchants),
                Voucher.status == VoucherStatus.ISSUED,
                Voucher.expires_at > moment.instant,
                Voucher.weekdays.op("&")(moment.weekday) != 0,
                Voucher.opens_minute <= moment.minute,
                Voucher.closes_minute > moment.minute,
            )
            .values(
                status=VoucherStatus.REDEEMED,
                redeemed_at=moment.instant,
                redeemed_on=moment.day,
                redeemed_by=actor_id,
            )
            .returning(
                Voucher.id,
                Voucher.offer_id,
                Voucher.merchant_id,
                Voucher.region_code,
                Voucher.resident_id,
                Voucher.title,
                Voucher.points,
                Voucher.hold_id,
                _MERCHANT_NAME,
            )
        )
        .first()
    )
    return used


def _tell(actor_id: str, voucher: Row[*tuple[Any, ...]]) -> None:
    audit.record(
        actor_id,
        "voucher.redeemed",
        "voucher",
        voucher.id,
        region_code=voucher.region_code,
        merchant=voucher.merchant_id,
        points=voucher.points,
    )
    outbox.emit(
        "notify",
        user_id=voucher.resident_id,
        kind="voucher.redeemed",
        params={
            "offer": voucher.title,
            "merchant": voucher.merchant_name,
            "points": voucher.points,
        },
        url=f"/me/vouchers/{voucher.id}",
    )
