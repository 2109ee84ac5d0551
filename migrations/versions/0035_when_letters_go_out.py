"""when people want to be written to, and what waits to be sent

Revision ID: 0035
Revises: 0034
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core.database import UtcDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notification_habit",
        sa.Column("user_id", sa.String(length=26), nullable=False),
        sa.Column("daily", sa.Boolean(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("texts", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)",
            name=op.f("ck_notification_habit_quiet_hours_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_notification_habit_user_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notification_habit")),
    )
    op.create_table(
        "notification_waiting",
        sa.Column("notification_id", sa.String(length=26), nullable=False),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("user_id", sa.String(length=26), nullable=False),
        sa.Column("due_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel IN ('email', 'sms')", name=op.f("ck_notification_waiting_channel_known")
        ),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notification.id"],
            name=op.f("fk_notification_waiting_notification_id_notification"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_notification_waiting_user_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("notification_id", "channel", name=op.f("pk_notification_waiting")),
    )
    op.create_index("ix_notification_waiting_due", "notification_waiting", ["due_at", "user_id"])
    op.create_index("ix_notification_waiting_user", "notification_waiting", ["user_id", "channel"])


def downgrade() -> None:
    op.drop_table("notification_waiting")
    op.drop_table("notification_habit")
