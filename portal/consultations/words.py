"""The words of votes: states, methods, rules, and how each is said in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.accounts.rules import Belonging
from portal.consultations.board import Disclosure
from portal.consultations.queries import consultations
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.rules.ballots import Method
from portal.consultations.rules.life import Status, Way
from portal.core.clock import clock, now
from portal.core.i18n import exact_day, listed, ngettext
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l

STATES: dict[str, tuple[str, Any]] = {
    Status.DRAFT: ("neutral", _l("Draft")),
    Status.DISCUSSION: ("info", _l("Being talked through")),
    Status.OPEN: ("ok", _l("Voting is open")),
    Status.CLOSED: ("wait", _l("Counted, waiting for a decision")),
    Status.DECIDED: ("neutral", _l("Decided")),
    Status.CANCELLED: ("danger", _l("Called off")),
}
"""Kind of the mark, and the word, as ``ui.status`` takes them."""

METHODS: dict[str, Any] = {
    Method.SINGLE: _l("One choice"),
    Method.APPROVAL: _l("Several choices"),
    Method.RANKED: _l("Ranking, counted in rounds"),
    Method.SCHULZE: _l("Ranking, each compared with each"),
    Method.BUDGET_GREEDY: _l("A budget, by the number of votes"),
    Method.EQUAL_SHARES: _l("A budget, in equal shares"),
}

_COUNTED: dict[str, Any] = {
    Method.SINGLE: _l("You choose one option. The one with the most votes wins."),
    Method.RANKED: _l(
        "You put the options in order. Round by round the last one leaves and its ballots go to "
        "their next choice, until one option has more than half."
    ),
    Method.SCHULZE: _l(
        "You put the options in order. Each is compared with each other one, and the one that "
        "holds its own against all of them wins."
    ),
    Method.BUDGET_GREEDY: _l(
        "You choose what together fits the budget. What has the most votes is paid for first; "
        "what no longer fits is skipped."
    ),
    Method.EQUAL_SHARES: _l(
        "You choose what you want. Every voter has the same share of the budget, and an option is "
        "paid for when those who want it have enough together."
    ),
}

TIES = _l(
    "If options are equal, a lot decides. It is drawn from all ballots together, so nobody can "
    "know it before voting ends, and everybody can draw it again."
)

DISCLOSURES: dict[str, Any] = {
    Disclosure.TRACKABLE: _l(
        "After voting has closed, every ballot stands on a public board beside its receipt, "
        "without a name. With your receipt you find your very ballot and see that it was counted "
        "as you cast it. Keep it to yourself: whoever knows your receipt sees how you voted."
    ),
    Disclosure.SEPARATE: _l(
        "After voting has closed, the board shows all receipts in one list and all ballots in "
        "another, and nothing joins them. With your receipt you see that your ballot was counted; "
        "nobody, not even you, can prove how you voted."
    ),
}

WAYS: dict[str, Any] = {Way.ONLINE: _l("Online"), Way.PAPER: _l("On paper")}


def how_counted(row: ConsultationRow) -> str:
    """How a vote is counted, in a sentence or two."""
    if row.method != Method.APPROVAL:
        return str(_COUNTED[row.method])
    if row.max_choices is None:
        return _("You choose all options that are good for you. The one with the most votes wins.")
    return ngettext(
        "You choose %(num)s option. The one with the most votes wins.",
        "You choose up to %(num)s options that are good for you. The one with the most votes wins.",
        row.max_choices,
    )


@dataclass(frozen=True)
class _People:
    """Those for whom a vote is: how they are called, and since when they are known."""

    said: Callable[[str, str], str]
    confirmed: Callable[[str], str]


def _residents(region: str, conditions: str) -> str:
    if not conditions:
        return _("Confirmed residents of %(region)s.", region=region)
    return _(
        "Confirmed residents of %(region)s who %(conditions)s.",
        region=region,
        conditions=conditions,
    )


def _who_works_there(region: str, conditions: str) -> str:
    if not conditions:
        return _("Those whose workplace in %(region)s is confirmed.", region=region)
    return _(
        "Those whose workplace in %(region)s is confirmed and who %(conditions)s.",
        region=region,
        conditions=conditions,
    )


def _who_lives_or_works_there(region: str, conditions: str) -> str:
    if not conditions:
        return _("Those whose home or workplace in %(region)s is confirmed.", region=region)
    return _(
        "Those whose home or workplace in %(region)s is confirmed and who %(conditions)s.",
        region=region,
        conditions=conditions,
    )


_PEOPLE: dict[tuple[Belonging, ...], _People] = {
    (Belonging.HOME,): _People(
        _residents, lambda day: _("had their home confirmed before %(day)s", day=day)
    ),
    (Belonging.WORK,): _People(
        _who_works_there, lambda day: _("had that confirmed before %(day)s", day=day)
    ),
    (Belonging.HOME, Belonging.WORK): _People(
        _who_lives_or_works_there, lambda day: _("had that confirmed before %(day)s", day=day)
    ),
}


def who_may_vote(row: ConsultationRow, region: str) -> str:
    """The rule of a roll in a sentence; ``region`` as people say its name."""
    people = _PEOPLE[consultations.belonging_of(row)]
    conditions = []
    if row.minimum_age:
        conditions.append(_("are at least %(years)s years old", years=row.minimum_age))
    if row.verified_before:
        day = exact_day(clock.day_of(row.verified_before))
        conditions.append(people.confirmed(day))
    return people.said(region, listed(conditions))


def whom_it_is_for(row: ConsultationRow, region: str) -> str:
    """The same without age and since when: who takes part in what comes before the vote."""
    return _PEOPLE[consultations.belonging_of(row)].said(region, "")


def time_left(until: datetime) -> str:
    """How long something still goes on, in the largest unit that says enough."""
    left = until - now()
    if left >= timedelta(days=2):
        return ngettext("%(num)s day left", "%(num)s days left", left.days)
    hours = int(left / timedelta(hours=1))
    if hours >= 1:
        return ngettext("%(num)s hour left", "%(num)s hours left", hours)
    minutes = max(int(left / timedelta(minutes=1)), 0)
    return ngettext("%(num)s minute left", "%(num)s minutes left", minutes)


def in_groups(receipt: str) -> str:
    """A receipt as one reads it aloud: four characters at a time."""
    return " ".join(receipt[begin : begin + 4] for begin in range(0, len(receipt), 4))
