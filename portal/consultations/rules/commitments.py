"""Commitments: their states, what can happen to them, when they are late, who has been told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class State(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    GIVEN_UP = "given_up"


class ChangeKind(StrEnum):
    """What happens to a commitment; each is told to those who follow it."""

    NOTED = "noted"
    MOVED = "moved"
    MILESTONE_SET = "milestone_set"
    MILESTONE_DONE = "milestone_done"
    KEPT = "kept"
    GIVEN_UP = "given_up"


class Shown(StrEnum):
    """What a list of commitments can be narrowed to; ``late`` ones are open."""

    OPEN = "open"
    LATE = "late"
    KEPT = "kept"
    GIVEN_UP = "given_up"


def is_late(state: str, due_on: date, present: date) -> bool:
    """Whether it should have been kept by now. The day itself is still in time."""
    return state == State.OPEN and due_on < present


@dataclass(frozen=True)
class Telling:
    """How far those who follow a commitment have been told of a change: first those whom the roll
    says have voted, by their keys, then the others, by their ids; each time all until ``after``.
    It is kept as a word in the database, and turned on by whoever tells the next: a message that
    comes twice finds it turned."""

    group: str = "voters"
    after: str = ""

    def word(self) -> str:
        """As it is kept; nothing yet is an empty word."""
        return "" if self == Telling() else f"{self.group}:{self.after}"

    @classmethod
    def of(cls, word: str) -> Telling:
        group, _colon, after = word.partition(":")
        return cls(group, after) if word else cls()

    def then(self, last: str | None) -> Telling:
        """What comes when ``last`` has been told, or nobody was left of this group (None)."""
        if last is not None:
            return Telling(self.group, last)
        return Telling("others") if self.group == "voters" else Telling("nobody")

    @property
    def is_over(self) -> bool:
        return self.group == "nobody"
