"""The one write path of the two books.

Nothing else writes accounts, transactions, entries, lots or holds. On PostgreSQL each call is one
round trip to a function in the database (migration 0002), on SQLite the same steps are prepared
statements; one set of tests holds both to one contract:

- a call happens as a whole or not at all: after a refusal the unit of work must be rolled back;
- balances change once at the end of a call, in the order of the accounts' ids, and each guarded
  debit decides by its row count; so the order of the postings in a call does not matter for cover;
- a posting's key makes it happen once.
"""

from __future__ import annotations

from datetime import date, datetime

from portal.core.clock import clock, now
from portal.core.database import db
from portal.points.ledger import postgresql, sqlite
from portal.points.ledger.accounts import Account, Book, Purpose
from portal.points.ledger.postings import (
    Capture,
    Earn,
    Expire,
    Give,
    Kind,
    Move,
    Posted,
    Posting,
    Restore,
    Spend,
    Sweep,
    Transfer,
    Unearn,
)
from portal.points.ledger.rollup import roll_up
from portal.points.ledger.totals import total_up

__all__ = [
    "Account",
    "Book",
    "Capture",
    "Earn",
    "Expire",
    "Give",
    "Kind",
    "Move",
    "Posted",
    "Posting",
    "Purpose",
    "Restore",
    "Spend",
    "Sweep",
    "Transfer",
    "Unearn",
    "hold",
    "post",
    "roll_up",
    "total_up",
    "void",
]


def post(*postings: Posting) -> list[Posted]:
    """Write transactions into the books, in the unit of work at hand.

    Returns:
        What became of each posting, in their order.

    Raises:
        InsufficientPoints: a wallet has less that can be spent.
        BudgetExceeded: a budget or reserve holds less.
        HoldNotOpen: a hold to be captured was posted or voided before.
        AlreadyReversed: what is to be reversed was reversed before.
        PostingMismatch: a key stands in the books with another content.
    """
    if not postings:
        return []
    connection = db.session.connection()
    write = sqlite.post if connection.dialect.name == "sqlite" else postgresql.post
    return write(connection, postings)


def hold(wallet: Account, amount: int, key: str, at: datetime | None = None) -> str:
    """Reserve points of a wallet, on the lots that expire first; makes no entry.

    Args:
        wallet: whose points.
        amount: how many, more than zero.
        key: makes it happen once: the same key, wallet and amount again give the same hold.
        at: the instant; now if not given. Lots whose day is over by then do not count.

    Returns:
        The hold's id.

    Raises:
        InsufficientPoints: the wallet has less that can be spent.
        PostingMismatch: the key stands for another wallet or amount.
    """
    if amount <= 0 or not wallet.has_lots:
        raise ValueError("a hold reserves a positive amount of a wallet")
    connection = db.session.connection()
    reserve = sqlite.hold if connection.dialect.name == "sqlite" else postgresql.hold
    at = at or now()
    return reserve(connection, wallet, amount, key=key, at=at, day=clock.day_of(at))


def void(hold_id: str, at: datetime | None = None) -> date:
    """Put the points of an open hold back into their lots.

    Returns:
        The first day on which one of those lots expires; it may be over.

    Raises:
        HoldNotOpen: it was posted or voided before, or there is none.
    """
    connection = db.session.connection()
    put_back = sqlite.void if connection.dialect.name == "sqlite" else postgresql.void
    return put_back(connection, hold_id, at or now())
