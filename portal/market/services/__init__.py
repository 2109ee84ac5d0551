"""What can be done in the market, one function a use case."""

from portal.market.services.closing import (
    abandon_voucher,
    abandon_vouchers,
    end_unverified_shops,
)
from portal.market.services.counting import count_recognition
from portal.market.services.expiry import (
    end_offers,
    expire_due_vouchers,
    remind_of_ending_vouchers,
)
from portal.market.services.merchants import (
    STAFF_ROLES,
    MerchantData,
    add_staff,
    change_merchant,
    decline_merchant,
    register_merchant,
    remove_staff,
    set_trusted,
    verify_merchant,
)
from portal.market.services.offers import (
    OfferData,
    approve_offer,
    change_offer,
    create_offer,
    publish_offer,
    send_back_offer,
    withdraw_offer,
)
from portal.market.services.recall import recall_voucher, recall_vouchers, refuse_voucher
from portal.market.services.redemption import Redeemed, check_voucher, redeem_voucher
from portal.market.services.thanks import thank
from portal.market.services.vouchers import (
    Issued,
    cancel_voucher,
    end_of_voucher,
    issue_voucher,
    renew_codes,
)

__all__ = [
    "STAFF_ROLES",
    "Issued",
    "MerchantData",
    "OfferData",
    "Redeemed",
    "abandon_voucher",
    "abandon_vouchers",
    "add_staff",
    "approve_offer",
    "cancel_voucher",
    "change_merchant",
    "change_offer",
    "check_voucher",
    "count_recognition",
    "create_offer",
    "decline_merchant",
    "end_of_voucher",
    "end_offers",
    "end_unverified_shops",
    "expire_due_vouchers",
    "issue_voucher",
    "publish_offer",
    "recall_voucher",
    "recall_vouchers",
    "redeem_voucher",
    "refuse_voucher",
    "register_merchant",
    "remind_of_ending_vouchers",
    "remove_staff",
    "renew_codes",
    "send_back_offer",
    "set_trusted",
    "thank",
    "verify_merchant",
    "withdraw_offer",
]
