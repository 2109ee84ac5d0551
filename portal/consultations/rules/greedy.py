"""Greedy with skip: by votes, each option that still fits is funded."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from portal.consultations.rules.outcome import Step, Why
from portal.consultations.rules.ties import Decides, Lots, Tie


def fund(votes: Mapping[str, int], costs: Mapping[str, int], budget: int, lots: Lots) -> list[Step]:
    """Every option's turn, most votes first, equal votes by lot. Minor units.

    An option without a vote is never funded: nobody asked for it.
    """
    steps, left = [], budget
    for option_id, tie in _in_turn(votes, lots):
        why = Why.FUNDED
        if not votes[option_id]:
            why = Why.NO_VOTES
        elif costs[option_id] > left:
            why = Why.DOES_NOT_FIT
        funded = why is Why.FUNDED
        left -= costs[option_id] if funded else 0
        steps.append(
            Step(
                option_id,
                costs[option_id],
                votes[option_id],
                votes[option_id] if funded else 0,
                why,
                left,
                tie=tie if votes[option_id] else None,
            )
        )
    return steps


def _in_turn(votes: Mapping[str, int], lots: Lots) -> list[tuple[str, Tie | None]]:
    """Each option with the tie that the lot broke for its turn."""
    turns: list[tuple[str, Tie | None]] = []
    by_votes = sorted(votes, key=lambda option_id: -votes[option_id])
    for _, level in groupby(by_votes, key=lambda option_id: votes[option_id]):
        equal = lots.sorted(level)
        for place, option_id in enumerate(equal):
            between = equal[place:]
            tie = Tie(Decides.NEXT, between, option_id) if len(between) > 1 else None
            turns.append((option_id, tie))
    return turns
