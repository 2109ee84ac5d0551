"""Instant run-off and Schulze: published counts, and definitions written down a second time."""

from __future__ import annotations

import random
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.consultations.rules.ballots import Method, Option, Terms
from portal.consultations.rules.outcome import Tally
from portal.consultations.rules.tally import tally
from portal.consultations.rules.ties import draw
from tests.consultations.instances import GENESIS, vote

seeds = st.integers(0, 10**9)
many = settings(max_examples=600, deadline=None)


def counted(method: Method, ids: str | list[str], *piles: tuple[int, str | list[str]]) -> Tally:
    terms = Terms(method, tuple(Option(name) for name in ids))
    return tally(
        terms, GENESIS, [list(choices) for number, choices in piles for _ in range(number)]
    )


# --- published counts -------------------------------------------------------------------------


def test_burlington_2009_as_it_was_published() -> None:
    """The mayor's election of Burlington, Vermont, 3 March 2009: the city's three rounds.

    The city took the three weakest out at once; what they hand on is laid out here such that it
    adds up to the published second round. Then 1,332 of Montroll's ballots go to Kiss, 767 to
    Wright, 455 to nobody.
    """
    tally_ = counted(
        Method.RANKED,
        ["wright", "kiss", "montroll", "smith", "simpson", "write_in"],
        (2951, ["wright"]),
        (2585, ["kiss"]),
        (1332, ["montroll", "kiss"]),
        (731, ["montroll", "wright"]),
        (343, ["smith", "wright"]),
        (396, ["smith", "kiss"]),
        (455, ["smith", "montroll"]),
        (36, ["write_in", "montroll", "wright"]),
        (35, ["simpson"]),
        (112, ["smith"]),
        (4, []),
    )
    first, second, third = tally_.rounds[0], tally_.rounds[3], tally_.rounds[4]
    assert first.counts == {
        "wright": 2951, "kiss": 2585, "montroll": 2063, "smith": 1306, "simpson": 35,
        "write_in": 36,
    }  # fmt: skip
    assert second.counts == {"wright": 3294, "kiss": 2981, "montroll": 2554}
    assert second.exhausted == 151
    assert (second.eliminated, third.eliminated) == ("montroll", None)
    assert third.counts == {"wright": 4061, "kiss": 4313}
    assert third.exhausted == 606
    assert third.transfers == {"kiss": 1332, "wright": 767, None: 455}
    assert tally_.winners == ("kiss",)
    assert [(s.option_id, s.votes) for s in tally_.outcome][:3] == [
        ("kiss", 4313), ("wright", 4061), ("montroll", 2554),
    ]  # fmt: skip


TENNESSEE = ((42, "MNCK"), (26, "NCKM"), (15, "CKNM"), (17, "KCNM"))


def test_the_capital_of_tennessee_by_instant_run_off() -> None:
    tally_ = counted(Method.RANKED, "MNCK", *TENNESSEE)
    assert [stage.counts for stage in tally_.rounds] == [
        {"M": 42, "N": 26, "C": 15, "K": 17},
        {"M": 42, "N": 26, "K": 32},
        {"M": 42, "K": 58},
    ]
    assert tally_.winners == ("K",)


def test_the_capital_of_tennessee_by_schulze() -> None:
    tally_ = counted(Method.SCHULZE, "MNCK", *TENNESSEE)
    assert tally_.pairwise is not None
    assert tally_.pairwise.ranking == ("N", "C", "K", "M")


def test_schulzes_own_example_of_45_voters() -> None:
    """From Markus Schulze's paper, and in every account of the method since."""
    tally_ = counted(
        Method.SCHULZE,
        "ABCDE",
        (5, "ACBED"), (5, "ADECB"), (8, "BEDAC"), (3, "CABED"),
        (7, "CAEBD"), (2, "CBADE"), (7, "DCEBA"), (8, "EBADC"),
    )  # fmt: skip
    assert tally_.pairwise is not None
    assert tally_.pairwise.preferred["A"] == {"B": 20, "C": 26, "D": 30, "E": 22}
    assert tally_.pairwise.preferred["E"] == {"A": 23, "B": 27, "C": 21, "D": 31}
    assert tally_.pairwise.strength == {
        "A": {"B": 28, "C": 28, "D": 30, "E": 24},
        "B": {"A": 25, "C": 28, "D": 33, "E": 24},
        "C": {"A": 25, "B": 29, "D": 29, "E": 24},
        "D": {"A": 25, "B": 28, "C": 28, "E": 24},
        "E": {"A": 25, "B": 28, "C": 28, "D": 31},
    }
    assert tally_.pairwise.ranking == ("E", "A", "C", "B", "D")
    assert tally_.winners == ("E",)
    assert tally_.ties == ()


# --- definitions once more --------------------------------------------------------------------


def runoff_by_elections(
    ids: list[str], ballots: list[list[str]]
) -> tuple[list[dict[str, int]], str | None]:
    """Hold an election among those left, strike the last from all ballots, hold another one."""
    lots, rounds = draw(GENESIS, ballots), []
    while True:
        heads = [next((c for c in ballot if c in ids), None) for ballot in ballots]
        counts = {name: heads.count(name) for name in ids}
        rounds.append(counts)
        best = max(ids, key=lambda name: counts[name])
        if not counts[best]:
            return rounds, None
        if counts[best] > (len(ballots) - heads.count(None)) / 2:
            return rounds, best
        least = min(counts.values())
        weakest = [name for name in ids if counts[name] == least]
        out = max(weakest, key=lots.of)
        ids = [name for name in ids if name != out]


@many
@given(seeds)
def test_instant_run_off_is_a_row_of_elections(seed: int) -> None:
    held = vote(seed, Method.RANKED)
    tally_ = tally(held.terms, GENESIS, held.ballots)
    rounds, winner = runoff_by_elections(list(held.terms.option_ids), held.ballots)
    assert [dict(stage.counts) for stage in tally_.rounds] == rounds
    assert tally_.winners == (() if winner is None else (winner,))
    for stage in tally_.rounds:
        assert sum(stage.counts.values()) + stage.exhausted == len(held.ballots)


def schulze_by_all_paths(ids: list[str], ballots: list[list[str]]) -> dict[tuple[str, str], int]:
    """The strongest of all paths there are, each walked to its end."""

    def prefers(ballot: list[str], a: str, b: str) -> bool:
        places = {name: place for place, name in enumerate(ballot)}
        return places.get(a, len(ids)) < places.get(b, len(ids))

    wins = {
        (a, b): sum(prefers(ballot, a, b) for ballot in ballots) for a, b in permutations(ids, 2)
    }

    def strength(path: tuple[str, ...]) -> int:
        steps = list(pairwise(path))
        return min(wins[s] if wins[s] > wins[s[::-1]] else 0 for s in steps)

    return {
        (a, b): max(
            strength((a, *between, b))
            for length in range(len(ids) - 1)
            for between in permutations([name for name in ids if name not in (a, b)], length)
        )
        for a, b in permutations(ids, 2)
    }


@settings(max_examples=250, deadline=None)
@given(seeds)
def test_schulze_finds_the_strongest_of_all_paths(seed: int) -> None:
    held = vote(seed, Method.SCHULZE)
    ids = list(held.terms.option_ids)
    tally_ = tally(held.terms, GENESIS, held.ballots)
    paths = schulze_by_all_paths(ids, held.ballots)
    assert tally_.pairwise is not None
    found = {(a, b): tally_.pairwise.strength[a][b] for a, b in permutations(ids, 2)}
    assert found == paths
    place = {name: number for number, name in enumerate(tally_.pairwise.ranking)}
    for a, b in permutations(ids, 2):
        if paths[a, b] > paths[b, a]:
            assert place[a] < place[b]


@many
@given(seeds)
def test_who_beats_everyone_wins_by_schulze(seed: int) -> None:
    held = vote(seed, Method.SCHULZE)
    tally_ = tally(held.terms, GENESIS, held.ballots)
    assert tally_.pairwise is not None
    preferred = tally_.pairwise.preferred
    for a in preferred:
        if len(preferred) > 1 and all(preferred[a][b] > preferred[b][a] for b in preferred[a]):
            assert tally_.winners == (a,)


# --- known properties -------------------------------------------------------------------------


@many
@given(seeds, st.sampled_from([Method.SINGLE, Method.RANKED, Method.SCHULZE]))
def test_first_on_more_than_half_of_the_ballots_wins(seed: int, method: Method) -> None:
    held = vote(seed, method)
    tally_ = tally(held.terms, GENESIS, held.ballots)
    named = [ballot for ballot in held.ballots if ballot]
    for option_id in held.terms.option_ids:
        if 2 * sum(ballot[0] == option_id for ballot in named) > len(named):
            assert tally_.winners == (option_id,)


@many
@given(seeds, st.sampled_from([Method.SINGLE, Method.APPROVAL]))
def test_the_most_votes_win(seed: int, method: Method) -> None:
    held = vote(seed, method)
    tally_ = tally(held.terms, GENESIS, held.ballots)
    votes = {
        option_id: sum(option_id in ballot for ballot in held.ballots)
        for option_id in held.terms.option_ids
    }
    assert {s.option_id: s.votes for s in tally_.outcome} == votes
    leading = [option_id for option_id in votes if votes[option_id] == max(votes.values())]
    if not any(held.ballots):
        assert tally_.winners == ()
    elif len(leading) == 1:
        assert (tally_.winners, tally_.ties) == ((leading[0],), ())
    else:
        assert tally_.winners == draw(GENESIS, held.ballots).sorted(leading)[:1]
        assert set(tally_.ties[0].between) == set(leading)


@settings(max_examples=300, deadline=None)
@given(seeds, st.sampled_from(list(Method)), st.randoms(use_true_random=False))
def test_the_order_of_the_ballots_makes_no_difference(
    seed: int, method: Method, source: random.Random
) -> None:
    held = vote(seed, method)
    shuffled = list(held.ballots)
    source.shuffle(shuffled)
    assert tally(held.terms, GENESIS, shuffled) == tally(held.terms, GENESIS, held.ballots)


@pytest.mark.parametrize("method", sorted(set(Method) - {Method.BUDGET_GREEDY}))
def test_blank_ballots_alone_elect_nobody(method: Method) -> None:
    terms = Terms(method, (Option("a", 100), Option("b", 0)), budget=1_000)
    votes: list[list[list[str]]] = [[], [[], [], []]]
    for ballots in votes:
        tally_ = tally(terms, GENESIS, ballots)
        assert tally_.winners == ()
        assert (tally_.ballots, tally_.blank) == (len(ballots), len(ballots))
        assert all(standing.votes == 0 for standing in tally_.outcome)
