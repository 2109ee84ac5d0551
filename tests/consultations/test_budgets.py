"""Votes on a budget: held to pabutools, to the definition written once more, to what is known."""

from __future__ import annotations

import json
from collections import Counter
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


@pytest.mark.parametrize("method", BUDGETS)
def test_what_pabutools_funds_is_funded_and_nothing_else(method: Method) -> None:
    for seed, funded in VECTORS["funded"][method].items():
        vote = budget_vote(int(seed), method)
        assert sorted(counted(vote).winners) == funded.split(), seed


@pytest.mark.parametrize("method", BUDGETS)
def test_the_reference_holds_every_kind_of_vote(method: Method) -> None:
    """Large ones, and options without cost or votes, funded and not, as the method has it."""
    seen: Counter[str] = Counter()
    for seed, funded in VECTORS["funded"][method].items():
        vote, chosen = budget_vote(int(seed), method), funded.split()
        votes = votes_of(vote)
        seen["large"] += len(vote.ballots) > 5_000
        for option in vote.terms.options:
            kind = "voted" if votes[option.id] else "unvoted"
            kind += "" if option.cost else " free"
            seen[f"{kind}, {'funded' if option.id in chosen else 'left out'}"] += 1
    least = {"large": 6, "voted, funded": 500, "voted, left out": 200}
    if method is Method.BUDGET_GREEDY:
        least |= {"voted free, funded": 50, "unvoted free, funded": 50, "unvoted, funded": 50}
        assert not seen["voted free, left out"] + seen["unvoted free, left out"]
    else:
        least |= {"voted free, left out": 50, "unvoted free, left out": 50}
        assert not seen["voted free, funded"] + seen["unvoted, funded"]
    assert all(seen[kind] >= number for kind, number in least.items()), seen


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
    found = [(s.option_id, s.price) for s in tally_.steps if s.why is Why.FUNDED]
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
@given(seeds)
def test_equal_shares_fund_nothing_that_nobody_pays_for(seed: int) -> None:
    vote = budget_vote(seed, Method.EQUAL_SHARES)
    votes, costs = votes_of(vote), vote.terms.costs
    assert all(votes[option_id] and costs[option_id] for option_id in counted(vote).winners)


@many
@given(seeds)
def test_greedy_leaves_no_money_that_would_do_for_another_option(seed: int) -> None:
    tally_ = counted(budget_vote(seed, Method.BUDGET_GREEDY))
    left = tally_.steps[-1].left
    assert all(step.cost > left for step in tally_.steps if step.why is not Why.FUNDED)


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
        assert step.paid_by == len(paying)
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
        if option.cost and backing and len(backing) * share >= option.cost:
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


FREE = (Option("a", 0), Option("b", 0), Option("c", 500), Option("d", 200), Option("e", 900))


def why(tally_: Tally) -> dict[str, str]:
    return {step.option_id: str(step.why) for step in tally_.steps}


def test_greedy_spends_what_is_left_on_options_without_cost_or_votes() -> None:
    terms = Terms(Method.BUDGET_GREEDY, FREE, budget=800)
    assert why(tally(terms, GENESIS, [["a", "c"], ["c"]])) == {
        "c": "funded", "a": "funded", "b": "funded", "d": "funded", "e": "does_not_fit",
    }  # fmt: skip


def test_equal_shares_decide_only_on_what_costs_something_and_is_wanted() -> None:
    terms = Terms(Method.EQUAL_SHARES, FREE, budget=800)
    assert why(tally(terms, GENESIS, [["a", "c"], ["c", "e"]])) == {
        "c": "funded", "a": "costs_nothing", "e": "not_affordable", "b": "no_votes",
        "d": "no_votes",
    }  # fmt: skip


@pytest.mark.parametrize("ballots", [[], [[], []]])
def test_without_a_vote_greedy_goes_by_lot_and_equal_shares_fund_nothing(
    ballots: list[list[str]],
) -> None:
    options = tuple(Option(name, 300) for name in "abcd")
    greedy = tally(Terms(Method.BUDGET_GREEDY, options, budget=700), GENESIS, ballots)
    lots = draw(GENESIS, ballots)
    assert greedy.winners == lots.sorted("abcd")[:2]
    assert [tie.between for tie in greedy.ties] == [lots.sorted("abcd")]
    shared = tally(Terms(Method.EQUAL_SHARES, options, budget=700), GENESIS, ballots)
    assert shared.winners == ()
    assert set(why(shared).values()) == {"no_votes"}


@pytest.mark.parametrize("method", BUDGETS)
def test_a_budget_of_nothing_funds_nothing_that_costs(method: Method) -> None:
    terms = Terms(method, (Option("a", 1),), budget=0)
    assert tally(terms, GENESIS, [[]]).winners == ()
    if method is Method.EQUAL_SHARES:
        tally_ = tally(terms, GENESIS, [["a"]])
        assert tally_.winners == ()
        assert tally_.completion is not None
        assert tally_.completion.share == 0


@pytest.mark.parametrize("method", BUDGETS)
def test_one_option_that_all_want_is_funded(method: Method) -> None:
    terms = Terms(method, (Option("a", 500),), max_choices=1, budget=500)
    assert tally(terms, GENESIS, [["a"], ["a"], ["a"]]).winners == ("a",)


def test_greedy_draws_a_lot_only_where_the_money_is_not_enough_for_all() -> None:
    options = (Option("a", 300), Option("b", 300), Option("c", 900))
    ballots = [["a"], ["b"]]
    enough = tally(Terms(Method.BUDGET_GREEDY, options, budget=600), GENESIS, ballots)
    assert (enough.winners, enough.ties) == (("a", "b"), ())
    short = tally(Terms(Method.BUDGET_GREEDY, options, budget=500), GENESIS, ballots)
    lots = draw(GENESIS, ballots)
    assert short.winners == lots.sorted("ab")[:1]
    assert [(tie.between, tie.taken) for tie in short.ties] == [
        (lots.sorted("ab"), lots.sorted("ab")[0])
    ]


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
