"""What the market decides: states, times, names. No database, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import stdnum.cn.uscc
from stdnum.exceptions import ValidationError

EVERY_DAY = 0b1111111
"""Weekdays as bits, Monday the lowest."""
DAY_MINUTES = 24 * 60
USUAL_VOUCHER_DAYS = 30
LONGEST_VOUCHER_DAYS = 365
REMINDED_BEFORE = timedelta(days=3)
"""How long before its end the owner of a voucher is reminded."""


class Kind(StrEnum):
    """What an offer is."""

    DISCOUNT = "discount"
    GIFT = "gift"
    SERVICE = "service"


class Category(StrEnum):
    """What a merchant does."""

    GROCERY = "grocery"
    FOOD = "food"
    HOUSEHOLD = "household"
    REPAIR = "repair"
    BEAUTY = "beauty"
    HEALTH = "health"
    CULTURE = "culture"
    SPORT = "sport"
    EDUCATION = "education"
    SERVICE = "service"
    OTHER = "other"


class MerchantStatus(StrEnum):
    PENDING = "pending"
    VERIFIED = "verified"
    DECLINED = "declined"


class OfferStatus(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class VoucherStatus(StrEnum):
    AWAITING_PAYMENT = "awaiting_payment"
    ISSUED = "issued"
    REDEEMED = "redeemed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


OFFER_TRANSITIONS: dict[OfferStatus, frozenset[OfferStatus]] = {
    OfferStatus.DRAFT: frozenset(
        {OfferStatus.IN_REVIEW, OfferStatus.PUBLISHED, OfferStatus.WITHDRAWN}
    ),
    OfferStatus.IN_REVIEW: frozenset(
        {OfferStatus.DRAFT, OfferStatus.PUBLISHED, OfferStatus.WITHDRAWN, OfferStatus.ENDED}
    ),
    OfferStatus.PUBLISHED: frozenset({OfferStatus.WITHDRAWN, OfferStatus.ENDED}),
    OfferStatus.WITHDRAWN: frozenset({OfferStatus.IN_REVIEW, OfferStatus.PUBLISHED}),
    OfferStatus.ENDED: frozenset(),
}
"""An offer's words never change once it was public: residents hold vouchers for them. Sent back by
the committee, only one that never was public becomes a draft."""

VOUCHER_TRANSITIONS: dict[VoucherStatus, frozenset[VoucherStatus]] = {
    VoucherStatus.AWAITING_PAYMENT: frozenset(
        {VoucherStatus.ISSUED, VoucherStatus.CANCELLED, VoucherStatus.EXPIRED}
    ),
    VoucherStatus.ISSUED: frozenset(
        {VoucherStatus.REDEEMED, VoucherStatus.CANCELLED, VoucherStatus.EXPIRED}
    ),
    VoucherStatus.REDEEMED: frozenset(),
    VoucherStatus.CANCELLED: frozenset(),
    VoucherStatus.EXPIRED: frozenset(),
}


def offers_leading_to(target: OfferStatus) -> list[OfferStatus]:
    """The states from which an offer may go into another."""
    return [state for state, ways in OFFER_TRANSITIONS.items() if target in ways]


def vouchers_leading_to(target: VoucherStatus) -> list[VoucherStatus]:
    """The states from which a voucher may go into another."""
    return [state for state, ways in VOUCHER_TRANSITIONS.items() if target in ways]


@dataclass(frozen=True)
class Hours:
    """When a voucher is taken: weekdays as bits, and minutes of the day from ``opens`` on, before
    ``closes``."""

    weekdays: int = EVERY_DAY
    opens: int = 0
    closes: int = DAY_MINUTES

    @property
    def always(self) -> bool:
        return self == ALWAYS

    def days(self) -> list[int]:
        """The weekdays, Monday being 1 (ISO 8601)."""
        return [day for day in range(1, 8) if self.weekdays & weekday_bit(day)]

    def admit(self, day: date, minute: int) -> bool:
        """Whether the till takes it on that day at that minute of the day."""
        return self._include(day) and self.opens <= minute < self.closes

    def next_taking(self, day: date, minute: int) -> tuple[date, int]:
        """The first day and minute, from these on, at which the till takes it."""
        if self.admit(day, minute):
            return day, minute
        first = day if minute < self.opens else day + timedelta(days=1)
        week = (first + timedelta(days=ahead) for ahead in range(7))
        return next(each for each in week if self._include(each)), self.opens

    def _include(self, day: date) -> bool:
        return bool(self.weekdays & weekday_bit(day.isoweekday()))


ALWAYS = Hours()


def hours_of(row: Any) -> Hours:
    """The hours that an offer or a voucher has in its columns."""
    return Hours(row.weekdays, row.opens_minute, row.closes_minute)


def weekday_bit(iso_weekday: int) -> int:
    return 1 << (iso_weekday - 1)


def weekday_bits(iso_weekdays: list[int]) -> int:
    """Days, Monday being 1, as bits."""
    bits = 0
    for day in iso_weekdays:
        bits |= weekday_bit(day)
    return bits


def clock_text(minute: int) -> str:
    """A minute of the day as ``HH:MM``; the end of the day is ``24:00``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def minute_of(text: str) -> int:
    """``HH:MM`` as a minute of the day.

    Raises:
        ValueError: it is no time of a day (00:00 to 24:00).
    """
    hours, _, minutes = text.partition(":")
    if not (hours.isdigit() and minutes.isdigit() and len(minutes) == 2 and len(hours) <= 2):
        raise ValueError(text)
    minute = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or minute > DAY_MINUTES:
        raise ValueError(text)
    return minute


def last_day(issued_on: date, voucher_days: int) -> date:
    """The last day on which a voucher is good: it ends with a day, not at the minute of its
    making, so that people need to remember a date only."""
    return issued_on + timedelta(days=voucher_days)


def is_open(
    status: str, valid_from: datetime, valid_until: datetime | None, instant: datetime
) -> bool:
    """Whether vouchers of an offer can be had at an instant."""
    if status != OfferStatus.PUBLISHED or instant < valid_from:
        return False
    return valid_until is None or instant < valid_until


def displayed_status(status: str, valid_until: datetime | None, instant: datetime) -> OfferStatus:
    """An offer's state as people see it: one past its time has ended, also before the job that
    writes it down."""
    over = valid_until is not None and valid_until <= instant
    return OfferStatus.ENDED if over and status == OfferStatus.PUBLISHED else OfferStatus(status)


def displayed_voucher_status(status: str, expires_at: datetime, instant: datetime) -> VoucherStatus:
    """A voucher's state as people see it: one past its end is expired, also before the job that
    writes it down and frees its points."""
    ends = VoucherStatus.EXPIRED in VOUCHER_TRANSITIONS[VoucherStatus(status)]
    return VoucherStatus.EXPIRED if ends and expires_at <= instant else VoucherStatus(status)


def credit_code(text: str) -> str:
    """A unified social credit code in its plain form.

    Raises:
        ValueError: its form or its check digit is wrong.
    """
    try:
        return str(stdnum.cn.uscc.validate(text))
    except ValidationError as error:
        raise ValueError(text) from error


def reduced_name(name: str) -> str:
    """As much of a customer's name as the till needs to greet them: 王** or Anna L."""
    words = name.split()
    if not words:
        return ""
    if words[0][0].isascii():
        return " ".join([words[0], *(f"{word[0]}." for word in words[1:])])
    return words[0][0] + "**"
