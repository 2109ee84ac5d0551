"""Majority: how many votes an option needs, beside having won by the method, for the vote to bind.

A small set, as residents' and owners' assemblies know it: more than half of those who vote
(居民委员会组织法 art. 10; 民法典 art. 278 for ordinary matters), two thirds or three quarters
(民法典 art. 278 for weighty matters; its two thirds of all owners are a quorum here), and
more than half of everybody on the roll. Law counts floor space as well; a secret ballot counts
people. Budgets have none: several options win there, each by its own votes and cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Any

from portal.consultations.rules.ballots import BUDGET_METHODS, Method


class Majority(StrEnum):
    """What the winner needs."""

    NONE = "none"
    """Nothing beyond the method."""
    SIMPLE = "simple"
    """More than half of the ballots that name an option."""
    ABSOLUTE = "absolute"
    """More than half of all ballots, blank ones included."""
    TWO_THIRDS = "two_thirds"
    """At least two thirds of all ballots."""
    THREE_QUARTERS = "three_quarters"
    """At least three quarters of all ballots."""
    OF_ROLL = "of_roll"
    """More than half of everybody on the roll."""


@dataclass(frozen=True)
class _Share:
    part: Fraction
    more: bool
    """More than this part; else at least it."""


_HALF = _Share(Fraction(1, 2), more=True)
_SHARES = {
    Majority.SIMPLE: _HALF,
    Majority.ABSOLUTE: _HALF,
    Majority.TWO_THIRDS: _Share(Fraction(2, 3), more=False),
    Majority.THREE_QUARTERS: _Share(Fraction(3, 4), more=False),
    Majority.OF_ROLL: _HALF,
}


@dataclass(frozen=True)
class Verdict:
    """Whether the winner has its majority: ``votes`` of ``of``, where ``needed`` are enough."""

    rule: Majority
    votes: int
    needed: int
    of: int

    @property
    def met(self) -> bool:
        return self.votes >= self.needed


def allows(method: Method, rule: Majority) -> bool:
    """Whether a method can have a rule: budgets have none."""
    return rule is Majority.NONE or method not in BUDGET_METHODS


def judged(rule: Majority, votes: int, *, cast: int, blank: int, roll: int) -> Verdict | None:
    """Whether ``votes`` are enough; None where there is no rule.

    Args:
        rule: of the consultation.
        votes: of the winner, 0 if nobody won.
        cast: all ballots.
        blank: those of them that name no option.
        roll: the people on the roll.
    """
    if rule is Majority.NONE:
        return None
    of = {Majority.SIMPLE: cast - blank, Majority.OF_ROLL: roll}.get(rule, cast)
    return Verdict(rule, votes, _needed(_SHARES[rule], of), of)


def votes_behind(method: Method, tally: Mapping[str, Any]) -> int:
    """The ballots that stand behind the winner: those that name it; of an instant run-off those
    that lie with it in the last round; by Schulze's method those that prefer it to its strongest
    rival. 0 where nobody won."""
    if not tally["winners"]:
        return 0
    winner = tally["winners"][0]
    if method is Method.SCHULZE and (rivals := _rivals(tally, winner)):
        return min(rivals)
    return next(int(each["votes"]) for each in tally["outcome"] if each["option_id"] == winner)


def _needed(share: _Share, of: int) -> int:
    exactly = share.part * of
    return max(floor(exactly) + 1 if share.more else ceil(exactly), 1)


def _rivals(tally: Mapping[str, Any], winner: str) -> list[int]:
    preferred: Mapping[str, int] = tally["pairwise"]["preferred"][winner]
    return [ballots for option_id, ballots in preferred.items() if option_id != winner]
