"""The books' work by the clock."""

from __future__ import annotations

from datetime import timedelta

from portal.core.jobs import job
from portal.points import ledger, upkeep


@job("points.expire", every=timedelta(minutes=1))
def expire() -> int:
    """Book points that are past their day."""
    return upkeep.expire_due()


@job("points.tell_of_expiring", every=timedelta(hours=1))
def tell_of_expiring() -> int:
    """Tell residents of points that expire within a month."""
    return upkeep.tell_of_expiring()


@job("points.roll_up", every=timedelta(minutes=1))
def roll_up() -> int:
    """Advance the sums of the accounts that only collect."""
    return ledger.roll_up()


@job("points.total_up", every=timedelta(minutes=1))
def total_up() -> int:
    """Advance the totals of the books by day and month."""
    return ledger.total_up()
