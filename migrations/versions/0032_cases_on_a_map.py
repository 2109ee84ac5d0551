"""what a map of open cases is drawn from

Revision ID: 0032
Revises: 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_ON_THE_MAP = sa.text(
    "visibility = 'public' AND latitude IS NOT NULL AND status IN ('accepted', 'dispatched', "
    "'in_progress', 'received', 'reopened', 'returned')"
)


def upgrade() -> None:
    op.create_index(
        "ix_suggestion_map",
        "suggestion",
        ["region_code", "latitude", "longitude", "status", "due_at", "id"],
        sqlite_where=_ON_THE_MAP,
        postgresql_where=_ON_THE_MAP,
    )


def downgrade() -> None:
    op.drop_index("ix_suggestion_map", table_name="suggestion")
