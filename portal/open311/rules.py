"""What the specification says, as data."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from portal.suggestions.rules.machine import LEFT_OUT, Status

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
LONGEST_DESCRIPTION = 4_000
LONGEST_SPAN = timedelta(days=90)
MOST_REQUESTS = 1_000
MOST_PAGES = 1_000
LONGEST_TITLE = 60


class RequestStatus(StrEnum):
    """What the specification knows of a case."""

    OPEN = "open"
    CLOSED = "closed"


OVER = LEFT_OUT | {Status.CLOSED}
"""Closed there: closed, rejected, merged."""


def status_of(status: Status) -> RequestStatus:
    return RequestStatus.CLOSED if status in OVER else RequestStatus.OPEN


def span(
    start: datetime | None, end: datetime | None, now: datetime
) -> tuple[datetime, datetime] | None:
    """From when to when is searched; None where that is longer than 90 days. What is not said
    makes it 90 days."""
    if start is None:
        end = end or now
        return end - LONGEST_SPAN, end
    end = end or start + LONGEST_SPAN
    return None if end - start > LONGEST_SPAN else (start, end)


def title_of(description: str, service_name: str) -> str:
    """What a request is called that came without a title: its first line, cut short."""
    lines = [line.strip() for line in description.splitlines() if line.strip()]
    first = lines[0] if lines else service_name
    return first if len(first) <= LONGEST_TITLE else first[: LONGEST_TITLE - 1] + "…"


def shortened(description: str) -> str:
    """A description in the length that the specification allows."""
    if len(description) <= LONGEST_DESCRIPTION:
        return description
    return description[: LONGEST_DESCRIPTION - 1] + "…"
