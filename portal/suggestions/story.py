"""What happened to a case, told so that anybody understands it, entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.core.clock import clock
from portal.core.i18n import friendly_day, friendly_instant
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.suggestions import words
from portal.suggestions.rules.machine import OPEN, By, Event, Status


@dataclass(frozen=True)
class Told:
    """One entry as ``ui.timeline`` takes it. ``at``: in UTC; empty where it lies ahead."""

    title: str
    at: datetime | None = None
    who: str = ""
    detail: str = ""
    state: str = "done"


_BY: dict[str, Any] = {
    By.RESIDENT: _l("who asked"),
    By.SOCIAL_WORKER: _l("a social worker"),
    By.GRID_WORKER: _l("a grid worker"),
    By.DISPATCHER: _l("the dispatcher"),
    By.SUPERVISOR: _l("the supervisor"),
    By.SYSTEM: "",
}
"""Who did it, by role: nobody is named. A department is; what follows by itself is nobody's."""

_WHY_UP: dict[str, Any] = {
    "overdue": _l("No answer came in time."),
    "returns": _l("It was handed back three times."),
    "reopenings": _l("It was reopened a second time."),
}


def told(history: Sequence[Any], row: Any) -> list[Told]:
    """The course of a case: what happened, first things first, and what comes next.

    Args:
        history: as ``queries.cases.history_of`` gives it.
        row: the case.
    """
    deadlines = _deadlines(history)
    return [*(_entry(each, deadlines) for each in history), *_next(row)]


def last_answer(history: Sequence[Any]) -> Any:
    """The latest answer to a case, as its history has it; None before there is one, and where it
    was reopened since."""
    answered = [each for each in history if each.event in (Event.ANSWERED, Event.REOPENED)]
    return answered[-1] if answered and answered[-1].event == Event.ANSWERED else None


def _deadlines(history: Iterable[Any]) -> dict[str, datetime]:
    """By when the departments that were called had to report in."""
    return {each.to_id: each.report_by for each in history if each.event == Event.WHISTLED}


def _entry(row: Any, deadlines: dict[str, datetime]) -> Told:
    title, state = _TITLES[row.event](row), "done"
    if row.event == Event.ESCALATED:
        state = "late"
    detail = row.note or _WHY_UP.get(row.way or "", "")
    if row.event == Event.REPORTED_IN and row.at > deadlines.get(row.from_id, row.at):
        by = friendly_instant(deadlines[row.from_id])
        state, detail = "late", _("It came late: it had until %(time)s.", time=by)
    return Told(title, row.at, str(_by(row)), str(detail), state)


def _by(row: Any) -> Any:
    if row.by_role == By.HANDLER:
        return row.from_name or ""
    return _BY[row.by_role]


def _received(row: Any) -> str:
    told_by = {
        By.SOCIAL_WORKER: _l("Taken down for somebody"),
        By.GRID_WORKER: _l("Seen on patrol"),
    }
    return str(told_by.get(row.by_role, _l("Reported")))


def _dispatched(row: Any) -> str:
    return _("Given to %(department)s", department=row.to_name)


def _returned(row: Any) -> str:
    if row.to_name:
        return _("Handed back; %(department)s is proposed", department=row.to_name)
    return _("Handed back")


def _progressed(row: Any) -> str:
    if row.of_part:
        return _("Own part finished") if row.outcome else _("At work on the own part")
    return _("At work")


def _answered(row: Any) -> str:
    return _("Answered: %(outcome)s", outcome=words.OUTCOMES[row.outcome])


def _confirmed(row: Any) -> str:
    return _("Judged: %(score)s of 5, %(word)s", score=row.score, word=words.score(row.score))


def _closed(row: Any) -> str:
    if row.way == "silence":
        return _("Case closed: nobody objected in time")
    return _("Case closed")


def _reopened(_row: Any) -> str:
    return _("Reopened: it is not done")


def _escalated(row: Any) -> str:
    return _("Under supervision, level %(level)s of 2", level=row.level)


def _whistled(row: Any) -> str:
    by = friendly_instant(row.report_by)
    return _("%(department)s called in, to report by %(time)s", department=row.to_name, time=by)


def _plainly(text: Any) -> Callable[[Any], str]:
    return lambda _row: str(text)


_TITLES: dict[str, Callable[[Any], str]] = {
    Event.RECEIVED: _received,
    Event.DISPATCHED: _dispatched,
    Event.ACCEPTED: _plainly(_l("Taken on")),
    Event.RETURNED: _returned,
    Event.PROGRESSED: _progressed,
    Event.ANSWERED: _answered,
    Event.CONFIRMED: _confirmed,
    Event.CLOSED: _closed,
    Event.REOPENED: _reopened,
    Event.ESCALATED: _escalated,
    Event.WHISTLED: _whistled,
    Event.REPORTED_IN: _plainly(_l("Reported in")),
    Event.MERGED: _plainly(_l("Put together with another")),
    Event.SPLIT: _plainly(_l("Parted again from the other")),
    Event.REJECTED: _plainly(_l("Not taken on")),
}


def _next(row: Any) -> list[Told]:
    """What comes, where something is waited for."""
    if Status(row.status) in OPEN:
        return [Told(words.due(row), state="late" if words.is_late(row) else "now")]
    if row.status == Status.ANSWERED:
        day = friendly_day(clock.day_of(row.judge_until))
        return [Told(_("Who asked can judge the answer until %(day)s", day=day), state="now")]
    return []
