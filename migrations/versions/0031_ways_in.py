"""ways into suggestions: pictures, other systems, people without an account

Revision ID: 0031
Revises: 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core.database import UtcDateTime

revision = "0031"
down_revision = "0030"
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
    _keep_where_from()
    op.create_index("ix_suggestion_place", "suggestion", ["latitude", "longitude"])


def downgrade() -> None:
    op.drop_index("ix_suggestion_place", "suggestion")
    op.drop_table("suggestion_contact")
    op.drop_table("suggestion_source")
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


def _keep_where_from() -> None:
    op.create_table(
        "suggestion_source",
        sa.Column("suggestion_id", _ID, nullable=False),
        sa.Column("system", sa.String(length=80), nullable=False),
        sa.Column("foreign_id", sa.String(length=100), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("zipcode", sa.String(length=20), nullable=True),
        sa.Column("media_url", sa.String(length=2_000), nullable=True),
        sa.CheckConstraint("system <> ''", name=op.f("ck_suggestion_source_system_given")),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestion.id"],
            name=op.f("fk_suggestion_source_suggestion_id_suggestion"),
        ),
        sa.PrimaryKeyConstraint("suggestion_id", name=op.f("pk_suggestion_source")),
    )
    op.create_index(
        "uq_suggestion_source_foreign",
        "suggestion_source",
        ["system", "foreign_id"],
        unique=True,
    )
    op.create_table(
        "suggestion_contact",
        sa.Column("suggestion_id", _ID, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("first_name", sa.String(length=80), nullable=True),
        sa.Column("last_name", sa.String(length=80), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("device_id", sa.String(length=200), nullable=True),
        sa.Column("account_id", sa.String(length=200), nullable=True),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestion.id"],
            name=op.f("fk_suggestion_contact_suggestion_id_suggestion"),
        ),
        sa.PrimaryKeyConstraint("suggestion_id", name=op.f("pk_suggestion_contact")),
    )
    op.create_index("ix_suggestion_contact_received", "suggestion_contact", ["received_at"])
