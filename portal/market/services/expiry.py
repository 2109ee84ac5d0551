"""What time does by itself: vouchers and offers end, and residents are reminded before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute

from portal.core import outbox, search
from portal.core.clock import now, rfc3339
from portal.core.database import db
from portal.core.jobs import Due, one_by_one
from portal.market.models import Offer, Voucher
from portal.market.rules import (
    REMINDED_BEFORE,
    OfferStatus,
    VoucherStatus,
    offers_leading_to,
)
from portal.market.services.vouchers import expire_voucher

BATCH = 200


def expire_due_vouchers() -> int:
    """Expire the vouchers whose time is over. Returns how many.

    Raises:
        Unfinished: some could not be expired; the others were.
    """
    instant = now()
    over = (Voucher.status == VoucherStatus.ISSUED, Voucher.expires_at <= instant)
    return one_by_one(
        _batches(Voucher.id, Voucher.expires_at, *over),
        lambda row: expire_voucher(row.id, instant),
    )


def _batches(
    key: InstrumentedAttribute[str],
    order: InstrumentedAttribute[Any],
    *which: ColumnElement[bool],
) -> Due:
    """The rows that are due, some at a time: by an instant, then by id."""
    statement = select(key, order.label("at")).where(*which).order_by(order, key).limit(BATCH)

    def due(last: Any) -> Sequence[Any]:
        later = () if last is None else (tuple_(order, key) > (last.at, last.id),)
        return db.session.execute(statement.where(*later)).all()

    return due


def end_offers() -> int:
    """Mark offers as ended whose last instant is over. Returns how many.

    Raises:
        Unfinished: some could not be ended; the others were.
    """
    instant = now()
    over = (
        Offer.status.in_(offers_leading_to(OfferStatus.ENDED)),
        Offer.valid_until <= instant,
    )
    return one_by_one(
        _batches(Offer.id, Offer.valid_until, *over),
        lambda row: _end_offer(row.id, *over),
    )


def _end_offer(offer_id: str, *over: ColumnElement[bool]) -> bool:
    ended = db.session.connection().execute(
        update(Offer).where(Offer.id == offer_id, *over).values(status=OfferStatus.ENDED)
    )
    if ended.rowcount:
        search.index("offer", offer_id)
    return bool(ended.rowcount)


def remind_of_ending_vouchers() -> int:
    """Tell residents whose vouchers end within days, once each. Returns how many were told.

    Raises:
        Unfinished: some could not be told; the others were.
    """
    instant = now()
    soon = (
        Voucher.status == VoucherStatus.ISSUED,
        Voucher.expires_at > instant,
        Voucher.expires_at <= instant + REMINDED_BEFORE,
        Voucher.issued_at <= instant - REMINDED_BEFORE,
        Voucher.reminded_at.is_(None),
    )
    return one_by_one(
        _batches(Voucher.id, Voucher.expires_at, *soon),
        lambda row: _remind(row.id, instant, *soon),
    )


def _remind(voucher_id: str, instant: datetime, *soon: ColumnElement[bool]) -> bool:
    row = (
        db.session.connection()
        .execute(
            update(Voucher)
            .where(Voucher.id == voucher_id, *soon)
            .values(reminded_at=instant)
            .returning(Voucher.resident_id, Voucher.title, Voucher.expires_at)
        )
        .first()
    )
    if row is not None:
        outbox.emit(
            "notify",
            user_id=row.resident_id,
            kind="voucher.expiring_soon",
            params={"offer": row.title, "expires_at": rfc3339(row.expires_at)},
            url=f"/me/vouchers/{voucher_id}",
        )
    return row is not None
