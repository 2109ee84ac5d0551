"""A count as it is told on its page: worked through, with names in place of ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from portal.consultations.queries.consultations import OptionRow
from portal.consultations.rules.outcome import Why

Count = Mapping[str, Any]
"""What was counted from the board, as the API tells it."""
MOST_COMPARED = 12
"""A table of more options than this is read by nobody; the API has all of them."""


@dataclass(frozen=True)
class Standing:
    """An option in the outcome. ``behind``: votes that it lacks to the last winner."""

    option: OptionRow
    votes: int
    won: bool
    behind: int


@dataclass(frozen=True)
class Round:
    """A round of an instant run-off. ``went``: where the ballots of who left before it went;
    ``counted`` the ballots that still name an option that is in."""

    number: int
    counts: Sequence[tuple[OptionRow, int]]
    counted: int
    exhausted: int
    leaves: OptionRow | None
    by_lot: bool
    went: Sequence[tuple[OptionRow, int]]
    went_nowhere: int


@dataclass(frozen=True)
class Step:
    """An option's turn in a budget; ``left`` is what remains of it, ``each`` what those who pay
    for it give on average, in minor units."""

    number: int
    option: OptionRow
    votes: int
    paid_by: int
    why: Why
    left: int
    each: int


@dataclass(frozen=True)
class Pair:
    """An option and the next in the ranking: ballots that prefer it, or the other; and the
    strongest chains either way."""

    first: OptionRow
    second: OptionRow
    prefer_first: int
    prefer_second: int
    chain: int
    chain_back: int


@dataclass(frozen=True)
class Equals:
    """Options that were equal, smallest lot first, and which one it hit."""

    decides: str
    between: Sequence[OptionRow]
    taken: OptionRow


@dataclass(frozen=True)
class Worked:
    """Everything that the page of a count shows; empty where a method has no such part."""

    standings: Sequence[Standing]
    rounds: Sequence[Round]
    steps: Sequence[Step]
    pairs: Sequence[Pair]
    equals: Sequence[Equals]
    share: int | None
    increases: int

    @property
    def winners(self) -> list[Standing]:
        return [each for each in self.standings if each.won]


def worked(count: Count, options: Iterable[OptionRow], budget: int | None) -> Worked:
    """The count of a vote, told. ``budget`` in minor units."""
    by_id = {option.id: option for option in options}
    completion = count.get("completion")
    return Worked(
        standings=_standings(count, by_id),
        rounds=list(_rounds(count, by_id)),
        steps=list(_steps(count, by_id, budget or 0)),
        pairs=list(_pairs(count, by_id)),
        equals=[_equals(tie, by_id) for tie in count["ties"]],
        share=int(Fraction(completion["share"])) if completion else None,
        increases=completion["increases"] if completion else 0,
    )


def _standings(count: Count, by_id: Mapping[str, OptionRow]) -> list[Standing]:
    winners = set(count["winners"])
    votes = [each["votes"] for each in count["outcome"] if each["option_id"] in winners]
    least = min(votes, default=0)
    return [
        Standing(
            by_id[each["option_id"]],
            each["votes"],
            each["option_id"] in winners,
            max(least - each["votes"], 0),
        )
        for each in count["outcome"]
    ]


def _rounds(count: Count, by_id: Mapping[str, OptionRow]) -> Iterator[Round]:
    by_lot = {tie["taken"] for tie in count["ties"] if tie["decides"] == "elimination"}
    before: Count | None = None
    for number, told in enumerate(count.get("rounds", ()), start=1):
        counts = sorted(told["counts"].items(), key=lambda each: -each[1])
        leaves = told["eliminated"]
        yield Round(
            number,
            [(by_id[option_id], votes) for option_id, votes in counts],
            sum(told["counts"].values()),
            told["exhausted"],
            by_id[leaves] if leaves else None,
            leaves in by_lot,
            _went(before, told, by_id),
            told["exhausted"] - before["exhausted"] if before else 0,
        )
        before = told


def _went(
    before: Count | None, told: Count, by_id: Mapping[str, OptionRow]
) -> list[tuple[OptionRow, int]]:
    """Only the ballots of who left move: what the others gained is where these went."""
    if before is None:
        return []
    gained = {
        option_id: votes - before["counts"][option_id]
        for option_id, votes in told["counts"].items()
    }
    return [(by_id[option_id], more) for option_id, more in gained.items() if more]


def _steps(count: Count, by_id: Mapping[str, OptionRow], budget: int) -> Iterator[Step]:
    votes = {each["option_id"]: each["votes"] for each in count["outcome"]}
    left = budget
    for number, told in enumerate(count.get("steps", ()), start=1):
        cost, why = told["cost"]["amount"], Why(told["why"])
        left -= cost if why is Why.FUNDED else 0
        paid_by = told["paid_by"]
        yield Step(
            number,
            by_id[told["option_id"]],
            votes[told["option_id"]],
            paid_by,
            why,
            left,
            (2 * cost + paid_by) // (2 * paid_by) if paid_by else 0,  # to the nearest
        )


def _pairs(count: Count, by_id: Mapping[str, OptionRow]) -> Iterator[Pair]:
    if "pairwise" not in count:
        return
    preferred, strength = count["pairwise"]["preferred"], count["pairwise"]["strength"]
    ranking = count["pairwise"]["ranking"][:MOST_COMPARED]
    for first, second in pairwise(ranking):
        yield Pair(
            by_id[first],
            by_id[second],
            preferred[first][second],
            preferred[second][first],
            strength[first][second],
            strength[second][first],
        )


def _equals(tie: Count, by_id: Mapping[str, OptionRow]) -> Equals:
    between = [by_id[option_id] for option_id in tie["between"]]
    return Equals(tie["decides"], between, by_id[tie["taken"]])
