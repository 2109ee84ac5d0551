"""Votes on a budget: held to pabutools, to the definition written once more, to what is known."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.consultations.rules.ballots import Method, Option, Terms
from portal.consultations.rules.outcome import Tally, Why
from portal.consultations.rules.tally import tally
from portal.consultations.rules.ties import Lots, draw
from tests.consultations.instances import GENESIS, Vote, budget_vote

VECTORS = json.loads((Path(__file__).parent / "reference" / "pabutools.json").read_text())
BUDGETS = [Method.BUDGET_GREEDY, Method.EQUAL_SHARES]

seeds = st.integers(0, 9_999)
many = settings(max_examples=500, deadline=None)


def counted(vote: Vote) -> Tally:
    return tally(vote.terms, GENESIS, vote.ballots)


def votes_of(vote: Vote) -> dict[str, int]:
    return {
        option_id: sum(option_id in ballot for ballot in vote.ballots)
        for option_id in vote.terms.option_ids
    }


# --- pabutools --------------------------------------------------------------------------------


def test_greedy_funds_what_pabutools_funds() -> None:
    """Save for what nobody voted for, which pabutools funds if money is left."""
    for seed, funded in VECTORS["funded"]["budget_greedy"].items():
        vote = budget_vote(int(seed), Method.BUDGET_GREEDY)
        votes = votes_of(vote)
        expected = {option_id for option_id in funded.split() if votes[option_id]}
        assert set(counted(vote).winners) == expected, seed


def test_equal_shares_fund_what_pabutools_funds() -> None:
    """Save for what costs nothing: it gives no cost satisfaction, so pabutools passes it by."""
    large = 0
    for seed, funded in VECTORS["funded"]["equal_shares"].items():
        vote = budget_vote(int(seed), Method.EQUAL_SHARES)
        found = {option_id for option_id in counted(vote).winners if vote.terms.costs[option_id]}
        assert found == set(funded.split()), seed
        large += len(vote.ballots) > 5_000
    assert large == 3


# --- the definition once more -----------------------------------------------------------------


def shares_by_hand(
    costs: dict[str, int], ballots: list[list[str]], share: Fraction, lots: Lots
) -> list[tuple[str, Fraction]]:
    """One count, voter by voter, every price found anew in every round."""
    money = [share for _ in ballots]
    left = {option_id for option_id, cost in costs.items() if cost}
    bought: list[tuple[str, Fraction]] = []
    while True:
        prices = {}
        for option_id in left:
            purses = sorted(money[i] for i, b in enumerate(ballots) if option_id in b)
            if purses and sum(purses) >= costs[option_id]:
                prices[option_id] = next(
                    price
                    for poor in range(len(purses))
                    if (
                        price := (costs[option_id] - sum(purses[:poor]))
                        / Fraction(len(purses) - poor)
                    )
                    <= purses[poor]
                )
        if not prices:
            return bought
        least = min(price / costs[option_id] for option_id, price in prices.items())
        best = [o for o, price in prices.items() if price / costs[o] == least]
        chosen = min(best, key=lots.of)
        for i, ballot in enumerate(ballots):
            if chosen in ballot:
                money[i] -= min(money[i], prices[chosen])
        bought.append((chosen, prices[chosen]))
        left.remove(chosen)


def completed_by_hand(vote: Vote) -> tuple[list[tuple[str, Fraction]], int]:
    """Every share tried in its turn, none passed over."""
    terms, lots = vote.terms, draw(GENESIS, vote.ballots)
    kept: list[tuple[str, Fraction]] = []
    for increases in range(terms.spendable // 100 + 1):
        share = Fraction(terms.spendable, len(vote.ballots)) + 100 * increases
        bought = shares_by_hand(terms.costs, vote.ballots, share, lots)
        if sum(terms.costs[option_id] for option_id, _ in bought) > terms.spendable:
            return kept, increases - 1
        kept = bought
    return kept, terms.spendable // 100


@settings(max_examples=300, deadline=None)
@given(seeds)
def test_equal_shares_are_what_the_definition_says(seed: int) -> None:
    """Outcome, order, prices and the share that stands, though most shares are passed over."""
    vote = budget_vote(seed, Method.EQUAL_SHARES)
    if vote.terms.spendable > 30_000:
        vote = Vote(
            Terms(Method.EQUAL_SHARES, vote.terms.options, budget=vote.terms.spendable % 30_000),
            vote.ballots,
        )
    expected, increases = completed_by_hand(vote)
    tally_ = counted(vote)
    found = [(s.option_id, s.price) for s in tally_.steps if s.why is Why.FUNDED and s.cost]
    assert found == expected
    assert tally_.completion is not None
    assert tally_.completion.increases == increases


# --- what is known of the methods -------------------------------------------------------------


@many
@given(seeds, st.sampled_from(BUDGETS))
def test_the_budget_is_never_exceeded_and_the_steps_add_up(seed: int, method: Method) -> None:
    vote = budget_vote(seed, method)
    tally_ = counted(vote)
    left = vote.terms.spendable
    for step in tally_.steps:
        left -= step.cost if step.why is Why.FUNDED else 0
        assert step.left == left >= 0
    assert sorted(step.option_id for step in tally_.steps) == sorted(vote.terms.option_ids)
    assert {s.option_id for s in tally_.steps if s.why is Why.FUNDED} == set(tally_.winners)


@many
@given(seeds, st.sampled_from(BUDGETS))
def test_nothing_is_funded_that_nobody_wants(seed: int, method: Method) -> None:
    vote = budget_vote(seed, method)
    votes = votes_of(vote)
    assert all(votes[option_id] for option_id in counted(vote).winners)


@many
@given(seeds)
def test_greedy_skips_only_what_does_not_fit(seed: int) -> None:
    """Whoever is skipped would not fit beside those with more votes, or as many, funded before."""
    vote = budget_vote(seed, Method.BUDGET_GREEDY)
    left, before = vote.terms.spendable, None
    for step in counted(vote).steps:
        assert before is None or step.votes <= before
        before = step.votes
        if step.why is Why.DOES_NOT_FIT:
            assert step.cost > left
        left = step.left


@many
@given(seeds)
def test_what_equal_shares_fund_is_paid_by_its_supporters_from_their_shares(seed: int) -> None:
    vote = budget_vote(seed, Method.EQUAL_SHARES)
    tally_ = counted(vote)
    assert tally_.completion is not None
    money = [tally_.completion.share for _ in vote.ballots]
    for step in tally_.steps:
        if step.why is not Why.FUNDED:
            continue
        assert step.price is not None
        paying = [i for i, b in enumerate(vote.ballots) if step.option_id in b and money[i]]
        paid = sum(min(money[i], step.price) for i in paying)
        assert paid == step.cost
        assert step.paid_by == (len(paying) if step.cost else 0)
        for i in paying:
            money[i] -= min(money[i], step.price)


@many
@given(seeds)
def test_a_group_that_agrees_gets_what_its_shares_pay_for(seed: int) -> None:
    """Proportionality: voters whose shares pay for what all of them approve are not left out."""
    vote = budget_vote(seed, Method.EQUAL_SHARES)
    share = Fraction(vote.terms.spendable, len(vote.ballots))
    winners = set(counted(vote).winners)
    for option in vote.terms.options:
        backing = [ballot for ballot in vote.ballots if option.id in ballot]
        if backing and len(backing) * share >= (option.cost or 0):
            assert any(winners & set(ballot) for ballot in backing)


def test_a_blank_ballot_has_a_share_that_nobody_spends() -> None:
    """Two of three may spend two thirds at first; the completion raises the shares."""
    terms = Terms(Method.EQUAL_SHARES, (Option("a", 90_000), Option("b", 90_000)), budget=90_000)
    tally_ = tally(terms, GENESIS, [["a"], ["a"], []])
    assert tally_.winners == ("a",)
    assert tally_.blank == 1
    # Only what is wanted is counted: it fits, so the bound ends the completion.
    assert tally_.completion is not None
    assert tally_.completion.ended == "limit"


@pytest.mark.parametrize("method", BUDGETS)
def test_a_free_option_is_funded_if_anybody_wants_it(method: Method) -> None:
    terms = Terms(method, (Option("a", 0), Option("b", 0), Option("c", 500)), budget=500)
    tally_ = tally(terms, GENESIS, [["a", "c"], ["c"]])
    assert set(tally_.winners) == {"a", "c"}


def test_progress_is_told_while_shares_are_raised() -> None:
    vote = budget_vote(10_000, Method.EQUAL_SHARES)
    told: list[int] = []
    tally_ = tally(vote.terms, GENESIS, vote.ballots, told.append)
    assert tally_.completion is not None
    assert told == sorted(told)
    assert told[0] == 0
    assert told[-1] == tally_.completion.increases + 1


def test_the_results_are_told_as_the_api_promises() -> None:
    terms = Terms(Method.BUDGET_GREEDY, (Option("a", 300), Option("b", 500)), budget=600)
    told = tally(terms, GENESIS, [["a"], ["a"], ["b"], []]).as_json()
    assert told["blank"] == 1
    assert told["winners"] == ["a"]
    assert told["outcome"] == [{"option_id": "a", "votes": 2}, {"option_id": "b", "votes": 1}]
    assert told["steps"] == [
        {"option_id": "a", "cost": {"amount": 300, "currency": "CNY"}, "paid_by": 2,
         "why": "funded"},
        {"option_id": "b", "cost": {"amount": 500, "currency": "CNY"}, "paid_by": 0,
         "why": "does_not_fit"},
    ]  # fmt: skip
    assert json.loads(json.dumps(told)) == told
