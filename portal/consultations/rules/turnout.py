"""Participation: quorum, and turnout that does not point at single persons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


def exact(share: str | float | Decimal | Fraction) -> Fraction:
    """A share as it was written: 0.3 is three tenths, not the nearest binary number.

    Raises ValueError outside 0 to 1.
    """
    fraction = Fraction(str(share)) if isinstance(share, float) else Fraction(share)
    if not 0 <= fraction <= 1:
        raise ValueError("a share lies between 0 and 1")
    return fraction


def quorum_met(voted: int, roll: int, quorum: Fraction) -> bool:
    """Whether enough of the roll voted; blank ballots count. Half of 10 is met by 5."""
    return Fraction(voted) >= quorum * roll


@dataclass(frozen=True)
class Cell:
    """A part of the roll: how many it has, and how many of them voted."""

    size: int
    voted: int

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.voted, self.size) if self.size else None

    def hides(self, k: int) -> bool:
        """Whether at least k persons voted and at least k did not: nobody is pointed at."""
        return self.voted >= k and self.size - self.voted >= k


def shown(cells: Mapping[str, Cell], k: int) -> dict[str, Cell | None]:
    """The cells that may be shown, None for the others.

    A cell is hidden if fewer than ``k`` persons in it voted or fewer than ``k`` did not. The
    totals are public, so what is hidden together could be worked out by subtraction: if the
    hidden cells taken together do not hide anybody either, the smallest shown ones join them.
    """
    kept = {name: cell for name, cell in cells.items() if cell.hides(k)}
    hidden = [cell for name, cell in cells.items() if name not in kept and cell.size]
    while kept and hidden and not _hide_each_other(hidden, k):
        smallest = min(kept, key=lambda name: (kept[name].size, name))
        hidden.append(kept.pop(smallest))
    return {name: kept.get(name) for name in cells}


def _hide_each_other(hidden: list[Cell], k: int) -> bool:
    """At least two, and together large enough on both sides."""
    together = Cell(sum(cell.size for cell in hidden), sum(cell.voted for cell in hidden))
    return len(hidden) > 1 and together.hides(k)
