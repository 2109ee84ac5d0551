"""Telling people what became of a case.

A deed leaves ``suggestion.changed`` in the outbox; here it becomes a notification for each person
whom the event concerns. Many may support a case: one message tells some and asks for the next.
What is said of a confidential case is its number, to nobody but who asked and who handles it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from portal.core import outbox
from portal.core.clock import clock, rfc3339
from portal.core.permissions import Role
from portal.suggestions.queries import audience
from portal.suggestions.rules.machine import Event
from portal.suggestions.rules.taking_in import Visibility

AT_ONCE = 500
SUPPORTED = "suggestion.supported"
"""The message that tells some supporters of an event, and goes on after ``after``."""

Told = Iterable[tuple[str, str]]
"""Persons, each with the case of theirs that it is about."""


@dataclass(frozen=True)
class _Telling:
    """One kind of notification, and who gets it of an event. ``staff``: not who did it."""

    kind: str
    whom: Callable[[Row[Any]], Told]
    staff: bool = True
    only: Callable[[Row[Any]], bool] = lambda _event: True


def tell(event_id: str) -> None:
    """Tell everybody whom an event concerns."""
    event = audience.event(event_id)
    if event is None:
        return
    for telling in _TELLINGS.get(Event(event.event), ()):
        if telling.only(event):
            _notify_all(telling, event)
    if event.event == Event.ANSWERED and event.visibility == Visibility.PUBLIC:
        outbox.emit(SUPPORTED, event_id=event_id, after="")


def tell_supporters(event_id: str, after: str) -> None:
    """Tell the next of those who support a case, and ask for those who follow."""
    event = audience.event(event_id)
    if event is None:
        return
    people = audience.supporters_after(event.suggestion_id, after, AT_ONCE)
    for person in people:
        _notify(person, "suggestion.support_answered", _params(event), event.suggestion_id)
    if len(people) == AT_ONCE:
        outbox.emit(SUPPORTED, event_id=event_id, after=people[-1])


def tell_of_due(suggestion_id: str) -> None:
    """Tell who has a case, or who is to give it to somebody, that its date is near."""
    case = audience.case(suggestion_id)
    if case is None:
        return
    people = audience.handlers_of(case.department_id) or audience.staff_of(
        Role.DISPATCHER, case.region_path
    )
    params = {"title": _named(case), "due_on": _day(case.due_at)}
    for person in people:
        _notify(person, "suggestion.due_soon", params, case.id)


def _notify_all(telling: _Telling, event: Row[Any]) -> None:
    params = _params(event)
    for person, suggestion_id in telling.whom(event):
        if not (telling.staff and person == event.by_user_id):
            _notify(person, telling.kind, params, suggestion_id)


def _notify(person: str, kind: str, params: dict[str, Any], suggestion_id: str) -> None:
    outbox.emit(
        "notify", user_id=person, kind=kind, params=params, url=f"/suggestions/{suggestion_id}"
    )


def _params(event: Row[Any]) -> dict[str, Any]:
    """What the words of all kinds name; each takes what it needs."""
    is_public = event.visibility == Visibility.PUBLIC
    params: dict[str, Any] = {
        "title": _named(event),
        "said": (event.note or "") if is_public else "",
        "department": event.to_department_name or event.from_department_name or "",
        "due_on": _day(event.due_now),
    }
    if event.level is not None:
        params["level"] = event.level
    if event.score is not None:
        params["score"] = event.score
    if event.lead_number is not None:
        params["lead"] = event.lead_title if is_public else event.lead_number
    if event.judge_until is not None:
        params["judge_on"] = _day(event.judge_until)
    if event.report_by is not None:
        params["report_at"] = rfc3339(event.report_by)
    return params


def _named(case: Row[Any]) -> str:
    is_public = case.visibility == Visibility.PUBLIC
    return str(case.title if is_public else case.number)


def _day(moment: datetime) -> str:
    return clock.day_of(moment).isoformat()


def _askers(event: Row[Any]) -> Told:
    return [(row.person, row.suggestion_id) for row in audience.askers(event.suggestion_id)]


def _asker_alone(event: Row[Any]) -> Told:
    """Of a merger or a split only who asked for this case, not the others of the group."""
    return [each for each in _askers(event) if each[1] == event.suggestion_id]


def _staff(people: Callable[[Row[Any]], Iterable[str]]) -> Callable[[Row[Any]], Told]:
    return lambda event: [(person, event.suggestion_id) for person in people(event)]


_CALLED = _staff(lambda event: audience.handlers_of(event.to_department_id))
_HANDLERS = _staff(lambda event: audience.handlers_of(event.department_id))
_DISPATCHERS = _staff(lambda event: audience.staff_of(Role.DISPATCHER, event.region_path))
_SUPERVISORS = _staff(
    lambda event: audience.staff_of(Role.SUPERVISOR, event.region_path, event.level or 1)
)

_TELLINGS: dict[Event, tuple[_Telling, ...]] = {
    Event.DISPATCHED: (
        _Telling("suggestion.dispatched", _askers, staff=False),
        _Telling("suggestion.assigned", _CALLED),
    ),
    Event.RETURNED: (_Telling("suggestion.returned", _DISPATCHERS),),
    Event.PROGRESSED: (
        _Telling(
            "suggestion.progressed", _askers, staff=False, only=lambda event: not event.of_part
        ),
    ),
    Event.ANSWERED: (_Telling("suggestion.answered", _askers, staff=False),),
    Event.CONFIRMED: (_Telling("suggestion.judged", _HANDLERS),),
    Event.CLOSED: (
        _Telling(
            "suggestion.closed", _askers, staff=False, only=lambda event: event.way != "confirmed"
        ),
    ),
    Event.REOPENED: (_Telling("suggestion.reopened", _HANDLERS),),
    Event.ESCALATED: (
        _Telling("suggestion.escalated", _SUPERVISORS),
        _Telling("suggestion.taken_up", _HANDLERS),
    ),
    Event.WHISTLED: (_Telling("suggestion.called", _CALLED),),
    Event.MERGED: (_Telling("suggestion.merged", _asker_alone, staff=False),),
    Event.SPLIT: (_Telling("suggestion.split", _asker_alone, staff=False),),
    Event.REJECTED: (_Telling("suggestion.rejected", _askers, staff=False),),
}
