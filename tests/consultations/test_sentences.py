"""Texts taken apart into sentences, and what changed between two of them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.consultations.rules.difference import Kind, Piece, by_lines, difference
from portal.consultations.rules.sentences import paragraphs, place_now, sentences, with_sentence

COVENANT = "第一条 爱护楼道。不堆杂物；不停电动车！\n\n第二条 “几点安静？”晚上十点……早上七点。"
ENGLISH = "Art. 3 Dogs are led, e.g. on a leash. Mr. Wang agrees! It costs 3.5 yuan; fine."
TEXTS = st.text(alphabet="甲乙丙。！？；…” ab.C3\n", max_size=60)


def test_chinese_and_english_sentences_end_where_a_reader_pauses() -> None:
    assert [[each.text for each in line] for line in paragraphs(COVENANT)] == [
        ["第一条 爱护楼道。", "不堆杂物；", "不停电动车！"],
        [],
        ["第二条 “几点安静？”", "晚上十点……", "早上七点。"],
    ]
    assert sentences(ENGLISH) == [
        "Art. 3 Dogs are led, e.g. on a leash.",
        "Mr. Wang agrees!",
        "It costs 3.5 yuan;",
        "fine.",
    ]
    assert sentences("1. Bench. 2 more") == ["1. Bench.", "2 more"]
    assert [each.position for line in paragraphs(COVENANT) for each in line] == list(range(6))


@given(TEXTS)
def test_no_word_is_lost_between_sentences(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_one_sentence_is_written_anew_and_the_rest_stays() -> None:
    assert with_sentence(ENGLISH, 1, "Mrs. Li too!") == ENGLISH.replace(
        "Mr. Wang agrees!", "Mrs. Li too!"
    )
    assert with_sentence(COVENANT, 2, "不停电动车，不充电！") == COVENANT.replace(
        "不停电动车！", "不停电动车，不充电！"
    )
    assert with_sentence("一。\n二。\n三。", 1, "") == "一。\n三。"
    assert with_sentence("一。二。", 1, "") == "一。"
    with pytest.raises(IndexError):
        with_sentence("一。", 1, "二。")


@given(TEXTS, st.integers(0, 20), st.text(alphabet="甲乙c", max_size=5))
def test_writing_a_sentence_leaves_those_before_it(text: str, position: int, new: str) -> None:
    before = sentences(text)
    if position >= len(before):
        return
    after = sentences(with_sentence(text, position, new))
    assert after[:position] == before[:position]


@pytest.mark.parametrize(
    ("present", "place"),
    [
        ("甲。乙。丙。", 1),
        ("零。甲。乙。丙。", 2),
        ("甲。丙。乙。", 2),
        ("甲。乙乙。丙。", None),
        ("甲。丙。", None),
        ("", None),
    ],
)
def test_a_sentence_is_found_again_where_it_stands(present: str, place: int | None) -> None:
    assert place_now("甲。乙。丙。", 1, present) == place


def test_of_sentences_that_are_alike_the_right_one_is_found() -> None:
    assert place_now("安静。甲。安静。乙。", 2, "安静。甲。新。安静。乙。") == 3
    assert place_now("甲。", 7, "甲。") is None


def test_what_changed_is_said_in_words() -> None:
    assert difference("夜间十点后请保持安静。", "夜间十点以后请保持安静，周末除外。") == [
        Piece(Kind.SAME, "夜间十点"),
        Piece(Kind.ADDED, "以"),
        Piece(Kind.SAME, "后请保持安静"),
        Piece(Kind.ADDED, "，周末除外"),
        Piece(Kind.SAME, "。"),
    ]
    assert difference("Dogs run free here.", "Dogs are led here.") == [
        Piece(Kind.SAME, "Dogs "),
        Piece(Kind.REMOVED, "run free"),
        Piece(Kind.ADDED, "are led"),
        Piece(Kind.SAME, " here."),
    ]
    assert difference("一样。", "一样。") == [Piece(Kind.SAME, "一样。")]
    assert difference("", "新。") == [Piece(Kind.ADDED, "新。")]


def test_a_difference_is_written_line_by_line() -> None:
    lines = by_lines(difference("甲。\n乙。", "甲。\n\n丙丁。"))
    assert ["".join(piece.text for piece in line) for line in lines] == ["甲。", "乙", "丙丁。"]


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_a_difference(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert "".join(p.text for p in pieces if p.kind is not Kind.ADDED) == before
    assert "".join(p.text for p in pieces if p.kind is not Kind.REMOVED) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ab" * 5_000, "aabb" * 2_500),
        ("甲。" * 5_000, "乙。甲。" * 2_500),
        ("甲\n" * 5_000, "乙\n甲\n" * 2_500),
    ],
)
def test_texts_written_to_keep_us_busy_do_not(before: str, after: str) -> None:
    """Compared naively each of these takes minutes."""
    began = time.process_time()
    difference(before, after)
    place_now(before, 2_000, after)
    assert time.process_time() - began < 5
