"""What happens by the clock: reminders, going up when overdue, closing in silence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, tuple_, update

from portal.core import outbox
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import WrongState
from portal.core.jobs import one_by_one
from portal.suggestions.models import Suggestion
from portal.suggestions.queries.calendar import working_days
from portal.suggestions.rules.fold import Fact
from portal.suggestions.rules.machine import OPEN, By, Event, Status
from portal.suggestions.services.recording import Change, instant

_AT_ONCE = 100


def remind_of_due() -> int:
    """Tell that cases are due on the next working day, once each; returns how many."""
    return one_by_one(_due_by(Suggestion.remind_at, Suggestion.status.in_(OPEN)), _remind)


def escalate_overdue() -> int:
    """Take up what is past its date, and what still is some days later; returns how many."""
    return one_by_one(_due_by(Suggestion.escalate_at, Suggestion.status.in_(OPEN)), _go_up)


def close_silent() -> int:
    """Close what was answered and not judged in time; returns how many."""
    answered = Suggestion.status == Status.ANSWERED
    return one_by_one(_due_by(Suggestion.judge_until, answered), _close)


def catch_up() -> None:
    """All three, in the unit of work at hand: for a past that is lived through."""
    for moment, states, deed in (
        (Suggestion.remind_at, OPEN, _remind),
        (Suggestion.escalate_at, OPEN, _go_up),
        (Suggestion.judge_until, {Status.ANSWERED}, _close),
    ):
        due, last = _due_by(moment, Suggestion.status.in_(states)), None
        while rows := due(last):
            last = rows[-1]
            for row in rows:
                deed(row)


def _due_by(moment: Any, in_state: Any) -> Any:
    """Some cases whose moment has passed, in its order, those after a given one."""

    def due(last: Row[Any] | None) -> Sequence[Row[Any]]:
        statement = select(Suggestion.id, moment.label("moment")).where(in_state, moment < now())
        if last is not None:
            statement = statement.where(tuple_(moment, Suggestion.id) > (last.moment, last.id))
        return db.session.execute(statement.order_by(moment, Suggestion.id).limit(_AT_ONCE)).all()

    return due


def _remind(row: Row[Any]) -> int:
    told = db.session.connection().execute(
        update(Suggestion)
        .where(
            Suggestion.id == row.id,
            Suggestion.remind_at == row.moment,
            Suggestion.status.in_(OPEN),
        )
        .values(remind_at=None)
    )
    if told.rowcount:
        outbox.emit("suggestion.due_soon", suggestion_id=row.id)
    return int(told.rowcount)


def _go_up(row: Row[Any]) -> int:
    case = _as_it_is(row)
    if case.status not in OPEN or case.escalate_at != row.moment:
        return 0  # somebody did something to it since it was found
    change = Change(case)
    change.go_up(instant(), "overdue")
    return _written(change, **change.rescheduled(working_days()))


def _close(row: Row[Any]) -> int:
    case = _as_it_is(row)
    if case.status != Status.ANSWERED or case.judge_until != row.moment:
        return 0
    change = Change(case)
    change.add(Fact(Event.CLOSED, instant(), By.SYSTEM, way="silence"))
    return _written(change)


def _as_it_is(row: Row[Any]) -> Row[Any]:
    return db.session.execute(select(*Suggestion.__table__.c).where(Suggestion.id == row.id)).one()


def _written(change: Change, **kept: Any) -> int:
    """1, or 0 where somebody did something to the case meanwhile: the next run looks again."""
    try:
        change.write(**kept)
    except WrongState:
        return 0
    return 1
