"""The lot: from the ballots alone, the same for everybody, and in nobody's hand."""

from __future__ import annotations

import random
from collections import Counter
from hashlib import sha256

from portal.consultations.rules.ties import Decides, Lots, Tie, draw


def test_the_seed_is_what_the_published_rule_says() -> None:
    by_hand = sha256(b'abc\n["a","b"]\n["a","b"]\n["\xe5\xb9\xbf"]\n[]\n').hexdigest()
    assert draw("abc", [["广"], ["a", "b"], [], ["a", "b"]]).seed == by_hand


def test_a_lot_is_what_the_published_rule_says() -> None:
    assert Lots("seed").of("a") == sha256(b"seed:a").hexdigest()


def test_the_order_of_the_ballots_makes_no_difference() -> None:
    ballots = [["a"], ["b", "a"], [], ["a"], ["c"]]
    seeds = set()
    for seed in range(20):
        random.Random(seed).shuffle(ballots)
        seeds.add(draw("g", ballots).seed)
    assert len(seeds) == 1


def test_every_ballot_and_the_genesis_turn_the_lot() -> None:
    cast = [["a"], ["b"]]
    others = [[["a"], ["b"], []], [["a"]], [["b", "a"]], [["a", "b"]], [["a"], ["a"]]]
    seeds = {draw("g", cast).seed, draw("h", cast).seed}
    seeds.update(draw("g", ballots).seed for ballots in others)
    assert len(seeds) == 2 + len(others)


def test_no_option_is_favoured() -> None:
    first = Counter(
        draw(f"{number}", [["a"], ["b"], ["c"]]).sorted("abc")[0] for number in range(3_000)
    )
    assert all(900 < times < 1_100 for times in first.values())


def test_a_tie_is_told_and_its_absence_too() -> None:
    lots = Lots("seed")
    smallest, largest = lots.sorted("xyz")[0], lots.sorted("xyz")[-1]
    assert lots.first("xyz", Decides.WINNER) == (
        smallest,
        Tie(Decides.WINNER, lots.sorted("xyz"), smallest),
    )
    assert lots.last("xyz", Decides.ELIMINATION)[0] == largest
    assert lots.first("x", Decides.WINNER) == ("x", None)
