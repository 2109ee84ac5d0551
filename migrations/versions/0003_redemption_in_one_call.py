"""a redemption in one call of the database

On PostgreSQL the till's work, from the guarded voucher to audit and outbox, is one function around
the ledger's. The text in migrations/sql/0003_* belongs to this revision and is never changed: a
later version of a function comes with a revision of its own.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql" / "0003_redemption_postgresql.sql"
FUNCTIONS = (
    "market_redeem(jsonb)",
    "ledger_capture(text, text, text, text, text, text, timestamptz, date)",
    "audit_record(jsonb)",
    "compact_json(jsonb)",
)


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for statement in SQL.read_text(encoding="utf-8").split("--;;\n"):
            connection.exec_driver_sql(statement)


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for function in FUNCTIONS:
            connection.exec_driver_sql(f"DROP FUNCTION {function}")
