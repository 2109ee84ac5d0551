"""Taking in what another system had, with its own dates: all of it or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.core import audit
from portal.core.clock import now
from portal.core.database import db
from portal.regions.queries import paths_of
from portal.suggestions.models import Department, SuggestionCategory, SuggestionSource
from portal.suggestions.models.sources import SYSTEM_LENGTH
from portal.suggestions.queries.calendar import working_days
from portal.suggestions.rules.machine import Outcome
from portal.suggestions.rules.past import (
    Fault,
    Past,
    PastCase,
    PastStatus,
    facts_of,
    goes_forward,
    missing_in,
)
from portal.suggestions.rules.taking_in import Channel, Visibility
from portal.suggestions.rules.working_days import WorkingDays
from portal.suggestions.services.outside import Source, keep_source
from portal.suggestions.services.taking_in import Report, enter_past

_AT_ONCE = 500


class ImportRefused(Exception):
    """Lines cannot be taken, so that none is."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = sorted(faults)


@dataclass(frozen=True)
class Imported:
    """How many cases came in, and how many were there from before."""

    new: int
    known: int


@dataclass(frozen=True)
class _Known:
    """What lines refer to."""

    categories: dict[str, Any]
    regions: Collection[str]
    departments: dict[str, list[str]]
    """Ids by id and by name."""


def import_cases(system: str, cases: Sequence[PastCase], faults: Sequence[Fault] = ()) -> Imported:
    """Take in cases of a file, unless some of its lines had faults already. Those that came from
    this system before, by their id there, stay as they are. Nobody is told: it is past.

    Raises:
        ImportRefused: with every line that cannot be taken.
    """
    if not 1 <= len(system.strip()) <= SYSTEM_LENGTH:
        raise ImportRefused([Fault(0, f"a system's name has 1 to {SYSTEM_LENGTH} characters")])
    known = _known_to(cases)
    more = [Fault(case.line, reason) for case in cases for reason in _reasons(case, known)]
    if faults or more:
        raise ImportRefused([*faults, *more])
    there = _there_already(system, [case.values["id"] for case in cases])
    new = [case for case in cases if case.values["id"] not in there]
    days = working_days()
    for case in new:
        _enter(system, case, known, days)
    audit.record(None, "suggestions.imported", "import", system, cases=len(new))
    return Imported(len(new), len(cases) - len(new))


def _known_to(cases: Sequence[PastCase]) -> _Known:
    category = SuggestionCategory.__table__.c
    categories = db.session.execute(select(category.code, category.due_working_days))
    departments: dict[str, list[str]] = {}
    for row in db.session.execute(select(Department.id, Department.name)):
        for name in (row.id, row.name):
            departments.setdefault(name, []).append(row.id)
    regions = paths_of({case.values["region_code"] for case in cases})
    return _Known({row.code: row for row in categories}, regions.keys(), departments)


def _reasons(case: PastCase, known: _Known) -> Iterator[str]:
    """Why a line that can be read still cannot be taken."""
    values = case.values
    if values["category"] not in known.categories:
        yield f"category: there is no {values['category']}"
    if values["region_code"] not in known.regions:
        yield f"region_code: there is no {values['region_code']}"
    if (values["latitude"] is None) != (values["longitude"] is None):
        yield "latitude, longitude: a place has both"
    if values["department"] is not None:
        found = len(known.departments.get(values["department"], ()))
        if found != 1:
            yield f"department: {found or 'no'} departments are called {values['department']}"
            return
    past = _past(values, known)
    yield from (f"{_column(name)}: needed by what else is said" for name in missing_in(past))
    if not goes_forward(past):
        yield "received_at, dispatched_at, answered_at, closed_at: these go back in time"
    if any(each is not None and each > now() for each in _instants(values)):
        yield "received_at, dispatched_at, answered_at, closed_at: these lie ahead"


def _column(name: str) -> str:
    return "department" if name == "department_id" else name


def _instants(values: dict[str, Any]) -> list[Any]:
    return [values[f"{deed}_at"] for deed in ("received", "dispatched", "answered", "closed")]


def _past(values: dict[str, Any], known: _Known) -> Past:
    named = values["department"]
    dispatched, answered, closed = (
        None if each is None else each.replace(microsecond=0) for each in _instants(values)[1:]
    )
    return Past(
        PastStatus(values["status"]),
        values["received_at"].replace(microsecond=0),
        dispatched,
        answered,
        closed,
        department_id=None if named is None else known.departments[named][0],
        outcome=None if values["outcome"] is None else Outcome(values["outcome"]),
        words=values["words"],
        score=values["score"],
    )


def _there_already(system: str, ids: Sequence[str]) -> set[str]:
    source = SuggestionSource.__table__.c
    found: set[str] = set()
    for begin in range(0, len(ids), _AT_ONCE):
        some = ids[begin : begin + _AT_ONCE]
        statement = select(source.foreign_id).where(
            source.system == system, source.foreign_id.in_(some)
        )
        found.update(db.session.execute(statement).scalars())
    return found


def _enter(system: str, case: PastCase, known: _Known, days: WorkingDays) -> None:
    values = case.values
    report = Report(
        category=values["category"],
        title=values["title"],
        description=values["description"],
        region_code=values["region_code"],
        latitude=values["latitude"],
        longitude=values["longitude"],
        visibility=Visibility(values["visibility"]),
        channel=Channel.IMPORT,
    )
    due_working_days = known.categories[report.category].due_working_days
    facts = facts_of(_past(values, known), days, due_working_days)
    suggestion_id = enter_past(report, facts, days, due_working_days)
    keep_source(suggestion_id, Source(system, values["id"], address=values["address"]))
