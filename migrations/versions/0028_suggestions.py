"""suggestions: what cases are sorted by, cases, and their events, which stay as they were written

Revision ID: 0028
Revises: 0027
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from portal.core.append_only import Protected, protect, unprotect
from portal.core.database import UtcDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_ID = sa.String(length=26)
_REGION = sa.String(length=15)
_WORD = sa.String(length=12)
_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = UtcDateTime(timezone=True)
_OPEN = "status IN ('accepted', 'dispatched', 'in_progress', 'received', 'reopened', 'returned')"
_STATES = "'accepted', 'answered', 'closed', 'dispatched', 'in_progress', 'merged', 'received', 'rejected', 'reopened', 'returned'"

EVENTS = Protected("suggestion_event", keys=(("id",), ("suggestion_id", "position")))


def upgrade() -> None:
    _sort_by()
    _keep_cases()
    _keep_events()
    _keep_what_hangs_on_cases()
    protect(op.get_bind(), EVENTS)


def downgrade() -> None:
    unprotect(op.get_bind(), EVENTS.table)
    for table in (
        "suggestion_note",
        "suggestion_supporter",
        "suggestion_part",
        "suggestion_event",
        "suggestion",
        "category_department",
        "suggestion_category",
        "department",
        "working_day",
    ):
        op.drop_table(table)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _sort_by() -> None:
    op.create_table(
        "working_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_worked", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_working_day")),
    )
    op.create_table(
        "department",
        sa.Column("id", _ID, nullable=False),
        sa.Column("region_code", _REGION, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("closed_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_department_region_code_region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
    )
    op.create_index("ix_department_region", "department", ["region_code", "id"])
    op.create_table(
        "suggestion_category",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("due_working_days", _WHOLE, nullable=False),
        sa.Column("attributes", _JSON, nullable=False),
        sa.Column("department_id", _ID, nullable=True),
        sa.Column("anonymous_allowed", sa.Boolean(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("retired_at", _INSTANT, nullable=True),
        sa.CheckConstraint("code <> ''", name=op.f("ck_suggestion_category_code_given")),
        sa.CheckConstraint(
            "due_working_days BETWEEN 1 AND 250",
            name=op.f("ck_suggestion_category_due_in_working_days"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_suggestion_category_department_id_department"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_suggestion_category")),
    )
    op.create_index("ix_suggestion_category_department", "suggestion_category", ["department_id"])
    op.create_table(
        "category_department",
        sa.Column("category_code", sa.String(length=40), nullable=False),
        sa.Column("region_code", _REGION, nullable=False),
        sa.Column("department_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["category_code"],
            ["suggestion_category.code"],
            name=op.f("fk_category_department_category_code_suggestion_category"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_category_department_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_category_department_region_code_region")
        ),
        sa.PrimaryKeyConstraint(
            "category_code", "region_code", name=op.f("pk_category_department")
        ),
    )
    op.create_index("ix_category_department_department", "category_department", ["department_id"])


def _keep_cases() -> None:
    op.create_table(
        "suggestion",
        sa.Column("id", _ID, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("region_code", _REGION, nullable=False),
        sa.Column("category_code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("attributes", _JSON, nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("visibility", _WORD, nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("reported_by", _ID, nullable=True),
        sa.Column("filed_by", _ID, nullable=True),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_working_days", _WHOLE, nullable=False),
        sa.Column("status", _WORD, nullable=False),
        sa.Column("position", _WHOLE, nullable=False),
        sa.Column("department_id", _ID, nullable=True),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("level", _WHOLE, nullable=False),
        sa.Column("returns", _WHOLE, nullable=False),
        sa.Column("reopenings", _WHOLE, nullable=False),
        sa.Column("first_accepted_at", _INSTANT, nullable=True),
        sa.Column("first_answered_at", _INSTANT, nullable=True),
        sa.Column("judge_until", _INSTANT, nullable=True),
        sa.Column("paused_at", _INSTANT, nullable=True),
        sa.Column("closed_at", _INSTANT, nullable=True),
        sa.Column("closed_way", _WORD, nullable=True),
        sa.Column("score", _WHOLE, nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("merged_into", _ID, nullable=True),
        sa.Column("merged_from", _WORD, nullable=True),
        sa.Column("open_parts", _WHOLE, nullable=False),
        sa.Column("supporters", _WHOLE, nullable=False),
        sa.Column("merged_here", _WHOLE, nullable=False),
        sa.Column("remind_at", _INSTANT, nullable=True),
        sa.Column("escalate_at", _INSTANT, nullable=True),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_at IS NOT NULL)",
            name=op.f("ck_suggestion_closed_at_a_time"),
        ),
        sa.CheckConstraint(
            "(status = 'merged') = (merged_into IS NOT NULL) AND (merged_into IS NULL) = (merged_from IS NULL) AND merged_into <> id",
            name=op.f("ck_suggestion_merged_somewhere"),
        ),
        sa.CheckConstraint(
            "channel IN ('api', 'desk', 'import', 'open311', 'page', 'patrol')",
            name=op.f("ck_suggestion_channel_known"),
        ),
        sa.CheckConstraint(
            "outcome IN ('done', 'information', 'not_competent', 'not_feasible', 'planned')",
            name=op.f("ck_suggestion_outcome_known"),
        ),
        sa.CheckConstraint(
            "status <> 'closed' OR open_parts = 0", name=op.f("ck_suggestion_closed_with_all_parts")
        ),
        sa.CheckConstraint(
            "status <> 'merged' OR merged_here = 0", name=op.f("ck_suggestion_groups_one_deep")
        ),
        sa.CheckConstraint(f"status IN ({_STATES})", name=op.f("ck_suggestion_status_known")),
        sa.CheckConstraint(
            "status NOT IN ('accepted', 'dispatched', 'in_progress') OR department_id IS NOT NULL",
            name=op.f("ck_suggestion_somebody_has_it"),
        ),
        sa.CheckConstraint(
            "visibility IN ('confidential', 'public')", name=op.f("ck_suggestion_visibility_known")
        ),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL) AND latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180",
            name=op.f("ck_suggestion_place_whole"),
        ),
        sa.CheckConstraint("due_working_days > 0", name=op.f("ck_suggestion_due_later")),
        sa.CheckConstraint("level BETWEEN 0 AND 2", name=op.f("ck_suggestion_level_known")),
        sa.CheckConstraint(
            "position > 0 AND returns >= 0 AND reopenings >= 0 AND open_parts >= 0 AND supporters >= 0 AND merged_here >= 0",
            name=op.f("ck_suggestion_counts_not_negative"),
        ),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_suggestion_score_known")),
        sa.ForeignKeyConstraint(
            ["category_code"],
            ["suggestion_category.code"],
            name=op.f("fk_suggestion_category_code_suggestion_category"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_suggestion_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["filed_by"], ["user_account.id"], name=op.f("fk_suggestion_filed_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["suggestion.id"], name=op.f("fk_suggestion_merged_into_suggestion")
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_suggestion_region_code_region")
        ),
        sa.ForeignKeyConstraint(
            ["reported_by"],
            ["user_account.id"],
            name=op.f("fk_suggestion_reported_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint("number", name=op.f("uq_suggestion_number")),
    )
    op.create_index("ix_suggestion_category", "suggestion", ["category_code", "received_at", "id"])
    op.create_index(
        "ix_suggestion_counts",
        "suggestion",
        [
            "region_code",
            "received_on",
            "visibility",
            "status",
            "category_code",
            "department_id",
            "due_at",
            "first_accepted_at",
            "first_answered_at",
            "score",
        ],
    )
    op.create_index(
        "ix_suggestion_department", "suggestion", ["department_id", "status", "due_at", "id"]
    )
    op.create_index("ix_suggestion_due", "suggestion", ["due_at", "id"], **_where(_OPEN))
    op.create_index(
        "ix_suggestion_escalate",
        "suggestion",
        ["escalate_at", "id"],
        **_where(f"escalate_at IS NOT NULL AND {_OPEN}"),
    )
    op.create_index("ix_suggestion_filer", "suggestion", ["filed_by", "id"])
    op.create_index("ix_suggestion_merged", "suggestion", ["merged_into"])
    op.create_index("ix_suggestion_received", "suggestion", ["received_at", "id"])
    op.create_index("ix_suggestion_region", "suggestion", ["region_code", "received_at", "id"])
    op.create_index(
        "ix_suggestion_remind",
        "suggestion",
        ["remind_at", "id"],
        **_where(f"remind_at IS NOT NULL AND {_OPEN}"),
    )
    op.create_index("ix_suggestion_reporter", "suggestion", ["reported_by", "received_at", "id"])
    op.create_index(
        "ix_suggestion_silent", "suggestion", ["judge_until", "id"], **_where("status = 'answered'")
    )
    op.create_index("ix_suggestion_status", "suggestion", ["status", "received_at", "id"])


def _keep_events() -> None:
    op.create_table(
        "suggestion_event",
        sa.Column("id", _ID, nullable=False),
        sa.Column("suggestion_id", _ID, nullable=False),
        sa.Column("region_code", _REGION, nullable=False),
        sa.Column("position", _WHOLE, nullable=False),
        sa.Column("event", _WORD, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("by_role", sa.String(length=20), nullable=False),
        sa.Column("by_user_id", _ID, nullable=True),
        sa.Column("from_status", _WORD, nullable=True),
        sa.Column("to_status", _WORD, nullable=False),
        sa.Column("from_department_id", _ID, nullable=True),
        sa.Column("to_department_id", _ID, nullable=True),
        sa.Column("due_at", _INSTANT, nullable=True),
        sa.Column("judge_until", _INSTANT, nullable=True),
        sa.Column("report_by", _INSTANT, nullable=True),
        sa.Column("level", _WHOLE, nullable=True),
        sa.Column("score", _WHOLE, nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("merged_into", _ID, nullable=True),
        sa.Column("way", _WORD, nullable=True),
        sa.Column("of_part", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "by_role IN ('department_handler', 'dispatcher', 'grid_worker', 'resident', 'social_worker', 'supervisor', 'system')",
            name=op.f("ck_suggestion_event_role_known"),
        ),
        sa.CheckConstraint(
            "by_user_id IS NULL OR by_role NOT IN ('resident', 'system')",
            name=op.f("ck_suggestion_event_no_resident_named"),
        ),
        sa.CheckConstraint(
            "event IN ('accepted', 'answered', 'closed', 'confirmed', 'dispatched', 'escalated', 'merged', 'progressed', 'received', 'rejected', 'reopened', 'reported_in', 'returned', 'split', 'whistled')",
            name=op.f("ck_suggestion_event_event_known"),
        ),
        sa.CheckConstraint(
            f"from_status IN ({_STATES})", name=op.f("ck_suggestion_event_from_status_known")
        ),
        sa.CheckConstraint(
            "outcome IN ('done', 'information', 'not_competent', 'not_feasible', 'planned')",
            name=op.f("ck_suggestion_event_outcome_known"),
        ),
        sa.CheckConstraint(
            "position > 0 AND (position = 1) = (event = 'received') AND (position = 1) = (from_status IS NULL)",
            name=op.f("ck_suggestion_event_begins_by_being_received"),
        ),
        sa.CheckConstraint(
            f"to_status IN ({_STATES})", name=op.f("ck_suggestion_event_to_status_known")
        ),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_suggestion_event_score_known")),
        sa.ForeignKeyConstraint(
            ["by_user_id"],
            ["user_account.id"],
            name=op.f("fk_suggestion_event_by_user_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["from_department_id"],
            ["department.id"],
            name=op.f("fk_suggestion_event_from_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["suggestion.id"],
            name=op.f("fk_suggestion_event_merged_into_suggestion"),
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_suggestion_event_region_code_region")
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestion.id"],
            name=op.f("fk_suggestion_event_suggestion_id_suggestion"),
        ),
        sa.ForeignKeyConstraint(
            ["to_department_id"],
            ["department.id"],
            name=op.f("fk_suggestion_event_to_department_id_department"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_event")),
    )
    op.create_index("ix_suggestion_event_at", "suggestion_event", ["at", "id"])
    op.create_index(
        "uq_suggestion_event_position",
        "suggestion_event",
        ["suggestion_id", "position"],
        unique=True,
    )


def _keep_what_hangs_on_cases() -> None:
    op.create_table(
        "suggestion_part",
        sa.Column("suggestion_id", _ID, nullable=False),
        sa.Column("department_id", _ID, nullable=False),
        sa.Column("report_by", _INSTANT, nullable=False),
        sa.Column("reported_at", _INSTANT, nullable=True),
        sa.Column("done_at", _INSTANT, nullable=True),
        sa.CheckConstraint(
            "done_at IS NULL OR reported_at IS NOT NULL",
            name=op.f("ck_suggestion_part_reported_before_done"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_suggestion_part_department_id_department"),
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestion.id"],
            name=op.f("fk_suggestion_part_suggestion_id_suggestion"),
        ),
        sa.PrimaryKeyConstraint("suggestion_id", "department_id", name=op.f("pk_suggestion_part")),
    )
    op.create_index(
        "ix_suggestion_part_department",
        "suggestion_part",
        ["department_id", "done_at", "suggestion_id"],
    )
    op.create_table(
        "suggestion_supporter",
        sa.Column("suggestion_id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("region_code", _REGION, nullable=False),
        sa.Column("supported_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_code"],
            ["region.code"],
            name=op.f("fk_suggestion_supporter_region_code_region"),
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestion.id"],
            name=op.f("fk_suggestion_supporter_suggestion_id_suggestion"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_suggestion_supporter_user_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("suggestion_id", "user_id", name=op.f("pk_suggestion_supporter")),
    )
    op.create_index(
        "ix_suggestion_supporter_user", "suggestion_supporter", ["user_id", "suggestion_id"]
    )
    op.create_table(
        "suggestion_note",
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["suggestion_event.id"],
            name=op.f("fk_suggestion_note_event_id_suggestion_event"),
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_suggestion_note")),
    )
