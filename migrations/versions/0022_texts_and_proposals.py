"""what residents propose, the wordings of options, and covenants with their versions

A covenant keeps what was adopted, by triggers; a batch alteration of it on SQLite must ``protect``
it again. The columns that come to older tables bring their rules along: making those tables anew
on SQLite would lose the rules they have.

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core.append_only import Protected, protect, unprotect
from portal.core.database import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEPT = Protected("covenant_version", (("region_code", "number"), ("consultation_id",)))
_FLAGS = ("proposals_allowed", "about_covenant")
_TABLES = (
    "covenant_version",
    "option_amendment",
    "option_proposal",
    "option_version",
    "option_proposal_author",
    "option_proposal_merger",
    "option_proposal_supporter",
    "option_proposal_merger_consent",
    "option_proposal_merger_part",
)
"""In the order in which each refers to those before it."""


def upgrade() -> None:
    op.create_table(
        "covenant_version",
        sa.Column("region_code", sa.String(length=15), nullable=False),
        sa.Column("number", _COUNT, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=False),
        sa.Column("consultation_id", sa.String(length=26), nullable=True),
        sa.Column("option_id", sa.String(length=26), nullable=True),
        sa.Column("entered_by", sa.String(length=26), nullable=False),
        sa.Column("entered_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(consultation_id IS NULL) = (option_id IS NULL)",
            name=op.f("ck_covenant_version_decision_whole"),
        ),
        sa.CheckConstraint(
            "number = 1 OR consultation_id IS NOT NULL",
            name=op.f("ck_covenant_version_adopted_by_decision"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_covenant_version_number_counted")),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_covenant_version_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"],
            ["user_account.id"],
            name=op.f("fk_covenant_version_entered_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["option_id"],
            ["consultation_option.id"],
            name=op.f("fk_covenant_version_option_id_consultation_option"),
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_covenant_version_region_code_region")
        ),
        sa.PrimaryKeyConstraint("region_code", "number", name=op.f("pk_covenant_version")),
    )
    op.create_index(
        "uq_covenant_version_consultation", "covenant_version", ["consultation_id"], unique=True
    )

    op.create_table(
        "option_amendment",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("option_id", sa.String(length=26), nullable=False),
        sa.Column("number", _COUNT, nullable=False),
        sa.Column("position", _COUNT, nullable=False),
        sa.Column("old_sentence", sa.Text(), nullable=False),
        sa.Column("new_sentence", sa.Text(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("author_id", sa.String(length=26), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=26), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=True),
        sa.Column("made_version", _COUNT, nullable=True),
        sa.CheckConstraint(
            "(status = 'accepted') = (made_version IS NOT NULL)",
            name=op.f("ck_option_amendment_accepted_as"),
        ),
        sa.CheckConstraint(
            "status <> 'rejected' OR answer IS NOT NULL",
            name=op.f("ck_option_amendment_rejected_why"),
        ),
        sa.CheckConstraint(
            "status IN ('waiting', 'accepted', 'rejected', 'withdrawn')",
            name=op.f("ck_option_amendment_status_known"),
        ),
        sa.CheckConstraint("position >= 0", name=op.f("ck_option_amendment_position_counted")),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["user_account.id"],
            name=op.f("fk_option_amendment_answered_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["user_account.id"],
            name=op.f("fk_option_amendment_author_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["option_id"],
            ["consultation_option.id"],
            name=op.f("fk_option_amendment_option_id_consultation_option"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_option_amendment")),
    )
    op.create_index("ix_option_amendment_author", "option_amendment", ["author_id", "id"])
    op.create_index(
        "ix_option_amendment_made", "option_amendment", ["option_id", "made_version"], unique=True
    )
    op.create_index("ix_option_amendment_option", "option_amendment", ["option_id", "id"])

    op.create_table(
        "option_proposal",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("consultation_id", sa.String(length=26), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cost", _COUNT, nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=26), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=True),
        sa.Column("option_id", sa.String(length=26), nullable=True),
        sa.Column("merged_into", sa.String(length=26), nullable=True),
        sa.CheckConstraint(
            "(status = 'merged') = (merged_into IS NOT NULL)",
            name=op.f("ck_option_proposal_merged_into_what"),
        ),
        sa.CheckConstraint(
            "(status = 'taken_up') = (option_id IS NOT NULL)",
            name=op.f("ck_option_proposal_taken_up_as"),
        ),
        sa.CheckConstraint(
            "status <> 'declined' OR answer IS NOT NULL",
            name=op.f("ck_option_proposal_declined_why"),
        ),
        sa.CheckConstraint(
            "status IN ('waiting', 'taken_up', 'declined', 'merged', 'withdrawn')",
            name=op.f("ck_option_proposal_status_known"),
        ),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_option_proposal_cost_not_negative")),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["user_account.id"],
            name=op.f("fk_option_proposal_answered_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_option_proposal_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["option_proposal.id"],
            name=op.f("fk_option_proposal_merged_into_option_proposal"),
        ),
        sa.ForeignKeyConstraint(
            ["option_id"],
            ["consultation_option.id"],
            name=op.f("fk_option_proposal_option_id_consultation_option"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_option_proposal")),
    )
    op.create_index("ix_option_proposal_consultation", "option_proposal", ["consultation_id", "id"])
    op.create_index("ix_option_proposal_merged_into", "option_proposal", ["merged_into"])
    op.create_index(
        "ix_option_proposal_status", "option_proposal", ["consultation_id", "status", "id"]
    )
    op.create_index("uq_option_proposal_option", "option_proposal", ["option_id"], unique=True)

    op.create_table(
        "option_version",
        sa.Column("option_id", sa.String(length=26), nullable=False),
        sa.Column("number", _COUNT, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("author_id", sa.String(length=26), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_option_version_number_counted")),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["user_account.id"],
            name=op.f("fk_option_version_author_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["option_id"],
            ["consultation_option.id"],
            name=op.f("fk_option_version_option_id_consultation_option"),
        ),
        sa.PrimaryKeyConstraint("option_id", "number", name=op.f("pk_option_version")),
    )
    op.create_index("ix_option_version_author", "option_version", ["author_id"])

    op.create_table(
        "option_proposal_author",
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("author_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["user_account.id"],
            name=op.f("fk_option_proposal_author_author_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["option_proposal.id"],
            name=op.f("fk_option_proposal_author_proposal_id_option_proposal"),
        ),
        sa.PrimaryKeyConstraint("proposal_id", "author_id", name=op.f("pk_option_proposal_author")),
    )
    op.create_index("ix_option_proposal_author_author", "option_proposal_author", ["author_id"])

    op.create_table(
        "option_proposal_merger",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("consultation_id", sa.String(length=26), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cost", _COUNT, nullable=True),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("proposed_by", sa.String(length=26), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("result_id", sa.String(length=26), nullable=True),
        sa.CheckConstraint(
            "(status = 'done') = (result_id IS NOT NULL)",
            name=op.f("ck_option_proposal_merger_done_as"),
        ),
        sa.CheckConstraint(
            "status IN ('waiting', 'done', 'ended')",
            name=op.f("ck_option_proposal_merger_status_known"),
        ),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_option_proposal_merger_cost_not_negative")),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_option_proposal_merger_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"],
            ["user_account.id"],
            name=op.f("fk_option_proposal_merger_proposed_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["result_id"],
            ["option_proposal.id"],
            name=op.f("fk_option_proposal_merger_result_id_option_proposal"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_option_proposal_merger")),
    )
    op.create_index(
        "ix_option_proposal_merger_consultation",
        "option_proposal_merger",
        ["consultation_id", "id"],
    )

    op.create_table(
        "option_proposal_supporter",
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("resident_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["option_proposal.id"],
            name=op.f("fk_option_proposal_supporter_proposal_id_option_proposal"),
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["user_account.id"],
            name=op.f("fk_option_proposal_supporter_resident_id_user_account"),
        ),
        sa.PrimaryKeyConstraint(
            "proposal_id", "resident_id", name=op.f("pk_option_proposal_supporter")
        ),
    )
    op.create_index(
        "ix_option_proposal_supporter_resident", "option_proposal_supporter", ["resident_id"]
    )

    op.create_table(
        "option_proposal_merger_consent",
        sa.Column("merger_id", sa.String(length=26), nullable=False),
        sa.Column("author_id", sa.String(length=26), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["user_account.id"],
            name=op.f("fk_option_proposal_merger_consent_author_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["merger_id"],
            ["option_proposal_merger.id"],
            name=op.f("fk_option_proposal_merger_consent_merger_id_option_proposal_merger"),
        ),
        sa.PrimaryKeyConstraint(
            "merger_id", "author_id", name=op.f("pk_option_proposal_merger_consent")
        ),
    )
    op.create_index(
        "ix_option_proposal_merger_consent_author", "option_proposal_merger_consent", ["author_id"]
    )

    op.create_table(
        "option_proposal_merger_part",
        sa.Column("merger_id", sa.String(length=26), nullable=False),
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["merger_id"],
            ["option_proposal_merger.id"],
            name=op.f("fk_option_proposal_merger_part_merger_id_option_proposal_merger"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["option_proposal.id"],
            name=op.f("fk_option_proposal_merger_part_proposal_id_option_proposal"),
        ),
        sa.PrimaryKeyConstraint(
            "merger_id", "proposal_id", name=op.f("pk_option_proposal_merger_part")
        ),
    )
    op.create_index(
        "ix_option_proposal_merger_part_proposal", "option_proposal_merger_part", ["proposal_id"]
    )
    for name in _FLAGS:
        flag = sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column("consultation", flag)
    _add_number("consultation", "answer_threshold", "", "answer_threshold_positive", ">= 1")
    _add_number("consultation_option", "version", "NOT NULL DEFAULT 0", "version_counted", ">= 0")
    protect(op.get_bind(), KEPT)


def downgrade() -> None:
    unprotect(op.get_bind(), KEPT.table)
    op.drop_column("consultation_option", "version")
    for name in ("answer_threshold", *_FLAGS):
        op.drop_column("consultation", name)
    for table in reversed(_TABLES):
        op.drop_table(table)


def _add_number(table: str, name: str, more: str, rule: str, holds: str) -> None:
    """A column that counts, with its rule."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {name} {kind} {more}"
        f" CONSTRAINT ck_{table}_{rule} CHECK ({name} {holds})"
    )
