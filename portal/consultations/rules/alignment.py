"""Two sequences put side by side: what is in both, and what stands in place of what.

The standard library's matcher can be made to work for minutes by texts that were written for it.
So the common ends are set aside first, and what would still be too much is not compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_AT_ONCE = 40_000
"""Pairs that one comparison may look at; the slowest such takes a fifth of a second."""
MOST_IN_ALL = 4 * MOST_AT_ONCE


@dataclass(frozen=True)
class Run:
    """``before[a:b]`` beside ``after[c:d]``: the same, or one in place of the other."""

    a: int
    b: int
    c: int
    d: int
    same: bool


class Budget:
    """How much may still be compared."""

    def __init__(self, pairs: int = MOST_IN_ALL) -> None:
        self._pairs = pairs

    def allows(self, first: int, second: int) -> bool:
        """Whether so many may be compared with so many; if so, it is spent."""
        if first * second > min(self._pairs, MOST_AT_ONCE):
            return False
        self._pairs -= first * second
        return True


def aligned(before: Sequence[str], after: Sequence[str], budget: Budget) -> Iterator[Run]:
    """Two sequences run by run, in their order; no run is empty on both sides."""
    shorter = min(len(before), len(after))
    head = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    rest = shorter - head
    tail = next((n for n in range(rest) if before[-1 - n] != after[-1 - n]), rest)
    end, end_after = len(before) - tail, len(after) - tail
    if head:
        yield Run(0, head, 0, head, same=True)
    yield from _between(before[head:end], after[head:end_after], head, budget)
    if tail:
        yield Run(end, len(before), end_after, len(after), same=True)


def _between(
    first: Sequence[str], second: Sequence[str], offset: int, budget: Budget
) -> Iterator[Run]:
    if not first and not second:
        return
    if not budget.allows(len(first), len(second)):
        yield Run(offset, offset + len(first), offset, offset + len(second), same=False)
        return
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        yield Run(a + offset, b + offset, c + offset, d + offset, same=tag == "equal")
