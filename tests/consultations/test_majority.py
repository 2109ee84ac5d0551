"""What the winner needs beside having won: judged, said on the ballot and beside the result."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from portal.consultations.rules.ballots import BUDGET_METHODS, Method
from portal.consultations.rules.majority import Majority, allows, judged, votes_behind
from tests.browsing import Browser
from tests.consultations.deskwork import DESK, at_desk, draft
from tests.consultations.stage import Town, plan, refused, yuan

HALF = Fraction(1, 2)


def met(rule: Majority, votes: int, cast: int, blank: int = 0, roll: int | None = None) -> bool:
    verdict = judged(rule, votes, cast=cast, blank=blank, roll=cast if roll is None else roll)
    return verdict is None or verdict.met


@pytest.mark.parametrize(
    ("rule", "enough", "too_few"),
    [
        (Majority.SIMPLE, (46, 100, 10), (45, 100, 10)),
        (Majority.ABSOLUTE, (51, 100, 10), (50, 100, 10)),
        (Majority.ABSOLUTE, (4, 7, 0), (3, 7, 0)),
        (Majority.TWO_THIRDS, (67, 100, 0), (66, 100, 0)),
        (Majority.TWO_THIRDS, (6, 9, 0), (5, 9, 0)),
        (Majority.THREE_QUARTERS, (75, 100, 0), (74, 100, 0)),
        (Majority.THREE_QUARTERS, (8, 10, 0), (7, 10, 0)),
    ],
)
def test_a_majority_is_reached_by_exactly_its_share(
    rule: Majority, enough: tuple[int, int, int], too_few: tuple[int, int, int]
) -> None:
    assert met(rule, *enough)
    assert not met(rule, *too_few)


def test_a_majority_of_the_roll_counts_who_stayed_at_home() -> None:
    assert met(Majority.OF_ROLL, 51, 60, roll=100)
    assert not met(Majority.OF_ROLL, 50, 50, roll=100)


def test_nobody_reaches_a_majority_without_a_vote() -> None:
    for rule in set(Majority) - {Majority.NONE}:
        assert not met(rule, 0, 0, roll=0)


@given(st.sampled_from(Majority), st.data())
def test_majorities_hold_to_their_order(rule: Majority, data: st.DataObject) -> None:
    """More votes never lose one; the stricter rule never admits what the milder refuses; and what
    is needed is never more than there is to get, save where nobody voted."""
    roll = data.draw(st.integers(1, 500))
    cast = data.draw(st.integers(0, roll))
    blank = data.draw(st.integers(0, cast))
    votes = data.draw(st.integers(0, cast - blank))
    if met(rule, votes, cast, blank, roll):
        assert all(met(rule, more, cast, blank, roll) for more in range(votes, cast - blank + 1))
    milder = {
        Majority.OF_ROLL: Majority.ABSOLUTE,
        Majority.THREE_QUARTERS: Majority.TWO_THIRDS,
        Majority.TWO_THIRDS: Majority.ABSOLUTE,
        Majority.ABSOLUTE: Majority.SIMPLE,
        Majority.SIMPLE: Majority.NONE,
    }.get(rule)
    if milder is not None and met(rule, votes, cast, blank, roll):
        assert met(milder, votes, cast, blank, roll)
    verdict = judged(rule, votes, cast=cast, blank=blank, roll=roll)
    if verdict is not None and verdict.of:
        assert 1 <= verdict.needed <= verdict.of
        assert verdict.needed > HALF * verdict.of


@given(st.integers(1, 10_000), st.integers(0, 10_000))
def test_two_sides_never_both_have_more_than_half(cast: int, votes: int) -> None:
    votes = min(votes, cast)
    assert not (met(Majority.ABSOLUTE, votes, cast) and met(Majority.ABSOLUTE, cast - votes, cast))


def test_by_pairs_the_strongest_rival_counts() -> None:
    tally: dict[str, Any] = {
        "winners": ["a"],
        "outcome": [{"option_id": "a", "votes": 3}, {"option_id": "b", "votes": 4}],
        "pairwise": {"preferred": {"a": {"a": 0, "b": 6, "c": 8}}},
    }
    assert votes_behind(Method.SCHULZE, tally) == 6
    assert votes_behind(Method.SINGLE, tally) == 3
    assert votes_behind(Method.SINGLE, {**tally, "winners": []}) == 0


def test_budgets_have_none(town: Town) -> None:
    for method in BUDGET_METHODS:
        assert allows(method, Majority.NONE)
        assert not allows(method, Majority.ABSOLUTE)
    options = [{"title": "长椅", "cost": yuan(10)}]
    body = plan("budget_greedy", budget=yuan(100), majority="absolute")
    problem = refused(
        town.committee.post("/consultations", {**body, "options": options}),
        422,
        "invalid",
    )
    assert [each["field"] for each in problem["errors"]] == ["majority"]


# --- in a vote ------------------------------------------------------------------------------------


def counted(town: Town, **more: Any) -> dict[str, Any]:
    """Two for benches, one for flowers, one blank."""
    vote = town.opened(**more)
    for number, places in enumerate(((0,), (0,), (1,), ())):
        town.vote(number, vote, *places)
    town.closed(vote)
    return vote


def test_the_results_say_whether_it_was_reached(town: Town) -> None:
    simple = town.results(counted(town, majority="simple"))["majority"]
    assert simple == {"rule": "simple", "votes": 2, "needed": 2, "of": 3, "met": True}
    absolute = town.results(counted(town, majority="absolute"))["majority"]
    assert absolute == {"rule": "absolute", "votes": 2, "needed": 3, "of": 4, "met": False}
    roll = town.results(counted(town, majority="of_roll"))["majority"]
    assert roll == {"rule": "of_roll", "votes": 2, "needed": 4, "of": 6, "met": False}
    assert town.results(counted(town))["majority"] is None


@pytest.mark.parametrize("method", ["approval", "ranked", "schulze"])
def test_each_method_has_its_votes_behind_the_winner(town: Town, method: str) -> None:
    verdict = town.results(counted(town, method=method, majority="two_thirds"))["majority"]
    assert (verdict["votes"], verdict["needed"], verdict["met"]) == (2, 3, False)


def test_voters_read_it_before_and_afterwards(client: FlaskClient, town: Town) -> None:
    vote = town.opened(majority="absolute")
    voter = Browser(client.application.test_client(), "en").sign_in("voter1@example.org")
    sentence = "To bind, the winner needs more than half of all ballots"
    for page in ("", "/vote"):
        voter.open(f"/consultations/{vote['id']}{page}")
        assert sentence in voter.text
    for number, places in enumerate(((0,), (0,), (1,), ())):
        town.vote(number, vote, *places)
    town.closed(vote)
    voter.open(f"/consultations/{vote['id']}/results")
    assert "The majority was missed" in voter.text
    assert "2 ballots of 4 stand behind the winner; 3 were needed." in voter.text


def test_the_desk_chooses_it_in_the_draft(client: FlaskClient, town: Town) -> None:
    desk = at_desk(client, "committee@example.org")
    vote = draft(desk, majority="two_thirds")
    assert "at least two thirds of all ballots" in desk.text
    desk.open(f"{DESK}/{vote}/edit")
    assert desk.form(f"{DESK}/{vote}/edit").values["majority"] == "two_thirds"
    desk.open(f"{DESK}/{vote}")
    assert "Two thirds of all ballots" in desk.text


def test_the_decision_stands_beside_what_was_voted(client: FlaskClient, town: Town) -> None:
    vote = counted(town, majority="absolute")
    reasons = "只有两票支持，没有过半数，今年先不做。"
    body = {"accepted": False, "reasons": reasons}
    assert town.committee.post(f"/consultations/{vote['id']}/decide", body).status_code == 200
    reader = Browser(client.application.test_client(), "en")
    reader.open(f"/consultations/{vote['id']}/results")
    for said in (
        "The committee departs from the outcome",
        "What was voted 长椅",
        "Does it bind? No: the majority was missed",
        "What the committee does something else, for these reasons",
        reasons,
    ):
        assert said in reader.text
