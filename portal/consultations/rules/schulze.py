"""The Schulze method: who beats whom, also by way of others.

A ballot prefers what it names to what it does not, and between two it does not name nothing. The
strength of a defeat is the number of ballots on the winning side; of a path, its weakest defeat.
An option beats another if its strongest path there is stronger than the one back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from portal.consultations.rules.ballots import Choices
from portal.consultations.rules.outcome import Pairwise
from portal.consultations.rules.ties import Decides, Lots, Tie

Matrix = dict[str, dict[str, int]]


def preferences(option_ids: Sequence[str], ballots: Sequence[Choices]) -> Matrix:
    """``[a][b]``: how many ballots prefer a to b."""
    named: Counter[str] = Counter()
    before: Counter[tuple[str, str]] = Counter()
    for ballot in ballots:
        named.update(ballot)
        before.update(combinations(ballot, 2))
    return {
        # all that name a, but for those that name b before it
        a: {b: named[a] - before[b, a] for b in option_ids if b != a}
        for a in option_ids
    }


def strongest_paths(preferred: Matrix) -> Matrix:
    """``[a][b]``: the strength of the strongest path from a to b, 0 where there is none."""
    strength = {
        a: {b: votes if votes > preferred[b][a] else 0 for b, votes in row.items()}
        for a, row in preferred.items()
    }
    for via, onward in strength.items():
        for a, paths in strength.items():
            if a == via or not paths[via]:
                continue
            for b, weakest in onward.items():
                if b != a:
                    paths[b] = max(paths[b], min(paths[via], weakest))
    return strength


def rank(
    option_ids: Sequence[str], ballots: Sequence[Choices], lots: Lots
) -> tuple[Pairwise, list[Tie]]:
    """All options in order, best first: those that nobody left beats come next, by their lots."""
    preferred = preferences(option_ids, ballots)
    strength = strongest_paths(preferred)
    left = list(option_ids)
    ranking: list[str] = []
    ties: list[Tie] = []
    while left:
        unbeaten = [
            a for a in left if all(strength[a][b] >= strength[b][a] for b in left if b != a)
        ]
        following, tie = lots.first(unbeaten, Decides.NEXT if ranking else Decides.WINNER)
        if tie is not None:
            ties.append(tie)
        ranking.append(following)
        left.remove(following)
    return Pairwise(preferred, strength, tuple(ranking)), ties
