"""Instant run-off: the last one leaves, its ballots go on, until one has more than half."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from portal.consultations.rules.ballots import Choices
from portal.consultations.rules.outcome import Round
from portal.consultations.rules.ties import Decides, Lots

Pile = Counter[tuple[str, ...]]


@dataclass
class _Table:
    """The counting table: the ballots in piles, by the first option still in."""

    standing: list[str]
    piles: dict[str, Pile] = field(default_factory=dict)
    exhausted: int = 0

    def lay(self, ballots: Pile) -> dict[str | None, int]:
        """Put ballots on the piles they belong to, and say how many went where."""
        went: Counter[str | None] = Counter()
        for choices, number in ballots.items():
            target = next((choice for choice in choices if choice in self.piles), None)
            went[target] += number
            if target is None:
                self.exhausted += number
            else:
                self.piles[target][choices] += number
        return dict(went)

    def counts(self) -> dict[str, int]:
        return {option_id: self.piles[option_id].total() for option_id in self.standing}

    def remove(self, option_id: str) -> Pile:
        self.standing.remove(option_id)
        return self.piles.pop(option_id)


def count(option_ids: Sequence[str], ballots: Sequence[Choices], lots: Lots) -> list[Round]:
    """The rounds. The last one, in which nobody leaves, has a winner: see :func:`winner`.

    One option leaves in each round, the one with the fewest ballots (of several the one with the
    largest lot), until one has more than half of the ballots that are not exhausted. A ballot
    whose options have all left is exhausted. Without any vote there is one round and no winner.
    """
    table = _Table(list(option_ids), {option_id: Counter() for option_id in option_ids})
    table.lay(Counter(tuple(ballot) for ballot in ballots))
    rounds: list[Round] = []
    transfers: dict[str | None, int] = {}
    while True:
        counts = table.counts()
        if 2 * max(counts.values()) > sum(counts.values()) or not any(counts.values()):
            rounds.append(Round(counts, table.exhausted, None, transfers=transfers))
            return rounds
        fewest = min(counts.values())
        last = [option_id for option_id in table.standing if counts[option_id] == fewest]
        leaves, tie = lots.last(last, Decides.ELIMINATION)
        rounds.append(Round(counts, table.exhausted, leaves, tie, transfers))
        transfers = table.lay(table.remove(leaves))


def winner(rounds: Sequence[Round]) -> str | None:
    """Who has more than half in the last round, nobody if there is no vote at all."""
    counts = rounds[-1].counts
    leading = max(counts, key=lambda option_id: counts[option_id])
    return leading if counts[leading] else None


def ranking(rounds: Sequence[Round]) -> list[tuple[str, int]]:
    """Every option with the votes of its last round, the later it left the further up."""
    last = rounds[-1].counts
    still_in = sorted(last.items(), key=lambda item: -item[1])
    left = [
        (stage.eliminated, stage.counts[stage.eliminated])
        for stage in rounds
        if stage.eliminated is not None
    ]
    return still_in + left[::-1]
