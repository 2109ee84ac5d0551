"""What the market refuses, and what a person is told then."""

from __future__ import annotations

from portal.core.errors import DomainError
from portal.core.i18n import lazy_gettext as _l


class OutOfStock(DomainError):
    code = "out_of_stock"
    title = _l("Sold out")
    detail = _l("Somebody else was faster: nothing of this is left. Your points were not touched.")


class LimitReached(DomainError):
    code = "limit_reached"
    title = _l("You have had your share")
    detail = _l("Every resident may have this only so many times, and you have.")


class OfferClosed(DomainError):
    """It is not published, not yet or no longer open, or needs a payment that we cannot take."""

    code = "offer_closed"
    title = _l("This offer is closed")
    detail = _l("It is not open for exchange now. Your points were not touched.")


class UnknownVoucher(DomainError):
    """No voucher of the asking staff's merchants has this code."""

    code = "unknown_voucher"
    status = 404
    title = _l("Unknown voucher")
    detail = _l("No voucher of this shop has this number.")


class AlreadyRedeemed(DomainError):
    code = "already_redeemed"
    title = _l("Already used")
    detail = _l("This voucher has been redeemed before.")


class VoucherExpired(DomainError):
    code = "voucher_expired"
    title = _l("Expired")
    detail = _l("The voucher's time is over. Its points go back to its owner.")


class VoucherCancelled(DomainError):
    code = "voucher_cancelled"
    title = _l("Cancelled")
    detail = _l("The voucher was cancelled. Its points went back to its owner.")


class OutsideValidHours(DomainError):
    code = "outside_valid_hours"
    title = _l("Not at this hour")
    detail = _l("The voucher is good, but not on this day or at this hour.")


class NotCancellable(DomainError):
    code = "not_cancellable"
    title = _l("It cannot be cancelled any more")
    detail = _l("Only a voucher that is neither used nor expired can be cancelled.")


class AlreadyThanked(DomainError):
    code = "already_thanked"
    title = _l("You have said thank you")
    detail = _l("One thank-you a voucher: it has arrived.")


class LastOwner(DomainError):
    code = "last_owner"
    title = _l("Somebody must own the shop")
    detail = _l("Name another owner first; a shop cannot be without one.")


class AlreadyRegistered(DomainError):
    code = "already_registered"
    title = _l("Already registered")
    detail = _l("A shop with this credit code is registered already.")
