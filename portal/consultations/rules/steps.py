"""What a consultation waits for, as the desk tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.consultations.rules.life import Status


class Step(StrEnum):
    """What comes next."""

    FINISH = "finish"
    """A draft: look it through, then start the discussion."""
    LAPSED = "lapsed"
    """The end of voting has passed before voting began."""
    DISCUSS = "discuss"
    """It is talked through, until voting opens."""
    OPEN = "open"
    """Voting can be opened; a person must do it."""
    VOTE = "vote"
    """Ballots are taken."""
    COUNT = "count"
    """Voting is over, and nothing is counted yet."""
    DECIDE = "decide"
    """The outcome waits for the committee's decision."""
    FOLLOW = "follow"
    """It is decided; what was promised is to be done."""
    NOTHING = "nothing"
    """It was called off."""


WAITING = frozenset({Step.LAPSED, Step.OPEN, Step.COUNT, Step.DECIDE})
"""Steps that somebody at the desk has to take."""


@dataclass(frozen=True)
class Stage:
    """Where a consultation stands. ``sealed``: no ballot any more, the count has begun."""

    status: str
    opens_at: datetime | None
    closes_at: datetime | None
    sealed: bool

    def next_step(self, present: datetime) -> Step:
        """What comes next, at an instant."""
        over = self.closes_at is not None and self.closes_at <= present
        if self.status in (Status.DRAFT, Status.DISCUSSION) and over:
            return Step.LAPSED
        if self.status == Status.DISCUSSION:
            due = self.opens_at is None or self.opens_at <= present
            return Step.OPEN if due else Step.DISCUSS
        if self.status == Status.OPEN:
            return Step.COUNT if over or self.sealed else Step.VOTE
        return _AFTER[Status(self.status)]


_AFTER = {
    Status.DRAFT: Step.FINISH,
    Status.CLOSED: Step.DECIDE,
    Status.DECIDED: Step.FOLLOW,
    Status.CANCELLED: Step.NOTHING,
}
