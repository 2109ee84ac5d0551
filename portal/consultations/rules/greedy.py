"""Greedy with skip: by votes, each option that still fits is funded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from portal.consultations.rules.outcome import Step, Why
from portal.consultations.rules.ties import Decides, Lots, Tie


def fund(votes: Mapping[str, int], costs: Mapping[str, int], budget: int, lots: Lots) -> list[Step]:
    """Every option's turn, most votes first. Minor units.

    Options with equal votes come as they are printed if the money is enough for each of them that
    fits; else by lot, and the first step tells the tie. An option without a vote has its turn
    after all others: what is left is spent on it too.
    """
    steps: list[Step] = []
    left = budget
    by_votes = sorted(votes, key=lambda option_id: -votes[option_id])
    for level, equal in groupby(by_votes, key=votes.__getitem__):
        turns, tie = _in_turn(list(equal), costs, left, lots)
        for option_id in turns:
            cost, fits = costs[option_id], costs[option_id] <= left
            left -= cost if fits else 0
            why = Why.FUNDED if fits else Why.DOES_NOT_FIT
            steps.append(Step(option_id, cost, level, level if fits else 0, why, left, tie=tie))
            tie = None
    return steps


def _in_turn(
    equal: Sequence[str], costs: Mapping[str, int], left: int, lots: Lots
) -> tuple[Sequence[str], Tie | None]:
    """Options with equal votes in the order of their turns, and the tie if a lot decides it."""
    fitting = [option_id for option_id in equal if costs[option_id] <= left]
    if sum(costs[option_id] for option_id in fitting) <= left:
        return equal, None
    _, tie = lots.first(fitting, Decides.NEXT)
    return lots.sorted(equal), tie
