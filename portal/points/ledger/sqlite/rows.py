"""Accounts and lots as the other modules change them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from portal.points.ledger.accounts import Account
from portal.points.ledger.tables import ACCOUNT, LOT

Take = tuple[int, int]
"""A lot and how much was taken from it (less than zero: put back)."""

_FIND_ACCOUNT = select(ACCOUNT.c.id).where(
    ACCOUNT.c.book == bindparam("book"),
    ACCOUNT.c.owner_kind == bindparam("owner_kind"),
    ACCOUNT.c.owner_id == bindparam("owner_id"),
    ACCOUNT.c.purpose == bindparam("purpose"),
)
_CHANGE_BALANCE = (
    update(ACCOUNT)
    .where(ACCOUNT.c.id == bindparam("account"))
    .where(ACCOUNT.c.balance + bindparam("free") >= 0)
    .where(ACCOUNT.c.held + bindparam("reserved") >= 0)
    .values(
        balance=ACCOUNT.c.balance + bindparam("free"),
        held=ACCOUNT.c.held + bindparam("reserved"),
    )
)
_CHANGE_LOT = (
    update(LOT)
    .where(LOT.c.id == bindparam("lot"))
    .values(remaining=LOT.c.remaining + bindparam("free"), held=LOT.c.held + bindparam("reserved"))
)
_FREE_LOTS = (
    select(LOT.c.id, LOT.c.remaining)
    .where(LOT.c.account_id == bindparam("account"), LOT.c.remaining > 0)
    .where(or_(LOT.c.expires_on >= bindparam("day"), LOT.c.transaction_id == bindparam("first")))
    .order_by(LOT.c.transaction_id != bindparam("first"), LOT.c.expires_on, LOT.c.id)
)
_EXPIRED_LOTS = (
    select(LOT.c.id, LOT.c.remaining)
    .where(LOT.c.account_id == bindparam("account"), LOT.c.remaining > 0)
    .where(LOT.c.expires_on < bindparam("day"))
    .order_by(LOT.c.id)
)


def account_id(connection: Connection, account: Account) -> int:
    """The row of an account, made if it is missing."""
    found = find_account(connection, account)
    if found is not None:
        return found
    row = {**_key(account), "region_code": account.region_code, "guarded": account.guarded}
    made = connection.execute(insert(ACCOUNT).values(**row))
    key = made.inserted_primary_key
    return int(key[0]) if key else 0


def find_account(connection: Connection, account: Account) -> int | None:
    """The row of an account; None if nothing was ever booked on it."""
    found: int | None = connection.execute(_FIND_ACCOUNT, _key(account)).scalar_one_or_none()
    return found


def _key(account: Account) -> dict[str, str]:
    return dict(zip(("book", "owner_kind", "owner_id", "purpose"), account.key, strict=True))


def change_balance(connection: Connection, account: int, free: int, reserved: int) -> bool:
    """Change a guarded balance; False if it would fall below zero."""
    values = {"account": account, "free": free, "reserved": reserved}
    return bool(connection.execute(_CHANGE_BALANCE, values).rowcount)


def change_lots(connection: Connection, changes: Iterable[tuple[int, int, int]]) -> None:
    """Change what is free and what is reserved on some lots."""
    rows = [{"lot": lot, "free": free, "reserved": held} for lot, free, held in changes]
    if rows:
        connection.execute(_CHANGE_LOT, rows)


def available(
    connection: Connection, account: int, amount: int, day: date, first: str = ""
) -> list[Take]:
    """What up to ``amount`` would take from which lots: those of the transaction ``first`` before
    the others, then those that expire first; of the others only lots whose day is not over."""
    rows = connection.execute(_FREE_LOTS, {"account": account, "day": day, "first": first})
    takes: list[Take] = []
    for lot in rows.all():
        if not amount:
            break
        taken = min(lot.remaining, amount)
        takes.append((lot.id, taken))
        amount -= taken
    return takes


def expired(connection: Connection, account: int, day: date) -> list[Take]:
    """What is free on lots whose last day is over."""
    rows = connection.execute(_EXPIRED_LOTS, {"account": account, "day": day})
    return [(row.id, row.remaining) for row in rows.all()]
