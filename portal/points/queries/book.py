"""The books as those read them who look after them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select

from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import Page, fetch_page
from portal.core.permissions import Permission, Principal, ScopeKind
from portal.points.models import LedgerAccount, LedgerEntry, LedgerTransaction
from portal.regions.models import Region
from portal.regions.queries import within

AnyRow = Row[*tuple[Any, ...]]

_COLUMNS = (
    LedgerTransaction.id,
    LedgerTransaction.kind,
    LedgerTransaction.memo,
    LedgerTransaction.created_at,
    LedgerTransaction.value_date,
    LedgerTransaction.reverses,
    LedgerTransaction.actor_id,
    LedgerTransaction.digest,
    Region.code.label("region_code"),
    Region.name.label("region_name"),
)


def transactions_within(
    actor: Principal, *, kind: str | None = None, cursor: str | None = None
) -> Page[Any]:
    """Transactions of the regions whose books the actor may read, newest first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    statement = _readable(actor)
    if kind:
        statement = statement.where(LedgerTransaction.kind == kind)
    return fetch_page(
        statement,
        [LedgerTransaction.id],
        name=f"transactions:{kind or ''}",
        cursor=cursor,
        descending=True,
    )


def transaction_of(actor: Principal, transaction_id: str) -> AnyRow:
    """One of those transactions.

    Raises:
        NotFound: there is none with this id, or not for the actor.
    """
    found = db.session.execute(
        _readable(actor).where(LedgerTransaction.id == transaction_id)
    ).first()
    if found is None:
        raise NotFound
    return found


def entries_of(transaction_id: str) -> Sequence[AnyRow]:
    """``position, amount`` and of the account ``book, owner_kind, owner_id, purpose``."""
    return db.session.execute(
        select(
            LedgerEntry.position,
            LedgerEntry.amount,
            LedgerAccount.book,
            LedgerAccount.owner_kind,
            LedgerAccount.owner_id,
            LedgerAccount.purpose,
        )
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerEntry.transaction_id == transaction_id)
        .order_by(LedgerEntry.position)
    ).all()


def volumes_of(ids: Sequence[str]) -> dict[tuple[str, str], int]:
    """How much some transactions moved, by transaction and book."""
    rows = db.session.execute(
        select(
            LedgerEntry.transaction_id, LedgerAccount.book, func.sum(LedgerEntry.amount).label("n")
        )
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerEntry.transaction_id.in_(ids), LedgerEntry.amount > 0)
        .group_by(LedgerEntry.transaction_id, LedgerAccount.book)
    )
    return {(row.transaction_id, row.book): int(row.n) for row in rows}


def _readable(actor: Principal) -> Any:
    statement = select(*_COLUMNS).join(Region, Region.code == LedgerTransaction.region_code)
    scopes = actor.scopes(Permission.LEDGER_READ, ScopeKind.REGION)
    below = [within(code) for code in scopes]
    condition = below[0] if below else Region.code.is_(None)
    for each in below[1:]:
        condition = condition | each
    return statement.where(condition)
