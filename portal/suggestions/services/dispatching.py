"""What dispatchers do: find who is responsible, call others, put together what is one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from portal.core.database import db
from portal.core.errors import Invalid, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Principal
from portal.suggestions.models import Suggestion, SuggestionSupporter
from portal.suggestions.queries import departments
from portal.suggestions.rules.fold import Fact
from portal.suggestions.rules.machine import OPEN, By, Event
from portal.suggestions.services.doors import for_dispatcher
from portal.suggestions.services.recording import Change, instant

_UNKNOWN = _l("There is no such department.")


def dispatch(actor: Principal, suggestion_id: str, department_id: str, note: str = "") -> None:
    """Give a case to a department.

    Raises:
        NotFound, Forbidden: it is not this dispatcher's.
        Invalid: there is no such department.
        WrongState: a department has it, or it is over.
    """
    change = Change(for_dispatcher(actor, suggestion_id))
    if department_id not in departments.at_work([department_id]):
        raise Invalid.field("department_id", _UNKNOWN)
    fact = Fact(
        Event.DISPATCHED,
        instant(),
        By.DISPATCHER,
        from_department=change.case.department_id,
        to_department=department_id,
    )
    change.add(fact, user_id=actor.id, words=note)
    change.write()


def reject(actor: Principal, suggestion_id: str, reason: str) -> None:
    """Say that this is nothing the city works on, and why.

    Raises:
        NotFound, Forbidden: it is not this dispatcher's.
        WrongState: a department has it, or it is over.
    """
    change = Change(for_dispatcher(actor, suggestion_id))
    fact = Fact(Event.REJECTED, instant(), By.DISPATCHER)
    change.add(fact, user_id=actor.id, words=reason)
    change.write()


def whistle(
    actor: Principal, suggestion_id: str, department_ids: Sequence[str], report_by: datetime
) -> None:
    """Call departments to a case that another one leads; each has a part of its own.

    Raises:
        NotFound, Forbidden: it is not this dispatcher's.
        Invalid: a department is not there, is named twice or leads, or the time has passed.
        WrongState: nobody leads, or one of them has been called and has not finished.
    """
    change, at = Change(for_dispatcher(actor, suggestion_id)), instant()
    _refuse_callers(department_ids, change.case.department_id)
    if report_by <= at:
        raise Invalid.field("report_by", _l("This must lie ahead."))
    for department_id in department_ids:
        fact = Fact(
            Event.WHISTLED,
            at,
            By.DISPATCHER,
            from_department=change.case.department_id,
            to_department=department_id,
            report_by=report_by.replace(microsecond=0),
        )
        change.add(fact, user_id=actor.id)
    change.write()


def merge(actor: Principal, suggestion_id: str, into: str) -> None:
    """Put a case to another that says the same. Its supporters count there, each person once.

    Raises:
        NotFound, Forbidden: one of the two is not this dispatcher's.
        Invalid: it is the same case, or one of them is confidential.
        WrongState: one of them is over, or carries others, or is merged itself.
    """
    row = for_dispatcher(actor, suggestion_id)
    lead = for_dispatcher(actor, into)
    if lead.id == row.id:
        raise Invalid.field("into", _l("This is the same case."))
    if lead.visibility != row.visibility:
        raise Invalid.field("into", _l("A public and a confidential case are not merged."))
    change = Change(row)
    fact = Fact(Event.MERGED, instant(), By.DISPATCHER, merged_into=lead.id)
    change.add(fact, user_id=actor.id)
    if lead.id < row.id:
        _take_in(lead.id)
    change.write(Suggestion.merged_here == 0)
    if lead.id > row.id:
        _take_in(lead.id)
    count_supporters(lead.id)


def split(actor: Principal, suggestion_id: str) -> None:
    """Undo a merger: both cases are what they were, each with its own supporters.

    Raises:
        NotFound, Forbidden: it is not this dispatcher's.
        WrongState: it is not merged.
    """
    row = for_dispatcher(actor, suggestion_id)
    change, lead = Change(row), row.merged_into
    change.add(Fact(Event.SPLIT, instant(), By.DISPATCHER), user_id=actor.id)
    if lead < row.id:
        _let_go(lead)
    change.write()
    if lead > row.id:
        _let_go(lead)
    count_supporters(lead)


def count_supporters(suggestion_id: str) -> None:
    """Write how many different people support a case or one merged into it. The caller holds the
    case's row: who else counts comes before or after."""
    group = select(Suggestion.id).where(
        (Suggestion.id == suggestion_id) | (Suggestion.merged_into == suggestion_id)
    )
    people = select(func.count(SuggestionSupporter.user_id.distinct())).where(
        SuggestionSupporter.suggestion_id.in_(group)
    )
    db.session.execute(
        update(Suggestion)
        .where(Suggestion.id == suggestion_id)
        .values(supporters=people.scalar_subquery())
        .execution_options(synchronize_session=False)
    )


def _take_in(lead_id: str) -> None:
    taken = db.session.connection().execute(
        update(Suggestion)
        .where(Suggestion.id == lead_id, Suggestion.status.in_(OPEN))
        .values(merged_here=Suggestion.merged_here + 1)
    )
    if not taken.rowcount:
        raise WrongState


def _let_go(lead_id: str) -> None:
    """Whatever has become of the lead since."""
    db.session.execute(
        update(Suggestion)
        .where(Suggestion.id == lead_id)
        .values(merged_here=Suggestion.merged_here - 1)
        .execution_options(synchronize_session=False)
    )


def _refuse_callers(department_ids: Sequence[str], lead: str | None) -> None:
    known = departments.at_work(department_ids)
    if any(each not in known for each in department_ids):
        raise Invalid.field("department_ids", _UNKNOWN)
    if len(set(department_ids)) < len(department_ids):
        raise Invalid.field("department_ids", _l("Name each department once."))
    if lead in department_ids:
        raise Invalid.field("department_ids", _l("This department leads already."))
