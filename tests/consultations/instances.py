"""Votes to count: of every method, small and crooked, with ties, blanks and options for nothing.

A vote is made from its seed alone, by ``random.Random.random``, which gives the same numbers in
every version of Python: so what a reference says of it can be kept.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from portal.consultations.rules.ballots import BUDGET_METHODS, Method, Option, Terms, problems

GENESIS = "0" * 64
LARGE = 10_000
"""From this seed on a vote has more than 5,000 voters."""


@dataclass(frozen=True)
class Vote:
    terms: Terms
    ballots: list[list[str]]


class _Dice:
    def __init__(self, seed: int) -> None:
        self._source = random.Random(seed)

    def chance(self, share: float) -> bool:
        return self._source.random() < share

    def between(self, low: int, high: int) -> int:
        return low + int(self._source.random() * (high - low + 1))

    def one_of(self, *values: int) -> int:
        return values[self.between(0, len(values) - 1)]

    def shuffled(self, values: list[str]) -> list[str]:
        drawn = [(self._source.random(), value) for value in values]
        return [value for _, value in sorted(drawn)]


def budget_vote(seed: int, method: Method) -> Vote:
    """A vote on a budget. Costs are mostly whole yuan, some with fen, some nought."""
    dice = _Dice(seed)
    if seed >= LARGE:
        return _large_budget_vote(dice, method)
    scale = dice.one_of(5, 20, 100, 500)
    options = tuple(
        Option(f"o{number:02}", _cost(dice, scale)) for number in range(dice.between(1, 7))
    )
    budget = dice.between(1, scale * dice.one_of(1, 2, 4)) * 100 if dice.chance(0.97) else 0
    terms = Terms(method, options, budget=budget)
    likings = [dice.one_of(0, 1, 4, 4, 8, 8) / 10 for _ in options]
    ballots = []
    for _ in range(dice.between(1, dice.one_of(4, 12, 40))):
        ballot = [
            option.id
            for option, liking in zip(options, likings, strict=True)
            if dice.chance(liking)
        ]
        ballots.append(_cut_to_fit(terms, ballot))
    return Vote(terms, ballots)


def _cost(dice: _Dice, scale: int) -> int:
    if dice.chance(0.1):
        return 0
    fen = dice.one_of(0, 0, 0, 0, 25, 50)
    return dice.between(1, scale) * dice.one_of(1, 1, 1, 5) * 100 + fen


def _large_budget_vote(dice: _Dice, method: Method) -> Vote:
    voters = dice.between(5_100, 6_000)
    options = tuple(
        Option(f"o{number:02}", dice.between(2_000, 30_000) * 100) for number in range(16)
    )
    likings = [dice.between(2, 40) / 100 for _ in options]
    # One for nothing that many want, and three that nobody wants: for nothing, cheap, dear.
    options += tuple(
        Option(f"o{number:02}", cost) for number, cost in enumerate((0, 0, 40_000, 3_000_000), 16)
    )
    likings += [0.5, 0.0, 0.0, 0.0]
    terms = Terms(method, options, budget=90_000 * 100)
    ballots = [
        _cut_to_fit(
            terms,
            [
                option.id
                for option, liking in zip(options, likings, strict=True)
                if dice.chance(liking)
            ],
        )
        for _ in range(voters)
    ]
    return Vote(terms, ballots)


def _cut_to_fit(terms: Terms, ballot: list[str]) -> list[str]:
    kept: list[str] = []
    for choice in ballot:
        if not problems(terms, [*kept, choice]):
            kept.append(choice)
    return kept


def vote(seed: int, method: Method) -> Vote:
    """A vote of any method, never a large one."""
    if method in BUDGET_METHODS:
        return budget_vote(seed % LARGE, method)
    dice = _Dice(seed)
    options = tuple(Option(f"o{number:02}") for number in range(dice.between(1, 6)))
    most = dice.between(1, len(options)) if dice.chance(0.3) else None
    terms = Terms(method, options, max_choices=most)
    ids = [option.id for option in options]
    ballots = [
        dice.shuffled(ids)[: dice.between(0, terms.most_choices)]
        for _ in range(dice.between(0, dice.one_of(3, 10, 40)))
    ]
    return Vote(terms, ballots)
