"""The market's work by the clock."""

from __future__ import annotations

from datetime import timedelta

from portal.core.jobs import job
from portal.market import services


@job("vouchers.expire", every=timedelta(minutes=1))
def expire_vouchers() -> int:
    return services.expire_due_vouchers()


@job("vouchers.remind", every=timedelta(hours=1))
def remind() -> int:
    return services.remind_of_ending_vouchers()


@job("offers.end", every=timedelta(minutes=5))
def end_offers() -> int:
    return services.end_offers()


@job("merchants.recognize", every=timedelta(minutes=1))
def recognize() -> int:
    return services.count_recognition()
