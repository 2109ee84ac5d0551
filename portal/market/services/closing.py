"""A person's account is closed: vouchers are given back, and shops that never were end."""

from __future__ import annotations

from sqlalchemy import select, update

from portal.accounts.models import RoleGrant
from portal.core import outbox
from portal.core.clock import now
from portal.core.closing import NOBODY
from portal.core.database import db
from portal.core.permissions import Role, ScopeKind
from portal.market.models import Merchant, Voucher
from portal.market.rules import MerchantStatus, VoucherStatus, vouchers_leading_to
from portal.market.services.vouchers import give_back, leave
from portal.points import services as points

ABANDONED = "voucher.abandoned"


def abandon_vouchers(user_id: str) -> None:
    """Ask for each unused voucher of a closed account to be cancelled, one transaction each: an
    offer's stock is wanted by many, and none must wait for a whole pile."""
    held = db.session.execute(
        select(Voucher.id)
        .where(
            Voucher.resident_id == user_id,
            Voucher.status.in_(vouchers_leading_to(VoucherStatus.CANCELLED)),
        )
        .order_by(Voucher.id)
    ).scalars()
    for voucher_id in held:
        outbox.emit(ABANDONED, voucher_id=voucher_id)


def abandon_voucher(voucher_id: str) -> None:
    """Cancel a voucher whose owner has left; its points go on to where they came from. Nothing
    happens to one that has ended by now."""
    row = leave(VoucherStatus.CANCELLED, Voucher.id == voucher_id, cancelled_at=now())
    if row is not None:
        give_back(row)
        points.return_points(row.resident_id)


def end_unverified_shops(user_id: str) -> None:
    """Take a person who is gone out of shops that nobody verified: without an owner they are over,
    and the number to call was the person's own."""
    theirs = Merchant.id.in_(
        select(RoleGrant.scope_id).where(
            RoleGrant.user_id == user_id,
            RoleGrant.scope_kind == ScopeKind.MERCHANT.value,
            RoleGrant.role == Role.MERCHANT_OWNER.value,
        )
    )
    owned = (
        select(RoleGrant.id)
        .where(
            RoleGrant.scope_kind == ScopeKind.MERCHANT.value,
            RoleGrant.scope_id == Merchant.id,
            RoleGrant.role == Role.MERCHANT_OWNER.value,
            RoleGrant.revoked_at.is_(None),
        )
        .exists()
    )
    over = update(Merchant).where(theirs, ~owned).execution_options(synchronize_session=False)
    db.session.execute(
        over.where(Merchant.status == MerchantStatus.PENDING).values(
            status=MerchantStatus.DECLINED, declined_reason=NOBODY
        )
    )
    db.session.execute(over.where(Merchant.status == MerchantStatus.DECLINED).values(phone=None))
