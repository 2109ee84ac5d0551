"""Transactions as corrections and refunds need them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
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
class Credited:
    """What a record was credited so far, by all its awards less all its corrections.

    ``standing`` is the award that was not taken back and ``minutes`` are its; ``points`` are what
    budgets paid for the record and did not get back, wherever they are now. ``source`` paid last;
    the dates are those of the last lot.
    """

    transactions: frozenset[str] = frozenset()
    awards: tuple[str, ...] = ()
    standing: str | None = None
    minutes: int = 0
    points: int = 0
    source: Account | None = None
    earned_at: datetime | None = None
    expires_on: date | None = None


@dataclass(frozen=True)
class Redemption:
    region_code: str
    wallet: Account
    takings: Account


def credited(keys: Iterable[str]) -> Credited:
    """What the awards and corrections with these keys, all of one record, have given so far."""
    reversal = aliased(LedgerTransaction)
    rows = db.session.execute(
        select(
            *_ACCOUNT,
            LedgerEntry.amount,
            LedgerTransaction.id,
            LedgerTransaction.kind,
            reversal.id.label("reversed_by"),
        )
        .join(LedgerEntry, LedgerEntry.account_id == LedgerAccount.id)
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .outerjoin(reversal, reversal.reverses == LedgerTransaction.id)
        .where(LedgerTransaction.idempotency_key.in_(list(keys)))
        .order_by(LedgerEntry.id)
    ).all()
    standing = [row for row in rows if row.kind == "award" and row.reversed_by is None]
    paying = [row for row in rows if row.purpose in _PAYING and row.amount < 0]
    awards = tuple(dict.fromkeys(row.id for row in rows if row.kind == "award"))
    earned_at, expires_on = _dates(awards)
    return Credited(
        transactions=frozenset(row.id for row in rows),
        awards=awards,
        standing=standing[0].id if standing else None,
        minutes=sum(row.amount for row in standing if row.purpose == Purpose.HOURS),
        points=sum(row.amount for row in rows if row.purpose == Purpose.WALLET),
        source=_account(paying[-1]) if paying else None,
        earned_at=earned_at,
        expires_on=expires_on,
    )


def redemption(transaction_id: str) -> Redemption | None:
    """Whose wallet paid at whose till; None if it is no redemption."""
    rows = _entries(transaction_id)
    by_purpose = {row.purpose: _account(row) for row in rows}
    if not rows or rows[0].kind != "redemption":
        return None
    return Redemption(rows[0].region, by_purpose[Purpose.WALLET], by_purpose[Purpose.TAKINGS])


def earned_by_day(
    user_ids: Iterable[str], first: date, last: date, without: Collection[str] = ()
) -> dict[tuple[str, date], int]:
    """Points awarded to residents for each day of service from ``first`` to ``last``, less what
    corrections took back; the transactions ``without`` are left out."""
    rows = db.session.execute(
        select(
            LedgerAccount.owner_id,
            LedgerTransaction.value_date,
            func.sum(LedgerEntry.amount).label("points"),
        )
        .join(LedgerEntry, LedgerEntry.account_id == LedgerAccount.id)
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(LedgerAccount.owner_id.in_(list(user_ids)))
        .where(LedgerAccount.book == Book.POINTS, LedgerAccount.owner_kind == "resident")
        .where(LedgerAccount.purpose == Purpose.WALLET)
        .where(LedgerTransaction.kind.in_(("award", "correction")))
        .where(LedgerTransaction.value_date.between(first, last))
        .where(LedgerTransaction.id.not_in(list(without)))
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


_PAYING = (Purpose.BUDGET, Purpose.RESERVE)


def _dates(awards: Collection[str]) -> tuple[datetime | None, date | None]:
    """When the last lot of some awards was earned, and its last day."""
    lot = db.session.execute(
        select(LedgerLot.earned_at, LedgerLot.expires_on)
        .where(LedgerLot.transaction_id.in_(list(awards)))
        .order_by(LedgerLot.id.desc())
        .limit(1)
    ).first()
    return (lot.earned_at, lot.expires_on) if lot else (None, None)


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
