"""What goes into a redemption, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Row

from portal.core.clock import clock, now
from portal.market.rules import hours_of, weekday_bit


@dataclass(frozen=True)
class Redeemed:
    """A voucher just redeemed, as it was sold."""

    id: str
    offer_id: str
    title: str
    points: int
    redeemed_at: datetime


@dataclass(frozen=True)
class Moment:
    """An instant as the till needs it: with its day, weekday (as a bit) and minute of the day in
    the portal's time zone."""

    instant: datetime
    day: date
    weekday: int
    minute: int

    @classmethod
    def present(cls) -> Moment:
        instant = now()
        local = instant.astimezone(clock.zone)
        minute = local.hour * 60 + local.minute
        return cls(instant, local.date(), weekday_bit(local.isoweekday()), minute)

    def fits(self, voucher: Row[*tuple[Any, ...]]) -> bool:
        """Whether a voucher is taken at this time of the week."""
        return hours_of(voucher).admit(self.day, self.minute)

    def opening(self, ticket: Any) -> datetime | None:
        """When a voucher, or one of an offer, is taken next; None where it is taken now."""
        day, minute = hours_of(ticket).next_taking(self.day, self.minute)
        if (day, minute) == (self.day, self.minute):
            return None
        return datetime.combine(day, time(minute // 60, minute % 60), clock.zone).astimezone(UTC)
