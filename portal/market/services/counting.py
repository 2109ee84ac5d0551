"""Counting what merchants are recognized for, so that reading it stays cheap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, distinct, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from portal.core.database import db
from portal.core.jobs import one_by_one
from portal.market.models import Merchant, Thanks, Voucher
from portal.market.queries.recognition import (
    UNCOUNTED_THANKS,
    UNCOUNTED_VOUCHER,
    known_by_then,
)

BATCH = 200
"""Merchants."""
AT_ONCE = 1_000
"""Vouchers of one merchant, and thank-yous."""


def count_recognition() -> int:
    """Count what was redeemed and thanked for since it was last done; returns how many vouchers
    and thank-yous were counted.

    Raises:
        Unfinished: some merchants' could not be; the others' were.
    """
    return one_by_one(_uncounted, lambda row: count_one(row.id))


def _uncounted(last: Any) -> Sequence[Any]:
    """Some merchants with vouchers or thanks to be counted, by id, after the given one."""
    redeemed = select(Voucher.id).where(Voucher.merchant_id == Merchant.id, *UNCOUNTED_VOUCHER)
    thanked = select(Thanks.id).where(Thanks.merchant_id == Merchant.id, UNCOUNTED_THANKS)
    statement = (
        select(Merchant.id)
        .where(or_(redeemed.exists(), thanked.exists()))
        .order_by(Merchant.id)
        .limit(BATCH)
    )
    if last is not None:
        statement = statement.where(Merchant.id > last.id)
    return db.session.execute(statement).all()


def count_one(merchant_id: str) -> int:
    """Count what is there of one merchant, one run at a time by the merchant's row: of two vouchers
    of one resident only one makes a neighbour. What comes meanwhile waits for the next run."""
    db.session.execute(
        select(Merchant.id).where(Merchant.id == merchant_id).with_for_update(key_share=True)
    )
    vouchers = _ids(Voucher.id, Voucher.merchant_id == merchant_id, *UNCOUNTED_VOUCHER)
    thanks = _ids(Thanks.id, Thanks.merchant_id == merchant_id, UNCOUNTED_THANKS)
    fresh = select(func.count(distinct(Voucher.resident_id))).where(
        Voucher.id.in_(vouchers), ~known_by_then()
    )
    db.session.execute(
        update(Merchant)
        .where(Merchant.id == merchant_id)
        .values(
            neighbours=Merchant.neighbours + fresh.scalar_subquery(),
            thanks=Merchant.thanks + len(thanks),
        )
        .execution_options(synchronize_session=False)
    )
    _mark(Voucher, vouchers)
    _mark(Thanks, thanks)
    return len(vouchers) + len(thanks)


def _ids(column: InstrumentedAttribute[str], *which: ColumnElement[bool]) -> Sequence[str]:
    return db.session.execute(select(column).where(*which).limit(AT_ONCE)).scalars().all()


def _mark(table: type[Voucher | Thanks], ids: Sequence[str]) -> None:
    db.session.execute(
        update(table)
        .where(table.id.in_(ids))
        .values(counted=True)
        .execution_options(synchronize_session=False)
    )
