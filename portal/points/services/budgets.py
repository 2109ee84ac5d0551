"""Budgets: made for a city, passed down, kept for activities."""

from __future__ import annotations

from dataclasses import dataclass

from portal.core import audit
from portal.core.errors import NotFound
from portal.core.permissions import Permission, Principal
from portal.points import ledger
from portal.points.ledger import Kind, Posting, Sweep, Transfer, accounts
from portal.points.policies import may_allocate
from portal.points.queries.accounts import balances_of
from portal.regions.queries import path_of


@dataclass(frozen=True)
class Allocation:
    """What an allocation did: its transaction, and what the region has free now."""

    transaction_id: str
    balance: int


def allocate_budget(
    actor: Principal, region_code: str, amount: int, memo: str, *, fund_id: str | None = None
) -> Allocation:
    """Give a region points to award: out of its parent's budget, a city's made anew.

    Raises:
        NotFound: there is no such region, or no such fund (there are none before the portal keeps
            money; a lot has the place for it).
        Forbidden: the actor is no committee or finance of a region above, or, for a city, not its
            own finance.
        BudgetExceeded: the parent has less.
    """
    path = path_of(region_code)
    actor.require_that(Permission.BUDGET_ALLOCATE, may_allocate(actor, path))
    if fund_id is not None:
        raise NotFound
    target = accounts.budget(region_code)
    made = Transfer(source=accounts.received(region_code), target=target, amount=amount)
    moves = (made,) if len(path) == 1 else (_drawn_from(path[-2], amount), made)
    posting = Posting(
        kind=Kind.ISSUE if len(path) == 1 else Kind.ALLOCATION,
        region_code=region_code,
        moves=moves,
        memo=memo,
        actor_id=actor.id,
    )
    ledger.post(posting)
    audit.record(
        actor.id,
        "budget.allocated",
        "region",
        region_code,
        region_code=region_code,
        amount=amount,
        transaction_id=posting.id,
    )
    return Allocation(posting.id, balances_of([target])[target])


def reserve_activity_budget(
    activity_id: str, region_code: str, amount: int, actor_id: str | None
) -> None:
    """Keep points of a region's budget for an activity. May be called again to keep more.

    Raises:
        BudgetExceeded: the region has less.
    """
    if amount == 0:
        return
    source, target = accounts.budget(region_code), accounts.reserve(activity_id, region_code)
    _book(
        Kind.RESERVE, region_code, Transfer(source=source, target=target, amount=amount), actor_id
    )


def return_activity_budget(
    activity_id: str, region_code: str, amount: int, actor_id: str | None
) -> None:
    """Give points of an activity's reserve back to its region's budget: ``amount``, or what is left
    there if that is less."""
    source, target = accounts.reserve(activity_id, region_code), accounts.budget(region_code)
    amount = min(amount, balances_of([source])[source])
    if amount > 0:
        move = Transfer(source=source, target=target, amount=amount)
        _book(Kind.RELEASE, region_code, move, actor_id)


def release_activity_budget(activity_id: str, region_code: str, actor_id: str | None) -> None:
    """Give what is left of an activity's reserve back to its region's budget. May be called
    again."""
    source, target = accounts.reserve(activity_id, region_code), accounts.budget(region_code)
    _book(Kind.RELEASE, region_code, Sweep(source=source, target=target), actor_id)


def _drawn_from(parent_code: str, amount: int) -> Transfer:
    source, target = accounts.budget(parent_code), accounts.passed_on(parent_code)
    return Transfer(source=source, target=target, amount=amount)


def _book(kind: Kind, region_code: str, move: Transfer | Sweep, actor_id: str | None) -> None:
    ledger.post(Posting(kind=kind, region_code=region_code, moves=(move,), actor_id=actor_id))
