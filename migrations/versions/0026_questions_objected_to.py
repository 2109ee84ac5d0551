"""questions to the committee that somebody objects to

Columns that come to an older table bring their rules along, and take them away again.

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core.database import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_ID = sa.String(length=26)
_FLAGGED = sa.text("flagged_at IS NOT NULL")
_TABLE = "supervision_question"


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    instant = "DATETIME" if on_sqlite else "TIMESTAMP WITH TIME ZONE"
    for column in (
        f"flagged_at {instant}",
        f"hidden_at {instant}",
        (
            "hidden_by VARCHAR(26) CONSTRAINT fk_supervision_question_hidden_by_user_account"
            " REFERENCES user_account (id)"
        ),
        (
            "hidden_reason VARCHAR(500) CONSTRAINT ck_supervision_question_hidden_for_a_reason"
            " CHECK ((hidden_at IS NULL) = (hidden_reason IS NULL))"
        ),
    ):
        op.execute(f"ALTER TABLE {_TABLE} ADD COLUMN {column}")
    op.create_index(
        "ix_supervision_question_flagged",
        _TABLE,
        ["flagged_at", "id"],
        sqlite_where=_FLAGGED,
        postgresql_where=_FLAGGED,
    )
    op.create_table(
        "supervision_flag",
        sa.Column("question_id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["supervision_question.id"],
            name=op.f("fk_supervision_flag_question_id_supervision_question"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_supervision_flag_user_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("question_id", "user_id", name=op.f("pk_supervision_flag")),
    )
    op.create_index("ix_supervision_flag_user", "supervision_flag", ["user_id"])


def downgrade() -> None:
    op.drop_table("supervision_flag")
    op.drop_index("ix_supervision_question_flagged", table_name=_TABLE)
    for column in ("hidden_reason", "hidden_by", "hidden_at", "flagged_at"):
        op.drop_column(_TABLE, column)
