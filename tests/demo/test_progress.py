"""Building the demo takes a while: whoever waits sees how far it is."""

from __future__ import annotations

import io

import pytest

from portal.demo import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def built(screen: io.StringIO, total: int = 120) -> str:
    tell = progress.shown_on(screen)
    for done in range(1, total + 1):
        tell("days lived through", done, total)
    return screen.getvalue()


def test_a_terminal_sees_one_line_that_grows() -> None:
    shown = built(Terminal())
    assert shown.count("\n") == 1
    assert shown.count("\r") == 120
    assert "\r    days lived through: 60 of 120" in shown


def test_a_log_gets_a_line_a_tenth() -> None:
    lines = built(io.StringIO()).splitlines()
    assert len(lines) == 10
    assert lines[0] == "    days lived through: 12 of 120"
    assert lines[-1] == "    days lived through: 120 of 120"


@pytest.mark.parametrize("total", [1, 3, 7])
def test_the_last_line_of_a_short_piece_of_work_is_its_end(total: int) -> None:
    lines = built(io.StringIO(), total).splitlines()
    assert lines[-1] == f"    days lived through: {total} of {total}"
    assert len(lines) == total


def test_every_stage_has_lines_of_its_own() -> None:
    screen = io.StringIO()
    tell = progress.shown_on(screen)
    tell("days lived through", 2, 2)
    tell("residents", 1, 40)
    tell("residents", 20, 40)
    assert screen.getvalue().splitlines() == [
        "    days lived through: 2 of 2",
        "    residents: 20 of 40",
    ]
