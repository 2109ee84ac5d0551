"""What time does by itself: vouchers and offers end, and residents are reminded before."""

from __future__ import annotations

from sqlalchemy import select, update

from portal.core import outbox, search
from portal.core.clock import now, rfc3339
from portal.core.database import db
from portal.core.unit_of_work import unit_of_work
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
    """Expire up to a batch of vouchers whose time is over, each in a transaction of its own, so
    that none waits for another's locks. Returns how many."""
    instant = now()
    due = (
        db.session.execute(
            select(Voucher.id)
            .where(Voucher.status == VoucherStatus.ISSUED, Voucher.expires_at <= instant)
            .order_by(Voucher.expires_at, Voucher.id)
            .limit(BATCH)
        )
        .scalars()
        .all()
    )
    expired = 0
    for voucher_id in due:
        with unit_of_work():
            expired += expire_voucher(voucher_id, instant)
    return expired


def end_offers() -> int:
    """Mark up to a batch of offers as ended whose last instant is over. Returns how many."""
    with unit_of_work():
        due = (
            db.session.execute(
                select(Offer.id)
                .where(
                    Offer.status.in_(offers_leading_to(OfferStatus.ENDED)),
                    Offer.valid_until <= now(),
                )
                .order_by(Offer.valid_until, Offer.id)
                .limit(BATCH)
                .with_for_update()
            )
            .scalars()
            .all()
        )
        for offer_id in due:
            search.index("offer", offer_id)
        db.session.execute(update(Offer).where(Offer.id.in_(due)).values(status=OfferStatus.ENDED))
    return len(due)


def remind_of_ending_vouchers() -> int:
    """Tell residents whose vouchers end within days, once each. Returns how many were told."""
    instant = now()
    with unit_of_work():
        rows = db.session.execute(
            update(Voucher)
            .where(
                Voucher.id.in_(
                    select(Voucher.id)
                    .where(
                        Voucher.status == VoucherStatus.ISSUED,
                        Voucher.expires_at > instant,
                        Voucher.expires_at <= instant + REMINDED_BEFORE,
                        Voucher.issued_at <= instant - REMINDED_BEFORE,
                        Voucher.reminded_at.is_(None),
                    )
                    .order_by(Voucher.expires_at, Voucher.id)
                    .limit(BATCH)
                )
            )
            .values(reminded_at=instant)
            .returning(Voucher.id, Voucher.resident_id, Voucher.title, Voucher.expires_at)
        ).all()
        for row in rows:
            outbox.emit(
                "notify",
                user_id=row.resident_id,
                kind="voucher.expiring_soon",
                params={"offer": row.title, "expires_at": rfc3339(row.expires_at)},
                url=f"/me/vouchers/{row.id}",
            )
    return len(rows)
