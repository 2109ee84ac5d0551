"""The write path on PostgreSQL: each call is one round trip to a function of migration 0002."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from portal.core.direct import fetch_scalar
from portal.core.errors import DomainError
from portal.core.ids import new_id
from portal.points.errors import AlreadyReversed, HoldNotOpen, PostingMismatch
from portal.points.ledger.accounts import Account, Purpose
from portal.points.ledger.digests import instant
from portal.points.ledger.postings import Move, Posted, Posting
from portal.points.ledger.refusals import debit_refused

_POST = "SELECT ledger_post(%(batch)s::text::jsonb)"
_HOLD = "SELECT ledger_hold(%(hold)s::text::jsonb)"
_VOID = "SELECT ledger_void(%(hold_id)s::text, %(at)s::text::timestamptz)"

_REFUSALS: dict[str, type[DomainError]] = {
    "LG003": HoldNotOpen,
    "LG004": PostingMismatch,
    "LG005": AlreadyReversed,
}
_UNCOVERED = {"LG001": Purpose.WALLET, "LG002": Purpose.BUDGET}
_UNIQUE_VIOLATION = "23505"
_UNIQUE_KEYS = {
    "uq_ledger_transaction_idempotency_key": PostingMismatch,
    "uq_ledger_transaction_reverses": AlreadyReversed,
    "uq_ledger_hold_key": PostingMismatch,
}


def post(connection: Connection, postings: Sequence[Posting]) -> list[Posted]:
    """Write some transactions; see :func:`portal.points.ledger.post`."""
    names = _Accounts()
    batch = {"postings": [_posting(each, names) for each in postings], "accounts": names.rows}
    results = _call(connection, _POST, batch=json.dumps(batch, ensure_ascii=False))
    return [Posted(each["id"], each["replayed"]) for each in results]


def hold(
    connection: Connection, wallet: Account, amount: int, *, key: str, at: datetime, day: date
) -> str:
    """Reserve points; see :func:`portal.points.ledger.hold`."""
    values = {
        "id": new_id(),
        "owner": wallet.owner_id,
        "amount": amount,
        "key": key,
        "at": instant(at),
        "day": day.isoformat(),
    }
    return str(_call(connection, _HOLD, hold=json.dumps(values, ensure_ascii=False)))


def void(connection: Connection, hold_id: str, at: datetime) -> date:
    """Put a hold's points back; see :func:`portal.points.ledger.void`."""
    day: date = _call(connection, _VOID, hold_id=hold_id, at=instant(at))
    return day


class _Accounts:
    """The accounts of a batch, each once; moves refer to them by position from 1."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
        self.positions: dict[tuple[str, str, str, str], int] = {}

    def position(self, account: Account) -> int:
        if account.key not in self.positions:
            self.rows.append([*account.key, account.region_code, account.guarded])
            self.positions[account.key] = len(self.rows)
        return self.positions[account.key]


def _posting(posting: Posting, names: _Accounts) -> dict[str, Any]:
    return {
        "id": posting.id,
        "kind": posting.kind.value,
        "key": posting.key,
        "body_hash": posting.body_hash,
        "memo": posting.memo,
        "actor": posting.actor_id,
        "at": instant(posting.at),
        "day": posting.day.isoformat(),
        "value_date": posting.value_date.isoformat(),
        "region": posting.region_code,
        "reverses": posting.reverses,
        "moves": [_move(move, names) for move in posting.moves],
    }


def _move(move: Move, names: _Accounts) -> dict[str, Any]:
    described: dict[str, Any] = {"type": type(move).__name__.lower()}
    for each in fields(move):
        described[each.name] = _plain(getattr(move, each.name), names)
    return described


def _plain(value: Any, names: _Accounts) -> Any:
    if isinstance(value, Account):
        return names.position(value)
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else value


def _call(connection: Connection, sql: str, **values: Any) -> Any:
    try:
        return fetch_scalar(connection, sql, values)
    except DBAPIError as error:
        refusal = _refusal(error)
        if refusal is None:
            raise
        raise refusal from error


def _refusal(error: DBAPIError) -> DomainError | None:
    """What the function's own code, or a key that somebody else was faster with, means."""
    state = getattr(error.orig, "sqlstate", None)
    if state in _UNCOVERED:
        return debit_refused(_UNCOVERED[state])
    if state == _UNIQUE_VIOLATION:
        name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        known = _UNIQUE_KEYS.get(name or "")
        return known() if known else None
    found = _REFUSALS.get(state or "")
    return found() if found else None
