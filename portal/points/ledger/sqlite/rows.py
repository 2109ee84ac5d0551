"""Accounts and lots as the other modules change them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from portal.points.ledger.accounts import Account
from portal.points.ledger.digests import account_digest
from portal.points.ledger.tables import ACCOUNT, LOT

Take = tuple[int, int]
"""A lot and how much was taken from it (less than zero: put back)."""

_FIND_ACCOUNT = select(ACCOUNT.c.id).where(
    ACCOUNT.c.book == bindparam("book"),
    ACCOUNT.c.owner_kind == bindparam("owner_kind"),
    ACCOUNT.c.owner_id == bindparam("owner_id"),
    ACCOUNT.c.purpose == bindparam("purpose"),
)
_NEXT_ACCOUNT = select(func.coalesce(func.max(ACCOUNT.c.id), 0) + 1)
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
_IS_OWN = LOT.c.transaction_id.in_(bindparam("own", expanding=True))
_FREE_LOTS = (
    select(LOT.c.id, LOT.c.remaining, _IS_OWN.label("own"))
    .where(LOT.c.account_id == bindparam("account"), LOT.c.remaining > 0)
    .where(or_(LOT.c.expires_on >= bindparam("day"), _IS_OWN))
    .order_by(_IS_OWN.desc(), LOT.c.expires_on, LOT.c.id)
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
    number: int = connection.execute(_NEXT_ACCOUNT).scalar_one()
    row = {
        **_key(account),
        "id": number,
        "region_code": account.region_code,
        "guarded": account.guarded,
    }
    connection.execute(insert(ACCOUNT), {**row, "digest": account_digest(row)})
    return number


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


@dataclass(frozen=True)
class Own:
    """Lots of some transactions, of which up to ``amount`` is taken before all others."""

    transactions: tuple[str, ...] = ()
    amount: int = 0


def available(
    connection: Connection, account: int, amount: int, day: date, own: Own = Own()
) -> list[Take]:
    """What would be taken from which lots: from those of ``own`` as much as is said there, then
    from those that expire first until it is ``amount`` in all; of the others only lots whose day
    is not over."""
    values = {"account": account, "day": day, "own": own.transactions}
    takes: list[Take] = []
    taken = 0
    for lot in connection.execute(_FREE_LOTS, values).all():
        part = min(lot.remaining, (own.amount if lot.own else amount) - taken)
        if part > 0:
            takes.append((lot.id, part))
            taken += part
    return takes


def expired(connection: Connection, account: int, day: date) -> list[Take]:
    """What is free on lots whose last day is over."""
    rows = connection.execute(_EXPIRED_LOTS, {"account": account, "day": day})
    return [(row.id, row.remaining) for row in rows.all()]
