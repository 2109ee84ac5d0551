"""Where the demo's past is played: deeds in the order of their instants, by people with names."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from portal.core import outbox
from portal.core.clock import clock
from portal.core.errors import DomainError
from portal.core.permissions import Principal

Deed = Callable[[], Any]
GETS_UP, GOES_TO_BED = 7.0, 21.5
"""Hours of the day between which people do something."""

Tell = Callable[[str, int, int], None]
"""Says how far a stage is: its name, how much is done, how much there is."""


def attempt(deed: Deed) -> Deed:
    """The deed, or nothing where the portal refuses it: as with people, not all goes as planned."""

    def attempted() -> None:
        with suppress(DomainError):
            deed()

    return attempted


@dataclass(order=True)
class _Planned:
    at: datetime
    number: int
    deed: Deed = field(compare=False)


class Stage:
    """Holds the clock at the instant of each deed; what it tells people is delivered with it."""

    def __init__(self, seed: int, present: datetime) -> None:
        self.random = Random(seed)
        self.present = present
        self.people: dict[str, Principal] = {}
        self._queue: list[_Planned] = []
        self._number = 0

    @property
    def today(self) -> date:
        return clock.day_of(self.present)

    def local(self, day: date, hour: float) -> datetime:
        """An instant of a day in the portal's time zone."""
        return clock.start_of(day) + timedelta(hours=hour)

    def between(self, begin: datetime, end: datetime) -> datetime:
        """An instant at random."""
        return begin + (end - begin) * self.random.random()

    def awake(self, at: datetime) -> datetime:
        """That instant, or, where people sleep then, one of the morning after."""
        day = clock.day_of(at)
        if at >= self.local(day, GOES_TO_BED):
            day += timedelta(days=1)
        elif at >= self.local(day, GETS_UP):
            return at
        return self.local(day, GETS_UP + self.random.uniform(0.2, 3))

    def plan(self, at: datetime, deed: Deed) -> None:
        """Let something happen. What lies after the present never will."""
        if at < self.present:
            self._number += 1
            heapq.heappush(self._queue, _Planned(at, self._number, deed))

    def play(self, tell: Tell, words: str) -> None:
        """Let everything happen, in order, up to the present."""
        if not self._queue:
            return
        first, last = clock.day_of(self._queue[0].at), self.today
        day = first
        while self._queue:
            planned = heapq.heappop(self._queue)
            if clock.day_of(planned.at) > day:
                day = clock.day_of(planned.at)
                tell(words, (day - first).days, (last - first).days + 1)
            with clock.held_at(planned.at):
                planned.deed()
                outbox.deliver_here()
        tell(words, (last - first).days + 1, (last - first).days + 1)
