"""A shop takes vouchers back that it cannot honour: the points return, and residents are told."""

from __future__ import annotations

from sqlalchemy import select

from portal.core import audit, outbox
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission, Principal
from portal.market import queries
from portal.market.errors import NotCancellable
from portal.market.models import Merchant, Voucher
from portal.market.rules import OfferStatus, VoucherStatus, displayed_status
from portal.market.services.redemption import check_voucher
from portal.market.services.vouchers import give_back, leave

RECALLED = "voucher.recalled"
_OFF_THE_BOARD = (OfferStatus.WITHDRAWN, OfferStatus.ENDED)


def recall_vouchers(actor: Principal, offer_id: str, reason: str) -> int:
    """Take back all vouchers of an offer that are out, one transaction each soon after: an offer's
    stock is wanted by many, and a pile would hold it for long. Returns how many there are.

    Raises:
        NotFound, Forbidden: it is not the person's.
        WrongState: the offer still gives out vouchers.
    """
    offer = queries.offer(actor, offer_id)
    actor.require(Permission.OFFER_MANAGE, merchant=offer.merchant_id)
    if displayed_status(offer.status, offer.valid_until, now()) not in _OFF_THE_BOARD:
        raise WrongState(_l("Take the offer off the board first."))
    out = queries.vouchers_out(offer_id)
    for voucher_id in out:
        outbox.emit(RECALLED, voucher_id=voucher_id, reason=reason)
    audit.record(
        actor.id,
        "offer.recalled",
        "offer",
        offer_id,
        region_code=offer.region_code,
        reason=reason,
    )
    return len(out)


def recall_voucher(voucher_id: str, reason: str) -> bool:
    """Take back one voucher; whether it was still open."""
    instant = now()
    this_one = (Voucher.id == voucher_id, Voucher.expires_at > instant)
    row = leave(VoucherStatus.CANCELLED, *this_one, cancelled_at=instant, recall_reason=reason)
    if row is None:
        return False
    give_back(row)
    _tell(voucher_id, reason)
    return True


def refuse_voucher(actor: Principal, code: str, reason: str) -> None:
    """Take back the voucher somebody shows at the till: what it is for cannot be given.

    Raises:
        Forbidden: the person works at no till.
        UnknownVoucher, AlreadyRedeemed, VoucherCancelled, VoucherExpired, OutsideValidHours: as
            for a redemption.
        NotCancellable: it has ended in this very moment.
    """
    voucher = check_voucher(actor, code)
    if not recall_voucher(voucher.id, reason):
        raise NotCancellable
    audit.record(
        actor.id,
        "voucher.refused",
        "voucher",
        voucher.id,
        region_code=voucher.region_code,
        merchant=voucher.merchant_id,
        reason=reason,
    )


def _tell(voucher_id: str, reason: str) -> None:
    row = db.session.execute(
        select(Voucher.resident_id, Voucher.title, Voucher.points, Merchant.name)
        .join(Merchant, Merchant.id == Voucher.merchant_id)
        .where(Voucher.id == voucher_id)
    ).one()
    outbox.emit(
        "notify",
        user_id=row.resident_id,
        kind="voucher.cancelled_by_merchant",
        params={
            "offer": row.title,
            "merchant": row.name,
            "points": row.points,
            "reason": reason,
        },
        url=f"/me/vouchers/{voucher_id}",
    )
