"""corrections take back what is there; accounts and holds carry digests; rowids are guarded

The ledger's functions on PostgreSQL that change are in ``migrations/sql/0007_*``. The triggers of
append-only tables are made anew: on SQLite they also guard the rowid, ids are fixed, and holds are
protected too. The audit chain's length and end are noted beside it.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.engine import Connection

from portal.core.append_only import Protected, protect, unprotect
from portal.core.database import UtcDateTime
from portal.points.ledger.digests import account_digest, hold_digest

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

AT_ONCE = 1_000
SQL = Path(__file__).resolve().parent.parent / "sql"
CHANGED = ("ledger_account_ids", "ledger_take", "ledger_post", "ledger_hold", "ledger_void")
NEW = (
    "ledger_take(bigint, bigint, date, text[], bigint)",
    "ledger_hold_digest(ledger_hold, text, timestamptz, text)",
    "ledger_instant(timestamptz)",
    "ledger_digest(jsonb)",
)
KEPT = (
    Protected("ledger_transaction", (("id",), ("idempotency_key",), ("reverses",))),
    Protected("ledger_entry", (("id",), ("transaction_id", "position"))),
    Protected("ledger_lot_take", (("transaction_id", "lot_id"),)),
    Protected("audit_event", (("id",),)),
    Protected("audit_link", (("position",), ("event_id",))),
)
_LOT_KEYS = (("id",),)
_LOT_FIXED = ("account_id", "transaction_id", "amount", "earned_at", "expires_on", "fund_id")
_ACCOUNT_KEYS = (("id",), ("book", "owner_kind", "owner_id", "purpose"))
_ACCOUNT_FIXED = ("book", "owner_kind", "owner_id", "purpose", "guarded")
BEFORE = (
    *KEPT,
    Protected("ledger_lot", _LOT_KEYS, fixed=_LOT_FIXED),
    Protected("ledger_account", _ACCOUNT_KEYS, fixed=_ACCOUNT_FIXED),
)
HOLDS = (
    Protected(
        "ledger_hold",
        (("id",), ("key",)),
        fixed=("id", "account_id", "amount", "key", "created_at"),
    ),
    Protected("ledger_hold_lot", (("hold_id", "lot_id"),)),
)
NOW = (
    *KEPT,
    Protected("ledger_lot", _LOT_KEYS, fixed=("id", *_LOT_FIXED)),
    Protected(
        "ledger_account",
        _ACCOUNT_KEYS,
        fixed=("id", *_ACCOUNT_FIXED, "region_code", "digest"),
    ),
    *HOLDS,
)

_ACCOUNT = sa.table(
    "ledger_account",
    *map(sa.column, ("id", "book", "owner_kind", "owner_id", "purpose", "region_code", "digest")),
    sa.column("guarded", sa.Boolean()),
)
_HOLD = sa.table(
    "ledger_hold",
    *map(sa.column, ("id", "account_id", "amount", "key", "status", "transaction_id", "digest")),
    sa.column("created_at", UtcDateTime(timezone=True)),
    sa.column("closed_at", UtcDateTime(timezone=True)),
)


def upgrade() -> None:
    connection = op.get_bind()
    for table in ("ledger_account", "ledger_hold"):
        op.add_column(table, sa.Column("digest", sa.String(64), nullable=False, server_default=""))
    op.create_table(
        "audit_head",
        sa.Column("id", _whole(), autoincrement=False, nullable=False),
        sa.Column("length", _whole(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.execute(
        "INSERT INTO audit_head (id, length, hash)"
        " SELECT 1, position, hash FROM audit_link ORDER BY position DESC LIMIT 1"
    )
    _digest(connection, _ACCOUNT, account_digest)
    _digest(connection, _HOLD, hold_digest)
    for protected in BEFORE:
        unprotect(connection, protected.table)
    for protected in NOW:
        protect(connection, protected)
    if connection.dialect.name == "postgresql":
        for statement in _statements("0007_ledger_postgresql.sql"):
            connection.exec_driver_sql(statement)


def downgrade() -> None:
    connection = op.get_bind()
    for protected in NOW:
        unprotect(connection, protected.table)
    for protected in BEFORE:
        protect(connection, protected)
    if connection.dialect.name == "postgresql":
        for function in NEW:
            connection.exec_driver_sql(f"DROP FUNCTION {function}")
        for statement in _statements("0002_ledger_postgresql.sql"):
            if re.search(rf"CREATE FUNCTION ({'|'.join(CHANGED)})\(", statement):
                again = statement.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
                connection.exec_driver_sql(again)
    op.drop_table("audit_head")
    for table in ("ledger_hold", "ledger_account"):
        op.drop_column(table, "digest")


def _whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _statements(name: str) -> list[str]:
    return (SQL / name).read_text(encoding="utf-8").split("--;;\n")


def _digest(
    connection: Connection, table: sa.TableClause, of: Callable[[Mapping[str, Any]], str]
) -> None:
    """Give the rows there are their digests, some at a time."""
    last = None
    while True:
        rows = sa.select(table).order_by(table.c.id).limit(AT_ONCE)
        if last is not None:
            rows = rows.where(table.c.id > last)
        page = connection.execute(rows).mappings().all()
        if not page:
            return
        connection.execute(
            sa.update(table)
            .where(table.c.id == sa.bindparam("row"))
            .values(digest=sa.bindparam("made")),
            [{"row": row["id"], "made": of(dict(row))} for row in page],
        )
        last = page[-1]["id"]
