"""The till: looking at a voucher, and redeeming it once.

On PostgreSQL a redemption is one function of the database (migration 0003), on SQLite the same
steps are statements; one set of tests holds both to one contract.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from portal.core.database import on_sqlite
from portal.core.errors import DomainError, WrongState
from portal.core.permissions import Permission, Principal
from portal.market import codes, queries
from portal.market.errors import (
    AlreadyRedeemed,
    OutsideValidHours,
    UnknownVoucher,
    VoucherCancelled,
    VoucherExpired,
)
from portal.market.policies import staffed
from portal.market.rules import VoucherStatus
from portal.market.services.redemption import function, steps
from portal.market.services.redemption.moment import Moment, Redeemed

__all__ = ["Redeemed", "check_voucher", "redeem_voucher"]


def check_voucher(actor: Principal, code: str) -> Row[*tuple[Any, ...]]:
    """What a voucher is, for the till, before it is redeemed. Changes nothing.

    Raises:
        Forbidden: the person works at no till.
        UnknownVoucher: no voucher of their merchants has this code.
        AlreadyRedeemed, VoucherCancelled, VoucherExpired, OutsideValidHours: it is not good now.
    """
    merchants = _tills(actor)
    voucher = queries.till_voucher(merchants, codes.hash_of(codes.typed(code)))
    refusal = _refusal(voucher, Moment.present())
    if voucher is None or refusal is not None:
        raise refusal or UnknownVoucher
    return voucher


def redeem_voucher(actor: Principal, code: str) -> Redeemed:
    """Redeem a voucher, once: its points pass to the merchant.

    Raises:
        Forbidden: the person works at no till.
        UnknownVoucher: no voucher of their merchants has this code.
        AlreadyRedeemed, VoucherCancelled, VoucherExpired, OutsideValidHours: it is not good now.
    """
    merchants = _tills(actor)
    code_hash, moment = codes.hash_of(codes.typed(code)), Moment.present()
    redeem = steps.redeem if on_sqlite() else function.redeem
    redeemed = redeem(merchants, code_hash, moment, actor.id)
    if redeemed is None:
        raise _refusal(queries.till_voucher(merchants, code_hash), moment) or WrongState
    return redeemed


def _tills(actor: Principal) -> tuple[str, ...]:
    merchants = staffed(actor)
    actor.require_that(Permission.VOUCHER_REDEEM, bool(merchants))
    return merchants


_OVER: dict[str, type[DomainError]] = {
    VoucherStatus.REDEEMED: AlreadyRedeemed,
    VoucherStatus.CANCELLED: VoucherCancelled,
    VoucherStatus.EXPIRED: VoucherExpired,
    VoucherStatus.AWAITING_PAYMENT: WrongState,
}


def _refusal(voucher: Row[*tuple[Any, ...]] | None, moment: Moment) -> DomainError | None:
    """Why a voucher is not good now; None if it is."""
    if voucher is None:
        return UnknownVoucher()
    if voucher.status in _OVER:
        return _OVER[voucher.status](voucher=voucher)
    if voucher.expires_at <= moment.instant:
        return VoucherExpired(voucher=voucher)
    if not moment.fits(voucher):
        return OutsideValidHours(voucher=voucher)
    return None
