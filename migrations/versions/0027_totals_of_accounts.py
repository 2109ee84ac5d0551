"""totals by day and month of each account that only collects

The job that makes the totals begins again with the first entry, for the accounts and the regions
alike; until it has caught up, what it has not reached is summed when somebody asks.

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEY = ("account_id", "region_code", "span", "begins_on", "kind")
_FIGURES = ("bookings", "amount_in", "amount_out")


def upgrade() -> None:
    op.create_table(
        "ledger_account_total",
        sa.Column("account_id", _COUNT, autoincrement=False, nullable=False),
        sa.Column("region_code", sa.String(15), nullable=False),
        sa.Column("span", sa.String(5), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        *(sa.Column(name, _COUNT, nullable=False) for name in _FIGURES),
        sa.Column("first_id", sa.String(26), nullable=False),
        sa.Column("last_id", sa.String(26), nullable=False),
        sa.CheckConstraint(
            "span IN ('day', 'month')", name=op.f("ck_ledger_account_total_span_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["ledger_account.id"],
            name=op.f("fk_ledger_account_total_account_id_ledger_account"),
        ),
        sa.PrimaryKeyConstraint(*_KEY, name=op.f("pk_ledger_account_total")),
    )
    op.execute("DELETE FROM ledger_total")
    op.execute("DELETE FROM ledger_total_head")


def downgrade() -> None:
    op.drop_table("ledger_account_total")
