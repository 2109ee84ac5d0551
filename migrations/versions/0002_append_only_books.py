"""append-only books and the ledger's functions

Triggers keep what was written into the books and the audit log, on both databases; on PostgreSQL
the ledger's write path is a set of functions. Their texts in ``migrations/sql/0002_*`` belong to
this revision: a later version of a function comes with a revision of its own.

A later revision that alters one of these tables in batch mode makes the table anew on SQLite, and
its triggers go with the old one: it must ``protect`` the table again.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

from portal.core.append_only import Protected, drop_refusal, make_refusal, protect, unprotect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0002_ledger_postgresql.sql"
FUNCTIONS = (
    "ledger_void(text, timestamptz)",
    "ledger_hold(jsonb)",
    "ledger_post(jsonb)",
    "ledger_copies(jsonb, bigint)",
    "ledger_settle(bigint[], bigint[], bigint[])",
    "ledger_write(jsonb, jsonb, jsonb, jsonb)",
    "ledger_sum(jsonb)",
    "ledger_take(bigint, bigint, date, text)",
    "ledger_account_ids(jsonb)",
)
TABLES = (
    Protected("ledger_transaction", (("id",), ("idempotency_key",), ("reverses",))),
    Protected("ledger_entry", (("id",), ("transaction_id", "position"))),
    Protected("ledger_lot_take", (("transaction_id", "lot_id"),)),
    Protected("audit_event", (("id",),)),
    Protected("audit_link", (("position",), ("event_id",))),
    Protected(
        "ledger_lot",
        (("id",),),
        fixed=("account_id", "transaction_id", "amount", "earned_at", "expires_on", "fund_id"),
    ),
    Protected(
        "ledger_account",
        (("id",), ("book", "owner_kind", "owner_id", "purpose")),
        fixed=("book", "owner_kind", "owner_id", "purpose", "guarded"),
    ),
)


def upgrade() -> None:
    connection = op.get_bind()
    make_refusal(connection)
    for table in TABLES:
        protect(connection, table)
    if connection.dialect.name == "postgresql":
        for statement in SQL.read_text(encoding="utf-8").split("--;;\n"):
            connection.exec_driver_sql(statement)


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for function in FUNCTIONS:
            connection.exec_driver_sql(f"DROP FUNCTION {function}")
    for table in TABLES:
        unprotect(connection, table.table)
    drop_refusal(connection)
