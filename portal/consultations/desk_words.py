"""What the desk says: methods to choose from, what comes next, what the checklist found."""

from __future__ import annotations

from typing import Any

from portal.consultations.rules.ballots import Method
from portal.consultations.rules.checklist import Finding, Point, Weight
from portal.consultations.rules.life import FEWEST, Status
from portal.consultations.rules.steps import Step
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import listed, ngettext

METHOD_CHOICES: dict[str, Any] = {
    Method.SINGLE: _l("One choice: each names one option, and the one with the most votes wins."),
    Method.APPROVAL: _l(
        "Several choices: each names all that are good, and the one with the most votes wins."
    ),
    Method.RANKED: _l(
        "Ranking in rounds: each puts the options in order; the last one leaves, round by round, "
        "until one has more than half."
    ),
    Method.SCHULZE: _l(
        "Ranking in pairs: each puts the options in order; the one that holds its own against "
        "every other wins."
    ),
    Method.BUDGET_GREEDY: _l(
        "A budget by votes: what has the most votes is paid for first, as far as the money goes."
    ),
    Method.EQUAL_SHARES: _l(
        "A budget in equal shares: every voter has the same share of the money, so smaller groups "
        "get something too."
    ),
}

GOING_ON = _l("Going on")
WAITS = _l("Waiting for you")

TAB_LABELS: dict[str, Any] = {
    Status.DRAFT: _l("Drafts"),
    Status.DISCUSSION: _l("Discussion"),
    Status.OPEN: _l("Open"),
    Status.CLOSED: _l("Counted"),
    Status.DECIDED: _l("Decided"),
    Status.CANCELLED: _l("Called off"),
}

STEPS: dict[Step, Any] = {
    Step.FINISH: _l("Look it through, then start the discussion."),
    Step.LAPSED: _l("The end of voting has passed before it began."),
    Step.DISCUSS: _l("It is talked through. Voting has not opened yet."),
    Step.OPEN: _l("Ready to open: somebody has to do it."),
    Step.VOTE: _l("Ballots are taken."),
    Step.COUNT: _l("Voting is over. It waits to be counted."),
    Step.DECIDE: _l("It is counted. Your decision is awaited."),
    Step.FOLLOW: _l("Decided. Now what was promised is to be done."),
    Step.NOTHING: _l("Called off."),
}

WEIGHTS: dict[Weight, tuple[str, Any]] = {
    Weight.STOP: ("danger", _l("Must be changed")),
    Weight.WARN: ("wait", _l("Think about it")),
    Weight.FINE: ("ok", _l("In order")),
}

_PLAIN: dict[Point, Any] = {
    Point.ONE_OPTION: _l("There is only one option. Voters can take it or hand in a blank ballot."),
    Point.ALL_FIT: _l("All options together fit the budget: there is nothing to choose between."),
    Point.ENDS_BY_CLOCK: _l("Voting closes by the clock."),
    Point.ENDS_BY_HAND: _l(
        "No end is set: somebody closes voting by hand, at a moment of their choosing. An end that "
        "everybody knows beforehand is fairer."
    ),
    Point.END_PASSED: _l("The end of voting has passed."),
    Point.OPENS_BY_CLOCK: _l("Voting opens by itself at its time."),
    Point.PROVABLE: _l(
        "Each ballot will stand beside its receipt. A receipt can prove a vote to a buyer. Where "
        "that matters, keep receipts and ballots apart."
    ),
    Point.PROPOSALS: _l("During the discussion residents may propose options."),
    Point.NO_PROPOSALS: _l("Residents may not propose options: only yours are voted on."),
    Point.COVENANT: _l("The text that wins, and is accepted, becomes the residents’ covenant."),
    Point.NO_QUORUM: _l("There is no quorum: the outcome binds however few vote."),
}


def finding(found: Finding, titles: dict[str, str]) -> str:
    """What the checklist found, in a sentence or two; ``titles`` of options by their ids."""
    said = _COUNTED.get(found.point)
    if said is not None:
        return said(found)
    if found.options:
        return _about_options(found, listed(f"“{titles[each]}”" for each in found.options))
    return str(_PLAIN[found.point])


def _roll(found: Finding) -> str:
    return ngettext(
        "%(num)s person may vote by the rule of the roll, as of now.",
        "%(num)s people may vote by the rule of the roll, as of now.",
        found.number,
    )


def _too_small(found: Finding) -> str:
    return ngettext(
        "%(num)s person may vote by the rule of the roll. At least %(fewest)s are needed for a "
        "ballot to be secret.",
        "%(num)s people may vote by the rule of the roll. At least %(fewest)s are needed for a "
        "ballot to be secret.",
        found.number,
        fewest=FEWEST,
    )


def _trustees(found: Finding) -> str:
    return ngettext(
        "%(num)s trustee gets a share of the key, shown once and never again, when you open "
        "voting. Have a printer at hand: without enough shares nobody can count.",
        "%(num)s trustees get their shares of the key, shown once and never again, when you open "
        "voting. Have a printer at hand: without enough shares nobody can count.",
        found.number,
    )


def _unanswered(found: Finding) -> str:
    return ngettext(
        "%(num)s proposal has so many supporters that you must take it up or decline it first.",
        "%(num)s proposals have so many supporters that you must take them up or decline them "
        "first.",
        found.number,
    )


def _few_on_paper(_found: Finding) -> str:
    return _(
        "Paper ballots stand on the board as a group. If fewer than %(fewest)s people vote on "
        "paper, neighbours may guess who chose what.",
        fewest=FEWEST,
    )


_COUNTED = {
    Point.ROLL: _roll,
    Point.ROLL_TOO_SMALL: _too_small,
    Point.TRUSTEES: _trustees,
    Point.FEW_ON_PAPER: _few_on_paper,
    Point.UNANSWERED: _unanswered,
}


def _about_options(found: Finding, names: str) -> str:
    if found.point is Point.FREE_OPTIONS:
        return _(
            "Equal shares never choose what costs nothing: %(options)s. Such a thing needs no "
            "vote on money, only a decision; or give it a cost, if only a token one.",
            options=names,
        )
    if found.point is Point.CHANGES_NOTHING:
        return _(
            "If this wins, the covenant stays as it is, since it has no text: %(options)s.",
            options=names,
        )
    return _("Dearer than the whole budget, so it cannot be paid for: %(options)s.", options=names)
