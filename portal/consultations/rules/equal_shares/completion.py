"""Raising the shares until the budget is used up, and telling each option's turn.

The completion is the one that pabutools names ``exhaustion_by_budget_increase``, with its
``exhaustive_stop`` off and a step of one yuan per voter: an outcome within the real budget is
kept and the shares are raised, the first outcome above it is dropped and the one before stands.
Its bound holds as well: the raised budget never exceeds (voters + 1) times the real one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from portal.consultations.rules.ballots import Choices
from portal.consultations.rules.equal_shares.count import Count, count
from portal.consultations.rules.equal_shares.electorate import Electorate
from portal.consultations.rules.outcome import Completion, Step, Why
from portal.consultations.rules.ties import Lots

STEP = Fraction(100)
"""By what a voter's share rises: one yuan, in minor units."""

_BLIND = 8
"""How many counts do without looking ahead after one that looked in vain."""

OnCount = Callable[[int], None]
"""Told after each count how often the shares were raised so far."""


class _Shares:
    """One vote's counts, by how often the shares were raised."""

    def __init__(
        self, electorate: Electorate, costs: Mapping[str, int], budget: int, lots: Lots
    ) -> None:
        self.electorate, self.costs, self.budget, self.lots = electorate, costs, budget, lots
        self.most = budget // int(STEP)
        """The last increase within the bound: budget · (voters + 1), a step being STEP each."""

    def count(self, increases: int, *, look_ahead: bool) -> Count:
        share = Fraction(self.budget, self.electorate.size) + increases * STEP
        return count(self.electorate, self.costs, self.lots, share, STEP, look_ahead=look_ahead)

    def spends(self, counted: Count) -> int:
        return sum(self.costs[option_id] for option_id in counted.funded)

    def complete(self, on_count: OnCount) -> tuple[Count, Completion]:
        """The count that stands, and how it was reached."""
        if sum(self.costs.values()) <= self.budget:
            # No outcome can cost more than the budget: the bound ends it.
            return self._at(self.most, "limit")
        increases = blind = 0
        while increases <= self.most:
            counted = self.count(increases, look_ahead=not blind)
            on_count(increases)
            if self.spends(counted) > self.budget:
                return self._at(increases - 1, "over_budget")
            if counted.alike_for is None:
                break
            increases += counted.alike_for
            # In vain just now: with many voters something changes with every step.
            blind = blind - 1 if blind else _BLIND * (counted.alike_for == 1)
        return self._at(self.most, "limit")

    def _at(self, increases: int, ended: str) -> tuple[Count, Completion]:
        counted = self.count(increases, look_ahead=False)
        return counted, Completion(counted.share, increases, ended)


def fund(
    costs: Mapping[str, int],
    budget: int,
    ballots: Sequence[Choices],
    lots: Lots,
    on_count: OnCount = lambda _increases: None,
) -> tuple[list[Step], Completion | None]:
    """Every option's turn: the funded in their order, then the others by votes.

    Costs and budget in minor units. An option that costs nothing is never funded: no share of the
    budget is needed for it. Without a ballot there is nothing to share, and no completion.
    """
    electorate = Electorate(list(costs), ballots)
    votes = {option_id: len(voters) for option_id, voters in electorate.approving.items()}
    wanted = {option_id: cost for option_id, cost in costs.items() if cost and votes[option_id]}
    if not electorate.size:
        return _told(costs, votes, budget, None), None
    counted, completion = _Shares(electorate, wanted, budget, lots).complete(on_count)
    return _told(costs, votes, budget, counted), completion


def _told(
    costs: Mapping[str, int], votes: Mapping[str, int], budget: int, counted: Count | None
) -> list[Step]:
    steps, left = [], budget
    for purchase in counted.purchases if counted else ():
        option_id = purchase.option_id
        left -= costs[option_id]
        steps.append(
            Step(
                option_id,
                costs[option_id],
                votes[option_id],
                purchase.paid_by,
                Why.FUNDED,
                left,
                purchase.price,
                tie=purchase.tie,
            )
        )
    told = {step.option_id for step in steps}
    for option_id in sorted(costs, key=lambda option_id: -votes[option_id]):
        if option_id not in told:
            at_hand = counted.unaffordable.get(option_id) if counted else None
            why = _why_not(costs[option_id], votes[option_id])
            steps.append(
                Step(option_id, costs[option_id], votes[option_id], 0, why, left, at_hand=at_hand)
            )
    return steps


def _why_not(cost: int, votes: int) -> Why:
    if not votes:
        return Why.NO_VOTES
    return Why.NOT_AFFORDABLE if cost else Why.COSTS_NOTHING
