"""Who may do what with budgets, rules and the books."""

from __future__ import annotations

from collections.abc import Sequence

from portal.core.permissions import Permission, Principal


def may_allocate(actor: Principal, path: Sequence[str]) -> bool:
    """Whether the actor may add to the budget of the region at the end of ``path``: who holds a
    budget above it; of a city its own finance."""
    if len(path) == 1:
        return actor.holds(Permission.BUDGET_CREATE, regions=path)
    return actor.holds(Permission.BUDGET_ALLOCATE, regions=path[:-1])


def may_set_rules(actor: Principal, path: Sequence[str]) -> bool:
    """Whether the actor may decide the rules of the region at the end of ``path``."""
    return actor.holds(Permission.RULE_SET, regions=path)


def may_name_residents(actor: Principal, path: Sequence[str]) -> bool:
    """Whether the actor may see whose accounts those of residents are, in the region at the end of
    ``path``: auditors, who read the books and the log; not who only looks after the money."""
    return actor.holds(Permission.LEDGER_READ, regions=path) and actor.holds(
        Permission.AUDIT_READ, regions=path
    )
