"""One count by equal shares, and how far the shares may rise before anything in it changes.

Money is kept as whole numbers over one denominator. Beside each amount stands its slope: how much
it grows with each step by which the shares are raised. As long as every decision of a count stays
the same, all amounts grow evenly; ``Horizon`` keeps the first step at which a decision may fall
otherwise. So counts in between need not be made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from portal.consultations.rules.equal_shares.electorate import Electorate
from portal.consultations.rules.ties import Decides, Lots, Tie


class Horizon:
    """The number of steps, at least one, for which a count is known to come out alike."""

    def __init__(self, *, looked_for: bool) -> None:
        self.steps: int | None = None if looked_for else 1
        """None: for ever."""

    @property
    def reached(self) -> bool:
        """Nothing can bring it nearer."""
        return self.steps == 1

    def keep(self, gap: int | Fraction, slope: int | Fraction) -> None:
        """A decision stands while ``gap + slope · steps`` is above nought."""
        if slope < 0:
            safe = max(1, -(gap // slope))  # the first whole step at which it is not above
            self.steps = safe if self.steps is None else min(self.steps, safe)


@dataclass(frozen=True)
class Purchase:
    """One funded option: ``price`` is what each supporter pays who can, in minor units."""

    option_id: str
    price: Fraction
    paid_by: int
    tie: Tie | None


@dataclass(frozen=True)
class Count:
    """What one count funds, in order; ``unaffordable`` gives what the supporters of each other
    wanted option had left when it was given up, in minor units. ``alike_for`` as in Horizon."""

    share: Fraction
    purchases: tuple[Purchase, ...]
    unaffordable: Mapping[str, Fraction]
    alike_for: int | None

    @property
    def funded(self) -> tuple[str, ...]:
        return tuple(purchase.option_id for purchase in self.purchases)


@dataclass(frozen=True)
class _Offer:
    """What an option asks of each supporter who can pay: (``asked`` + ``slope`` · steps) over
    ``heads`` and the denominator. ``burden`` is that as a part of the cost, with its slope; an
    earlier offer of the same option bounds a later one from below, as money only gets less."""

    option_id: str
    burden: Fraction
    burden_slope: Fraction
    asked: int = 0
    slope: int = 0
    heads: int = 0


class _Counting:
    """The state of one count."""

    def __init__(
        self,
        electorate: Electorate,
        costs: Mapping[str, int],
        lots: Lots,
        share: Fraction,
        step: Fraction,
        *,
        look_ahead: bool,
    ) -> None:
        self.electorate, self.costs, self.lots = electorate, costs, lots
        self.denominator = share.denominator * step.denominator
        self.money = [share.numerator * step.denominator]
        self.slopes = [step.numerator * share.denominator]
        self.stage = electorate.start()
        self.horizon = Horizon(looked_for=look_ahead)
        self.purchases: list[Purchase] = []
        self.unaffordable: dict[str, Fraction] = {}
        # Nobody pays less than an even part of the cost among all supporters.
        self.offers = {
            option_id: _Offer(
                option_id, Fraction(1, len(electorate.approving[option_id])), Fraction(0)
            )
            for option_id in costs
        }

    def run(self) -> None:
        while True:
            best = self._best()
            if not best:
                return
            option_id, tie = self.lots.first(best, Decides.NEXT)
            offer = self.offers.pop(option_id)
            if not self.horizon.reached:
                self._look_ahead(offer)
            self._buy(offer, tie)

    def _best(self) -> list[str]:
        """The options with the smallest burden; those that cannot be paid are given up."""
        best: list[_Offer] = []
        for bound in sorted(self.offers.values(), key=lambda offer: offer.burden):
            if best and bound.burden > best[0].burden:
                break
            offer = self._offer(bound.option_id)
            if offer is None:
                del self.offers[bound.option_id]
                continue
            self.offers[bound.option_id] = offer
            if not best or offer.burden < best[0].burden:
                best = [offer]
            elif offer.burden == best[0].burden:
                best.append(offer)
        return [offer.option_id for offer in best]

    def _offer(self, option_id: str) -> _Offer | None:
        """The option's price now, or None if its supporters cannot pay it."""
        sizes, money = self.stage.supporters(option_id), self.money
        cost = self.costs[option_id] * self.denominator
        at_hand = sum(map(mul, map(money.__getitem__, sizes), sizes.values()))
        if at_hand < cost:
            if not self.horizon.reached:
                self.horizon.keep(cost - at_hand, -self._growth(sizes, sizes))
            self.unaffordable[option_id] = Fraction(at_hand, self.denominator)
            return None
        asked, heads, poor = cost, sizes.total(), 0
        poorest_first = sorted(sizes, key=money.__getitem__)
        for group in poorest_first:
            if money[group] * heads >= asked:
                break
            asked -= money[group] * sizes[group]
            heads -= sizes[group]
            poor += 1
        growth = 0 if self.horizon.reached else self._growth(sizes, poorest_first[:poor])
        per_cost = heads * cost
        return _Offer(
            option_id, Fraction(asked, per_cost), Fraction(-growth, per_cost), asked, -growth, heads
        )

    def _growth(self, sizes: Mapping[int, int], groups: Iterable[int]) -> int:
        """By how much the money of these groups grows with each step."""
        return sum(self.slopes[group] * sizes[group] for group in groups)

    def _look_ahead(self, offer: _Offer) -> None:
        """How long this purchase stays the next one, and is paid in the same way.

        A price as a function of the shares is convex while the money it is paid from grows
        evenly, so it stays above its tangent: the offers of the others, even earlier ones, bound
        from below what they will ask.
        """
        for other in self.offers.values():
            self.horizon.keep(other.burden - offer.burden, other.burden_slope - offer.burden_slope)
        for group in self.stage.supporters(offer.option_id):
            gap = self.money[group] * offer.heads - offer.asked
            slope = self.slopes[group] * offer.heads - offer.slope
            if gap >= 0:
                self.horizon.keep(gap, slope)
            else:
                self.horizon.keep(-gap, -slope)

    def _buy(self, offer: _Offer, tie: Tie | None) -> None:
        sizes = self.stage.supporters(offer.option_id)
        self.purchases.append(
            Purchase(
                offer.option_id,
                Fraction(offer.asked, offer.heads * self.denominator),
                sum(size for group, size in sizes.items() if self.money[group]),
                tie,
            )
        )
        self.stage = self.electorate.stage(len(self.purchases), offer.option_id)
        self._pay(offer, self.stage.payers)

    def _pay(self, offer: _Offer, payers: Sequence[tuple[int, int]]) -> None:
        """Over a finer denominator, so that the price is whole."""
        finer, price, slope = _finer(offer)
        rich = [self.money[group] * finer >= price for group, _ in payers]
        self.denominator *= finer
        self.money = self._paid(self.money, finer, price, payers, rich)
        if not self.horizon.reached:
            self.slopes = self._paid(self.slopes, finer, slope, payers, rich)

    def _paid(
        self,
        amounts: Sequence[int],
        finer: int,
        price: int,
        payers: Sequence[tuple[int, int]],
        rich: Sequence[bool],
    ) -> list[int]:
        """The amounts of all groups after the payment; who is not rich has nothing left."""
        left = list(map(finer.__mul__, amounts))
        left += [0] * (len(self.stage.sizes) - len(left))
        for (group, paying), can_pay in zip(payers, rich, strict=True):
            left[paying] = left[group] - price if can_pay else 0
        return left


def _finer(offer: _Offer) -> tuple[int, int, int]:
    """By what the denominator grows, and the price and its slope over the new one."""
    price, slope = Fraction(offer.asked, offer.heads), Fraction(offer.slope, offer.heads)
    finer = price.denominator * slope.denominator
    return finer, int(price * finer), int(slope * finer)


def count(
    electorate: Electorate,
    costs: Mapping[str, int],
    lots: Lots,
    share: Fraction,
    step: Fraction,
    *,
    look_ahead: bool = True,
) -> Count:
    """One count with ``share`` for each voter, minor units; ``step`` is how shares would rise.

    ``costs`` are those of the options to decide on: each above nought, with a supporter. Without
    ``look_ahead``, which takes its time, the count vouches for one step only.
    """
    counting = _Counting(electorate, costs, lots, share, step, look_ahead=look_ahead)
    counting.run()
    return Count(share, tuple(counting.purchases), counting.unaffordable, counting.horizon.steps)
