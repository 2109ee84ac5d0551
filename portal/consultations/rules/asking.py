"""Until when the committee answers what is asked in a discussion."""

from __future__ import annotations

from datetime import date, timedelta

from portal.consultations.rules.life import Status

ANSWER_DAYS = 7
"""Calendar days. The day of asking is not counted; on the last day an answer is still in time."""


def due_on(asked_on: date, opens_on: date | None) -> date:
    """The last day for an answer: before people vote, where it is known when that is, and never
    the very day of asking."""
    last = asked_on + timedelta(days=ANSWER_DAYS)
    if opens_on is not None:
        last = min(last, opens_on)
    return max(last, asked_on + timedelta(days=1))


def is_waiting(*, answered: bool, hidden: bool, status: str) -> bool:
    """Whether a question waits for its answer: nobody waits for one to what is hidden, or about a
    vote (in this state) that was called off."""
    return not answered and not hidden and status != Status.CANCELLED


def is_overdue(due: date, today: date) -> bool:
    """Whether the day has passed; asked of what waits."""
    return due < today
