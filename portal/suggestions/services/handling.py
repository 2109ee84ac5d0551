"""What departments do with a case, or with the part of it for which they were called."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, select

from portal.core.database import db
from portal.core.errors import Invalid, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Principal
from portal.suggestions.errors import PartsOpen, PhotoNeeded
from portal.suggestions.queries import departments, photos
from portal.suggestions.queries.calendar import working_days
from portal.suggestions.queries.visibility import departments_of
from portal.suggestions.rules.fold import Fact
from portal.suggestions.rules.machine import By, Event, Outcome
from portal.suggestions.rules.photos import needs_photo
from portal.suggestions.rules.working_days import judged_until
from portal.suggestions.services.doors import for_department, for_lead
from portal.suggestions.services.recording import Change, instant

RETURNS_UNTIL_IT_GOES_UP = 3


def accept(actor: Principal, suggestion_id: str) -> None:
    """Take over a case that was dispatched to one's department, or was reopened.

    Raises:
        NotFound, Forbidden: it is not with the person's department.
        WrongState: it is accepted, or over.
    """
    change = for_lead(actor, suggestion_id)
    change.add(_by_lead(change, Event.ACCEPTED), user_id=actor.id)
    change.write()


def give_back(
    actor: Principal, suggestion_id: str, reason: str, proposed_department_id: str | None = None
) -> None:
    """Return a case, and say why and whose it might be. Every third time it goes one level up.

    Raises:
        NotFound, Forbidden: it is not with the person's department.
        Invalid: there is no such department, or it is the same.
        WrongState: it is worked on, or over.
    """
    change, days = for_lead(actor, suggestion_id), working_days()
    if proposed_department_id is not None:
        _refuse_proposal(change, proposed_department_id)
    fact = _by_lead(change, Event.RETURNED, to_department=proposed_department_id)
    change.add(fact, user_id=actor.id, words=reason)
    if change.case.returns % RETURNS_UNTIL_IT_GOES_UP == 0:
        change.go_up(fact.at, "returns")
    change.write(**change.rescheduled(days))


def progress(actor: Principal, suggestion_id: str, note: str) -> None:
    """Say how it goes on: with the case, or with the part of one's department.

    Raises:
        NotFound, Forbidden: it is not with the person's department.
        WrongState: it is not accepted, or over.
    """
    change = for_department(actor, suggestion_id)
    if change.case.department_id in departments_of(actor):
        fact = _by_lead(change, Event.PROGRESSED)
    else:
        fact = _by_part(actor, change)
    change.add(fact, user_id=actor.id, words=note)
    change.write()


def answer(actor: Principal, suggestion_id: str, outcome: Outcome, text: str) -> None:
    """Answer a case; a called department answers its part, which is done with that.

    Raises:
        NotFound, Forbidden: it is not with the person's department.
        PartsOpen: other departments have not done their parts.
        PhotoNeeded: it is works that are done, and nobody has shown them.
        WrongState: it is not accepted, or answered already.
    """
    change = for_department(actor, suggestion_id)
    if change.case.department_id not in departments_of(actor):
        change.add(_by_part(actor, change, outcome), user_id=actor.id, words=text)
        change.write()
        return
    fact = _answered(change, outcome)
    if change.case.open_parts:
        raise PartsOpen
    change.add(fact, user_id=actor.id, words=text)
    change.write(*_shown(suggestion_id, outcome))


def report_in(actor: Principal, suggestion_id: str) -> None:
    """Say that one's department, which was called, is there. When is on record. With that its part
    is done, unless it begins to tell of work of its own: then it is done when it answers.

    Raises:
        NotFound, Forbidden: the person's department was not called.
        WrongState: it has reported in, or the case is over.
    """
    change, at = for_department(actor, suggestion_id), instant()
    mine = departments_of(actor)
    waiting = [
        each for each, part in change.case.parts.items() if each in mine and not part.reported_at
    ]
    if not waiting:
        raise WrongState
    for department_id in waiting:
        fact = Fact(Event.REPORTED_IN, at, By.HANDLER, from_department=department_id)
        change.add(fact, user_id=actor.id)
    change.write()


def _shown(suggestion_id: str, outcome: Outcome) -> list[ColumnElement[bool]]:
    """That the work can be seen, where it has to be: looked at now, and held when it is written."""
    is_works = departments.is_works(suggestion_id)
    if not needs_photo(is_works=is_works, outcome=outcome):
        return []
    shown = photos.work_is_shown(suggestion_id)
    if not db.session.execute(select(shown)).scalar_one():
        raise PhotoNeeded
    return [shown]


def _by_lead(change: Change, event: Event, *, to_department: str | None = None) -> Fact:
    return Fact(
        event,
        instant(),
        By.HANDLER,
        from_department=change.case.department_id,
        to_department=to_department,
    )


def _by_part(actor: Principal, change: Change, outcome: Outcome | None = None) -> Fact:
    return Fact(
        Event.PROGRESSED,
        instant(),
        By.HANDLER,
        from_department=_whose_part(change, departments_of(actor)),
        outcome=outcome,
        of_part=True,
    )


def _whose_part(change: Change, mine: Collection[str]) -> str | None:
    """Of the person's departments that were called, one that has not finished; else any."""
    called = [each for each in change.case.parts if each in mine]
    undone = (each for each in called if change.case.parts[each].done_at is None)
    return next(undone, called[0] if called else None)


def _answered(change: Change, outcome: Outcome) -> Fact:
    at = instant()
    return Fact(
        Event.ANSWERED,
        at,
        By.HANDLER,
        from_department=change.case.department_id,
        judge_until=judged_until(working_days(), at),
        outcome=outcome,
    )


def _refuse_proposal(change: Change, department_id: str) -> None:
    if department_id not in departments.at_work([department_id]):
        raise Invalid.field("proposed_department_id", _l("There is no such department."))
    if department_id == change.case.department_id:
        raise Invalid.field("proposed_department_id", _l("This department has it now."))
