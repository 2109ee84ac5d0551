"""The board: its chain to the letter, its order, its receipts."""

from __future__ import annotations

import json
import random
from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.consultations import board
from portal.consultations.board import Ballot, Disclosure
from portal.consultations.rules import receipts
from portal.consultations.rules.ballots import Method, Option, Terms
from portal.consultations.rules.canonical import canonical, digest
from tests.consultations.instances import vote

TERMS = Terms(
    Method.BUDGET_GREEDY, (Option("长凳", 12_000), Option("lamp", 0)), max_choices=2, budget=50_000
)
GENESIS_TEXT = (
    '{"budget":{"amount":50000,"currency":"CNY"},"consultation":"c1","disclosure":"%s",'
    '"max_choices":2,"method":"budget_greedy","options":['
    '{"cost":{"amount":12000,"currency":"CNY"},"id":"长凳"},'
    '{"cost":{"amount":0,"currency":"CNY"},"id":"lamp"}],"roll_hash":"%s"}'
)
ROLL = board.roll_hash(["b" * 64, "a" * 64])
RECEIPTS = ("0" * 26, "Z" * 26, "7" * 26)


def sha(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def genesis(disclosure: Disclosure) -> board.Board:
    return board.genesis("c1", TERMS, roll=ROLL, disclosure=disclosure)


def published(disclosure: Disclosure, ballots: list[Ballot], seed: int = 1) -> board.Board:
    return board.publish(genesis(disclosure), ballots, (), random.Random(seed))


def test_the_rolls_hash_is_over_the_sorted_keys() -> None:
    assert sha("a" * 64 + "\n" + "b" * 64) == ROLL


def test_the_genesis_holds_what_was_fixed_and_gives_it_back() -> None:
    opening = genesis(Disclosure.TRACKABLE)
    assert canonical(opening).decode() == GENESIS_TEXT % ("trackable", ROLL)
    assert board.terms_of(opening) == TERMS
    single = Terms(Method.SINGLE, (Option("a"), Option("b")))
    opening = board.genesis("c", single, roll=ROLL, disclosure=Disclosure.SEPARATE)
    assert (opening["budget"], opening["max_choices"]) == (None, None)
    assert board.terms_of(opening) == single


def test_a_trackable_board_is_chained_to_the_letter() -> None:
    made = published(
        Disclosure.TRACKABLE,
        [Ballot(RECEIPTS[1], ("长凳", "lamp")), Ballot(RECEIPTS[0], ())],
    )
    first = sha(GENESIS_TEXT % ("trackable", ROLL))
    one = sha(f'{{"choices":[],"previous_hash":"{first}","receipt":"{RECEIPTS[0]}"}}')
    two = sha(f'{{"choices":["长凳","lamp"],"previous_hash":"{one}","receipt":"{RECEIPTS[1]}"}}')
    assert made == {
        "genesis": genesis(Disclosure.TRACKABLE),
        "entries": [
            {"receipt": RECEIPTS[0], "choices": [], "previous_hash": first, "hash": one},
            {
                "receipt": RECEIPTS[1],
                "choices": ["长凳", "lamp"],
                "previous_hash": one,
                "hash": two,
            },
        ],
        "head_hash": two,
    }


def test_a_separate_board_is_two_chains() -> None:
    made = published(Disclosure.SEPARATE, [Ballot(RECEIPTS[0], ("lamp",))])
    first = sha(GENESIS_TEXT % ("separate", ROLL))
    kept = sha(f'{{"previous_hash":"{first}","receipt":"{RECEIPTS[0]}"}}')
    chosen = sha(f'{{"choices":["lamp"],"previous_hash":"{first}"}}')
    assert made == {
        "genesis": genesis(Disclosure.SEPARATE),
        "receipts": [{"receipt": RECEIPTS[0], "previous_hash": first, "hash": kept}],
        "choices": [{"choices": ["lamp"], "previous_hash": first, "hash": chosen}],
        "head_hash": sha(f'{{"choices":"{chosen}","receipts":"{kept}"}}'),
    }


def test_the_head_of_an_empty_board_is_its_genesis() -> None:
    first = sha(GENESIS_TEXT % ("trackable", ROLL))
    assert published(Disclosure.TRACKABLE, [])["head_hash"] == first
    first = sha(GENESIS_TEXT % ("separate", ROLL))
    head = published(Disclosure.SEPARATE, [])["head_hash"]
    assert head == sha(f'{{"choices":"{first}","receipts":"{first}"}}')


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, 10**9),
    st.sampled_from(list(Method)),
    st.sampled_from(list(Disclosure)),
)
def test_a_board_holds_every_ballot_once_and_counts_as_they_do(
    seed: int, method: Method, disclosure: Disclosure
) -> None:
    held, source = vote(seed, method), random.Random(seed)
    on_paper = held.ballots[:3]
    online = [Ballot(receipts.draw(source), tuple(ballot)) for ballot in held.ballots[3:]]
    opening = board.genesis("c", held.terms, roll=ROLL, disclosure=disclosure)
    made = board.publish(opening, online, on_paper, source)
    assert Counter(map(tuple, board.choices_of(made))) == Counter(map(tuple, held.ballots))
    shown = board.receipts_of(made)
    assert shown == sorted(shown)
    assert {ballot.receipt for ballot in online} <= set(shown)
    assert sum(receipt.startswith("P-") for receipt in shown) == len(on_paper)
    if disclosure is Disclosure.TRACKABLE:
        by_receipt = {line["receipt"]: tuple(line["choices"]) for line in made["entries"]}
        assert all(by_receipt[ballot.receipt] == ballot.choices for ballot in online)
    assert board.count(made).ballots == len(held.ballots)
    assert json.loads(json.dumps(made)) == made


def test_the_shuffle_says_nothing_about_the_order_of_casting() -> None:
    """Each of three ballots stands on each line of the choices about equally often."""
    places: Counter[tuple[str, int]] = Counter()
    terms = Terms(Method.SINGLE, tuple(Option(name) for name in "abc"))
    opening = board.genesis("c", terms, roll=ROLL, disclosure=Disclosure.SEPARATE)
    ballots = [Ballot(receipt, (name,)) for receipt, name in zip(RECEIPTS, "abc", strict=True)]
    for seed in range(3_000):
        made = board.publish(opening, ballots, (), random.Random(seed))
        places.update((choices[0], at) for at, choices in enumerate(board.choices_of(made)))
    assert all(900 < times < 1_100 for times in places.values())
    assert len(places) == 9


# --- receipts ---------------------------------------------------------------------------------


def test_equal_receipts_are_told_apart_and_both_count() -> None:
    same, other = "A" * 26, "B" * 26
    ballots = [Ballot(same, ("lamp",)), Ballot(other, ()), Ballot(same.lower(), ("长凳",))]
    made = published(Disclosure.TRACKABLE, ballots)
    folded = [receipt.upper() for receipt in board.receipts_of(made)]
    assert sorted(folded) == [f"{same}-1", f"{same}-2", other]
    assert len(board.choices_of(made)) == 3


def test_suffixes_say_nothing_about_the_order_of_casting() -> None:
    same = "A" * 26
    ballots = [Ballot(same, ("lamp",)), Ballot(same, ("长凳",))]
    first = Counter(
        published(Disclosure.TRACKABLE, ballots, seed=seed)["entries"][0]["choices"][0]
        for seed in range(1_000)
    )
    assert 400 < first["lamp"] < 600


def test_a_drawn_receipt_is_26_characters_that_nobody_confuses() -> None:
    drawn = [receipts.draw(random.Random(seed)) for seed in range(200)]
    assert len(set(drawn)) == 200
    for receipt in drawn:
        assert len(receipt) == 26
        assert not set(receipt) & set("ILOU")
        assert receipts.as_given(receipt) == receipt


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0123456789abcdefghjkmnpqrs", "0123456789abcdefghjkmnpqrs"),
        (" 01234 56789-ABCDE-FGHJK-MNPQRS", "0123456789ABCDEFGHJKMNPQRS"),
        ("OoIiLl6789ABCDEFGHJKMNPQRS", "0011116789ABCDEFGHJKMNPQRS"),
    ],
)
def test_a_given_receipt_keeps_its_case_and_loses_look_alikes(typed: str, kept: str) -> None:
    assert receipts.as_given(typed) == kept


@pytest.mark.parametrize("typed", ["", "A" * 25, "A" * 27, "U" * 26, "é" * 26, "１" * 26, "ſ" * 26])
def test_what_is_no_receipt_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="26 characters"):
        receipts.as_given(typed)


def test_a_typed_receipt_finds_its_line() -> None:
    shown = [f"{'A' * 25}0-1", f"{'A' * 25}0-2", "B" * 26, f"P-{'B' * 26}"]
    assert receipts.matching("b" * 26, shown) == ["B" * 26]
    assert receipts.matching(f"{'a' * 25}o", shown) == shown[:2]
    assert receipts.matching(f"{'a' * 25}o-2", shown) == [shown[1]]
    assert receipts.matching(f"p-{'b' * 26}", shown) == [shown[3]]
    assert receipts.matching("C" * 26, shown) == []


# --- canonical JSON ---------------------------------------------------------------------------


def test_canonical_json_is_that_of_rfc_8785() -> None:
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    assert list(json.loads(canonical(value)).values()) == [
        "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
        "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh",
    ]  # fmt: skip
    assert canonical('€$\x0f\nA\'B"\\\\"/\x7f') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f"'.encode()
    assert canonical([None, True, False, -5, [], {}]) == b"[null,true,false,-5,[],{}]"


@pytest.mark.parametrize("value", [0.5, 1.0, 2**53, float("nan"), {1: 2}, "\ud800", b"x", {"a"}])
def test_what_has_no_place_on_a_board_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        digest(value)
