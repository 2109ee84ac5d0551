"""Majority rules in words: on the draft, on the ballot, beside the result."""

from __future__ import annotations

from typing import Any

from portal.consultations.rules.majority import Majority, Verdict
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext

CHOICES: dict[str, Any] = {
    Majority.NONE: _l("None: who wins by the count has won"),
    Majority.SIMPLE: _l("More than half of the ballots that name an option"),
    Majority.ABSOLUTE: _l("More than half of all ballots, blank ones too"),
    Majority.TWO_THIRDS: _l("Two thirds of all ballots"),
    Majority.THREE_QUARTERS: _l("Three quarters of all ballots"),
    Majority.OF_ROLL: _l("More than half of everybody on the roll"),
}

_NEEDS: dict[str, Any] = {
    Majority.SIMPLE: _l(
        "To bind, the winner needs more than half of the ballots that name an option."
    ),
    Majority.ABSOLUTE: _l(
        "To bind, the winner needs more than half of all ballots, blank ones included."
    ),
    Majority.TWO_THIRDS: _l("To bind, the winner needs at least two thirds of all ballots."),
    Majority.THREE_QUARTERS: _l(
        "To bind, the winner needs at least three quarters of all ballots."
    ),
    Majority.OF_ROLL: _l(
        "To bind, the winner needs more than half of everybody on the roll, voting or not."
    ),
}


def needs(rule: str) -> str:
    """What the winner needs, in a sentence; "" where nothing."""
    return str(_NEEDS.get(rule, ""))


def judgement(verdict: Verdict) -> str:
    """How many votes it has and how many were needed, in numbers."""
    has = ngettext(
        "%(num)s ballot of %(all)s stands behind the winner",
        "%(num)s ballots of %(all)s stand behind the winner",
        verdict.votes,
        all=verdict.of,
    )
    return _("%(has)s; %(needed)s were needed.", has=has, needed=verdict.needed)
