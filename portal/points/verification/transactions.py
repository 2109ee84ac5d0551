"""Transactions one by one: digests, sums to zero, takes from lots, and what was taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Select, func, select

from portal.core.database import db
from portal.points.ledger.accounts import Book
from portal.points.ledger.digests import digest, header, lot_line
from portal.points.ledger.tables import ACCOUNT, ENTRY, LOT, TAKE, TRANSACTION
from portal.points.verification.problems import Problem

_AT_ONCE = 1_000
_TABLE = "ledger_transaction"
_TAKEN_BACK_BY = {"correction": "award", "refund": "redemption"}

AnyRow = Row[*tuple[Any, ...]]


@dataclass
class _Parts:
    """The rows of one transaction beside its own."""

    entries: list[AnyRow] = field(default_factory=list)
    lots: list[AnyRow] = field(default_factory=list)
    takes: list[AnyRow] = field(default_factory=list)

    def __str__(self) -> str:
        named = {
            "entries": [row.id for row in self.entries],
            "lots": [row.id for row in self.lots],
            "takes from lots": [row.lot_id for row in self.takes],
        }
        return "; ".join(f"{name} {', '.join(map(str, ids))}" for name, ids in named.items() if ids)


def changed_transactions() -> Iterator[Problem]:
    """Every transaction that is not what was written, or does not add up."""
    last = ""
    while True:
        page = _page(last)
        if not page:
            return
        parts = _parts(page[0].id, page[-1].id)
        for row in page:
            yield from _check(row, parts[row.id])
        yield from _wrong_reversals([row for row in page if row.reverses is not None])
        last = page[-1].id


def _page(after: str) -> Sequence[AnyRow]:
    return db.session.execute(
        select(TRANSACTION)
        .where(TRANSACTION.c.id > after)
        .order_by(TRANSACTION.c.id)
        .limit(_AT_ONCE)
    ).all()


def _parts(first: str, last: str) -> Mapping[str, _Parts]:
    parts: dict[str, _Parts] = defaultdict(_Parts)
    for row in _between(_entries(), ENTRY.c.transaction_id, first, last, ENTRY.c.position):
        parts[row.transaction_id].entries.append(row)
    for row in _between(select(LOT), LOT.c.transaction_id, first, last, LOT.c.id):
        parts[row.transaction_id].lots.append(row)
    for row in _between(_takes(), TAKE.c.transaction_id, first, last, TAKE.c.lot_id):
        parts[row.transaction_id].takes.append(row)
    return parts


def _entries() -> Select[*tuple[Any, ...]]:
    return select(ENTRY, ACCOUNT.c.book, ACCOUNT.c.purpose).join(
        ACCOUNT, ACCOUNT.c.id == ENTRY.c.account_id
    )


def _takes() -> Select[*tuple[Any, ...]]:
    return select(TAKE, LOT.c.account_id).join(LOT, LOT.c.id == TAKE.c.lot_id)


def _between(
    statement: Select[*tuple[Any, ...]], column: Any, first: str, last: str, then: Any
) -> Iterable[AnyRow]:
    wanted = statement.where(column.between(first, last)).order_by(column, then)
    return db.session.execute(wanted).all()


def _check(row: AnyRow, parts: _Parts) -> Iterator[Problem]:
    entries = [(entry.account_id, entry.amount) for entry in parts.entries]
    takes = [(take.lot_id, take.amount) for take in parts.takes]
    lots = [
        lot_line(lot.account_id, lot.amount, lot.earned_at, lot.expires_on, lot.fund_id)
        for lot in parts.lots
    ]
    if digest(header(row._asdict()), entries, lots, takes) != row.digest:
        detail = f"the transaction or its parts are not what was written ({parts})"
        yield Problem("digest", _TABLE, row.id, detail)
    if not entries:
        yield Problem("empty", _TABLE, row.id, "the transaction has no entries")
    yield from _unbalanced(row.id, parts)
    yield from _beside_lots(row.id, parts)


def _unbalanced(transaction_id: str, parts: _Parts) -> Iterator[Problem]:
    sums: dict[str, int] = defaultdict(int)
    for entry in parts.entries:
        sums[entry.book] += entry.amount
    for book, total in sums.items():
        if total:
            detail = f"its entries in the book of {book} sum to {total} ({parts})"
            yield Problem("unbalanced", _TABLE, transaction_id, detail)


def _beside_lots(transaction_id: str, parts: _Parts) -> Iterator[Problem]:
    """Wallets whose entries are not the lots made less what was taken from lots."""
    sums: dict[int, int] = defaultdict(int)
    for entry in parts.entries:
        if entry.purpose == "wallet":
            sums[entry.account_id] += entry.amount
    for lot in parts.lots:
        sums[lot.account_id] -= lot.amount
    for take in parts.takes:
        sums[take.account_id] += take.amount
    for account_id, difference in sums.items():
        if difference:
            detail = (
                f"entries and lots of the account {account_id} differ by {difference} ({parts})"
            )
            yield Problem("lots", _TABLE, transaction_id, detail)


def _wrong_reversals(reversing: Sequence[AnyRow]) -> Iterator[Problem]:
    """Corrections and refunds that do not move as much back as their original moved."""
    if not reversing:
        return
    originals = {row.reverses for row in reversing}
    kinds = dict(
        db.session.execute(
            select(TRANSACTION.c.id, TRANSACTION.c.kind).where(TRANSACTION.c.id.in_(originals))
        ).all()
    )
    volumes = _volumes(originals | {row.id for row in reversing})
    for row in reversing:
        if kinds.get(row.reverses) != _TAKEN_BACK_BY.get(row.kind):
            detail = f"a {row.kind} takes back {row.reverses}, a {kinds.get(row.reverses)}"
            yield Problem("reversal", _TABLE, row.id, detail)
        elif not _takes_back(row.kind, volumes[row.id], volumes[row.reverses]):
            detail = f"it moves {volumes[row.id]} back of {volumes[row.reverses]} of {row.reverses}"
            yield Problem("reversal", _TABLE, row.id, detail)


def _takes_back(kind: str, back: Mapping[str, int], given: Mapping[str, int]) -> bool:
    """A refund moves all back. So does a correction of the hours; of the points it takes back what
    is left (that it is not too much is a sum over all transactions of a record)."""
    if kind == "correction":
        return back.get(Book.HOURS) == given.get(Book.HOURS)
    return back == given


def _volumes(ids: set[str]) -> Mapping[str, dict[str, int]]:
    """How much some transactions moved in each book."""
    volumes: dict[str, dict[str, int]] = defaultdict(dict)
    rows = db.session.execute(
        select(ENTRY.c.transaction_id, ACCOUNT.c.book, func.sum(ENTRY.c.amount).label("amount"))
        .join(ACCOUNT, ACCOUNT.c.id == ENTRY.c.account_id)
        .where(ENTRY.c.transaction_id.in_(ids), ENTRY.c.amount > 0)
        .group_by(ENTRY.c.transaction_id, ACCOUNT.c.book)
    )
    for row in rows:
        volumes[row.transaction_id][row.book] = int(row.amount)
    return volumes
