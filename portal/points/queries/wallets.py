"""A resident's points and hours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal_column, select, tuple_

from portal.core.clock import today
from portal.core.database import db
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.points.ledger import accounts
from portal.points.ledger.accounts import Account
from portal.points.models import (
    ExpiryNotice,
    LedgerAccount,
    LedgerEntry,
    LedgerLot,
    LedgerTransaction,
)
from portal.points.queries.accounts import find, is_account

SOME_REGION = ""
"""An account is found without its region."""

_UNSPENT = LedgerLot.remaining > literal_column("0")
"""Literal, as in the conditions of the indexes: a parameter would not be known to match them."""

TOLD_BEFORE = timedelta(days=30)
"""How long before points expire their owner is told."""


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
        select(LedgerLot.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLot.account_id)
        .where(is_account(accounts.wallet(user_id, SOME_REGION)), _is_expired(today()))
        .limit(1)
    )
    return db.session.execute(found).first() is not None


def expired_wallets(day: date, last: Any, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Some wallets with points whose last day was before ``day``: as of :func:`_some_by_day`."""
    return _some_by_day(last, limit, _is_expired(day))


def untold_expiries(last: Any, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Some of what expires within a month and its owners were not told of: as of
    :func:`_some_by_day`."""
    told = (
        select(ExpiryNotice.account_id)
        .where(ExpiryNotice.account_id == LedgerLot.account_id)
        .where(ExpiryNotice.expires_on == LedgerLot.expires_on)
        .exists()
    )
    soon = LedgerLot.expires_on.between(today(), today() + TOLD_BEFORE)
    return _some_by_day(last, limit, _UNSPENT, soon, ~told)


def _some_by_day(
    last: Any, limit: int, *which: ColumnElement[bool]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """What some lots hold, one row for each wallet and day on which they expire, by day and wallet,
    after the given one (None: the first): ``id`` of the wallet, ``owner_id, region_code,
    expires_on, amount``. In an index's order, so that the first of two million cost no more than
    the first of two hundred."""
    day_and_wallet = (LedgerLot.expires_on, LedgerLot.account_id)
    some = (
        select(*day_and_wallet, func.sum(LedgerLot.remaining).label("amount"))
        .where(*which)
        .group_by(*day_and_wallet)
        .order_by(*day_and_wallet)
        .limit(limit)
    )
    if last is not None:
        some = some.where(tuple_(*day_and_wallet) > (last.expires_on, last.id))
    page = some.subquery()
    return db.session.execute(
        select(
            LedgerAccount.id,
            LedgerAccount.owner_id,
            LedgerAccount.region_code,
            page.c.expires_on,
            page.c.amount,
        )
        .join(page, page.c.account_id == LedgerAccount.id)
        .order_by(page.c.expires_on, LedgerAccount.id)
    ).all()


def _is_expired(day: date) -> ColumnElement[bool]:
    return and_(LedgerLot.expires_on < day, _UNSPENT)


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
