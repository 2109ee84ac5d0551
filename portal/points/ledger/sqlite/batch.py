"""Postings on SQLite."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from portal.points.errors import AlreadyReversed, HoldNotOpen, InsufficientPoints, PostingMismatch
from portal.points.ledger.accounts import Account
from portal.points.ledger.digests import digest, header, lot_line
from portal.points.ledger.postings import (
    Capture,
    Earn,
    Expire,
    Give,
    Posted,
    Posting,
    Restore,
    Spend,
    Sweep,
    Transfer,
    Unearn,
)
from portal.points.ledger.refusals import debit_refused
from portal.points.ledger.sqlite import rows
from portal.points.ledger.sqlite.holds import close_hold, lots_of_hold, open_hold
from portal.points.ledger.sqlite.rows import Take
from portal.points.ledger.tables import ACCOUNT, ENTRY, LOT, TAKE, TRANSACTION

_FIND_TRANSACTION = select(TRANSACTION.c.id, TRANSACTION.c.body_hash).where(
    TRANSACTION.c.idempotency_key == bindparam("key")
)
_FIND_REVERSAL = select(TRANSACTION.c.id).where(TRANSACTION.c.reverses == bindparam("reversed"))
_BALANCE = select(ACCOUNT.c.balance).where(ACCOUNT.c.id == bindparam("account"))
_TAKEN_FROM_WALLET = (
    select(TAKE.c.lot_id, TAKE.c.amount)
    .join(LOT, LOT.c.id == TAKE.c.lot_id)
    .where(TAKE.c.transaction_id == bindparam("of"), LOT.c.account_id == bindparam("account"))
    .where(TAKE.c.amount > 0)
    .order_by(TAKE.c.lot_id)
)


def post(connection: Connection, postings: Sequence[Posting]) -> list[Posted]:
    """Write some transactions; see :func:`portal.points.ledger.post`."""
    batch = _Batch(connection)
    posted = [batch.post(posting) for posting in postings]
    batch.settle()
    return posted


@dataclass
class _Effects:
    """What a posting writes, gathered before its digest is made."""

    entries: list[tuple[int, int]] = field(default_factory=list)
    lots: list[dict[str, Any]] = field(default_factory=list)
    takes: list[Take] = field(default_factory=list)
    holds: list[Row[Any, Any]] = field(default_factory=list)


class _Batch:
    """The postings of one call; balances change once, at its end."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.ids: dict[tuple[str, str, str, str], int] = {}
        self.purposes: dict[int, str] = {}
        self.changes: dict[int, tuple[int, int]] = {}
        self.moves: dict[type, Callable[[Any, Posting, _Effects], None]] = {
            Transfer: self._transfer,
            Sweep: self._sweep,
            Earn: self._earn,
            Spend: self._spend,
            Capture: self._capture,
            Give: self._give,
            Unearn: self._unearn,
            Restore: self._restore,
            Expire: self._expire,
        }

    def post(self, posting: Posting) -> Posted:
        """Write one transaction, or find that it was written before."""
        first = self.connection.execute(_FIND_TRANSACTION, {"key": posting.key}).first()
        if first is not None:
            if first.body_hash != posting.body_hash:
                raise PostingMismatch
            return Posted(first.id, replayed=True)
        self._refuse_second_reversal(posting)
        effects = _Effects()
        for move in posting.moves:
            self.moves[type(move)](move, posting, effects)
        if not effects.entries:
            return Posted(None)
        self._write(posting, effects)
        return Posted(posting.id)

    def settle(self) -> None:
        """Change the guarded balances; the row count of each decides."""
        for account_id, (free, reserved) in sorted(self.changes.items()):
            if not rows.change_balance(self.connection, account_id, free, reserved):
                raise debit_refused(self.purposes.get(account_id, ""))

    # --- moves ------------------------------------------------------------------------------------

    def _transfer(self, move: Transfer, _posting: Posting, effects: _Effects) -> None:
        self._pass(move.source, move.target, move.amount, effects)

    def _sweep(self, move: Sweep, _posting: Posting, effects: _Effects) -> None:
        source = self._id(move.source)
        kept = self.connection.execute(_BALANCE, {"account": source}).scalar_one()
        amount = kept + self.changes.get(source, (0, 0))[0]
        self._pass(move.source, move.target, max(amount, 0), effects)

    def _earn(self, move: Earn, posting: Posting, effects: _Effects) -> None:
        self._pass(move.source, move.target, move.amount, effects)
        earned_at = move.earned_at or posting.at
        lot = _lot(self._id(move.target), move.amount, earned_at, move.expires_on, move.fund_id)
        effects.lots.append(lot)

    def _spend(self, move: Spend, posting: Posting, effects: _Effects) -> None:
        effects.takes += self._take(move.source, move.amount, posting.day)
        self._pass(move.source, move.target, move.amount, effects)

    def _capture(self, move: Capture, _posting: Posting, effects: _Effects) -> None:
        if any(hold.id == move.hold_id for hold in effects.holds):
            raise HoldNotOpen
        hold = open_hold(self.connection, move.hold_id)
        lots = lots_of_hold(self.connection, move.hold_id)
        rows.change_lots(self.connection, ((lot, 0, -amount) for lot, amount in lots))
        effects.holds.append(hold)
        effects.takes += lots
        effects.entries.append((hold.account_id, -hold.amount))
        self._change(hold.account_id, 0, -hold.amount)
        self._add(move.target, hold.amount, effects)

    def _give(self, move: Give, posting: Posting, effects: _Effects) -> None:
        takes = self._take(move.source, move.amount, posting.day)
        effects.takes += takes
        self._pass(move.source, move.target, move.amount, effects)
        target = self._id(move.target)
        amounts = dict(takes)
        taken = self.connection.execute(
            select(LOT.c.id, LOT.c.earned_at, LOT.c.expires_on, LOT.c.fund_id)
            .where(LOT.c.id.in_(amounts))
            .order_by(LOT.c.id)
        )
        effects.lots += [
            _lot(target, amounts[lot.id], lot.earned_at, lot.expires_on, lot.fund_id)
            for lot in taken
        ]

    def _unearn(self, move: Unearn, posting: Posting, effects: _Effects) -> None:
        source = self._id(move.source)
        own = rows.Own(move.of, move.amount)
        takes = rows.available(self.connection, source, move.owed, posting.day, own)
        rows.change_lots(self.connection, ((lot, -amount, 0) for lot, amount in takes))
        effects.takes += takes
        self._pass(move.source, move.target, sum(amount for _, amount in takes), effects)

    def _restore(self, move: Restore, _posting: Posting, effects: _Effects) -> None:
        values = {"of": move.of, "account": self._id(move.target)}
        taken = self.connection.execute(_TAKEN_FROM_WALLET, values).all()
        rows.change_lots(self.connection, ((lot, amount, 0) for lot, amount in taken))
        effects.takes += [(lot, -amount) for lot, amount in taken]
        self._pass(move.source, move.target, sum(amount for _, amount in taken), effects)

    def _expire(self, move: Expire, posting: Posting, effects: _Effects) -> None:
        over = rows.expired(self.connection, self._id(move.source), posting.day)
        rows.change_lots(self.connection, ((lot, -amount, 0) for lot, amount in over))
        effects.takes += over
        self._pass(move.source, move.target, sum(amount for _, amount in over), effects)

    # --- their parts ------------------------------------------------------------------------------

    def _pass(self, source: Account, target: Account, amount: int, effects: _Effects) -> None:
        self._add(source, -amount, effects)
        self._add(target, amount, effects)

    def _add(self, account: Account, amount: int, effects: _Effects) -> None:
        """One entry; nothing at all for nothing."""
        if not amount:
            return
        account_id = self._id(account)
        effects.entries.append((account_id, amount))
        if account.guarded:
            self._change(account_id, amount, 0)

    def _change(self, account_id: int, free: int, reserved: int) -> None:
        before = self.changes.get(account_id, (0, 0))
        self.changes[account_id] = (before[0] + free, before[1] + reserved)

    def _id(self, account: Account) -> int:
        if account.key not in self.ids:
            found = rows.account_id(self.connection, account)
            self.ids[account.key] = found
            self.purposes[found] = account.purpose
        return self.ids[account.key]

    def _take(self, account: Account, amount: int, day: date) -> list[Take]:
        takes = rows.available(self.connection, self._id(account), amount, day)
        if sum(taken for _, taken in takes) < amount:
            raise InsufficientPoints
        rows.change_lots(self.connection, ((lot, -taken, 0) for lot, taken in takes))
        return takes

    def _refuse_second_reversal(self, posting: Posting) -> None:
        if posting.reverses is not None:
            values = {"reversed": posting.reverses}
            if self.connection.execute(_FIND_REVERSAL, values).first() is not None:
                raise AlreadyReversed

    def _write(self, posting: Posting, effects: _Effects) -> None:
        takes = sorted(effects.takes)
        lots = [lot_line(**lot) for lot in effects.lots]
        row = _row(posting)
        row["digest"] = digest(header(row), effects.entries, lots, takes)
        self.connection.execute(insert(TRANSACTION), row)
        entries = [
            {"transaction_id": posting.id, "position": n, "account_id": account, "amount": amount}
            for n, (account, amount) in enumerate(effects.entries, 1)
        ]
        self.connection.execute(insert(ENTRY), entries)
        made = [
            {**lot, "transaction_id": posting.id, "remaining": lot["amount"]}
            for lot in effects.lots
        ]
        taken = [{"transaction_id": posting.id, "lot_id": i, "amount": n} for i, n in takes]
        for table, written in ((LOT, made), (TAKE, taken)):
            if written:
                self.connection.execute(insert(table), written)
        for hold in effects.holds:
            close_hold(self.connection, hold, "posted", posting.at, posting.id)


def _lot(
    account_id: int, amount: int, earned_at: datetime, expires_on: date, fund_id: str | None
) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "amount": amount,
        "earned_at": earned_at,
        "expires_on": expires_on,
        "fund_id": fund_id,
    }


def _row(posting: Posting) -> dict[str, Any]:
    return {
        "id": posting.id,
        "kind": posting.kind.value,
        "idempotency_key": posting.key,
        "body_hash": posting.body_hash,
        "memo": posting.memo,
        "actor_id": posting.actor_id,
        "created_at": posting.at,
        "value_date": posting.value_date,
        "reverses": posting.reverses,
        "region_code": posting.region_code,
    }
