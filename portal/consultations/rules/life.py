"""The life of a consultation: its states, and which deed leads from where to where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum


class Status(StrEnum):
    DRAFT = "draft"
    DISCUSSION = "discussion"
    OPEN = "open"
    CLOSED = "closed"
    DECIDED = "decided"
    CANCELLED = "cancelled"


class Way(StrEnum):
    """How somebody voted."""

    ONLINE = "online"
    PAPER = "paper"


class Change(StrEnum):
    """What was done to a roll after opening."""

    ADDED = "added"
    REMOVED = "removed"


COUNTED = frozenset({Status.CLOSED, Status.DECIDED})
"""States in which the board and the results are there."""
DISCUSSED = frozenset({Status.DISCUSSION, Status.OPEN, Status.CLOSED})
"""States in which it is talked about."""

MAY_CANCEL = (Status.DRAFT, Status.DISCUSSION, Status.OPEN)

VOTE_POINTS = "points_per_vote"
"""The rule of a region that says what taking part in a vote is worth."""

FEWEST = 5
"""k: a person hides among at least this many. Fewer on a roll would point at single persons, and
envelopes are stirred once this many are new."""

REMINDED_BEFORE = timedelta(days=1)
"""How long before the end those are reminded who have not voted, at the earliest."""

BEFORE: Mapping[Status, Status] = {
    Status.DISCUSSION: Status.DRAFT,
    Status.OPEN: Status.DISCUSSION,
    Status.CLOSED: Status.OPEN,
    Status.DECIDED: Status.CLOSED,
}
"""The one state from which each next one is reached; cancelling has several."""


def time_to_remind(opened_at: datetime, closes_at: datetime, present: datetime) -> bool:
    """Whether to remind now: within the last day, and not before half of the time has passed."""
    halfway = opened_at + (closes_at - opened_at) / 2
    return max(halfway, closes_at - REMINDED_BEFORE) <= present < closes_at
