"""A count is told with all its numbers, and they add up."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.consultations.rules.ballots import Method, Option, Terms
from portal.consultations.rules.outcome import Why
from portal.consultations.rules.tally import tally
from portal.consultations.worked import Worked, worked

IDS = ("a", "b", "c", "d")
COSTS = {"a": 6_000, "b": 3_500, "c": 0, "d": 900}
BUDGET = 9_000
GENESIS = "0" * 64

ballots = st.lists(st.lists(st.sampled_from(IDS), unique=True, max_size=4).map(tuple), max_size=12)
many = settings(max_examples=200, deadline=None)


def told(method: Method, cast: list[tuple[str, ...]], genesis: str = GENESIS) -> Worked:
    with_costs = method in (Method.BUDGET_GREEDY, Method.EQUAL_SHARES)
    options = tuple(Option(each, COSTS[each] if with_costs else None) for each in IDS)
    terms = Terms(method, options, budget=BUDGET if with_costs else None)
    rows: list[Any] = [
        SimpleNamespace(id=each.id, title=each.id.upper(), cost=each.cost) for each in options
    ]
    return worked(tally(terms, genesis, cast).as_json(), rows, terms.budget)


@many
@given(ballots)
def test_in_every_round_each_ballot_lies_somewhere(cast: list[tuple[str, ...]]) -> None:
    before = None
    for stage in told(Method.RANKED, cast).rounds:
        assert stage.counted + stage.exhausted == len(cast)
        if before is not None:
            assert before.leaves is not None
            leaving = {option.id: votes for option, votes in before.counts}[before.leaves.id]
            assert sum(more for _, more in stage.went) + stage.went_nowhere == leaving
            assert before.leaves.id not in [option.id for option, _ in stage.counts]
        before = stage
    assert before is not None
    assert before.leaves is None


@many
@given(ballots.map(lambda cast: [each for each in cast if sum(COSTS[c] for c in each) <= BUDGET]))
def test_what_is_left_of_a_budget_is_what_was_not_spent(cast: list[tuple[str, ...]]) -> None:
    for method in (Method.BUDGET_GREEDY, Method.EQUAL_SHARES):
        count = told(method, cast)
        spent = 0
        for step in count.steps:
            spent += step.option.cost if step.why is Why.FUNDED else 0
            assert step.left == BUDGET - spent >= 0
            if step.paid_by:
                assert 2 * abs(step.each * step.paid_by - step.option.cost) <= step.paid_by
        assert {each.option.id for each in count.winners} == {
            step.option.id for step in count.steps if step.why is Why.FUNDED
        }


@many
@given(ballots)
def test_who_did_not_win_is_behind_or_lost_by_lot(cast: list[tuple[str, ...]]) -> None:
    count = told(Method.SINGLE, [each[:1] for each in cast])
    equal = {option.id for tie in count.equals for option in tie.between}
    for each in count.standings:
        if each.won:
            assert each.behind == 0
        elif count.winners and not each.behind:
            assert each.option.id in equal
    assert bool(count.winners) == any(cast)


def test_the_ranking_is_told_pair_by_pair() -> None:
    count = told(Method.SCHULZE, [("a", "b", "c"), ("a", "c"), ("b", "c", "a")])
    first = count.pairs[0]
    assert (first.first.title, first.second.title) == ("A", "B")
    assert (first.prefer_first, first.prefer_second) == (2, 1)
    assert [pair.second for pair in count.pairs[:-1]] == [pair.first for pair in count.pairs[1:]]


def test_an_option_that_leaves_by_lot_is_told_so() -> None:
    count = told(Method.RANKED, [("a",), ("b",), ("c",), ("c",)])
    assert [stage.by_lot for stage in count.rounds] == [False, True, False]
    assert count.equals[0].decides == "elimination"
    assert {option.id for option in count.equals[0].between} == {"a", "b"}
