"""The market's words: kinds, categories, states, days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from portal.core.clock import clock
from portal.core.i18n import friendly_day, friendly_instant, listed
from portal.core.i18n import lazy_gettext as _l
from portal.market.rules import (
    DAY_MINUTES,
    Category,
    Kind,
    MerchantStatus,
    OfferStatus,
    VoucherStatus,
    clock_text,
    hours_of,
)

KINDS: dict[str, Any] = {
    Kind.DISCOUNT.value: _l("Discount"),
    Kind.GIFT.value: _l("Gift"),
    Kind.SERVICE.value: _l("Service"),
}
KIND_ICONS = {
    Kind.DISCOUNT.value: "discount",
    Kind.GIFT.value: "gift",
    Kind.SERVICE.value: "tools",
}
CATEGORIES: dict[str, Any] = {
    Category.GROCERY.value: _l("Groceries"),
    Category.FOOD.value: _l("Eating and drinking"),
    Category.HOUSEHOLD.value: _l("Household"),
    Category.REPAIR.value: _l("Repairs"),
    Category.BEAUTY.value: _l("Hair and beauty"),
    Category.HEALTH.value: _l("Health"),
    Category.CULTURE.value: _l("Books and culture"),
    Category.SPORT.value: _l("Sport"),
    Category.EDUCATION.value: _l("Learning"),
    Category.SERVICE.value: _l("Services"),
    Category.OTHER.value: _l("Other"),
}
WEEKDAYS: dict[int, Any] = {
    1: _l("Monday"),
    2: _l("Tuesday"),
    3: _l("Wednesday"),
    4: _l("Thursday"),
    5: _l("Friday"),
    6: _l("Saturday"),
    7: _l("Sunday"),
}
# A state's sign and word, as ``ui.status`` takes them.
MERCHANT_STATES: dict[str, tuple[str, Any]] = {
    MerchantStatus.PENDING.value: ("wait", _l("Waiting to be verified")),
    MerchantStatus.VERIFIED.value: ("ok", _l("Verified")),
    MerchantStatus.DECLINED.value: ("danger", _l("Not verified")),
}
# What was decided about a merchant, by the codes of the audit log: words and icon.
MERCHANT_DECISIONS: dict[str, tuple[Any, str]] = {
    "merchant.registered": (_l("Registration sent in"), "send"),
    "merchant.verified": (_l("Verified"), "shield-check"),
    "merchant.declined": (_l("Not verified"), "x"),
    "merchant.trusted": (_l("Publishes without review"), "award"),
    "merchant.trust_ended": (_l("Offers are reviewed again"), "eye"),
}
OFFER_STATES: dict[str, tuple[str, Any]] = {
    OfferStatus.DRAFT.value: ("neutral", _l("Draft")),
    OfferStatus.IN_REVIEW.value: ("wait", _l("In review")),
    OfferStatus.PUBLISHED.value: ("ok", _l("On the board")),
    OfferStatus.WITHDRAWN.value: ("neutral", _l("Withdrawn")),
    OfferStatus.ENDED.value: ("neutral", _l("Ended")),
}
VOUCHER_STATES: dict[str, tuple[str, Any]] = {
    VoucherStatus.AWAITING_PAYMENT.value: ("wait", _l("Waiting for payment")),
    VoucherStatus.ISSUED.value: ("ok", _l("Ready to use")),
    VoucherStatus.REDEEMED.value: ("neutral", _l("Used")),
    VoucherStatus.CANCELLED.value: ("neutral", _l("Given back")),
    VoucherStatus.EXPIRED.value: ("neutral", _l("Expired")),
}


def until_text(end: datetime) -> str:
    """Until when something is good: what ends at midnight is good for the whole day before."""
    if end == clock.start_of(clock.day_of(end)):
        return friendly_day(clock.day_of(end - timedelta(microseconds=1)))
    return friendly_instant(end)


def hours_text(row: Any) -> str:
    """When a voucher is taken, in words; empty when it always is."""
    hours = hours_of(row)
    parts = []
    if len(hours.days()) < len(WEEKDAYS):
        parts.append(listed(WEEKDAYS[day] for day in hours.days()))
    if hours.opens or hours.closes < DAY_MINUTES:
        parts.append(f"{clock_text(hours.opens)}–{clock_text(hours.closes)}")
    return " ".join(parts)
