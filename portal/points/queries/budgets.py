"""The budgets of the regions. They are public."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from portal.points.ledger import accounts
from portal.points.queries.accounts import balances_of, reserved_in
from portal.regions.queries import children_of, path_of


@dataclass(frozen=True)
class Budget:
    """A region's budget in points, all computed from the book: ``received`` from above (of a city:
    made for it), ``passed_on`` to below, ``awarded`` to residents net of corrections and of what
    closed accounts returned, ``held`` for published activities, ``balance`` free. The first is the
    sum of the others."""

    balance: int
    held: int
    received: int
    passed_on: int
    awarded: int

    def as_json(self) -> dict[str, int]:
        return asdict(self)


def budget_of(region_code: str) -> Budget:
    """A region's budget.

    Raises:
        NotFound: there is no such region.
    """
    path_of(region_code)
    return _budget(region_code)


def budgets_of_children(region_code: str) -> list[dict[str, Any]]:
    """``code, name, level`` of the regions directly below, each with its ``budget``."""
    return [
        {"code": row.code, "name": row.name, "level": row.level, "budget": _budget(row.code)}
        for row in children_of(region_code)
    ]


def _budget(region_code: str) -> Budget:
    free = accounts.budget(region_code)
    received, passed_on = accounts.received(region_code), accounts.passed_on(region_code)
    found = balances_of((free, received, passed_on))
    held = reserved_in(region_code)
    given = -found[received] - found[passed_on] - found[free] - held
    return Budget(found[free], held, -found[received], found[passed_on], given)
