"""Quorum, and turnout that points at nobody."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.consultations.rules.turnout import (
    Cell,
    exact,
    quorum_met,
    shown,
)


def test_a_quorum_is_met_by_exactly_its_share() -> None:
    assert quorum_met(5, 10, exact(0.5))
    assert not quorum_met(4, 10, exact(0.5))
    assert quorum_met(3, 10, exact(0.3))  # 0.3 as a binary number would ask for a fourth
    assert not quorum_met(3, 11, exact(0.3))
    assert quorum_met(0, 10, exact(0))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (0.1, Fraction(1, 10)),
        ("0.35", Fraction(7, 20)),
        (Decimal("0.05"), Fraction(1, 20)),
        (Fraction(2, 3), Fraction(2, 3)),
        (1, Fraction(1)),
    ],
)
def test_a_share_is_taken_as_it_was_written(written: float, meant: Fraction) -> None:
    assert exact(written) == meant


@pytest.mark.parametrize("written", [-0.1, 1.1, "2", "abc", float("inf"), float("nan")])
def test_what_is_no_share_is_refused(written: float) -> None:
    with pytest.raises(ValueError, match=r"."):
        exact(written)


def test_a_large_cell_is_shown_and_small_ones_are_hidden_together() -> None:
    cells = {"a": Cell(100, 40), "b": Cell(50, 3), "c": Cell(60, 57), "d": Cell(90, 50)}
    assert shown(cells, 5) == {"a": Cell(100, 40), "b": None, "c": None, "d": Cell(90, 50)}


def test_a_single_hidden_cell_takes_the_smallest_with_it() -> None:
    cells = {"a": Cell(100, 40), "b": Cell(50, 2), "d": Cell(90, 50)}
    assert shown(cells, 5) == {"a": Cell(100, 40), "b": None, "d": None}


def test_where_all_or_none_voted_is_hidden() -> None:
    cells = {"a": Cell(20, 20), "b": Cell(20, 0), "c": Cell(100, 50)}
    assert shown(cells, 5) == {"a": None, "b": None, "c": Cell(100, 50)}


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8), st.integers(1, 12))
def test_what_is_hidden_cannot_be_worked_out(pairs: list[tuple[int, int]], k: int) -> None:
    cells = {f"g{i}": Cell(size, min(size, voted)) for i, (size, voted) in enumerate(pairs)}
    result = shown(cells, k)
    hidden = [cells[name] for name, cell in result.items() if cell is None and cells[name].size]
    for name, cell in result.items():
        assert cell is None or (cell == cells[name] and cell.hides(k))
    if hidden and any(result.values()):
        assert len(hidden) > 1
        assert sum(cell.voted for cell in hidden) >= k
        assert sum(cell.size - cell.voted for cell in hidden) >= k
