"""Transactions as corrections and refunds need them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from portal.core.database import db
from portal.points.ledger.accounts import Account, Book, Purpose
from portal.points.models import (
    LedgerAccount,
    LedgerEntry,
    LedgerHold,
    LedgerLot,
    LedgerTransaction,
)

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class Award:
    """An award that stands: what it gave, from where, and the dates of its lot."""

    transaction_id: str
    minutes: int
    points: int
    source: Account | None
    earned_at: datetime | None
    expires_on: date | None


@dataclass(frozen=True)
class Redemption:
    region_code: str
    wallet: Account
    takings: Account


def standing_award(keys: Iterable[str]) -> Award | None:
    """The award with one of these keys that was not taken back; None if there is none."""
    reversal = aliased(LedgerTransaction)
    found = db.session.execute(
        select(LedgerTransaction.id)
        .outerjoin(reversal, reversal.reverses == LedgerTransaction.id)
        .where(LedgerTransaction.idempotency_key.in_(list(keys)), reversal.id.is_(None))
    ).scalar_one_or_none()
    return None if found is None else _award(found)


def redemption(transaction_id: str) -> Redemption | None:
    """Whose wallet paid at whose till; None if it is no redemption."""
    rows = _entries(transaction_id)
    by_purpose = {row.purpose: _account(row) for row in rows}
    if not rows or rows[0].kind != "redemption":
        return None
    return Redemption(rows[0].region, by_purpose[Purpose.WALLET], by_purpose[Purpose.TAKINGS])


def earned_by_day(
    user_ids: Iterable[str], first: date, last: date, without: str | None = None
) -> dict[tuple[str, date], int]:
    """Points awarded to residents for each day of service from ``first`` to ``last``, awards that
    were taken back, and the transaction ``without``, left out."""
    reversal = aliased(LedgerTransaction)
    rows = db.session.execute(
        select(
            LedgerAccount.owner_id,
            LedgerTransaction.value_date,
            func.sum(LedgerEntry.amount).label("points"),
        )
        .join(LedgerEntry, LedgerEntry.account_id == LedgerAccount.id)
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .outerjoin(reversal, reversal.reverses == LedgerTransaction.id)
        .where(LedgerAccount.owner_id.in_(list(user_ids)))
        .where(LedgerAccount.book == Book.POINTS, LedgerAccount.owner_kind == "resident")
        .where(LedgerAccount.purpose == Purpose.WALLET)
        .where(LedgerTransaction.kind == "award", reversal.id.is_(None))
        .where(LedgerTransaction.value_date.between(first, last))
        .where(LedgerTransaction.id != (without or ""))
        .group_by(LedgerAccount.owner_id, LedgerTransaction.value_date)
    )
    return {(row.owner_id, row.value_date): int(row.points) for row in rows}


def wallet_of_hold(hold_id: str) -> Account:
    """The wallet a hold lies on."""
    row = db.session.execute(
        select(*_ACCOUNT)
        .join(LedgerHold, LedgerHold.account_id == LedgerAccount.id)
        .where(LedgerHold.id == hold_id)
    ).one()
    return _account(row)


_ACCOUNT = (
    LedgerAccount.book,
    LedgerAccount.owner_kind,
    LedgerAccount.owner_id,
    LedgerAccount.purpose,
    LedgerAccount.region_code,
)


def _award(transaction_id: str) -> Award:
    minutes, points, source = 0, 0, None
    for row in _entries(transaction_id):
        if row.purpose == Purpose.HOURS:
            minutes = row.amount
        elif row.purpose == Purpose.WALLET:
            points = row.amount
        elif row.book == Book.POINTS:
            source = _account(row)
    lot = db.session.execute(
        select(LedgerLot.earned_at, LedgerLot.expires_on).where(
            LedgerLot.transaction_id == transaction_id
        )
    ).first()
    earned_at, expires_on = (lot.earned_at, lot.expires_on) if lot else (None, None)
    return Award(transaction_id, minutes, points, source, earned_at, expires_on)


def _entries(transaction_id: str) -> list[AnyRow]:
    return list(
        db.session.execute(
            select(
                *_ACCOUNT,
                LedgerEntry.amount,
                LedgerTransaction.kind,
                LedgerTransaction.region_code.label("region"),
            )
            .join(LedgerEntry, LedgerEntry.account_id == LedgerAccount.id)
            .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
            .where(LedgerEntry.transaction_id == transaction_id)
            .order_by(LedgerEntry.position)
        )
    )


def _account(row: AnyRow) -> Account:
    return Account(
        Book(row.book), row.owner_kind, row.owner_id, Purpose(row.purpose), row.region_code
    )
