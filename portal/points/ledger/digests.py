"""Digests of transactions, accounts and holds: each of one text, hashed alike by Python and by the
functions in PostgreSQL.

The text is JSON as both write it: arrays with ", " between, strings escaped only where they must
be. A transaction's covers the row, the entries by position, the lots made and the takes by their
ids.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"

_OF_ACCOUNT = ("id", "book", "owner_kind", "owner_id", "purpose", "region_code", "guarded")


def instant(moment: datetime) -> str:
    """An instant to the microsecond, as it stands in the text."""
    return moment.astimezone(UTC).strftime(INSTANT)


def lot_line(
    account_id: int, amount: int, earned_at: datetime, expires_on: date, fund_id: str | None
) -> list[Any]:
    return [account_id, amount, instant(earned_at), expires_on.isoformat(), fund_id]


def header(row: Mapping[str, Any]) -> list[Any]:
    """The transaction's own part of the text, from the values of its row."""
    return [
        row["id"],
        row["kind"],
        row["idempotency_key"],
        row["body_hash"],
        row["memo"],
        row["actor_id"],
        instant(row["created_at"]),
        row["value_date"].isoformat(),
        row["region_code"],
        row["reverses"],
    ]


def digest(
    head: Sequence[Any],
    entries: Sequence[Sequence[int]],
    lots: Sequence[Sequence[Any]],
    takes: Sequence[Sequence[int]],
) -> str:
    """SHA-256 of a transaction.

    Args:
        head: what :func:`header` gives.
        entries: account and amount, by position.
        lots: what :func:`lot_line` gives, in the order of their making.
        takes: lot and amount, by lot.
    """
    return _hashed([*head, entries, lots, takes])


def account_digest(row: Mapping[str, Any]) -> str:
    """SHA-256 of what never changes of an account, from the values of its row."""
    return _hashed([row[name] for name in _OF_ACCOUNT])


def hold_digest(row: Mapping[str, Any]) -> str:
    """SHA-256 of a hold as it stands, from the values of its row."""
    closed_at = row["closed_at"]
    return _hashed(
        [
            row["id"],
            row["account_id"],
            row["amount"],
            row["key"],
            instant(row["created_at"]),
            row["status"],
            instant(closed_at) if closed_at else None,
            row["transaction_id"],
        ]
    )


def _hashed(content: Sequence[Any]) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
