"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """A row that is not what it should be: what is wrong with it, where it is, and how."""

    kind: str
    table: str
    id: str
    detail: str
