"""Tells whoever waits for the demo how far it is."""

from __future__ import annotations

from typing import TextIO

from portal.demo.stage import Tell

LINES = 10
"""Of each stage, where lines are kept: in a log, or through a pipe."""


def shown_on(screen: TextIO) -> Tell:
    """On a terminal one line that grows; anywhere else a line for every tenth that is done."""
    return _growing(screen) if screen.isatty() else _line_by_line(screen)


def _growing(screen: TextIO) -> Tell:
    def tell(stage: str, done: int, total: int) -> None:
        ending = "\n" if done >= total else ""
        print(f"\r    {stage}: {done} of {total}   ", end=ending, file=screen, flush=True)

    return tell


def _line_by_line(screen: TextIO) -> Tell:
    said: dict[str, int] = {}

    def tell(stage: str, done: int, total: int) -> None:
        tenth = done * LINES // total
        if tenth > said.get(stage, 0):
            said[stage] = tenth
            print(f"    {stage}: {done} of {total}", file=screen, flush=True)

    return tell
