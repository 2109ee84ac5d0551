"""The words of the desks: states of their queues, deeds, and why a department is proposed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.core.clock import today
from portal.core.i18n import friendly_day as day_words
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.suggestions.queries.desk import ToDo, ToSort, ToWatch
from portal.suggestions.queries.figures import Figure, Split
from portal.suggestions.queries.statistics import Narrowing
from portal.suggestions.rules.machine import Deed, Status
from portal.suggestions.rules.proposing import Ground, Proposal

STATES: dict[str, tuple[str, Any]] = {
    Status.RECEIVED: ("info", _l("New case")),
    Status.DISPATCHED: ("wait", _l("To be accepted")),
    Status.ACCEPTED: ("info", _l("Case accepted")),
    Status.RETURNED: ("wait", _l("Case returned")),
    Status.IN_PROGRESS: ("info", _l("Case in work")),
    Status.ANSWERED: ("ok", _l("Case answered")),
    Status.CLOSED: ("ok", _l("Case completed")),
    Status.REOPENED: ("wait", _l("Case reopened")),
    Status.MERGED: ("neutral", _l("Case merged")),
    Status.REJECTED: ("neutral", _l("Case rejected")),
}
"""Kind of the mark, and the word, as ``ui.status`` takes them: short, for who reads many."""

TO_SORT: dict[ToSort, Any] = {
    ToSort.NEW: _l("New cases"),
    ToSort.RETURNED: _l("Returned cases"),
    ToSort.REOPENED: _l("Reopened cases"),
}
TO_DO: dict[ToDo, Any] = {
    ToDo.TO_ACCEPT: _l("To be accepted"),
    ToDo.IN_WORK: _l("Case in work"),
    ToDo.OVERDUE: _l("Overdue"),
    ToDo.PARTS: _l("Called to"),
}
TO_WATCH: dict[ToWatch, Any] = {
    ToWatch.OVERDUE: _l("Overdue"),
    ToWatch.LEVEL_1: _l("Supervision level 1"),
    ToWatch.LEVEL_2: _l("Supervision level 2"),
    ToWatch.RETURNED: _l("Returned three times"),
    ToWatch.REOPENED: _l("Reopened twice"),
    ToWatch.LATE_PARTS: _l("Reported in late"),
}

SPLITS: dict[Split, Any] = {
    Split.DEPARTMENT: _l("By department"),
    Split.REGION: _l("By region"),
    Split.CATEGORY: _l("By category"),
    Split.MONTH: _l("By month"),
}
FIGURES: dict[Figure, Any] = {
    Figure.ACCEPTED: _l("Case accepted"),
    Figure.WAITING: _l("Not accepted yet"),
    Figure.ON_TIME: _l("Answered in time"),
    Figure.LATE: _l("Answered late"),
    Figure.CLOSED: _l("Case completed"),
    Figure.OVERDUE: _l("Overdue"),
    Figure.SATISFIED: _l("Satisfied"),
    Figure.UNSATISFIED: _l("Not satisfied"),
}

DEEDS: dict[Deed, Any] = {
    Deed.ACCEPT: _l("Accept the case"),
    Deed.RETURN: _l("Return the case"),
    Deed.PROGRESS: _l("Note progress"),
    Deed.PROGRESS_PART: _l("Note progress of our part"),
    Deed.ANSWER: _l("Answer the case"),
    Deed.REPORT_IN: _l("Report in"),
    Deed.REJECT: _l("Reject the case"),
    Deed.MERGE: _l("Merge cases"),
    Deed.SPLIT: _l("Split again"),
    Deed.WHISTLE: _l("Call departments"),
    Deed.ESCALATE: _l("Take one level up"),
    Deed.CLOSE: _l("Close the case"),
}


def because(proposal: Proposal, region_names: dict[str, str]) -> str:
    """Why a department is proposed, in a sentence."""
    if proposal.ground is Ground.GIVEN_BACK:
        return _("The department that gave it back named this one.")
    rule = proposal.rule
    if rule is None:
        return _("It answers for this category here.")
    place = region_names.get(rule.region_code, rule.region_code)
    if rule.words and rule.category is not None:
        return _(
            "By a rule for %(place)s: this category, and “%(word)s” stands in the text.",
            place=place,
            word=proposal.word,
        )
    if rule.words:
        return _(
            "By a rule for %(place)s: “%(word)s” stands in the text.",
            place=place,
            word=proposal.word,
        )
    if rule.category is not None:
        return _("By a rule for %(place)s and this category.", place=place)
    return _("By a rule for all that is reported in %(place)s.", place=place)


def percent(share: float | None) -> str:
    """A rate as it is read; a dash before there is one."""
    return "–" if share is None else f"{share:.0%}"


def told(narrowing: Narrowing, names: Iterable[str]) -> str:
    """What a list is narrowed to, in a line."""
    period = _("received since %(day)s", day=day_words(narrowing.first_day or today()))
    if narrowing.last_day is not None:
        until = day_words(narrowing.last_day)
        period = _(
            "received from %(day)s to %(last)s",
            day=day_words(narrowing.first_day or today()),
            last=until,
        )
    return " · ".join([*filter(None, names), period])
