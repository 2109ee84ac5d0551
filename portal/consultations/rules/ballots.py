"""What is voted on and how, and whether a ballot fits it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

Choices = Sequence[str]
"""Option ids of one ballot; their order counts for ranked methods. Empty: a blank ballot."""


class Method(StrEnum):
    SINGLE = "single"
    APPROVAL = "approval"
    RANKED = "ranked"
    SCHULZE = "schulze"
    BUDGET_GREEDY = "budget_greedy"
    EQUAL_SHARES = "equal_shares"


MOST_OPTIONS = 1_000
"""More than anybody reads, and few enough for any board of theirs to be counted in minutes."""
MOST_RANKED = 200
"""Counting ranks takes a round for every option, or compares each with each by way of each."""

RANKED_METHODS = frozenset({Method.RANKED, Method.SCHULZE})
BUDGET_METHODS = frozenset({Method.BUDGET_GREEDY, Method.EQUAL_SHARES})


@dataclass(frozen=True)
class Option:
    """One thing to choose. ``cost`` is in minor units (分), None where nothing is spent."""

    id: str
    cost: int | None = None


@dataclass(frozen=True)
class Terms:
    """What is fixed before opening: the method, the options in their printed order, the limits.

    ``max_choices`` is the most options a ballot may name (None: as many as there are); ``budget``
    is in minor units. ``study``: the ballots were cast elsewhere, where one might want more than
    the budget. Raises ValueError for terms that no vote can be held on.
    """

    method: Method
    options: tuple[Option, ...]
    max_choices: int | None = None
    budget: int | None = None
    study: bool = False

    def __post_init__(self) -> None:
        ids = [option.id for option in self.options]
        if not ids or len(set(ids)) != len(ids):
            raise ValueError("a vote needs options, each with an id of its own")
        if len(ids) > (MOST_RANKED if self.method in RANKED_METHODS else MOST_OPTIONS):
            raise ValueError("a vote on so many options cannot be counted")
        if self.max_choices is not None and self.max_choices < 1:
            raise ValueError("a ballot must be able to name at least one option")
        if self.method in BUDGET_METHODS:
            self._check_money()

    def _check_money(self) -> None:
        if self.budget is None or self.budget < 0:
            raise ValueError("a vote on a budget needs the budget")
        if any(option.cost is None or option.cost < 0 for option in self.options):
            raise ValueError("a vote on a budget needs the cost of every option")

    @cached_property
    def option_ids(self) -> tuple[str, ...]:
        return tuple(option.id for option in self.options)

    @cached_property
    def costs(self) -> dict[str, int]:
        """Minor units by option; an option without a cost spends nothing."""
        return {option.id: option.cost or 0 for option in self.options}

    @property
    def spendable(self) -> int:
        """The budget in minor units, 0 where there is none."""
        return self.budget or 0

    @property
    def most_choices(self) -> int:
        """How many options one ballot may name."""
        if self.method is Method.SINGLE:
            return 1
        return len(self.options) if self.max_choices is None else self.max_choices


class ProblemKind(StrEnum):
    UNKNOWN_OPTION = "unknown_option"
    DOUBLED_OPTION = "doubled_option"
    TOO_MANY = "too_many"
    OVER_BUDGET = "over_budget"


@dataclass(frozen=True)
class Problem:
    """What is wrong with a ballot: ``kind`` is stable, the rest lets a page say it in words.

    ``position`` counts from 0 in the choices and is None where the ballot as a whole is wrong;
    ``given`` and ``limit`` are numbers of options, or minor units for ``over_budget``.
    """

    kind: ProblemKind
    position: int | None = None
    option_id: str | None = None
    given: int | None = None
    limit: int | None = None


def problems(terms: Terms, choices: Choices) -> list[Problem]:
    """Everything in which a ballot breaks the method's rule; an empty list if it may be cast."""
    found = _wrong_options(terms, choices)
    if len(choices) > terms.most_choices:
        found.append(
            Problem(ProblemKind.TOO_MANY, given=len(choices), limit=terms.most_choices),
        )
    if terms.method is Method.BUDGET_GREEDY and not terms.study:
        costs = terms.costs
        spent = sum(costs.get(choice, 0) for choice in set(choices))
        if spent > terms.spendable:
            found.append(Problem(ProblemKind.OVER_BUDGET, given=spent, limit=terms.spendable))
    return found


def _wrong_options(terms: Terms, choices: Choices) -> list[Problem]:
    seen: set[str] = set()
    found = []
    for position, choice in enumerate(choices):
        if choice not in terms.costs:
            found.append(Problem(ProblemKind.UNKNOWN_OPTION, position, choice))
        elif choice in seen:
            found.append(Problem(ProblemKind.DOUBLED_OPTION, position, choice))
        seen.add(choice)
    return found


class InvalidBallot(ValueError):
    """A ballot that breaks its method's rule; ``problems`` says in what."""

    def __init__(self, found: Sequence[Problem]) -> None:
        self.problems = tuple(found)
        super().__init__(", ".join(problem.kind for problem in found))


def check(terms: Terms, choices: Choices) -> None:
    """Raise :class:`InvalidBallot` unless the ballot may be cast."""
    found = problems(terms, choices)
    if found:
        raise InvalidBallot(found)
