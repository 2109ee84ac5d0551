"""What can be asked about, by when it is to be answered, what is overdue."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

ANSWERED_WITHIN = timedelta(days=15)
"""From the day of asking. The regulation on letters and visits (信访工作条例 art. 23) gives fifteen
days to say what becomes of a matter; here the answer itself is owed by then."""


class Subject(StrEnum):
    """What a question is about."""

    BUDGET = "budget"
    """A region's budget; its id is the region's code."""
    BOOKING = "booking"
    """Points that a region was given: a line of its budget; the id of the transaction."""
    RULE = "rule"
    """A point rule of a region: ``150402010003:cap.day``."""
    DECISION = "decision"
    """What the committee made of a vote; the id of the consultation."""


class Asked(StrEnum):
    """What a list of questions can be narrowed to; ``overdue`` ones are open."""

    OPEN = "open"
    OVERDUE = "overdue"
    ANSWERED = "answered"


def due_on(asked_on: date) -> date:
    """The day until which a question is to be answered."""
    return asked_on + ANSWERED_WITHIN


def is_overdue(due: date, present: date, *, answered: bool) -> bool:
    """Whether it should have been answered by now. The day itself is still in time."""
    return not answered and due < present
