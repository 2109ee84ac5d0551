"""What every story about the books needs: budgets, awards, and the invariants that always hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from portal.core.database import db
from portal.core.ids import new_id
from portal.core.unit_of_work import unit_of_work
from portal.points import ledger, services
from portal.points.ledger import Kind, Posting, Transfer, accounts
from portal.points.services import ServiceCredit
from tests.world import COMMUNITY

MORNING = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
"""09:00 in the portal's time zone."""

MERCHANT = "m" * 26


def fund(amount: int, region_code: str = COMMUNITY) -> None:
    """Put points on a region's budget."""
    source, target = accounts.received(region_code), accounts.budget(region_code)
    move = Transfer(source=source, target=target, amount=amount)
    with unit_of_work():
        ledger.post(Posting(kind=Kind.ALLOCATION, region_code=region_code, moves=(move,)))


def served(resident_id: str, minutes: int = 60, **more: Any) -> ServiceCredit:
    """A record of an hour in the morning, worth ten points by the default rule."""
    values: dict[str, Any] = {
        "record_id": new_id(),
        "resident_id": resident_id,
        "region_code": COMMUNITY,
        "activity_id": None,
        "category": None,
        "started_at": MORNING,
        "minutes": minutes,
    }
    return ServiceCredit(**{**values, **more})


def award(resident_id: str, points: int, **more: Any) -> ServiceCredit:
    """Let a resident earn points, ten an hour; the budget must be there."""
    credit = served(resident_id, minutes=points * 6, **more)
    with unit_of_work():
        services.credit_service([credit], None)
    return credit


def spend(resident_id: str, points: int) -> str:
    """Redeem points at the merchant; returns the transaction's id."""
    with unit_of_work():
        hold = services.hold_points(resident_id, points, key=new_id())
    with unit_of_work():
        return services.capture_hold(hold, MERCHANT, COMMUNITY, "noodles", None)


def rows(statement: str, **values: Any) -> list[Any]:
    """A look at the tables, past all services."""
    db.session.rollback()
    found = list(db.session.execute(text(statement), values))
    db.session.rollback()
    return found


def broken_invariants() -> list[str]:
    """What does not hold in the books, found by plain sums and not by the portal's own check."""
    checks = {
        "a transaction does not sum to zero in a book": """
            SELECT e.transaction_id FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
             GROUP BY e.transaction_id, a.book HAVING sum(e.amount) <> 0""",
        "a guarded balance is not the sum of its entries": """
            SELECT a.id FROM ledger_account a WHERE a.guarded AND a.balance + a.held <>
             (SELECT coalesce(sum(e.amount), 0) FROM ledger_entry e WHERE e.account_id = a.id)""",
        "a wallet is not the sum of its lots": """
            SELECT a.id FROM ledger_account a WHERE a.purpose = 'wallet' AND (a.balance, a.held) <>
             (SELECT coalesce(sum(l.remaining), 0), coalesce(sum(l.held), 0)
                FROM ledger_lot l WHERE l.account_id = a.id)""",
        "a lot is not what remains, is held and was taken": """
            SELECT l.id FROM ledger_lot l WHERE l.amount <> l.remaining + l.held +
             (SELECT coalesce(sum(t.amount), 0) FROM ledger_lot_take t WHERE t.lot_id = l.id)""",
        "what is held is not what the open holds say": """
            SELECT l.id FROM ledger_lot l WHERE l.held <>
             (SELECT coalesce(sum(p.amount), 0) FROM ledger_hold_lot p
                JOIN ledger_hold h ON h.id = p.hold_id
               WHERE p.lot_id = l.id AND h.status = 'open')""",
        "a balance is below zero": """
            SELECT id FROM ledger_account WHERE balance < 0 OR held < 0""",
    }
    return [name for name, statement in checks.items() if rows(statement)]
