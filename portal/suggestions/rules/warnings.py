"""Early warning: where the reports of the last seven days are more than their own past explains.

For each pair of category and place there is the count of the last seven days and the counts of the
weeks before it. The past gives a mean and a spread; how many reports of a week would be unusual is
told by the negative binomial distribution with that mean and spread (by Poisson's, where the past
spreads no more than that). A pair is warned of if a count as high as the present one, or a higher
one, would come up in less than ``UNUSUAL`` of the weeks, and it is at least ``FEWEST`` reports.

Why so: small counts are no bell curves, so a mean and two deviations would cry wolf; weeks are not
alike (holidays, first frost), so the spread counts, too. The mean is drawn a little upward
(``PRIOR`` reports in a week more): with a past of nothing at all, one report would otherwise be
infinitely unusual. Many pairs are looked at at once, hence a bound as low as one in a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log

PAST_WEEKS = 12
FEWEST = 4
UNUSUAL = 0.001
PRIOR = 0.5


@dataclass(frozen=True)
class Weeks:
    """How many reports of a category came from a place: in the last seven days, and in each of the
    weeks before."""

    category: str
    region_code: str
    present: int
    past: Sequence[int]


@dataclass(frozen=True)
class Unusual:
    """``usual``: the mean of the past weeks. ``chance``: how often as many or more would come."""

    weeks: Weeks
    usual: float
    chance: float


def warnings(weeks: Iterable[Weeks]) -> list[Unusual]:
    """What departs from its own past, the most unusual first."""
    found = [judged for each in weeks if (judged := _judged(each)) is not None]
    return sorted(found, key=lambda each: (each.chance, -each.weeks.present))


def _judged(weeks: Weeks) -> Unusual | None:
    if weeks.present < FEWEST:
        return None
    count = len(weeks.past)
    usual = sum(weeks.past) / count
    spread = sum((each - usual) ** 2 for each in weeks.past) / max(count - 1, 1)
    chance = at_least(weeks.present, usual + PRIOR, spread)
    return Unusual(weeks, usual, chance) if chance < UNUSUAL else None


def at_least(count: int, mean: float, variance: float) -> float:
    """How probable ``count`` or more is, by the negative binomial distribution of this mean and
    variance; by Poisson's, where the variance is not above the mean."""
    below = sum(_probability(each, mean, variance) for each in range(count))
    return max(0.0, 1.0 - below)


def _probability(count: int, mean: float, variance: float) -> float:
    if variance <= mean:
        return exp(count * log(mean) - mean - lgamma(count + 1))
    size = mean * mean / (variance - mean)
    ways = lgamma(count + size) - lgamma(size) - lgamma(count + 1)
    return exp(ways + size * log(size / (size + mean)) + count * log(mean / (size + mean)))
