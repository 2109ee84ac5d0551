"""How the ledger refuses a debit that is not covered."""

from __future__ import annotations

from portal.core.errors import DomainError
from portal.points.errors import BudgetExceeded, InsufficientPoints
from portal.points.ledger.accounts import Purpose


def debit_refused(purpose: str) -> DomainError:
    """The refusal for an account of this purpose that holds too little."""
    if purpose in (Purpose.BUDGET, Purpose.RESERVE):
        return BudgetExceeded()
    return InsufficientPoints()
