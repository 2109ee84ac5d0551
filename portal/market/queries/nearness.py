"""How near something is to a home."""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, literal

from portal.regions.models import Region


def levels_away(home_path: tuple[str, ...]) -> Any:
    """Levels between a home and the region of a row, from the innermost common region: 0 at home,
    and for everybody without one."""
    inmost_first = range(len(home_path), 0, -1)
    nested = [
        (Region.path.like(f"/{'/'.join(home_path[:depth])}/%"), depth) for depth in inmost_first
    ]
    if not nested:
        return literal(0)
    return case(
        *((inside, len(home_path) - depth) for inside, depth in nested), else_=len(home_path)
    )
