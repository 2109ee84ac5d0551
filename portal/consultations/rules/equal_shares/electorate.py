"""Who approves what, sorted by what they have paid for so far.

Voters who paid for the same options have the same money left, whatever the shares were. So a
count works on groups of them; the groups of a sequence of funded options are made once and serve
every count that begins with that sequence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from portal.consultations.rules.ballots import Choices


class Stage:
    """The groups after some options are funded.

    ``payers`` says who paid for the last one: pairs of a group as it was and the group its
    supporters are in now, the same one if all of it paid; new groups follow in that order.
    """

    def __init__(self, electorate: Electorate, group_of: list[int], sizes: list[int]) -> None:
        self.electorate = electorate
        self.group_of = group_of
        self.sizes = sizes
        self.payers: list[tuple[int, int]] = []
        self.funded: str | None = None
        self._supporters: dict[str, Counter[int]] = {}

    def supporters(self, option_id: str) -> Counter[int]:
        """How many voters of each group approve the option."""
        counted = self._supporters.get(option_id)
        if counted is None:
            voters = self.electorate.approving[option_id]
            counted = self._supporters[option_id] = Counter(map(self.group_of.__getitem__, voters))
        return counted

    def after(self, option_id: str) -> Stage:
        """The groups once the option is funded: supporters and others no longer share one."""
        sizes = self.sizes.copy()
        payers = []
        for group, number in self.supporters(option_id).items():
            if number == sizes[group]:
                payers.append((group, group))
                continue
            payers.append((group, len(sizes)))
            sizes[group] -= number
            sizes.append(number)
        target, group_of = dict(payers), self.group_of.copy()
        for voter in self.electorate.approving[option_id]:
            group_of[voter] = target[group_of[voter]]
        stage = Stage(self.electorate, group_of, sizes)
        stage.payers, stage.funded = payers, option_id
        return stage


class Electorate:
    """The voters of one vote, by number. ``approving`` names those of each option."""

    def __init__(self, option_ids: Sequence[str], ballots: Sequence[Choices]) -> None:
        self.size = len(ballots)
        self.approving: dict[str, list[int]] = {option_id: [] for option_id in option_ids}
        for voter, ballot in enumerate(ballots):
            for choice in ballot:
                self.approving[choice].append(voter)
        self._path = [Stage(self, [0] * self.size, [self.size])]

    def start(self) -> Stage:
        """All voters in one group: nobody has paid for anything."""
        return self._path[0]

    def stage(self, depth: int, funded: str) -> Stage:
        """The groups when ``funded`` comes as option number ``depth``, after the path so far."""
        if len(self._path) > depth and self._path[depth].funded == funded:
            return self._path[depth]
        del self._path[depth:]
        self._path.append(self._path[-1].after(funded))
        return self._path[-1]
