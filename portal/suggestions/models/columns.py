"""Rules that tables of this room have in common."""

from __future__ import annotations

from collections.abc import Iterable


def among(column: str, values: Iterable[str]) -> str:
    """The rule that a column holds one of these words."""
    return f"{column} IN ({words(values)})"


def words(values: Iterable[str]) -> str:
    return ", ".join(repr(str(value)) for value in sorted(values))
