"""Balances of single accounts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_

from portal.core.database import db
from portal.points.ledger.accounts import Account
from portal.points.models import LedgerAccount, LedgerEntry

NAME = (
    LedgerAccount.book,
    LedgerAccount.owner_kind,
    LedgerAccount.owner_id,
    LedgerAccount.purpose,
)


def is_account(account: Account) -> ColumnElement[bool]:
    """The condition that finds an account's row."""
    parts = zip(NAME, account.key, strict=True)
    conditions = [column == value for column, value in parts]
    return conditions[0] & conditions[1] & conditions[2] & conditions[3]


def balances_of(accounts: Iterable[Account]) -> dict[Account, int]:
    """What can be used of some accounts now: of guarded ones what is free, of the others what they
    collected. 0 where nothing was ever booked."""
    wanted = {account.key: account for account in accounts}
    rows = db.session.execute(_balances().where(tuple_(*NAME).in_(wanted)))
    found = {(row.book, row.owner_kind, row.owner_id, row.purpose): row.amount for row in rows}
    return {account: int(found.get(key, 0)) for key, account in wanted.items()}


def reserved_in(region_code: str) -> int:
    """What stands on the reserves of a region's activities."""
    total = select(func.coalesce(func.sum(LedgerAccount.balance), 0)).where(
        LedgerAccount.region_code == region_code, LedgerAccount.purpose == "reserve"
    )
    return int(db.session.execute(total).scalar_one())


def find(account: Account) -> Row[int, int, int, str] | None:
    """``id, balance, held, region_code`` of an account's row; None where nothing was booked."""
    return db.session.execute(
        select(
            LedgerAccount.id,
            LedgerAccount.balance,
            LedgerAccount.held,
            LedgerAccount.region_code,
        ).where(is_account(account))
    ).first()


def _balances() -> Select[str, str, str, str, int]:
    since = (
        select(func.coalesce(func.sum(LedgerEntry.amount), 0))
        .where(
            LedgerEntry.account_id == LedgerAccount.id,
            LedgerEntry.id > LedgerAccount.rolled_up_to,
            ~LedgerAccount.guarded,
        )
        .correlate(LedgerAccount)
        .scalar_subquery()
    )
    amount = LedgerAccount.balance + LedgerAccount.rolled_up + since
    return select(*NAME, amount.label("amount"))
