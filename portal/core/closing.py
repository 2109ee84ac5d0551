"""What hangs on an account, told by the rooms that keep it, before it is closed.

The account stands on a low floor, and what hangs on it beside or above it. So the rooms register
here what stands in the way of closing, and what becomes of each thing; what they then do, they do
when the outbox tells them ``account.closed``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

NOBODY = "—"
"""What stands where a name, or what somebody wrote, stood."""


@dataclass(frozen=True)
class Obstacle:
    """Why an account cannot be closed yet: a sentence that says what to do first, and where."""

    sentence: Any
    url: str


@dataclass(frozen=True)
class Fate:
    """What becomes of one thing, in a sentence; ``stays`` without a name, or is gone."""

    sentence: Any
    stays: bool = False


Obstacles = Callable[[str], Iterable[Obstacle]]
Fates = Callable[[str], Iterable[Fate]]
_obstacles: list[Obstacles] = []
_fates: list[Fates] = []


def register(*, obstacles: Obstacles | None = None, fates: Fates | None = None) -> None:
    """Add what a room knows of a person, by their id.

    ``obstacles`` is asked again in the transaction that closes: there it locks what it judges by,
    so that of the last two who could leave only one can.
    """
    if obstacles is not None and obstacles not in _obstacles:
        _obstacles.append(obstacles)
    if fates is not None and fates not in _fates:
        _fates.append(fates)


def obstacles_of(user_id: str) -> list[Obstacle]:
    """All that stands in the way, in the order of the floors."""
    return [each for ask in _obstacles for each in ask(user_id)]


def fates_of(user_id: str) -> list[Fate]:
    """What becomes of all that hangs on an account."""
    return [each for ask in _fates for each in ask(user_id)]
