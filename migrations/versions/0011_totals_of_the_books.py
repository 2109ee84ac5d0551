"""the books keep totals by day and month; a voucher keeps why its shop took it back

``ledger_total`` is made from the entries by a job, beginning with the first one; until it has
caught up, what it has not reached is summed when somebody asks.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FIGURES = ("bookings", "points", "points_in", "points_out", "minutes_in", "minutes_out")


def upgrade() -> None:
    op.add_column("voucher", sa.Column("recall_reason", sa.Text(), nullable=True))
    op.create_table(
        "ledger_total",
        sa.Column("region_code", sa.String(15), nullable=False),
        sa.Column("span", sa.String(5), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        *(sa.Column(name, _COUNT, nullable=False) for name in _FIGURES),
        sa.Column("first_id", sa.String(26), nullable=False),
        sa.Column("last_id", sa.String(26), nullable=False),
        sa.CheckConstraint("span IN ('day', 'month')", name=op.f("ck_ledger_total_span_known")),
        sa.PrimaryKeyConstraint(
            "region_code", "span", "begins_on", "kind", name=op.f("pk_ledger_total")
        ),
    )
    op.create_index("ix_ledger_total_span", "ledger_total", ["span", "begins_on"])
    op.create_table(
        "ledger_total_head",
        sa.Column("id", _COUNT, autoincrement=False, nullable=False),
        sa.Column("totalled_to", _COUNT, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_ledger_total_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_total_head")),
    )


def downgrade() -> None:
    op.drop_column("voucher", "recall_reason")
    op.drop_table("ledger_total_head")
    op.drop_table("ledger_total")
