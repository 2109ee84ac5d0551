"""Accounts and holds one by one: whose they are and what for, held against their digests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import Table, select

from portal.core.database import db
from portal.points.ledger.digests import account_digest, hold_digest
from portal.points.ledger.tables import ACCOUNT, HOLD
from portal.points.verification.problems import Problem

_AT_ONCE = 2_000


def changed_rows() -> Iterator[Problem]:
    """Every account and hold that is not what was written."""
    yield from _changed(ACCOUNT, account_digest, "whose the account is, or what for")
    yield from _changed(HOLD, hold_digest, "the hold")


def _changed(
    table: Table, digest: Callable[[Mapping[str, Any]], str], what: str
) -> Iterator[Problem]:
    rows = db.session.execute(
        select(table).order_by(table.c.id), execution_options={"yield_per": _AT_ONCE}
    )
    for row in rows.mappings():
        if digest(dict(row)) != row["digest"]:
            detail = f"{what} is not what was written"
            yield Problem("digest", table.name, str(row["id"]), detail)
