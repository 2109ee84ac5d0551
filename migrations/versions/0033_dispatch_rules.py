"""by which rules departments are proposed

Revision ID: 0033
Revises: 0032
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core.database import UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dispatch_rule",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("region_code", sa.String(length=15), nullable=False),
        sa.Column("category_code", sa.String(length=40), nullable=True),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("department_id", sa.String(length=26), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_dispatch_rule_region_code_region")
        ),
        sa.ForeignKeyConstraint(
            ["category_code"],
            ["suggestion_category.code"],
            name=op.f("fk_dispatch_rule_category_code_suggestion_category"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_dispatch_rule_department_id_department"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch_rule")),
    )
    op.create_index("ix_dispatch_rule_region", "dispatch_rule", ["region_code", "id"])
    op.create_index("ix_dispatch_rule_department", "dispatch_rule", ["department_id"])
    op.create_index("ix_dispatch_rule_category", "dispatch_rule", ["category_code"])


def downgrade() -> None:
    op.drop_table("dispatch_rule")
