"""A resident's points and hours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, select

from portal.core.clock import today
from portal.core.database import db
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.points.ledger import accounts
from portal.points.ledger.accounts import Account
from portal.points.models import LedgerAccount, LedgerEntry, LedgerLot, LedgerTransaction
from portal.points.queries.accounts import find, is_account

SOME_REGION = ""
"""An account is found without its region."""


def points_of(user_id: str) -> dict[str, Any]:
    """``{balance, held, expiring: [{amount, expires_on}]}`` of a resident: what can be spent today,
    what is reserved by open holds, and what expires when, soonest first (days)."""
    account = find(accounts.wallet(user_id, SOME_REGION))
    if account is None:
        return {"balance": 0, "held": 0, "expiring": []}
    rows = db.session.execute(
        select(LedgerLot.expires_on, func.sum(LedgerLot.remaining).label("amount"))
        .where(LedgerLot.account_id == account.id, LedgerLot.remaining > 0)
        .where(LedgerLot.expires_on >= today())
        .group_by(LedgerLot.expires_on)
        .order_by(LedgerLot.expires_on)
    )
    expiring = [{"amount": int(row.amount), "expires_on": row.expires_on} for row in rows]
    balance = sum(each["amount"] for each in expiring)
    return {"balance": balance, "held": account.held, "expiring": expiring}


def minutes_of(user_id: str) -> int:
    """A resident's confirmed minutes of service."""
    account = find(accounts.hours(user_id, SOME_REGION))
    return account.balance if account else 0


def point_entries(
    user_id: str, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """The entries of a resident's wallet, newest first: ``id, transaction_id, position, kind,
    amount, memo, created_at, value_date``.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    return _entries(accounts.wallet(user_id, SOME_REGION), cursor, limit)


def hour_entries(
    user_id: str, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """The entries of a resident's hours, newest first, in minutes; columns as of points."""
    return _entries(accounts.hours(user_id, SOME_REGION), cursor, limit)


def statement(user_id: str) -> Iterator[Row[*tuple[Any, ...]]]:
    """All entries of a resident's wallet, oldest first, for a file."""
    account = accounts.wallet(user_id, SOME_REGION)
    query = _entries_of(account).order_by(LedgerEntry.id)
    yield from db.session.execute(query, execution_options={"yield_per": 500})


def lots_of(user_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """The lots of a wallet that hold something, those that expire first before the others:
    ``amount, remaining, held, earned_at, expires_on``."""
    return db.session.execute(
        select(
            LedgerLot.amount,
            LedgerLot.remaining,
            LedgerLot.held,
            LedgerLot.earned_at,
            LedgerLot.expires_on,
        )
        .join(LedgerAccount, LedgerAccount.id == LedgerLot.account_id)
        .where(is_account(accounts.wallet(user_id, SOME_REGION)))
        .where((LedgerLot.remaining > 0) | (LedgerLot.held > 0))
        .order_by(LedgerLot.expires_on, LedgerLot.id)
        .limit(100)
    ).all()


def origins_of(user_id: str) -> list[tuple[str, int]]:
    """What can be spent of a wallet, by the region whose booking brought it (of a gift the giver's
    region), in the order of the regions' codes."""
    rows = db.session.execute(
        select(LedgerTransaction.region_code, func.sum(LedgerLot.remaining).label("amount"))
        .join(LedgerTransaction, LedgerTransaction.id == LedgerLot.transaction_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLot.account_id)
        .where(is_account(accounts.wallet(user_id, SOME_REGION)))
        .where(LedgerLot.remaining > 0, LedgerLot.expires_on >= today())
        .group_by(LedgerTransaction.region_code)
        .order_by(LedgerTransaction.region_code)
    )
    return [(row.region_code, int(row.amount)) for row in rows]


def has_expired_lots(user_id: str) -> bool:
    """Whether points of a wallet are past their day and not yet booked as expired."""
    found = (
        _expired(today())
        .join(LedgerAccount, LedgerAccount.id == LedgerLot.account_id)
        .where(is_account(accounts.wallet(user_id, SOME_REGION)))
        .limit(1)
    )
    return db.session.execute(found).first() is not None


def expired_wallets(day: date, limit: int) -> list[Account]:
    """Some wallets with points whose last day was before ``day``."""
    due = _expired(day).distinct().limit(limit).subquery()
    rows = db.session.execute(
        select(LedgerAccount.owner_id, LedgerAccount.region_code).join(
            due, due.c.account_id == LedgerAccount.id
        )
    )
    return [accounts.wallet(row.owner_id, row.region_code) for row in rows]


def _expired(day: date) -> Select[int]:
    return select(LedgerLot.account_id).where(LedgerLot.expires_on < day, LedgerLot.remaining > 0)


def _entries_of(account: Account) -> Select[*tuple[Any, ...]]:
    return (
        select(
            LedgerEntry.id,
            LedgerEntry.transaction_id,
            LedgerEntry.position,
            LedgerEntry.amount,
            LedgerTransaction.kind,
            LedgerTransaction.memo,
            LedgerTransaction.created_at,
            LedgerTransaction.value_date,
        )
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(is_account(account))
    )


def _entries(account: Account, cursor: str | None, limit: int) -> Page[Any]:
    return fetch_page(
        _entries_of(account),
        [LedgerEntry.id],
        name=f"entries:{account.book}",
        cursor=cursor,
        limit=limit,
        descending=True,
    )
