"""The accounts of the two books, by what they are for.

An account is named by its owner and purpose; the ledger finds or makes its row. Guarded accounts
can never go below zero. The others only collect, so that no row is shared by a whole city.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Book(StrEnum):
    HOURS = "hours"
    """Minutes of confirmed service. Nothing spends them."""
    POINTS = "points"


class Purpose(StrEnum):
    WALLET = "wallet"
    HOURS = "hours"
    BUDGET = "budget"
    RESERVE = "reserve"
    RECEIVED = "received"
    PASSED_ON = "passed_on"
    SERVICE = "service"
    TAKINGS = "takings"
    EXPIRY = "expiry"
    SHORTFALL = "shortfall"
    """Of corrections before migration 0007; nothing is booked there any more."""


GUARDED = frozenset({Purpose.WALLET, Purpose.HOURS, Purpose.BUDGET, Purpose.RESERVE})


@dataclass(frozen=True, slots=True)
class Account:
    """The name of an account. ``region_code`` is noted when its row is made, and no part of it."""

    book: Book
    owner_kind: str
    owner_id: str
    purpose: Purpose
    region_code: str

    @property
    def guarded(self) -> bool:
        return self.purpose in GUARDED

    @property
    def has_lots(self) -> bool:
        return self.purpose is Purpose.WALLET

    @property
    def key(self) -> tuple[str, str, str, str]:
        return (self.book.value, self.owner_kind, self.owner_id, self.purpose.value)


def wallet(user_id: str, region_code: str) -> Account:
    """A resident's points, kept in lots."""
    return Account(Book.POINTS, "resident", user_id, Purpose.WALLET, region_code)


def hours(user_id: str, region_code: str) -> Account:
    """A resident's minutes of service."""
    return Account(Book.HOURS, "resident", user_id, Purpose.HOURS, region_code)


def service(region_code: str) -> Account:
    """Where the minutes come from: what was done for the region."""
    return Account(Book.HOURS, "region", region_code, Purpose.SERVICE, region_code)


def budget(region_code: str) -> Account:
    """Points a region may pass on or award."""
    return Account(Book.POINTS, "region", region_code, Purpose.BUDGET, region_code)


def reserve(activity_id: str, region_code: str) -> Account:
    """Points of a region's budget that are kept for one activity."""
    return Account(Book.POINTS, "activity", activity_id, Purpose.RESERVE, region_code)


def received(region_code: str) -> Account:
    """Where a region's budget comes from, below zero: of a city, all that was ever made for it."""
    return Account(Book.POINTS, "region", region_code, Purpose.RECEIVED, region_code)


def passed_on(region_code: str) -> Account:
    """What a region gave to those below it."""
    return Account(Book.POINTS, "region", region_code, Purpose.PASSED_ON, region_code)


def takings(merchant_id: str, region_code: str) -> Account:
    """Points redeemed at a merchant."""
    return Account(Book.POINTS, "merchant", merchant_id, Purpose.TAKINGS, region_code)


def expiry(region_code: str) -> Account:
    """Points of a region's residents that expired."""
    return Account(Book.POINTS, "region", region_code, Purpose.EXPIRY, region_code)
