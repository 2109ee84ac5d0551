"""Which ballots may be cast."""

from __future__ import annotations

from typing import Any

import pytest

from portal.consultations.rules.ballots import (
    MOST_OPTIONS,
    MOST_RANKED,
    InvalidBallot,
    Method,
    Option,
    Problem,
    ProblemKind,
    Terms,
    check,
    problems,
)

ABC = (Option("a", 300), Option("b", 500), Option("c", 0))


def terms(method: Method, **limits: Any) -> Terms:
    return Terms(method, ABC, **limits)


@pytest.mark.parametrize("method", list(Method))
def test_a_blank_ballot_fits_every_method(method: Method) -> None:
    assert problems(terms(method, budget=100), []) == []


@pytest.mark.parametrize("method", list(Method))
def test_an_unknown_option_is_named(method: Method) -> None:
    found = problems(terms(method, budget=100), ["x"])
    assert found == [Problem(ProblemKind.UNKNOWN_OPTION, position=0, option_id="x")]


def test_an_option_named_twice_is_named() -> None:
    found = problems(terms(Method.RANKED), ["a", "b", "a"])
    assert found == [Problem(ProblemKind.DOUBLED_OPTION, position=2, option_id="a")]


def test_single_choice_takes_one_option_whatever_the_terms_say() -> None:
    assert problems(terms(Method.SINGLE, max_choices=3), ["b"]) == []
    found = problems(terms(Method.SINGLE, max_choices=3), ["a", "b"])
    assert found == [Problem(ProblemKind.TOO_MANY, given=2, limit=1)]


def test_approval_takes_as_many_as_the_terms_allow() -> None:
    assert problems(terms(Method.APPROVAL, max_choices=2), ["a", "b"]) == []
    found = problems(terms(Method.APPROVAL, max_choices=2), ["a", "b", "c"])
    assert found == [Problem(ProblemKind.TOO_MANY, given=3, limit=2)]
    assert problems(terms(Method.APPROVAL), ["a", "b", "c"]) == []


@pytest.mark.parametrize("method", [Method.RANKED, Method.SCHULZE])
def test_a_ranking_may_be_partial(method: Method) -> None:
    assert problems(terms(method), ["c", "a"]) == []


def test_a_greedy_ballot_must_fit_the_budget_to_the_last_fen() -> None:
    assert problems(terms(Method.BUDGET_GREEDY, budget=800), ["a", "b", "c"]) == []
    found = problems(terms(Method.BUDGET_GREEDY, budget=799), ["a", "b", "c"])
    assert found == [Problem(ProblemKind.OVER_BUDGET, given=800, limit=799)]


def test_an_equal_shares_ballot_may_ask_for_more_than_the_budget() -> None:
    assert problems(terms(Method.EQUAL_SHARES, budget=1), ["a", "b"]) == []


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(InvalidBallot) as caught:
        check(terms(Method.BUDGET_GREEDY, budget=200, max_choices=2), ["a", "x", "a"])
    assert [problem.kind for problem in caught.value.problems] == [
        ProblemKind.UNKNOWN_OPTION,
        ProblemKind.DOUBLED_OPTION,
        ProblemKind.TOO_MANY,
        ProblemKind.OVER_BUDGET,
    ]


@pytest.mark.parametrize(
    ("options", "limits"),
    [
        ((), {"budget": 1}),
        ((Option("a", 1), Option("a", 2)), {"budget": 1}),
        (ABC, {}),
        (ABC, {"budget": -1}),
        ((Option("a"),), {"budget": 1}),
        ((Option("a", -1),), {"budget": 1}),
        (ABC, {"budget": 1, "max_choices": 0}),
    ],
)
def test_terms_without_sense_are_refused(
    options: tuple[Option, ...], limits: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"vote|ballot"):
        Terms(Method.EQUAL_SHARES, options, **limits)


@pytest.mark.parametrize(
    ("method", "most"), [(Method.APPROVAL, MOST_OPTIONS), (Method.RANKED, MOST_RANKED)]
)
def test_more_options_than_can_be_counted_are_refused(method: Method, most: int) -> None:
    options = tuple(Option(str(number)) for number in range(most + 1))
    assert len(Terms(method, options[:most]).option_ids) == most
    with pytest.raises(ValueError, match="so many options"):
        Terms(method, options)


def test_a_limit_above_the_number_of_options_limits_nothing() -> None:
    assert problems(terms(Method.APPROVAL, max_choices=9), ["a", "b", "c"]) == []
