"""The words of suggestions: states, outcomes, scores, and when something is due."""

from __future__ import annotations

from typing import Any

from portal.core.clock import clock, now, today
from portal.core.i18n import friendly_day, ngettext
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.suggestions.rules.machine import OPEN, Outcome, Status
from portal.suggestions.rules.personal_data import Kind
from portal.suggestions.rules.rates import Counts, is_overdue
from portal.suggestions.rules.taking_in import Visibility

STATES: dict[str, tuple[str, Any]] = {
    Status.RECEIVED: ("info", _l("Taken in")),
    Status.DISPATCHED: ("info", _l("Given to a department")),
    Status.ACCEPTED: ("info", _l("Taken on")),
    Status.RETURNED: ("wait", _l("Handed back, looking for who is responsible")),
    Status.IN_PROGRESS: ("info", _l("Being worked on")),
    Status.ANSWERED: ("ok", _l("Answered")),
    Status.CLOSED: ("ok", _l("Case closed")),
    Status.REOPENED: ("wait", _l("Taken up again")),
    Status.MERGED: ("neutral", _l("Put together with another")),
    Status.REJECTED: ("neutral", _l("Not taken on")),
}
"""Kind of the mark, and the word, as ``ui.status`` takes them."""

OUTCOMES: dict[str, Any] = {
    Outcome.DONE: _l("It is done"),
    Outcome.PLANNED: _l("It is planned"),
    Outcome.NOT_FEASIBLE: _l("It cannot be done"),
    Outcome.NOT_COMPETENT: _l("It is not for the city to decide"),
    Outcome.INFORMATION: _l("Information"),
}

SCORES: tuple[Any, ...] = (
    _l("Very unhappy"),
    _l("Unhappy"),
    _l("So-so"),
    _l("Happy"),
    _l("Very happy"),
)
"""Of 1 to 5."""

VISIBILITIES: dict[str, Any] = {
    Visibility.PUBLIC: _l("Public"),
    Visibility.CONFIDENTIAL: _l("Confidential"),
}

PERSONAL: dict[str, Any] = {
    Kind.IDENTITY: _l("looks like an identity number"),
    Kind.CARD: _l("looks like a bank card number"),
    Kind.MOBILE: _l("looks like a mobile number"),
    Kind.EMAIL: _l("looks like an e-mail address"),
    Kind.ACCOUNT: _l("looks like somebody’s account"),
    Kind.PLATE: _l("looks like a number plate"),
}
"""What a piece of a text looks like."""


def due(row: Any) -> str:
    """When an answer is due, as people say it; empty where nobody owes one."""
    if Status(row.status) not in OPEN:
        return ""
    day = clock.day_of(row.due_at)
    if not is_late(row):
        return _("An answer is due by %(day)s", day=friendly_day(day))
    late = (today() - day).days
    return ngettext(
        "Overdue by %(num)s day: an answer was due on %(day)s",
        "Overdue by %(num)s days: an answer was due on %(day)s",
        late,
        day=friendly_day(day),
    )


def is_late(row: Any) -> bool:
    """Unanswered or reopened, and past its date."""
    return is_overdue(Status(row.status), row.due_at, now())


def holder(row: Any) -> str:
    """Who has a case, in a sentence."""
    if row.status in (Status.MERGED, Status.REJECTED):
        return ""
    if row.department_name is None:
        return _("The dispatcher is looking for the right department.")
    if row.status in (Status.ANSWERED, Status.CLOSED):
        return _("%(department)s has answered.", department=row.department_name)
    return _("%(department)s has it.", department=row.department_name)


def judged_until(row: Any) -> str:
    """Until which day an answer can be judged, as people say it."""
    return friendly_day(clock.day_of(row.judge_until))


def score(number: int) -> str:
    """A judgement in a word."""
    return str(SCORES[number - 1])


def summed_up(counts: Counts) -> str:
    """How cases stand, in a sentence or two; empty where there are none."""
    if not counts.received:
        return ""
    parts = [
        ngettext("%(num)s suggestion", "%(num)s suggestions", counts.received),
        _share(_l("%(percent)s answered in time"), counts.on_time_rate),
        _share(_l("%(percent)s closed"), counts.closed_rate),
        _share(_l("%(percent)s of those who judged are happy"), counts.satisfied_rate),
        ngettext("%(num)s overdue", "%(num)s overdue", counts.overdue) if counts.overdue else "",
    ]
    return " · ".join(part for part in parts if part)


def _share(words: Any, share: float | None) -> str:
    return "" if share is None else str(words) % {"percent": f"{share:.0%}"}


_ICONS: tuple[tuple[str, str], ...] = (
    ("light", "lamp"), ("lamp", "lamp"), ("road", "road"), ("drain", "droplet"),
    ("sanit", "trash"), ("waste", "trash"), ("clean", "trash"), ("green", "trees"),
    ("park_", "trees"), ("tree", "trees"), ("property", "building-community"), ("parking", "car"),
    ("vend", "basket"), ("noise", "volume"), ("build", "building"), ("hous", "home"),
    ("heat", "flame"), ("water", "droplet"), ("elder", "heart"), ("care", "heart"),
    ("traffic", "traffic-lights"), ("idea", "bulb"), ("dispute", "scale"), ("quarrel", "scale"),
    ("safe", "shield-check"), ("fire", "alert-triangle"),
)  # fmt: skip
"""Drawings by what stands in a category's code: the first that fits."""


def icon(category_code: str) -> str:
    """The drawing that goes with a category."""
    found = (drawing for part, drawing in _ICONS if part in category_code)
    return next(found, "speakerphone")
