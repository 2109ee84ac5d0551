"""ways into suggestions: pictures, other systems, people without an account

Revision ID: 0031
Revises: 0029
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core.database import UtcDateTime

revision = "0031"
down_revision = "0029"
branch_labels = None
depends_on = None

_ID = sa.String(length=26)
_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = UtcDateTime(timezone=True)
_ROLES = (
    "by_role IN ('department_handler', 'dispatcher', 'grid_worker', 'resident', 'social_worker', "
    "'supervisor', 'system')"
)


def upgrade() -> None:
    op.add_column(
        "suggestion_category",
        sa.Column("is_works", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    _keep_pictures()


def downgrade() -> None:
    op.drop_table("suggestion_photo")
    op.drop_column("suggestion_category", "is_works")


def _keep_pictures() -> None:
    op.create_table(
        "suggestion_photo",
        sa.Column("id", _ID, nullable=False),
        sa.Column("suggestion_id", _ID, nullable=False),
        sa.Column("region_code", sa.String(length=15), nullable=False),
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("slot", _WHOLE, nullable=False),
        sa.Column("position", _WHOLE, nullable=False),
        sa.Column("by_role", sa.String(length=20), nullable=False),
        sa.Column("department_id", _ID, nullable=True),
        sa.Column("added_by", _ID, nullable=True),
        sa.Column("name", sa.String(length=37), nullable=False),
        sa.Column("added_at", _INSTANT, nullable=False),
        sa.CheckConstraint("slot BETWEEN 1 AND 6", name=op.f("ck_suggestion_photo_slots_are_few")),
        sa.CheckConstraint("position > 0", name=op.f("ck_suggestion_photo_of_a_case_that_began")),
        sa.CheckConstraint(_ROLES, name=op.f("ck_suggestion_photo_role_known")),
        sa.CheckConstraint(
            "(department_id IS NULL) = (by_role <> 'department_handler')",
            name=op.f("ck_suggestion_photo_work_of_somebody"),
        ),
        sa.CheckConstraint(
            "added_by IS NULL OR by_role NOT IN ('resident', 'system')",
            name=op.f("ck_suggestion_photo_no_resident_named"),
        ),
        sa.ForeignKeyConstraint(
            ["added_by"],
            ["user_account.id"],
            name=op.f("fk_suggestion_photo_added_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_suggestion_photo_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_suggestion_photo_region_code_region")
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestion.id"],
            name=op.f("fk_suggestion_photo_suggestion_id_suggestion"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_photo")),
        sa.UniqueConstraint("name", name=op.f("uq_suggestion_photo_name")),
    )
    op.create_index(
        "uq_suggestion_photo_slot",
        "suggestion_photo",
        ["suggestion_id", "series", "slot"],
        unique=True,
    )
    op.create_index("ix_suggestion_photo_department", "suggestion_photo", ["department_id"])
    op.create_index("ix_suggestion_photo_adder", "suggestion_photo", ["added_by"])
