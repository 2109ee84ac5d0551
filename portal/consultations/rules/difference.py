"""What changed between two texts: words that were taken out, and words that were put in.

Chinese is compared character by character, other scripts word by word. What two texts share in the
midst of a change is part of the change where it is too short to be read by itself. The work is
bounded: what would take too long is shown as one change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.consultations.rules.alignment import Budget, Run, aligned

_TOKEN = re.compile(r"[A-Za-z0-9]+(?:['’.,-][A-Za-z0-9]+)*|\s+|.", re.DOTALL)
SHORTEST_SHARED = 2
"""Fewer words than these between two changes tell a reader nothing."""


class Kind(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    """A run of text that is in both, or in one alone."""

    kind: Kind
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """All of both texts in their order: without what was added it is the first, without what was
    removed the second."""
    budget = Budget()
    old, new = _lines(before), _lines(after)
    found: list[Piece] = []
    for run in aligned(old, new, budget):
        here, there = "".join(old[run.a : run.b]), "".join(new[run.c : run.d])
        found += [Piece(Kind.SAME, here)] if run.same else _by_words(here, there, budget)
    return list(_joined(found))


def by_lines(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """A difference by the lines in which it is written; empty ones are left out."""
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        for number, part in enumerate(piece.text.split("\n")):
            if number:
                lines.append([])
            if part:
                lines[-1].append(Piece(piece.kind, part))
    return [line for line in lines if any(piece.text.strip() for piece in line)]


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _by_words(before: str, after: str, budget: Budget) -> Iterator[Piece]:
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    for run in _readable(list(aligned(old, new, budget)), old):
        here, there = "".join(old[run.a : run.b]), "".join(new[run.c : run.d])
        if run.same:
            yield Piece(Kind.SAME, here)
        else:
            yield Piece(Kind.REMOVED, here)
            yield Piece(Kind.ADDED, there)


def _readable(runs: Sequence[Run], words: Sequence[str]) -> list[Run]:
    """Join changes that are parted by next to nothing."""
    joined: list[Run] = []
    last = len(runs) - 1
    for place, run in enumerate(runs):
        island = run.same and place < last and _says_little(words[run.a : run.b])
        if joined and not joined[-1].same and (not run.same or island):
            before = joined.pop()
            joined.append(Run(before.a, run.b, before.c, run.d, same=False))
        else:
            joined.append(run)
    return joined


def _says_little(words: Sequence[str]) -> bool:
    return sum(any(c.isalnum() for c in word) for word in words) < SHORTEST_SHARED


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Without empty pieces, and neighbours of one kind as one."""
    kept: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if kept is not None and kept.kind is piece.kind:
            kept = Piece(kept.kind, kept.text + piece.text)
            continue
        if kept is not None:
            yield kept
        kept = piece
    if kept is not None:
        yield kept
