"""The books as those read them who look after them: bookings and their entries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, false, func, or_, select

from portal.core.clock import clock
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
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


@dataclass(frozen=True)
class BookFilter:
    """Which bookings; empty values leave nothing out. Days are the portal's, the last one
    included. ``accounts`` are the numbers of accounts of which one must have an entry in it; none
    at all if it is empty. Where it is known, ``ids`` are the lowest and highest that can fit, and
    ``few`` says that they are not many in all."""

    kind: str = ""
    region: str = ""
    since: date | None = None
    until: date | None = None
    accounts: tuple[int, ...] | None = None
    ids: tuple[str, str] | None = None
    few: bool = False


def transactions_within(
    actor: Principal,
    wanted: BookFilter | None = None,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """Transactions of the regions whose books the actor may read, newest first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    wanted = wanted or BookFilter()
    conditions = [readable(actor), *fitting(wanted)]
    if wanted.ids:
        conditions.append(LedgerTransaction.id.between(*wanted.ids))
    if wanted.accounts is not None:
        conditions.append(_moves_one_of(wanted.accounts, few=wanted.few))
    if wanted.few:
        conditions = [LedgerTransaction.id.in_(_found_first(conditions))]
    return fetch_page(
        _transactions().where(*conditions),
        [LedgerTransaction.id],
        name="transactions",
        cursor=cursor,
        limit=limit,
        descending=True,
    )


def transaction_of(actor: Principal, transaction_id: str) -> AnyRow:
    """One of those transactions.

    Raises:
        NotFound: there is none with this id, or not for the actor.
    """
    found = db.session.execute(
        _transactions().where(readable(actor), LedgerTransaction.id == transaction_id)
    ).first()
    if found is None:
        raise NotFound
    return found


def entries_of(ids: Collection[str]) -> Sequence[AnyRow]:
    """The entries of some transactions in their order: ``transaction_id, position, amount`` and of
    the account ``account_id, book, owner_kind, owner_id, purpose, region_code``."""
    return db.session.execute(
        select(
            LedgerEntry.transaction_id,
            LedgerEntry.position,
            LedgerEntry.amount,
            LedgerEntry.account_id,
            LedgerAccount.book,
            LedgerAccount.owner_kind,
            LedgerAccount.owner_id,
            LedgerAccount.purpose,
            LedgerAccount.region_code,
        )
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerEntry.transaction_id.in_(ids))
        .order_by(LedgerEntry.transaction_id.desc(), LedgerEntry.position)
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


def accounts_of_owner(kind: str, owner_id: str) -> Sequence[AnyRow]:
    """``id, book, owner_kind, owner_id, purpose, region_code`` of somebody's accounts."""
    return _accounts(LedgerAccount.owner_kind == kind, LedgerAccount.owner_id == owner_id)


def account_numbered(number: int) -> Sequence[AnyRow]:
    """The account with this number, in the same columns; nothing if there is none."""
    return _accounts(LedgerAccount.id == number)


def readable(actor: Principal) -> ColumnElement[bool]:
    """A condition on ``Region``: the actor may read its books."""
    scopes = actor.scopes(Permission.LEDGER_READ, ScopeKind.REGION)
    return or_(false(), *(within(code) for code in scopes))


def fitting(wanted: BookFilter) -> list[ColumnElement[bool]]:
    """The conditions of a filter on the transaction and its region."""
    conditions = []
    if wanted.kind:
        conditions.append(LedgerTransaction.kind == wanted.kind)
    if wanted.region:
        conditions.append(within(wanted.region))
    if wanted.since:
        conditions.append(LedgerTransaction.created_at >= clock.start_of(wanted.since))
    if wanted.until:
        day_after = wanted.until + timedelta(days=1)
        conditions.append(LedgerTransaction.created_at < clock.start_of(day_after))
    return conditions


def _moves_one_of(accounts: tuple[int, ...], *, few: bool) -> ColumnElement[bool]:
    """Few bookings are found from the accounts' entries; of many, a page is found faster along the
    bookings, each of which says whether it is one of them."""
    moved = select(LedgerEntry.transaction_id).where(LedgerEntry.account_id.in_(accounts))
    if few:
        return LedgerTransaction.id.in_(moved)
    return moved.where(LedgerEntry.transaction_id == LedgerTransaction.id).exists()


def _found_first(conditions: list[ColumnElement[bool]]) -> Any:
    """The ids that fit, found before they are put in order: for few among very many the planner
    would walk along all ids until it has a page of them."""
    found = (
        select(LedgerTransaction.id)
        .join(Region, Region.code == LedgerTransaction.region_code)
        .where(*conditions)
        .cte("found")
        .prefix_with("MATERIALIZED")
    )
    return select(found.c.id)


def _transactions() -> Any:
    return select(*_COLUMNS).join(Region, Region.code == LedgerTransaction.region_code)


def _accounts(*conditions: ColumnElement[bool]) -> Sequence[AnyRow]:
    return db.session.execute(
        select(
            LedgerAccount.id,
            LedgerAccount.book,
            LedgerAccount.owner_kind,
            LedgerAccount.owner_id,
            LedgerAccount.purpose,
            LedgerAccount.region_code,
        )
        .where(and_(*conditions))
        .order_by(LedgerAccount.id)
    ).all()
