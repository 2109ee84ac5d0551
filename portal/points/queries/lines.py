"""The lines of a region's budget: what points it was given, for what. They are public."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, and_, select

from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.points.ledger import Kind
from portal.points.ledger.accounts import Book, Purpose
from portal.points.models import LedgerAccount, LedgerEntry, LedgerTransaction
from portal.points.owners import REGION

GIVEN = (Kind.ISSUE, Kind.ALLOCATION)
"""Kinds of bookings that give a region points: made for a city, passed down to the others."""


def lines_of(
    region_code: str, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """``id, region_code, kind, memo, amount, created_at`` of what a region was given, newest first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    return fetch_page(
        _lines().where(LedgerTransaction.region_code == region_code),
        [LedgerTransaction.id],
        name=f"budget-lines:{region_code}",
        cursor=cursor,
        limit=limit,
        descending=True,
    )


def line(transaction_id: str) -> Row[*tuple[Any, ...]]:
    """One of them.

    Raises:
        NotFound: there is no such line.
    """
    found = db.session.execute(_lines().where(LedgerTransaction.id == transaction_id)).first()
    if found is None:
        raise NotFound
    return found


def memos_of(transaction_ids: Collection[str]) -> dict[str, str]:
    """What points were given for, by the ids of lines; others are left out."""
    rows = db.session.execute(
        select(LedgerTransaction.id, LedgerTransaction.memo).where(
            LedgerTransaction.id.in_(transaction_ids), LedgerTransaction.kind.in_(GIVEN)
        )
    )
    return {row.id: row.memo for row in rows}


def _lines() -> Any:
    received = and_(
        LedgerAccount.book == Book.POINTS,
        LedgerAccount.owner_kind == REGION,
        LedgerAccount.owner_id == LedgerTransaction.region_code,
        LedgerAccount.purpose == Purpose.BUDGET,
    )
    return (
        select(
            LedgerTransaction.id,
            LedgerTransaction.region_code,
            LedgerTransaction.kind,
            LedgerTransaction.memo,
            LedgerTransaction.created_at,
            LedgerEntry.amount,
        )
        .join(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .join(LedgerAccount, and_(LedgerAccount.id == LedgerEntry.account_id, received))
        .where(LedgerTransaction.kind.in_(GIVEN), LedgerEntry.amount > 0)
    )
