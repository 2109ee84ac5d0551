"""Taking a case in."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.accounts.queries import facts_of, member_by_code
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
from portal.suggestions.rules.attributes import Fault, checked
from portal.suggestions.rules.fold import Fact, step
from portal.suggestions.rules.machine import By, Event, Status
from portal.suggestions.rules.taking_in import NUMBER_DIGITS, Channel, Visibility, number_of
from portal.suggestions.rules.working_days import WorkingDays, due_after, escalate_at, remind_at
from portal.suggestions.services.recording import instant, write_first

MOST_DRAWS = 50

ANSWERS = {
    Fault.MISSING: _l("Please answer this."),
    Fault.UNKNOWN: _l("Nobody asked this."),
    Fault.NO_NUMBER: _l("Please write a number."),
    Fault.NO_INSTANT: _l("Please give a day."),
    Fault.TOO_LONG: _l("This is too long."),
    Fault.NOT_OFFERED: _l("Please choose something from the list."),
}
"""What is wrong with an answer to a category's question, in words."""


@dataclass(frozen=True)
class Report:
    """What somebody reports. ``category`` is a code; ``attributes`` are the answers to its
    questions, by their codes: None where nobody asked (the contract's API has no place for
    them)."""

    category: str
    title: str
    description: str
    region_code: str
    latitude: float | None = None
    longitude: float | None = None
    visibility: Visibility = Visibility.PUBLIC
    anonymous: bool = False
    channel: Channel = Channel.API
    attributes: Mapping[str, Any] | None = None


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
        Invalid: there is no such category or region, it takes no anonymous cases, half a place was
            given, or answers do not fit the category's questions.
        Forbidden: it is said to come from a patrol, and the grid is not the actor's.
    """
    ground = _ground(report)
    if report.channel is Channel.PATROL:
        actor.require(Permission.SUGGESTION_PATROL, regions=ground.path)
    by = _role(actor, report, ground.path)
    return _filed(report, ground, by, reported_by=actor.id)


def receive_for(actor: Principal, report: Report, member_code: str = "") -> Received:
    """Take a case down for somebody at the counter or on the phone.

    Args:
        actor: the social worker, whom the case names beside who asked.
        report: what the person says.
        member_code: of a resident, who finds the case among their own; empty for somebody who has
            no account or does not want to be named.

    Raises:
        Forbidden: the actor does no such work in that region.
        Invalid: as :func:`receive`; or the code is not one of a resident confirmed there.
    """
    ground = _ground(report)
    actor.require(Permission.SUGGESTION_TAKE, regions=ground.path)
    person = _resident(actor, member_code) if member_code else None
    return _filed(report, ground, By.SOCIAL_WORKER, reported_by=person, filed_by=actor.id)


@dataclass(frozen=True)
class _Ground:
    """What a report stands on: its category's row, its region's path, answers that fit."""

    category: Any
    path: tuple[str, ...]
    answers: Mapping[str, Any]


def _ground(report: Report) -> _Ground:
    category = departments.category(report.category)
    path = paths_of([report.region_code]).get(report.region_code)
    if category is None or path is None:
        raise Invalid(errors=_unknown(category, path))
    asked = checked(category.attributes, report.attributes or {})
    faults = _faults(report, category)
    if report.attributes is not None:
        faults += [FieldError(f"attributes.{code}", ANSWERS[f]) for code, f in asked.faults.items()]
    if faults:
        raise Invalid(errors=faults)
    return _Ground(category, path, asked.answers)


def _filed(
    report: Report,
    ground: _Ground,
    by: By,
    *,
    reported_by: str | None,
    filed_by: str | None = None,
) -> Received:
    at, days = instant(), working_days()
    allowed = ground.category.due_working_days
    due_at = due_after(days, at, allowed)
    fact = Fact(Event.RECEIVED, at, by, due_at=due_at)
    suggestion_id = new_id()
    told = _told(report) | {"attributes": dict(ground.answers), "due_working_days": allowed}
    people = {"reported_by": reported_by, "filed_by": filed_by}
    number = _insert(suggestion_id, told | _kept(fact, days) | people)
    staff = filed_by if by is not By.GRID_WORKER else reported_by
    write_first(suggestion_id, report.region_code, fact, staff)
    search.index(SEARCH_KIND, suggestion_id, report.title, report.description)
    return Received(suggestion_id, number, Status.RECEIVED, due_at)


def _resident(actor: Principal, member_code: str) -> str:
    """The id of a resident whose home is confirmed in a community where the actor works. Whose
    code is another's is said to be nobody's: it is no way to learn who lives where."""
    found = member_by_code(member_code)
    person = facts_of(found[0]) if found else None
    home = person.home_region_code if person and person.home_verified_at else None
    if person is None or home is None or not _works_in(actor, home):
        raise Invalid.field(
            "member_code", _l("This is not the member code of a confirmed resident here.")
        )
    return str(person.id)


def _works_in(actor: Principal, home: str) -> bool:
    return actor.holds(Permission.SUGGESTION_TAKE, regions=paths_of([home]).get(home, ()))


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
        "latitude": report.latitude,
        "longitude": report.longitude,
        "visibility": report.visibility,
        "anonymous": report.anonymous,
        "channel": report.channel,
    }


def _kept(fact: Fact, days: WorkingDays) -> dict[str, Any]:
    case = step(None, fact)
    return {
        **columns_of(case),
        "received_on": clock.day_of(fact.at),
        "supporters": 0,
        "merged_here": 0,
        "remind_at": remind_at(days, case.due_at, fact.at),
        "escalate_at": escalate_at(days, case.due_at, case.level),
    }


def _insert(suggestion_id: str, values: dict[str, Any]) -> str:
    """Write the case under a number that nobody has yet."""
    for _draw in range(MOST_DRAWS):
        number = number_of(values["received_on"], secrets.randbelow(10**NUMBER_DIGITS))
        if insert_new(Suggestion, id=suggestion_id, number=number, **values):
            return number
    raise RuntimeError("no free number was drawn: the day is full")
