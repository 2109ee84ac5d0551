"""consultations: the roll, the urn, the board, and what is said and decided around them

The board and the changes of a roll keep what was written, by triggers; a batch alteration of either
on SQLite must ``protect`` it again. Roll and urn have no number beside their keys on SQLite
(``WITHOUT ROWID``): it would tell the order of casting.

Revision ID: 0020
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from portal.core.append_only import Protected, protect, unprotect
from portal.core.database import UtcDateTime

revision = "0020"
down_revision = "0012"
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KEPT = (
    Protected("board_line", (("consultation_id", "part", "position"),)),
    Protected("roll_change", (("id",),)),
)


def upgrade() -> None:
    op.create_table(
        "consultation",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("region_code", sa.String(length=15), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("max_choices", _COUNT, nullable=True),
        sa.Column("budget", _COUNT, nullable=True),
        sa.Column("quorum", sa.Float(), nullable=False),
        sa.Column("disclosure", sa.String(length=10), nullable=False),
        sa.Column("minimum_age", _COUNT, nullable=True),
        sa.Column("verified_before", UtcDateTime(timezone=True), nullable=True),
        sa.Column("trustees", _COUNT, nullable=True),
        sa.Column("trustees_needed", _COUNT, nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("created_by", sa.String(length=26), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("discussion_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("opens_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("closes_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("opened_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("roll_salt", sa.LargeBinary(length=32), nullable=True),
        sa.Column("roll_size", _COUNT, nullable=True),
        sa.Column("roll_hash", sa.String(length=64), nullable=True),
        sa.Column("opening_roll_hash", sa.String(length=64), nullable=True),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=True),
        sa.Column("envelope_bytes", _COUNT, nullable=True),
        sa.Column("reminded_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("sealed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("head_hash", sa.String(length=64), nullable=True),
        sa.Column("rewarded_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=26), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "(status IN ('closed', 'decided')) = (head_hash IS NOT NULL) AND (status IN ('closed', 'decided')) = (closed_at IS NOT NULL)",
            name=op.f("ck_consultation_closed_with_a_board"),
        ),
        sa.CheckConstraint(
            "disclosure IN ('trackable', 'separate')", name=op.f("ck_consultation_disclosure_known")
        ),
        sa.CheckConstraint(
            "method IN ('single', 'approval', 'ranked', 'schulze', 'budget_greedy', 'equal_shares')",
            name=op.f("ck_consultation_method_known"),
        ),
        sa.CheckConstraint(
            "status <> 'cancelled' OR reason IS NOT NULL",
            name=op.f("ck_consultation_cancelled_why"),
        ),
        sa.CheckConstraint(
            "status <> 'decided' OR accepted IS NOT NULL", name=op.f("ck_consultation_decided_how")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'discussion', 'open', 'closed', 'decided', 'cancelled')",
            name=op.f("ck_consultation_status_known"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('open', 'closed', 'decided') OR opened_at IS NOT NULL",
            name=op.f("ck_consultation_open_since"),
        ),
        sa.CheckConstraint(
            "(accepted IS NULL) = (decided_at IS NULL)", name=op.f("ck_consultation_decided_when")
        ),
        sa.CheckConstraint(
            "(accepted IS NULL) = (reasons IS NULL)", name=op.f("ck_consultation_decided_why")
        ),
        sa.CheckConstraint(
            "(opened_at IS NULL) = (roll_hash IS NULL) AND (opened_at IS NULL) = (roll_salt IS NULL) AND (opened_at IS NULL) = (opening_roll_hash IS NULL) AND (opened_at IS NULL) = (roll_size IS NULL)",
            name=op.f("ck_consultation_opened_with_a_roll"),
        ),
        sa.CheckConstraint(
            "(trustees IS NULL) = (trustees_needed IS NULL)",
            name=op.f("ck_consultation_trustees_whole"),
        ),
        sa.CheckConstraint("budget >= 0", name=op.f("ck_consultation_budget_not_negative")),
        sa.CheckConstraint(
            "closes_at > opens_at", name=op.f("ck_consultation_closes_after_opening")
        ),
        sa.CheckConstraint("max_choices >= 1", name=op.f("ck_consultation_max_choices_positive")),
        sa.CheckConstraint(
            "quorum BETWEEN 0 AND 1", name=op.f("ck_consultation_quorum_is_a_share")
        ),
        sa.CheckConstraint(
            "trustees_needed BETWEEN 1 AND trustees", name=op.f("ck_consultation_trustees_enough")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user_account.id"],
            name=op.f("fk_consultation_created_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["user_account.id"],
            name=op.f("fk_consultation_decided_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_consultation_region_code_region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
    )
    op.create_index("ix_consultation_created_by", "consultation", ["created_by", "id"])
    op.create_index(
        "ix_consultation_unrewarded",
        "consultation",
        ["id"],
        sqlite_where=sa.text("closed_at IS NOT NULL AND rewarded_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL AND rewarded_at IS NULL"),
    )
    op.create_index("ix_consultation_region", "consultation", ["region_code", "status", "id"])
    op.create_index("ix_consultation_status", "consultation", ["status", "id"])

    op.create_table(
        "ballot_key",
        sa.Column("consultation_id", sa.String(length=26), nullable=False),
        sa.Column("sealed_private_key", sa.LargeBinary(), nullable=False),
        sa.Column("share_hashes", _JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_ballot_key_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_ballot_key")),
    )
    op.create_table(
        "board_line",
        sa.Column("consultation_id", sa.String(length=26), nullable=False),
        sa.Column("part", sa.String(length=8), nullable=False),
        sa.Column("position", _COUNT, autoincrement=False, nullable=False),
        sa.Column("receipt", sa.String(length=40), nullable=True),
        sa.Column("choices", _JSON, nullable=True),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(part = 'choices') = (receipt IS NULL)", name=op.f("ck_board_line_receipt_where_due")
        ),
        sa.CheckConstraint(
            "(part = 'receipts') = (choices IS NULL)", name=op.f("ck_board_line_choices_where_due")
        ),
        sa.CheckConstraint(
            "part IN ('entries', 'receipts', 'choices')", name=op.f("ck_board_line_part_known")
        ),
        sa.CheckConstraint("position >= 0", name=op.f("ck_board_line_position_counted")),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_board_line_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", "part", "position", name=op.f("pk_board_line")),
    )
    op.create_table(
        "commitment",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("consultation_id", sa.String(length=26), nullable=False),
        sa.Column("position", _COUNT, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_commitment_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
    )
    op.create_index(
        "uq_commitment_position", "commitment", ["consultation_id", "position"], unique=True
    )

    op.create_table(
        "consultation_comment",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("consultation_id", sa.String(length=26), nullable=False),
        sa.Column("author_id", sa.String(length=26), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.String(length=26), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["user_account.id"],
            name=op.f("fk_consultation_comment_author_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_comment_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["reply_to"],
            ["consultation_comment.id"],
            name=op.f("fk_consultation_comment_reply_to_consultation_comment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_comment")),
    )
    op.create_index("ix_consultation_comment_author", "consultation_comment", ["author_id", "id"])
    op.create_index(
        "ix_consultation_comment_consultation", "consultation_comment", ["consultation_id", "id"]
    )

    op.create_table(
        "consultation_count",
        sa.Column("consultation_id", sa.String(length=26), nullable=False),
        sa.Column("tally", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_count_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_consultation_count")),
    )
    op.create_table(
        "consultation_option",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("consultation_id", sa.String(length=26), nullable=False),
        sa.Column("position", _COUNT, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("cost", _COUNT, nullable=True),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_consultation_option_cost_not_negative")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_consultation_option_position_counted")),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_option_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_option")),
    )
    op.create_index(
        "uq_consultation_option_position",
        "consultation_option",
        ["consultation_id", "position"],
        unique=True,
    )

    op.create_table(
        "count_progress",
        sa.Column("consultation_id", sa.String(length=26), nullable=False),
        sa.Column("envelopes", _COUNT, nullable=False),
        sa.Column("opened", _COUNT, nullable=False),
        sa.Column("increases", _COUNT, nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_count_progress_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_count_progress")),
    )
    op.create_table(
        "paper_tally",
        sa.Column("consultation_id", sa.String(length=26), nullable=False),
        sa.Column("by_user_id", sa.String(length=26), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("ballots", _COUNT, nullable=False),
        sa.CheckConstraint("ballots >= 0", name=op.f("ck_paper_tally_ballots_counted")),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["user_account.id"], name=op.f("fk_paper_tally_by_user_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_paper_tally_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", "by_user_id", name=op.f("pk_paper_tally")),
    )
    op.create_table(
        "roll_change",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("consultation_id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("change", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("changed_by", sa.String(length=26), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "change IN ('added', 'removed')", name=op.f("ck_roll_change_change_known")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["user_account.id"], name=op.f("fk_roll_change_changed_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_roll_change_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_change")),
    )
    op.create_index("ix_roll_change_consultation", "roll_change", ["consultation_id", "id"])

    op.create_table(
        "roll_entry",
        sa.Column("consultation_id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("resident_id", sa.String(length=26), nullable=False),
        sa.Column("home_code", sa.String(length=15), nullable=False),
        sa.Column("voted_on", sa.Date(), nullable=True),
        sa.Column("way", sa.String(length=6), nullable=True),
        sa.Column("marked_by", sa.String(length=26), nullable=True),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(marked_by IS NOT NULL) = (way IS NOT NULL AND way = 'paper')",
            name=op.f("ck_roll_entry_paper_by_whom"),
        ),
        sa.CheckConstraint("way IN ('online', 'paper')", name=op.f("ck_roll_entry_way_known")),
        sa.CheckConstraint(
            "(voted_on IS NULL) = (way IS NULL)", name=op.f("ck_roll_entry_voted_some_way")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_roll_entry_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["marked_by"], ["user_account.id"], name=op.f("fk_roll_entry_marked_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["user_account.id"],
            name=op.f("fk_roll_entry_resident_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", "key", name=op.f("pk_roll_entry")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_roll_entry_fresh",
        "roll_entry",
        ["consultation_id"],
        sqlite_where=sa.text("fresh = 1"),
        postgresql_where=sa.text("fresh"),
    )
    op.create_index(
        "ix_roll_entry_voted",
        "roll_entry",
        ["consultation_id", "way"],
        sqlite_where=sa.text("voted_on IS NOT NULL"),
        postgresql_where=sa.text("voted_on IS NOT NULL"),
    )
    op.create_index(
        "uq_roll_entry_resident", "roll_entry", ["resident_id", "consultation_id"], unique=True
    )

    op.create_table(
        "urn_envelope",
        sa.Column("consultation_id", sa.String(length=26), nullable=False),
        sa.Column("slot", sa.LargeBinary(length=16), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_urn_envelope_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", "slot", name=op.f("pk_urn_envelope")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_urn_envelope_fresh",
        "urn_envelope",
        ["consultation_id"],
        sqlite_where=sa.text("fresh = 1"),
        postgresql_where=sa.text("fresh"),
    )
    for kept in KEPT:
        protect(op.get_bind(), kept)


def downgrade() -> None:
    connection = op.get_bind()
    for table in KEPT:
        unprotect(connection, table.table)
    op.drop_table("urn_envelope")
    op.drop_table("roll_entry")
    op.drop_table("roll_change")
    op.drop_table("paper_tally")
    op.drop_table("count_progress")
    op.drop_table("consultation_option")
    op.drop_table("consultation_count")
    op.drop_table("consultation_comment")
    op.drop_table("commitment")
    op.drop_table("board_line")
    op.drop_table("ballot_key")
    op.drop_table("consultation")
