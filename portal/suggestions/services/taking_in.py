"""Taking a case in."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from portal.core import search
from portal.core.clock import clock
from portal.core.errors import FieldError, Invalid
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.inserts import insert_new
from portal.core.permissions import Permission, Principal, Role
from portal.regions.queries import paths_of
from portal.suggestions.models import Suggestion
from portal.suggestions.queries import departments
from portal.suggestions.queries.calendar import working_days
from portal.suggestions.queries.cases import SEARCH_KIND
from portal.suggestions.queries.folding import columns_of
from portal.suggestions.rules.fold import Case, Fact, NotPossible, fold, step
from portal.suggestions.rules.machine import By, Event, Status
from portal.suggestions.rules.taking_in import NUMBER_DIGITS, Channel, Visibility, number_of
from portal.suggestions.rules.working_days import WorkingDays, due_after, escalate_at, remind_at
from portal.suggestions.services.recording import instant, write_first, write_past

MOST_DRAWS = 50


@dataclass(frozen=True)
class Report:
    """What somebody reports. ``category`` is a code, ``attributes`` the answers to its form as
    ``rules.attributes`` has read them."""

    category: str
    title: str
    description: str
    region_code: str
    latitude: float | None = None
    longitude: float | None = None
    visibility: Visibility = Visibility.PUBLIC
    anonymous: bool = False
    channel: Channel = Channel.API
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Received:
    """What whoever reported is told at once."""

    id: str
    number: str
    status: Status
    due_at: datetime


def receive(actor: Principal, report: Report) -> Received:
    """Take a case in: it gets its number and its due date.

    Raises:
        Invalid: there is no such category or region, it takes no anonymous cases, or half a place
            was given.
        Forbidden: it is said to come from a patrol, and the grid is not the actor's.
    """
    category = judged(report)
    path = paths_of([report.region_code])[report.region_code]
    if report.channel is Channel.PATROL:
        actor.require(Permission.SUGGESTION_PATROL, regions=path)
    by = _role(actor, report, path)
    return enter(
        report,
        category,
        by,
        instant(),
        reported_by=actor.id,
        user_id=None if by is By.RESIDENT else actor.id,
    )


def judged(report: Report) -> Row[Any]:
    """The category of a report that can be taken in.

    Raises:
        Invalid: as in :func:`receive`.
    """
    category = departments.category(report.category)
    path = paths_of([report.region_code]).get(report.region_code)
    if category is None or path is None or _faults(report, category):
        raise Invalid(errors=_unknown(category, path) or _faults(report, category))
    return category


def enter(
    report: Report,
    category: Row[Any],
    by: By,
    at: datetime,
    *,
    reported_by: str | None,
    user_id: str | None,
    filed_by: str | None = None,
) -> Received:
    """Write a case that was judged, with the event by which it begins. ``user_id`` is who of the
    staff did it, ``filed_by`` who took it down for somebody."""
    days = working_days()
    due_at = due_after(days, at, category.due_working_days)
    fact = Fact(Event.RECEIVED, at, by, due_at=due_at)
    suggestion_id = new_id()
    people = {"reported_by": reported_by, "filed_by": filed_by}
    number = _insert(
        suggestion_id,
        _told(report)
        | _kept(step(None, fact), days)
        | {
            "due_working_days": category.due_working_days,
            "remind_at": remind_at(days, due_at, at),
        },
        **people,
    )
    write_first(suggestion_id, report.region_code, fact, user_id)
    search.index(SEARCH_KIND, suggestion_id, report.title, report.description)
    return Received(suggestion_id, number, Status.RECEIVED, due_at)


def enter_past(
    report: Report, past: Sequence[tuple[Fact, str]], days: WorkingDays, due_working_days: int
) -> str:
    """Write a case with all that has happened to it elsewhere, each event with its words; returns
    its id. Nobody is told.

    Raises:
        NotPossible: the machine does not allow for these events.
    """
    case = fold(fact for fact, _words in past)
    if case is None:
        raise NotPossible("a case begins by being received")
    suggestion_id = new_id()
    values = _told(report) | _kept(case, days)
    values |= {"due_working_days": due_working_days, "remind_at": None}
    _insert(suggestion_id, values, reported_by=None)
    write_past(suggestion_id, report.region_code, past)
    search.index(SEARCH_KIND, suggestion_id, report.title, report.description)
    return suggestion_id


def _unknown(category: Any, path: Any) -> list[FieldError]:
    faults = []
    if category is None:
        faults.append(FieldError("category", _l("There is no such category.")))
    if path is None:
        faults.append(FieldError("region_code", _l("There is no such region.")))
    return faults


def _faults(report: Report, category: Any) -> list[FieldError]:
    faults = []
    if report.anonymous and not category.anonymous_allowed:
        faults.append(FieldError("anonymous", _l("This category needs to know who asks.")))
    if (report.latitude is None) != (report.longitude is None):
        missing = "latitude" if report.latitude is None else "longitude"
        faults.append(FieldError(missing, _l("A place has both coordinates.")))
    return faults


def _role(actor: Principal, report: Report, path: tuple[str, ...]) -> By:
    """A grid worker's report from the own grid is one of the city's; an anonymous one nobody's."""
    on_patrol = not report.anonymous and actor.has_role(Role.GRID_WORKER, path)
    return By.GRID_WORKER if on_patrol else By.RESIDENT


def _told(report: Report) -> dict[str, Any]:
    return {
        "region_code": report.region_code,
        "category_code": report.category,
        "title": report.title,
        "description": report.description,
        "attributes": dict(report.attributes),
        "latitude": report.latitude,
        "longitude": report.longitude,
        "visibility": report.visibility,
        "anonymous": report.anonymous,
        "channel": report.channel,
    }


def _kept(case: Case, days: WorkingDays) -> dict[str, Any]:
    return {
        **columns_of(case),
        "received_on": clock.day_of(case.received_at),
        "supporters": 0,
        "merged_here": 0,
        "escalate_at": escalate_at(days, case.due_at, case.level),
    }


def _insert(suggestion_id: str, values: dict[str, Any], **people: str | None) -> str:
    """Write the case under a number that nobody has yet."""
    for _draw in range(MOST_DRAWS):
        number = number_of(values["received_on"], secrets.randbelow(10**NUMBER_DIGITS))
        if insert_new(Suggestion, id=suggestion_id, number=number, **values, **people):
            return number
    raise RuntimeError("no free number was drawn: the day is full")
