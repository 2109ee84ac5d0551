"""What questions are about, in words, and where that is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for

from portal.core.clock import today
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.regions.queries import names_of
from portal.regions.rules import spoken_name
from portal.supervision.queries import Names, names_of_subjects
from portal.supervision.rules import Asked, Subject, is_overdue

TABS: dict[Asked, Any] = {
    Asked.OPEN: _l("Waiting for an answer"),
    Asked.OVERDUE: _l("Overdue"),
    Asked.ANSWERED: _l("Answered"),
}


def names_for(rows: Iterable[Any]) -> Names:
    """What the things of some questions are called, by subject and id."""
    return names_of_subjects((row.subject, row.subject_id) for row in rows)


def about(subject: str, subject_id: str, names: Names) -> str:
    """What a question is about, in words."""
    name = names.get((subject, subject_id), subject_id)
    if subject == Subject.BUDGET:
        return _("the budget of %(region)s", region=spoken_name(name))
    if subject == Subject.BOOKING:
        return _("the points given for “%(memo)s”", memo=name)
    if subject == Subject.RULE:
        code = subject_id.partition(":")[0]
        region = spoken_name(names_of([code]).get(code, code))
        return _("the rule “%(rule)s” of %(region)s", rule=name, region=region)
    return _("the decision on “%(vote)s”", vote=name)


def page_of(subject: str, subject_id: str, region_code: str) -> str:
    """Where what is asked about stands."""
    if subject == Subject.DECISION:
        return url_for("consultations.results", consultation_id=subject_id, _anchor="decision")
    anchor = {Subject.BUDGET: "budget", Subject.BOOKING: "lines", Subject.RULE: "rules"}
    return url_for("points.public_books", region_code=region_code, _anchor=anchor[Subject(subject)])


def said_in(row: Any) -> str:
    """A question in a list: of a hidden one, why."""
    if row.hidden_at is not None:
        return _("Hidden: %(reason)s", reason=row.hidden_reason)
    return str(row.text)


def mark_of(row: Any) -> tuple[str, Any]:
    """Kind and word of a question's mark."""
    if row.hidden_at is not None:
        return "neutral", _l("Hidden")
    if row.answered_at is not None:
        return "ok", _l("Answered")
    if is_overdue(row.due_on, today(), answered=False):
        return "danger", _l("Overdue")
    return "wait", _l("Waiting for an answer")
