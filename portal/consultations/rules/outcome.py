"""What a count says: the outcome, and each step on the way to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

from portal.consultations.rules.ties import Tie


@dataclass(frozen=True)
class Standing:
    """An option's votes; for instant run-off those of the last round it was in."""

    option_id: str
    votes: int


@dataclass(frozen=True)
class Round:
    """One round of an instant run-off.

    ``exhausted`` are the ballots that name no option still in (blank ones among them);
    ``transfers`` says where the ballots of the option went that left before this round (None:
    exhausted).
    """

    counts: Mapping[str, int]
    exhausted: int
    eliminated: str | None
    tie: Tie | None = None
    transfers: Mapping[str | None, int] = field(default_factory=dict)


class Why(StrEnum):
    """Why an option is funded or not."""

    FUNDED = "funded"
    DOES_NOT_FIT = "does_not_fit"
    """More than what is left of the budget."""
    NOT_AFFORDABLE = "not_affordable"
    """Its supporters' shares together do not reach its cost."""
    COSTS_NOTHING = "costs_nothing"
    """It needs no share of the budget, so equal shares do not decide on it."""
    NO_VOTES = "no_votes"
    """Equal shares: nobody's money is meant for it."""


@dataclass(frozen=True)
class Step:
    """One option's turn in a budget count, in the order in which they are decided.

    ``cost`` and ``left`` (what the budget still holds afterwards) are minor units; ``paid_by``
    is the number of voters whose money it is: the supporters that still had some (equal shares)
    or all its supporters (greedy: none where left-over money funds it), 0 if not funded.
    ``price`` is what a supporter pays at most, and ``at_hand`` what the supporters of an
    unaffordable option could raise, in minor units, exact; both only for equal shares.
    """

    option_id: str
    cost: int
    votes: int
    paid_by: int
    why: Why
    left: int
    price: Fraction | None = None
    at_hand: Fraction | None = None
    tie: Tie | None = None


@dataclass(frozen=True)
class Pairwise:
    """``preferred[a][b]``: how many ballots prefer a to b; ``strength[a][b]``: of the strongest
    path from a to b, 0 where there is none."""

    preferred: Mapping[str, Mapping[str, int]]
    strength: Mapping[str, Mapping[str, int]]
    ranking: tuple[str, ...]


@dataclass(frozen=True)
class Completion:
    """How far equal shares were raised: ``increases`` steps of one yuan per voter.

    ``share`` is what each voter had in the count that stands, in minor units; ``ended`` says why
    no further: ``over_budget`` (one more step would spend more than the budget) or ``limit`` (the
    bound was reached: all that anybody wants is funded).
    """

    share: Fraction
    increases: int
    ended: str


@dataclass(frozen=True)
class Tally:
    """The count of a board. ``outcome`` is sorted: winners first, then by votes."""

    ballots: int
    blank: int
    outcome: tuple[Standing, ...]
    winners: tuple[str, ...]
    seed: str
    rounds: tuple[Round, ...] = ()
    steps: tuple[Step, ...] = ()
    pairwise: Pairwise | None = None
    completion: Completion | None = None
    ties: tuple[Tie, ...] = ()

    def as_json(self, currency: str = "CNY") -> dict[str, Any]:
        """The part of a consultation's results that comes from the board alone.

        The names are those of the public API; ``ties``, ``tie_seed``, ``pairwise`` and
        ``completion`` come beside what it promises.
        """
        told: dict[str, Any] = {
            "blank": self.blank,
            "outcome": [
                {"option_id": standing.option_id, "votes": standing.votes}
                for standing in self.outcome
            ],
            "winners": list(self.winners),
            "ties": [_tie(tie) for tie in self.ties],
            "tie_seed": self.seed,
        }
        if self.rounds:
            told["rounds"] = [_round(stage) for stage in self.rounds]
        if self.steps:
            told["steps"] = [_step(step, currency) for step in self.steps]
        if self.pairwise is not None:
            told["pairwise"] = {
                "preferred": {a: dict(row) for a, row in self.pairwise.preferred.items()},
                "strength": {a: dict(row) for a, row in self.pairwise.strength.items()},
                "ranking": list(self.pairwise.ranking),
            }
        if self.completion is not None:
            told["completion"] = {
                "share": str(self.completion.share),
                "increases": self.completion.increases,
                "ended": self.completion.ended,
            }
        return told


def _tie(tie: Tie) -> dict[str, Any]:
    return {"decides": str(tie.decides), "between": list(tie.between), "taken": tie.taken}


def _round(stage: Round) -> dict[str, Any]:
    return {
        "counts": dict(stage.counts),
        "exhausted": stage.exhausted,
        "eliminated": stage.eliminated,
    }


def _step(step: Step, currency: str) -> dict[str, Any]:
    return {
        "option_id": step.option_id,
        "cost": {"amount": step.cost, "currency": currency},
        "paid_by": step.paid_by,
        "why": str(step.why),
    }
