"""notices, and whom they have reached

Revision ID: 0034
Revises: 0033
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core.database import Counted, Json, UtcDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_PUBLISHED = sa.text("status = 'published'")
_SCHEDULED = sa.text("status = 'scheduled'")
_PINNED = sa.text("status = 'published' AND pinned_until IS NOT NULL")


def upgrade() -> None:
    _notice()
    _texts()
    _readers()


def downgrade() -> None:
    for table in ("notice_reach", "notice_reader", "notice_text", "notice"):
        op.drop_table(table)


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("region_code", sa.String(length=15), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("audiences", Json, nullable=False),
        sa.Column("document_number", sa.String(length=60), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("confirm", sa.Boolean(), nullable=False),
        sa.Column("publish_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("published_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("pinned_until", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_by", sa.String(length=26), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "status IN ('draft', 'scheduled', 'published', 'withdrawn')",
            name=op.f("ck_notice_status_known"),
        ),
        sa.CheckConstraint(
            "status <> 'scheduled' OR publish_at IS NOT NULL",
            name=op.f("ck_notice_scheduled_for_a_time"),
        ),
        sa.CheckConstraint(
            "(status IN ('published', 'withdrawn')) = (published_at IS NOT NULL)",
            name=op.f("ck_notice_published_at_a_time"),
        ),
        sa.CheckConstraint(
            "(status = 'withdrawn') = (withdrawn_at IS NOT NULL) "
            "AND (withdrawn_at IS NULL) = (withdrawn_reason IS NULL)",
            name=op.f("ck_notice_withdrawn_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_notice_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_notice_region_code_region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_region", "notice", ["region_code", "id"])
    op.create_index("ix_notice_published", "notice", ["published_at", "id"])
    _partial("ix_notice_current", ["region_code", "published_at", "id"], _PUBLISHED)
    _partial("ix_notice_due", ["publish_at", "id"], _SCHEDULED)
    _partial("ix_notice_pinned", ["region_code", "pinned_until"], _PINNED)


def _partial(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, "notice", columns, sqlite_where=where, postgresql_where=where)


def _texts() -> None:
    op.create_table(
        "notice_text",
        sa.Column("notice_id", sa.String(length=26), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("summary", sa.String(length=400), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("locale IN ('zh_Hans', 'en')", name=op.f("ck_notice_text_locale_known")),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_text_notice_id_notice")
        ),
        sa.PrimaryKeyConstraint("notice_id", "locale", name=op.f("pk_notice_text")),
    )


def _readers() -> None:
    op.create_table(
        "notice_reader",
        sa.Column("notice_id", sa.String(length=26), nullable=False),
        sa.Column("user_id", sa.String(length=26), nullable=False),
        sa.Column("region_code", sa.String(length=15), nullable=False),
        sa.Column("told_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("opened_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR opened_at IS NOT NULL",
            name=op.f("ck_notice_reader_opened_first"),
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_reader_notice_id_notice")
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_notice_reader_region_code_region")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_notice_reader_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("notice_id", "user_id", name=op.f("pk_notice_reader")),
    )
    op.create_index("ix_notice_reader_user", "notice_reader", ["user_id", "notice_id"])
    op.create_table(
        "notice_reach",
        sa.Column("notice_id", sa.String(length=26), nullable=False),
        sa.Column("region_code", sa.String(length=15), nullable=False),
        sa.Column("told", Counted, nullable=False),
        sa.Column("opened", Counted, nullable=False),
        sa.Column("confirmed", Counted, nullable=False),
        sa.CheckConstraint(
            "told >= opened AND opened >= confirmed AND confirmed >= 0",
            name=op.f("ck_notice_reach_counts_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_reach_notice_id_notice")
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_notice_reach_region_code_region")
        ),
        sa.PrimaryKeyConstraint("notice_id", "region_code", name=op.f("pk_notice_reach")),
    )
