"""supporters of proposals counted, who made how many, and when enough supported

Columns that come to an older table bring their rules along: making it anew on SQLite would lose
the rules it has.

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core.database import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _add_supporters()
    op.add_column(
        "option_proposal", sa.Column("reached_at", UtcDateTime(timezone=True), nullable=True)
    )
    op.create_index(
        "ix_option_proposal_supporters",
        "option_proposal",
        ["consultation_id", "supporters", "id"],
    )
    op.create_table(
        "option_proposals_made",
        sa.Column("consultation_id", sa.String(length=26), nullable=False),
        sa.Column("resident_id", sa.String(length=26), nullable=False),
        sa.Column("number", _COUNT, nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_option_proposals_made_number_counted")),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_option_proposals_made_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["user_account.id"],
            name=op.f("fk_option_proposals_made_resident_id_user_account"),
        ),
        sa.PrimaryKeyConstraint(
            "consultation_id", "resident_id", name=op.f("pk_option_proposals_made")
        ),
    )
    op.create_index("ix_option_proposals_made_resident", "option_proposals_made", ["resident_id"])
    _count_what_is_there()


def downgrade() -> None:
    op.drop_table("option_proposals_made")
    op.drop_index("ix_option_proposal_supporters", table_name="option_proposal")
    op.drop_column("option_proposal", "reached_at")
    _drop_supporters()


def _add_supporters() -> None:
    rule = "CONSTRAINT ck_option_proposal_supporters_counted CHECK (supporters >= 0)"
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE option_proposal ADD COLUMN supporters {kind} NOT NULL DEFAULT 0 {rule}"
    )


def _drop_supporters() -> None:
    op.drop_column("option_proposal", "supporters")


def _count_what_is_there() -> None:
    op.execute(
        "UPDATE option_proposal SET supporters = (SELECT count(*) FROM option_proposal_supporter"
        " WHERE option_proposal_supporter.proposal_id = option_proposal.id)"
    )
    op.execute(
        "INSERT INTO option_proposals_made (consultation_id, resident_id, number)"
        " SELECT p.consultation_id, a.author_id, count(*) FROM option_proposal p"
        " JOIN option_proposal_author a ON a.proposal_id = p.id"
        " WHERE NOT EXISTS"
        " (SELECT 1 FROM option_proposal_merger m WHERE m.result_id = p.id)"
        " GROUP BY p.consultation_id, a.author_id"
    )
