"""What a case of another system's was, as events of a case here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from portal.suggestions.rules.fold import Fact
from portal.suggestions.rules.machine import By, Event, Outcome
from portal.suggestions.rules.working_days import WorkingDays, due_after, judged_until


@dataclass(frozen=True, order=True)
class Fault:
    """Why a line of a file cannot be taken; the header is line 1."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


@dataclass(frozen=True)
class PastCase:
    """A line that can be read: its number, and its values by the columns."""

    line: int
    values: dict[str, Any]


Told = tuple[Fact, str]
"""An event and the words that came with it."""


class PastStatus(StrEnum):
    """How far a case had come there."""

    RECEIVED = "received"
    DISPATCHED = "dispatched"
    ANSWERED = "answered"
    CLOSED = "closed"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Past:
    """Instants are in UTC. ``department_id`` had it, ``words`` are its answer or the reason."""

    status: PastStatus
    received_at: datetime
    dispatched_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    department_id: str | None = None
    outcome: Outcome | None = None
    words: str = ""
    score: int | None = None


def missing_in(past: Past) -> list[str]:
    """The fields that its state needs and that are empty."""
    return [name for name in _needed(past) if getattr(past, name) is None]


def _needed(past: Past) -> Iterator[str]:
    if past.status in (PastStatus.DISPATCHED, PastStatus.ANSWERED):
        yield "department_id"
    if past.status is PastStatus.ANSWERED or past.score is not None:
        yield "answered_at"
    if past.answered_at is not None:
        yield from ("department_id", "outcome")
    if past.status in (PastStatus.CLOSED, PastStatus.REJECTED):
        yield "closed_at"


def goes_forward(past: Past) -> bool:
    """Whether what came later is not earlier."""
    instants = [past.received_at, past.dispatched_at, past.answered_at, past.closed_at]
    known = [each for each in instants if each is not None]
    return known == sorted(known)


def facts_of(past: Past, days: WorkingDays, due_working_days: int) -> list[Told]:
    """The events of a case that has nothing missing, as the machine allows them."""
    due_at = due_after(days, past.received_at, due_working_days)
    begun = Fact(Event.RECEIVED, past.received_at, By.SYSTEM, due_at=due_at)
    return [(begun, ""), *_worked_on(past, days), *_ended(past, days)]


def _worked_on(past: Past, days: WorkingDays) -> Iterator[Told]:
    if past.department_id is None or past.status in (PastStatus.RECEIVED, PastStatus.REJECTED):
        return
    at, department = past.dispatched_at or past.received_at, past.department_id
    yield Fact(Event.DISPATCHED, at, By.DISPATCHER, to_department=department), ""
    if past.answered_at is None:
        return
    yield Fact(Event.ACCEPTED, at, By.HANDLER, from_department=department), ""
    answered = Fact(
        Event.ANSWERED,
        past.answered_at,
        By.HANDLER,
        from_department=department,
        judge_until=judged_until(days, past.answered_at),
        outcome=past.outcome,
    )
    yield answered, past.words


def _ended(past: Past, days: WorkingDays) -> Iterator[Told]:
    at = past.closed_at
    if at is None:
        return
    if past.status is PastStatus.REJECTED:
        yield Fact(Event.REJECTED, at, By.DISPATCHER), past.words
    elif past.status is PastStatus.CLOSED and past.answered_at is None:
        until = judged_until(days, at)
        yield Fact(Event.CLOSED, at, By.SUPERVISOR, judge_until=until, way="imported"), past.words
    elif past.status is PastStatus.CLOSED:
        if past.score is not None:
            yield Fact(Event.CONFIRMED, at, By.RESIDENT, score=past.score), ""
        way = "imported" if past.score is None else "confirmed"
        yield Fact(Event.CLOSED, at, By.SYSTEM, way=way), ""
