"""votes of others, taken in from files for study

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_WHERE = {"sqlite_where": sa.text("is_study = 1"), "postgresql_where": sa.text("is_study")}


def upgrade() -> None:
    op.add_column(
        "consultation",
        sa.Column("is_study", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_index("ix_consultation_study", "consultation", ["region_code", "id"], **_WHERE)


def downgrade() -> None:
    op.drop_index("ix_consultation_study", table_name="consultation")
    op.drop_column("consultation", "is_study")
