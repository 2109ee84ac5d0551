"""The way of a case, declared once as data: which event leads from where to where, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    RECEIVED = "received"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"
    CLOSED = "closed"
    REOPENED = "reopened"
    MERGED = "merged"
    REJECTED = "rejected"


class Event(StrEnum):
    RECEIVED = "received"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    PROGRESSED = "progressed"
    ANSWERED = "answered"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    REOPENED = "reopened"
    ESCALATED = "escalated"
    WHISTLED = "whistled"
    REPORTED_IN = "reported_in"
    MERGED = "merged"
    SPLIT = "split"
    REJECTED = "rejected"


class By(StrEnum):
    """In which role somebody did it; ``SYSTEM`` is the clock, or what follows by itself."""

    RESIDENT = "resident"
    SOCIAL_WORKER = "social_worker"
    GRID_WORKER = "grid_worker"
    DISPATCHER = "dispatcher"
    HANDLER = "department_handler"
    SUPERVISOR = "supervisor"
    SYSTEM = "system"


class Outcome(StrEnum):
    """What an answer says became of it."""

    DONE = "done"
    PLANNED = "planned"
    NOT_FEASIBLE = "not_feasible"
    NOT_COMPETENT = "not_competent"
    INFORMATION = "information"


class Deed(StrEnum):
    """What can be done to a case; several may leave the same kind of event."""

    RECEIVE = "receive"
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    RETURN = "return"
    PROGRESS = "progress"
    PROGRESS_PART = "progress_part"
    ANSWER = "answer"
    CONFIRM = "confirm"
    SETTLE = "settle"
    CLOSE = "close"
    REOPEN = "reopen"
    ESCALATE = "escalate"
    WHISTLE = "whistle"
    REPORT_IN = "report_in"
    MERGE = "merge"
    SPLIT = "split"
    REJECT = "reject"


OPEN = frozenset(
    {
        Status.RECEIVED,
        Status.DISPATCHED,
        Status.ACCEPTED,
        Status.RETURNED,
        Status.IN_PROGRESS,
        Status.REOPENED,
    }
)
"""Somebody of the city has to do something, and the clock runs."""

HELD = frozenset({Status.DISPATCHED, Status.ACCEPTED, Status.IN_PROGRESS, Status.REOPENED})
"""A department has it."""

PAUSED = frozenset({Status.ANSWERED, Status.CLOSED})
"""The resident has it: working days spent here are given back when the case is reopened."""

LEFT_OUT = frozenset({Status.MERGED, Status.REJECTED})
"""No case of its own, for the rates."""


@dataclass(frozen=True)
class Step:
    """One line of the machine. ``target`` None: the state stays; of a split, what it was."""

    event: Event
    sources: frozenset[Status]
    target: Status | None
    by: frozenset[By]
    of_part: bool = False


def _step(
    event: Event,
    sources: frozenset[Status] | set[Status],
    target: Status | None,
    *by: By,
    of_part: bool = False,
) -> Step:
    return Step(event, frozenset(sources), target, frozenset(by), of_part)


_S = Status

MACHINE: dict[Deed, Step] = {
    Deed.RECEIVE: _step(
        Event.RECEIVED, set(), _S.RECEIVED, By.RESIDENT, By.SOCIAL_WORKER, By.GRID_WORKER, By.SYSTEM
    ),
    Deed.DISPATCH: _step(
        Event.DISPATCHED, {_S.RECEIVED, _S.RETURNED, _S.REOPENED}, _S.DISPATCHED, By.DISPATCHER
    ),
    Deed.ACCEPT: _step(Event.ACCEPTED, {_S.DISPATCHED, _S.REOPENED}, _S.ACCEPTED, By.HANDLER),
    Deed.RETURN: _step(
        Event.RETURNED, {_S.DISPATCHED, _S.ACCEPTED, _S.REOPENED}, _S.RETURNED, By.HANDLER
    ),
    Deed.PROGRESS: _step(
        Event.PROGRESSED,
        {_S.ACCEPTED, _S.IN_PROGRESS, _S.REOPENED},
        _S.IN_PROGRESS,
        By.HANDLER,
    ),
    Deed.PROGRESS_PART: _step(Event.PROGRESSED, HELD, None, By.HANDLER, of_part=True),
    Deed.ANSWER: _step(
        Event.ANSWERED, {_S.ACCEPTED, _S.IN_PROGRESS, _S.REOPENED}, _S.ANSWERED, By.HANDLER
    ),
    Deed.CONFIRM: _step(Event.CONFIRMED, {_S.ANSWERED}, None, By.RESIDENT),
    Deed.SETTLE: _step(Event.CLOSED, {_S.ANSWERED}, _S.CLOSED, By.SYSTEM),
    Deed.CLOSE: _step(Event.CLOSED, OPEN | {_S.ANSWERED}, _S.CLOSED, By.SUPERVISOR),
    Deed.REOPEN: _step(Event.REOPENED, PAUSED, _S.REOPENED, By.RESIDENT),
    Deed.ESCALATE: _step(Event.ESCALATED, OPEN, None, By.SUPERVISOR, By.SYSTEM),
    Deed.WHISTLE: _step(Event.WHISTLED, HELD, None, By.DISPATCHER),
    Deed.REPORT_IN: _step(Event.REPORTED_IN, HELD, None, By.HANDLER),
    Deed.MERGE: _step(Event.MERGED, OPEN, _S.MERGED, By.DISPATCHER),
    Deed.SPLIT: _step(Event.SPLIT, {_S.MERGED}, None, By.DISPATCHER),
    Deed.REJECT: _step(Event.REJECTED, {_S.RECEIVED, _S.RETURNED}, _S.REJECTED, By.DISPATCHER),
}


def step_of(event: Event, by: By, *, of_part: bool) -> Step | None:
    """The line of the machine that leaves such an event; None where nobody in this role does."""
    found = (
        step
        for step in MACHINE.values()
        if step.event is event and by in step.by and step.of_part is of_part
    )
    return next(found, None)
