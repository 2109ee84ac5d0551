"""The states of what residents propose: options, changes to a sentence; and of mergers."""

from __future__ import annotations

from enum import StrEnum


class ProposalStatus(StrEnum):
    """Of an option that residents propose."""

    WAITING = "waiting"
    """The committee has not answered yet."""
    TAKEN_UP = "taken_up"
    DECLINED = "declined"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class MergerStatus(StrEnum):
    """Of several proposals that are to become one."""

    WAITING = "waiting"
    """Not all who proposed them have answered."""
    DONE = "done"
    ENDED = "ended"
    """Somebody would not, or one of the proposals was answered meanwhile."""


class AmendmentStatus(StrEnum):
    """Of a change to a sentence that somebody proposes."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ProposalOrder(StrEnum):
    """How a list of proposals is ordered."""

    TIME = "time"
    """The newest first."""
    SUPPORTERS = "supporters"
    """What most people support first; of two alike the newer one."""


MOST_PROPOSALS = 5
"""That one person makes for one vote, those that they withdrew among them: a list of proposals is
read by everybody. What several became by a merger is nobody's alone."""
LONGEST_TITLE = 200
LONGEST_TEXT = 10_000
LONGEST_SENTENCE = 2_000
LONGEST_WHY = 500
MOST_MERGED = 10
MOST_SUPPORTERS_ASKED = 1_000_000
"""No more supporters can be asked for before the committee must answer."""
