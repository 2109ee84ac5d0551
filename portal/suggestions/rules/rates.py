"""Rates of suggestions (签收率, 按时率, 办结率, 满意率), as things stand at an instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from portal.suggestions.rules.fold import Case
from portal.suggestions.rules.machine import LEFT_OUT, OPEN, Status

CONTENT = 4
"""From this score on, of 5, somebody is satisfied."""


@dataclass(frozen=True)
class Counts:
    """What the rates are made of; each counts cases. ``overdue`` is as things stand now."""

    received: int = 0
    accepted: int = 0
    answered: int = 0
    on_time: int = 0
    closed: int = 0
    judged: int = 0
    satisfied: int = 0
    overdue: int = 0

    @property
    def accepted_rate(self) -> float | None:
        return _share(self.accepted, self.received)

    @property
    def on_time_rate(self) -> float | None:
        return _share(self.on_time, self.answered)

    @property
    def closed_rate(self) -> float | None:
        return _share(self.closed, self.received)

    @property
    def satisfied_rate(self) -> float | None:
        return _share(self.satisfied, self.judged)


def counted(cases: Iterable[Case], now: datetime) -> Counts:
    """Counts of some cases; merged and rejected ones are none of them."""
    own = [case for case in cases if case.status not in LEFT_OUT]
    answered = [case for case in own if case.first_answered_at is not None]
    judged = [case.score for case in own if case.score is not None]
    return Counts(
        received=len(own),
        accepted=sum(case.first_accepted_at is not None for case in own),
        answered=len(answered),
        on_time=sum(_in_time(case) for case in answered),
        closed=sum(case.status is Status.CLOSED for case in own),
        judged=len(judged),
        satisfied=sum(score >= CONTENT for score in judged),
        overdue=sum(is_overdue(case.status, case.due_at, now) for case in own),
    )


def median(days: Mapping[int, int]) -> int | None:
    """The middle of some whole days, the lower of two; None of none.

    Args:
        days: how often each number of days came up.
    """
    middle, seen = (sum(days.values()) + 1) // 2, 0
    for each in sorted(days):
        seen += days[each]
        if seen >= middle:
            return each
    return None


def is_overdue(status: Status, due_at: datetime, now: datetime) -> bool:
    """Unanswered or reopened, and past its date."""
    return status in OPEN and due_at < now


def _in_time(case: Case) -> bool:
    return case.first_answered_at is not None and case.first_answered_at <= case.due_at


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
