"""Paper ballots while one person enters them: they travel with the page and are kept nowhere.

A ballot is written as the places of its options on the printed ballot, counted from 0 and joined
by commas; ballots are joined by semicolons. ``2,0;;1`` are three ballots, the second one blank.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

Places = tuple[int, ...]
MOST_BALLOTS = 30_000
"""About as many single choices as a body of a megabyte holds. A vote with more paper ballots than
can be entered could never be counted."""
NOTHING = "none"
"""No ballot at all, which is not the same as one that is blank."""
_WRITTEN = re.compile(r"(?:\d{1,4}(?:,\d{1,4})*)?(?:;(?:\d{1,4}(?:,\d{1,4})*)?)*", re.ASCII)


class UnreadableSheet(ValueError):
    """The text is no sheet of this ballot."""


@dataclass(frozen=True)
class PaperSheet:
    """The ballots entered so far, in the order of entering."""

    ballots: tuple[Places, ...] = ()

    @classmethod
    def read(cls, text: str, options: int) -> PaperSheet:
        """The sheet that a text holds, for a ballot of so many options.

        Raises:
            UnreadableSheet: it holds none.
        """
        if text == NOTHING:
            return cls()
        if not _WRITTEN.fullmatch(text):
            raise UnreadableSheet
        ballots = tuple(
            tuple(int(place) for place in ballot.split(",") if place) for ballot in text.split(";")
        )
        if len(ballots) > MOST_BALLOTS:
            raise UnreadableSheet
        if any(place >= options for ballot in ballots for place in ballot):
            raise UnreadableSheet
        return cls(ballots)

    def written(self) -> str:
        """The sheet as a text."""
        if not self.ballots:
            return NOTHING
        return ";".join(",".join(map(str, ballot)) for ballot in self.ballots)

    def with_one_more(self, ballot: Sequence[int]) -> PaperSheet:
        """The sheet with another ballot.

        Raises:
            UnreadableSheet: there are as many as can be entered at once.
        """
        if len(self.ballots) >= MOST_BALLOTS:
            raise UnreadableSheet
        return PaperSheet((*self.ballots, tuple(ballot)))

    def without_last(self) -> PaperSheet:
        return PaperSheet(self.ballots[:-1])

    @property
    def last(self) -> Places | None:
        return self.ballots[-1] if self.ballots else None
