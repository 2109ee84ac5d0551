"""A case as the fold of its events. The only place where an event changes anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from portal.suggestions.rules.machine import PAUSED, By, Event, Outcome, Status, step_of

MOST_LEVEL = 2
"""Supervision has two levels above the ordinary."""


class NotPossible(Exception):
    """The machine does not lead on like this from where the case is."""


@dataclass(frozen=True)
class Part:
    """What a department that was called has to do. In UTC. It is done by having come; a department
    that says how its work goes on has work of its own, and is done when it answers."""

    report_by: datetime
    reported_at: datetime | None = None
    done_at: datetime | None = None


@dataclass(frozen=True)
class Fact:
    """One event, with all that follows from it: ``due_at``, ``judge_until`` and ``level`` are what
    they are from now on, where the event changes them. Departments are ids."""

    event: Event
    at: datetime
    by: By
    from_department: str | None = None
    to_department: str | None = None
    due_at: datetime | None = None
    judge_until: datetime | None = None
    report_by: datetime | None = None
    level: int | None = None
    score: int | None = None
    outcome: Outcome | None = None
    merged_into: str | None = None
    way: str | None = None
    """How it came to this: why it went up or was closed."""
    of_part: bool = False


@dataclass(frozen=True)
class Case:
    """Where a case is after ``position`` events. ``paused_at``: since when the resident has it."""

    status: Status
    position: int
    received_at: datetime
    due_at: datetime
    department_id: str | None = None
    level: int = 0
    returns: int = 0
    reopenings: int = 0
    first_accepted_at: datetime | None = None
    first_answered_at: datetime | None = None
    judge_until: datetime | None = None
    paused_at: datetime | None = None
    closed_at: datetime | None = None
    closed_way: str | None = None
    score: int | None = None
    outcome: Outcome | None = None
    merged_into: str | None = None
    merged_from: Status | None = None
    parts: Mapping[str, Part] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def open_parts(self) -> int:
        return sum(part.done_at is None for part in self.parts.values())


def fold(facts: Iterable[Fact]) -> Case | None:
    """The case that these events make; None of none.

    Raises:
        NotPossible: they are not in an order the machine allows.
    """
    case: Case | None = None
    for fact in facts:
        case = step(case, fact)
    return case


def step(case: Case | None, fact: Fact) -> Case:
    """The case after one more event.

    Raises:
        NotPossible: the machine does not lead on like this.
    """
    line = step_of(fact.event, fact.by, of_part=fact.of_part)
    if line is None:
        raise NotPossible(f"{fact.event} is nothing that {fact.by} does")
    if case is None:
        return _begun(fact)
    if case.status not in line.sources:
        raise NotPossible(f"{fact.event} does not follow {case.status}")
    target = line.target or case.status
    return replace(case, **{"status": target, **_EFFECTS[fact.event](case, fact)}, **_next(case))


def _next(case: Case) -> dict[str, Any]:
    return {"position": case.position + 1}


def _begun(fact: Fact) -> Case:
    if fact.event is not Event.RECEIVED or fact.due_at is None:
        raise NotPossible("a case begins by being received, with a due date")
    return Case(Status.RECEIVED, 1, received_at=fact.at, due_at=fact.due_at)


def _dispatched(case: Case, fact: Fact) -> dict[str, Any]:
    if fact.to_department is None:
        raise NotPossible("it is dispatched to somebody")
    part = case.parts.get(fact.to_department)
    if part is not None and part.done_at is None:
        raise NotPossible("who has a part to do does not lead as well")
    return {"department_id": fact.to_department}


def _accepted(case: Case, fact: Fact) -> dict[str, Any]:
    _by_lead(case, fact)
    return {"first_accepted_at": case.first_accepted_at or fact.at}


def _returned(case: Case, fact: Fact) -> dict[str, Any]:
    _by_lead(case, fact)
    return {"department_id": None, "returns": case.returns + 1}


def _progressed(case: Case, fact: Fact) -> dict[str, Any]:
    if not fact.of_part:
        _by_lead(case, fact)
        return {}
    part = _part(case, fact)
    reported = part.reported_at or fact.at
    done = None if fact.outcome is None else fact.at
    return _with_part(case, fact, replace(part, reported_at=reported, done_at=done))


def _answered(case: Case, fact: Fact) -> dict[str, Any]:
    _by_lead(case, fact)
    _all_parts_done(case)
    return {
        "first_answered_at": case.first_answered_at or fact.at,
        "outcome": fact.outcome,
        "judge_until": fact.judge_until,
        "paused_at": fact.at,
    }


def _confirmed(_case: Case, fact: Fact) -> dict[str, Any]:
    if fact.score is None:
        raise NotPossible("confirming is judging")
    return {"score": fact.score}


def _closed(case: Case, fact: Fact) -> dict[str, Any]:
    _all_parts_done(case)
    return {
        "closed_at": fact.at,
        "closed_way": fact.way,
        "judge_until": fact.judge_until or case.judge_until,
        "paused_at": case.paused_at or fact.at,
    }


def _reopened(case: Case, fact: Fact) -> dict[str, Any]:
    return {
        "reopenings": case.reopenings + 1,
        "due_at": fact.due_at or case.due_at,
        "judge_until": None,
        "paused_at": None,
        "closed_at": None,
        "closed_way": None,
        "outcome": None,
    }


def _escalated(case: Case, fact: Fact) -> dict[str, Any]:
    if fact.level != case.level + 1 or fact.level > MOST_LEVEL:
        raise NotPossible("it goes up one level at a time, and not above the highest")
    return {"level": fact.level}


def _whistled(case: Case, fact: Fact) -> dict[str, Any]:
    called = fact.to_department
    if called is None or fact.report_by is None or called == case.department_id:
        raise NotPossible("others are called, by a time")
    known = case.parts.get(called)
    if case.department_id is None or (known is not None and known.done_at is None):
        raise NotPossible("called once, by whom somebody leads")
    return {"parts": MappingProxyType({**case.parts, called: Part(fact.report_by)})}


def _reported_in(case: Case, fact: Fact) -> dict[str, Any]:
    part = _part(case, fact)
    if part.reported_at is not None:
        raise NotPossible("it has reported in")
    return _with_part(case, fact, replace(part, reported_at=fact.at, done_at=fact.at))


def _merged(case: Case, fact: Fact) -> dict[str, Any]:
    if fact.merged_into is None:
        raise NotPossible("merged into another")
    return {"merged_into": fact.merged_into, "merged_from": case.status}


def _split(case: Case, _fact: Fact) -> dict[str, Any]:
    return {"status": case.merged_from, "merged_into": None, "merged_from": None}


def _nothing_more(_case: Case, _fact: Fact) -> dict[str, Any]:
    return {}


_EFFECTS = {
    Event.DISPATCHED: _dispatched,
    Event.ACCEPTED: _accepted,
    Event.RETURNED: _returned,
    Event.PROGRESSED: _progressed,
    Event.ANSWERED: _answered,
    Event.CONFIRMED: _confirmed,
    Event.CLOSED: _closed,
    Event.REOPENED: _reopened,
    Event.ESCALATED: _escalated,
    Event.WHISTLED: _whistled,
    Event.REPORTED_IN: _reported_in,
    Event.MERGED: _merged,
    Event.SPLIT: _split,
    Event.REJECTED: _nothing_more,
    Event.RECEIVED: _nothing_more,
}


def _by_lead(case: Case, fact: Fact) -> None:
    if case.department_id is None or fact.from_department != case.department_id:
        raise NotPossible("it is with another department, or with none")


def _part(case: Case, fact: Fact) -> Part:
    part = case.parts.get(fact.from_department or "")
    if part is None:
        raise NotPossible("this department was not called")
    return part


def _with_part(case: Case, fact: Fact, part: Part) -> dict[str, Any]:
    return {"parts": MappingProxyType({**case.parts, str(fact.from_department): part})}


def _all_parts_done(case: Case) -> None:
    if case.open_parts:
        raise NotPossible("departments that were called have not finished")


def can_be_judged(case: Case, at: datetime) -> bool:
    """Whether who asked may still confirm or reopen at this instant."""
    return case.status in PAUSED and case.judge_until is not None and at <= case.judge_until
