"""The verifier: finds every change, names its line, and counts as the portal does."""

from __future__ import annotations

import copy
import json
import os
import random
import subprocess
import sys
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.consultations import board as boards
from portal.consultations.board import Ballot, Board, Disclosure
from portal.consultations.rules import receipts
from portal.consultations.rules.ballots import (
    MOST_OPTIONS,
    MOST_RANKED,
    RANKED_METHODS,
    Method,
    Option,
    Terms,
)
from tests.consultations.instances import LARGE, budget_vote, vote
from tests.consultations.tampering import MOVES
from tests.consultations.verifier import TOOL, tool

KEYS = [f"{number:064x}" for number in range(60)]
ROLL: dict[str, Any] = {
    "size": len(KEYS),
    "hash": boards.roll_hash(KEYS),
    "keys": KEYS,
    "mine": None,
}


def board_of(terms: Terms, ballots: list[list[str]], disclosure: Disclosure, seed: int) -> Board:
    source = random.Random(seed)
    online = [Ballot(receipts.draw(source), tuple(choices)) for choices in ballots[2:]]
    if len(online) > 3:  # two that share a receipt
        online[1] = Ballot(online[0].receipt, online[1].choices)
    opening = boards.genesis("c", terms, roll=ROLL["hash"], disclosure=disclosure)
    return boards.publish(opening, online, ballots[:2], source)


def results_of(board: Board) -> dict[str, Any]:
    shown = boards.receipts_of(board)
    paper = sum(receipt.startswith("P-") for receipt in shown)
    by_way = {"online": len(shown) - paper, "paper": paper}
    turnout = {"voted": len(shown), "share": len(shown) / len(KEYS), "by_way": by_way}
    return {"turnout": turnout, "quorum_met": True, **boards.count(board).as_json()}


def found(
    board: Any, roll: Any = None, results: Any = None, head: str | None = None, lang: str = "en"
) -> list[str]:
    """What the verifier finds wrong."""
    report = tool.Report(lang)
    tool.verify(report, board, roll, results, head)
    wrong: list[str] = report.wrong
    return wrong


# --- counting alike ---------------------------------------------------------------------------


@settings(max_examples=1_500, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(list(Method)), st.sampled_from(list(Disclosure)))
def test_the_verifier_counts_as_the_portal_does(
    seed: int, method: Method, disclosure: Disclosure
) -> None:
    held = vote(seed, method)
    board = board_of(held.terms, held.ballots, disclosure, seed)
    assert found(board, ROLL, results_of(board), board["head_hash"]) == []


@pytest.mark.parametrize("method", [Method.BUDGET_GREEDY, Method.EQUAL_SHARES])
@pytest.mark.parametrize("seed", [LARGE, LARGE + 1])
def test_the_verifier_counts_a_large_vote_as_the_portal_does(seed: int, method: Method) -> None:
    held = budget_vote(seed, method)
    board = board_of(held.terms, held.ballots, Disclosure.TRACKABLE, 1)
    assert found(board, None, results_of(board)) == []


def test_who_has_just_nothing_left_is_not_among_those_who_pay() -> None:
    """A share is 1 yuan. Four spend it on a to the last fen; one of them wants b as well."""
    options = (Option("a", 400), Option("b", 200), Option("c", 150))
    terms = Terms(Method.EQUAL_SHARES, options, budget=700)
    ballots = [["a", "b"], ["a"], ["a"], ["a"], ["b"], ["b"], ["c"]]
    board = board_of(terms, ballots, Disclosure.TRACKABLE, 5)
    results = results_of(board)
    assert [step["paid_by"] for step in results["steps"]] == [4, 2, 0]
    assert found(board, ROLL, results) == []


def many_options(method: Method, number: int) -> Terms:
    options = tuple(Option(f"o{place:03}", 1 + place * 7 % 900) for place in range(number))
    return Terms(method, options, budget=5_000)


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize(
    "ballots",
    [
        pytest.param([], id="no ballot"),
        pytest.param([[], [], []], id="all blank"),
        pytest.param([["o000"], [], ["o000"]], id="one option named"),
    ],
)
@pytest.mark.parametrize("number", [1, 2, 60])
def test_the_verifier_counts_crooked_votes_as_the_portal_does(
    method: Method, ballots: list[list[str]], number: int
) -> None:
    board = board_of(many_options(method, number), ballots, Disclosure.SEPARATE, 1)
    results = results_of(board)
    assert found(board, ROLL, results) == []
    wanted = any(ballots)
    if method is not Method.BUDGET_GREEDY:  # which spends what is left, wanted or not
        assert results["winners"] == (["o000"] if wanted else [])
    assert sum(standing["votes"] for standing in results["outcome"]) == 2 * wanted


@pytest.mark.parametrize("method", list(Method))
def test_a_vote_on_the_most_options_is_counted_in_seconds(method: Method) -> None:
    number = MOST_RANKED if method in RANKED_METHODS else MOST_OPTIONS
    terms, source = many_options(method, number), random.Random(3)
    ids = list(terms.option_ids)
    most = 1 if method is Method.SINGLE else 6
    ballots = [source.sample(ids, most) for _ in range(40)]
    board = board_of(terms, ballots, Disclosure.TRACKABLE, 2)
    begun = time.process_time()
    assert found(board, ROLL, results_of(board)) == []
    assert time.process_time() - begun < 60


@pytest.mark.parametrize(
    ("method", "part"),
    [
        (Method.SCHULZE, ("pairwise", "preferred")),
        (Method.SCHULZE, ("pairwise", "strength")),
        (Method.EQUAL_SHARES, ("completion", "increases")),
        (Method.EQUAL_SHARES, ("completion", "share")),
        (Method.SINGLE, ("turnout", "share")),
    ],
)
def test_what_led_to_the_outcome_is_counted_again_as_well(
    method: Method, part: tuple[str, str]
) -> None:
    held = vote(4, method)
    board = board_of(held.terms, held.ballots, Disclosure.TRACKABLE, 4)
    forged = results_of(board)
    where, what = part
    told = forged[where][what]
    if isinstance(told, dict):
        of, against = held.terms.option_ids[:2]
        told[of][against] += 1
    else:
        forged[where][what] = told + ("1" if isinstance(told, str) else 1)
    assert any(where in text for text in found(board, ROLL, forged))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(list(Method)))
def test_results_that_are_not_what_the_ballots_say_are_found(seed: int, method: Method) -> None:
    held = vote(seed, method)
    board = board_of(held.terms, held.ballots, Disclosure.TRACKABLE, seed)
    source = random.Random(seed)
    results = results_of(board)
    forged = copy.deepcopy(results)
    part = source.choice(["winners", "votes", "blank", "voted", "rounds", "steps", "paper"])
    if part == "winners":
        others = [name for name in held.terms.option_ids if name not in results["winners"]]
        forged["winners"] = others[:1] if others else results["winners"][1:]
    elif part == "votes":
        source.choice(forged["outcome"])["votes"] += 1
    elif part == "blank":
        forged["blank"] += 1
    elif part == "voted":
        forged["turnout"]["voted"] -= 1
    elif part == "paper":
        forged["turnout"]["by_way"] = {"online": 0, "paper": 99}
    elif part in forged:
        forged[part] = forged[part][:-1]
    else:
        forged[part] = [{}]
    assert found(board, ROLL, forged) != []


# --- finding every change ---------------------------------------------------------------------


@pytest.mark.parametrize("changes", [1_000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_every_one_of_many_random_changes_is_found(changes: int) -> None:
    source = random.Random(2026)
    changed = kinds = 0
    while changed < changes:
        seed = source.randrange(10**9)
        held = vote(seed, source.choice(list(Method)))
        board = board_of(held.terms, held.ballots, source.choice(list(Disclosure)), seed)
        if not boards.receipts_of(board):
            continue
        assert found(board) == []
        for _ in range(40):
            forged = copy.deepcopy(board)
            change = source.choice(MOVES)
            change(forged, source)
            if json.dumps(forged, sort_keys=True) == json.dumps(board, sort_keys=True):
                continue
            assert found(forged) != [], (change.__name__, seed, forged)
            changed += 1
            kinds |= 1 << MOVES.index(change)
    assert kinds == (1 << len(MOVES)) - 1


# --- naming the line --------------------------------------------------------------------------


@pytest.fixture
def trackable() -> Board:
    terms = Terms(Method.APPROVAL, (Option("a"), Option("b"), Option("c")))
    return board_of(terms, [["a"], ["b"], ["a", "b"], [], ["c"], ["a"]], Disclosure.TRACKABLE, 7)


def test_a_changed_ballot_is_named(trackable: Board) -> None:
    line = trackable["entries"][3]
    line["choices"] = ["c", "a"]
    where = f"entries, line 4 ({line['receipt']})"
    assert found(trackable) == [
        f"{where}: its content does not have its hash; the line was changed"
    ]


def test_a_removed_line_is_named_by_the_one_after_it(trackable: Board) -> None:
    del trackable["entries"][2]
    receipt = trackable["entries"][2]["receipt"]
    assert [
        text for text in found(trackable) if f"line 3 ({receipt})" in text and "removed" in text
    ]


def test_a_removed_last_line_is_missed_at_the_head(trackable: Board) -> None:
    del trackable["entries"][-1]
    assert any(text.startswith("head hash") for text in found(trackable))


def test_a_doubled_line_is_named(trackable: Board) -> None:
    trackable["entries"].insert(2, copy.deepcopy(trackable["entries"][1]))
    receipt = trackable["entries"][1]["receipt"]
    assert f"entries, line 3 ({receipt}): the same receipt stands on line 2 already" in found(
        trackable
    )


def test_a_line_out_of_order_is_named(trackable: Board) -> None:
    trackable["entries"].reverse()
    assert any("line 2" in text and "order of the receipts" in text for text in found(trackable))


def test_a_ballot_against_the_rule_is_named() -> None:
    terms = Terms(Method.SINGLE, (Option("a"), Option("b")))
    opening = boards.genesis("c", terms, roll=ROLL["hash"], disclosure=Disclosure.TRACKABLE)
    ballots = [Ballot("A" * 26, ("a",)), Ballot("B" * 26, ("b", "a")), Ballot("C" * 26, ("x",))]
    board = boards.publish(opening, ballots, (), random.Random(1))
    assert [text.partition(": breaks")[0] for text in found(board)] == [
        f"entries, line 2 ({'B' * 26})",
        f"entries, line 3 ({'C' * 26})",
    ]


def test_a_board_chained_anew_is_found_by_its_published_head_and_by_its_results(
    trackable: Board,
) -> None:
    """Whoever may rewrite everything can chain it anew, but not to the head that was published."""
    results, head = results_of(trackable), trackable["head_hash"]
    kept = [Ballot(line["receipt"], tuple(line["choices"])) for line in trackable["entries"][1:]]
    forged = boards._trackable(trackable["genesis"], kept)
    assert found(forged, head=head) == ["head hash: is not the one you gave"]
    assert any("turnout" in text for text in found(forged, results=results))


@pytest.mark.parametrize(
    ("receipts_", "wrong"),
    [
        (["A" * 26 + "-1", "A" * 26 + "-2"], False),
        (["A" * 26 + "-1", "a" * 26 + "-2"], False),
        (["A" * 26 + "-1"], True),
        (["A" * 26 + "-1", "A" * 26 + "-3"], True),
        (["A" * 26, "a" * 26 + "-1"], True),
        (["A" * 26, "A" * 26], True),
        (["A" * 25], True),
        (["I" * 26], True),
        (["P-" + "A" * 25], True),
    ],
)
def test_receipts_keep_their_form(receipts_: list[str], wrong: bool) -> None:  # noqa: FBT001
    terms = Terms(Method.SINGLE, (Option("a"),))
    opening = boards.genesis("c", terms, roll=ROLL["hash"], disclosure=Disclosure.TRACKABLE)
    made = boards._trackable(opening, [Ballot(receipt, ()) for receipt in receipts_])
    assert bool(found(made)) is wrong


@pytest.mark.parametrize(
    "change",
    [
        {"keys": KEYS[1:]},
        {"keys": [*KEYS, KEYS[0]]},
        {"size": 59},
        {"hash": "0" * 64},
        {"keys": KEYS[1:], "size": 59, "hash": boards.roll_hash(KEYS[1:])},
        {"keys": None},
    ],
)
def test_another_roll_is_found(trackable: Board, change: Board) -> None:
    assert found(trackable, ROLL) == []
    assert found(trackable, {**ROLL, **change}) != []


def test_more_ballots_than_persons_are_found() -> None:
    terms = Terms(Method.SINGLE, (Option("a"),))
    roll: dict[str, Any] = {"size": 1, "hash": boards.roll_hash(KEYS[:1]), "keys": KEYS[:1]}
    opening = boards.genesis("c", terms, roll=roll["hash"], disclosure=Disclosure.SEPARATE)
    board = boards.publish(opening, [Ballot("A" * 26, ())], [[]], random.Random(1))
    assert found(board, roll) == ["board: 2 ballots, but only 1 persons on the roll"]


# --- as a program -----------------------------------------------------------------------------


def run(*arguments: object, lang: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    """As anybody runs it: alone, with nothing but Python itself."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(TOOL), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={"LANG": lang, "PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"},
    )


def test_as_a_program_on_a_right_board(trackable: Board, tmp_path: Path) -> None:
    files = {"board": trackable, "roll": ROLL, "results": results_of(trackable)}
    for name, value in files.items():
        (tmp_path / name).write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    given_ = [tmp_path / "board", "--roll", tmp_path / "roll", "--results", tmp_path / "results"]
    done = run(*given_, "--head", trackable["head_hash"])
    assert (done.returncode, done.stderr) == (0, "")
    assert "The chain is whole: 6 lines" in done.stdout
    assert done.stdout.endswith("All that was checked is right.\n")
    chinese = run(*given_, "--lang", "zh")
    assert chinese.returncode == 0
    assert "链完整" in chinese.stdout
    assert "公布的结果与选票一致" in run(*given_, lang="zh_CN.UTF-8").stdout


def test_as_a_program_on_web_addresses(trackable: Board, tmp_path: Path) -> None:
    (tmp_path / "board").write_text(json.dumps(trackable), "utf-8")
    (tmp_path / "roll").write_text(json.dumps(ROLL), "utf-8")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        done = run(f"{address}/board", "--roll", f"{address}/roll")
        missing = run(f"{address}/results")
        server.shutdown()
    assert (done.returncode, missing.returncode) == (0, 1)
    assert "The roll is the one from the opening: 60 persons." in done.stdout
    assert "404" in missing.stdout


def test_as_a_program_on_a_wrong_board(trackable: Board, tmp_path: Path) -> None:
    trackable["entries"][0]["choices"] = ["c"]
    (tmp_path / "board").write_text(json.dumps(trackable), "utf-8")
    done = run(tmp_path / "board", "--lang", "zh")
    assert done.returncode == 1
    assert "entries 第 1 行" in done.stdout
    assert "有误" in done.stdout


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"genesis":{}}',
        '{"genesis":1,"genesis":1}',
        '"\\ud800"',
        "[" * 99_999,
    ],
)
def test_what_is_no_board_is_told_without_a_traceback(tmp_path: Path, text: str) -> None:
    (tmp_path / "board").write_text(text, "utf-8")
    done = run(tmp_path / "board")
    assert (done.returncode, done.stderr) == (1, "")
    assert run(tmp_path / "nothing").returncode == 1
