"""Holds on SQLite."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from portal.core.ids import new_id
from portal.points.errors import HoldNotOpen, InsufficientPoints, PostingMismatch
from portal.points.ledger.accounts import Account
from portal.points.ledger.digests import hold_digest
from portal.points.ledger.sqlite.rows import (
    Take,
    available,
    change_balance,
    change_lots,
    find_account,
)
from portal.points.ledger.tables import HOLD, HOLD_LOT, LOT

_FIND_HOLD = select(HOLD.c.id, HOLD.c.account_id, HOLD.c.amount).where(
    HOLD.c.key == bindparam("key")
)
_OPEN_HOLD = select(HOLD).where(HOLD.c.id == bindparam("hold"), HOLD.c.status == "open")
_LOTS_OF_HOLD = (
    select(HOLD_LOT.c.lot_id, HOLD_LOT.c.amount)
    .where(HOLD_LOT.c.hold_id == bindparam("hold"))
    .order_by(HOLD_LOT.c.lot_id)
)
_CLOSE_HOLD = (
    update(HOLD)
    .where(HOLD.c.id == bindparam("hold"), HOLD.c.status == "open")
    .values(
        status=bindparam("new_status"),
        closed_at=bindparam("at"),
        transaction_id=bindparam("transaction"),
        digest=bindparam("new_digest"),
    )
)


def hold(
    connection: Connection, wallet: Account, amount: int, *, key: str, at: datetime, day: date
) -> str:
    """Reserve points on the lots that expire first; see :func:`portal.points.ledger.hold`."""
    account = find_account(connection, wallet)
    if account is None:
        raise InsufficientPoints
    first = connection.execute(_FIND_HOLD, {"key": key}).first()
    if first is not None:
        if (first.account_id, first.amount) != (account, amount):
            raise PostingMismatch
        return str(first.id)
    takes = available(connection, account, amount, day)
    covered = sum(taken for _, taken in takes) == amount
    if not covered or not change_balance(connection, account, -amount, amount):
        raise InsufficientPoints
    change_lots(connection, ((lot, -taken, taken) for lot, taken in takes))
    row = {"id": new_id(), "account_id": account, "amount": amount, "key": key, "created_at": at}
    opened = {**row, "status": "open", "closed_at": None, "transaction_id": None}
    connection.execute(insert(HOLD), {**row, "digest": hold_digest(opened)})
    lots = [{"hold_id": row["id"], "lot_id": lot, "amount": taken} for lot, taken in takes]
    connection.execute(insert(HOLD_LOT), lots)
    return str(row["id"])


def void(connection: Connection, hold_id: str, at: datetime) -> date:
    """Put a hold's points back; see :func:`portal.points.ledger.void`."""
    kept = open_hold(connection, hold_id)
    close_hold(connection, kept, "voided", at, None)
    lots = lots_of_hold(connection, hold_id)
    change_lots(connection, ((lot, amount, -amount) for lot, amount in lots))
    change_balance(connection, kept.account_id, kept.amount, -kept.amount)
    soonest = select(func.min(LOT.c.expires_on)).where(LOT.c.id.in_([lot for lot, _ in lots]))
    day: date = connection.execute(soonest).scalar_one()
    return day


def open_hold(connection: Connection, hold_id: str) -> Row[Any, Any]:
    """The row of an open hold.

    Raises:
        HoldNotOpen: there is none.
    """
    found = connection.execute(_OPEN_HOLD, {"hold": hold_id}).first()
    if found is None:
        raise HoldNotOpen
    return found


def close_hold(
    connection: Connection,
    hold: Row[Any, Any],
    status: str,
    at: datetime,
    transaction_id: str | None,
) -> None:
    """Turn an open hold to ``posted`` or ``voided``; the row count decides.

    Raises:
        HoldNotOpen: somebody else was first.
    """
    closed = {"status": status, "closed_at": at, "transaction_id": transaction_id}
    values = {
        "hold": hold.id,
        "new_status": status,
        "at": at,
        "transaction": transaction_id,
        "new_digest": hold_digest({**hold._asdict(), **closed}),
    }
    if not connection.execute(_CLOSE_HOLD, values).rowcount:
        raise HoldNotOpen


def lots_of_hold(connection: Connection, hold_id: str) -> list[Take]:
    rows = connection.execute(_LOTS_OF_HOLD, {"hold": hold_id})
    return [(row.lot_id, row.amount) for row in rows]
