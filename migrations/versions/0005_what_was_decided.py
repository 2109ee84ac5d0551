"""an activity keeps what was decided; the clock says whether it runs or is over

``activity.status`` becomes ``decision``, without ``running`` and ``finished``, and the start of the
next shift is read from the shifts. Shifts can be called off and moved by themselves, and a sign-up
keeps the reason for which its host ended it.

Revision ID: 0005
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core.database import UtcDateTime

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_DECISIONS = "('draft', 'in_review', 'published', 'cancelled')"
_STATUSES = "('draft', 'in_review', 'published', 'running', 'finished', 'cancelled')"
_CATEGORIES = (
    "('elderly_care', 'environment', 'public_safety', 'culture', 'education', 'health', "
    "'neighbourly_help', 'governance', 'emergency', 'other')"
)
_SHIFT_WHY = "(cancelled_at IS NULL) = (reason IS NULL)"
_RESERVED = sa.text("reserved_at IS NOT NULL AND released_at IS NULL")

_INDEXES_NOW = {
    "ix_activity_region_start": ["region_code", "decision", "first_starts_at", "id"],
    "ix_activity_region_end": ["region_code", "decision", "last_ends_at", "id"],
    "ix_activity_start": ["decision", "first_starts_at", "id"],
    "ix_activity_end": ["decision", "last_ends_at", "id"],
    "ix_activity_latest": ["last_ends_at", "id"],
    "ix_activity_organization": ["organization_id", "last_ends_at", "id"],
}
_INDEXES_BEFORE = {
    "ix_activity_region_next": ["region_code", "status", "next_starts_at", "id"],
    "ix_activity_next": ["status", "next_starts_at", "id"],
    "ix_activity_end": ["status", "last_ends_at"],
    "ix_activity_latest": ["next_starts_at", "id"],
    "ix_activity_organization": ["organization_id", "next_starts_at", "id"],
}
_SHIFT_INDEXES = {
    "ix_shift_start": ["starts_at", "activity_id"],
    "ix_shift_region_start": ["region_code", "starts_at", "activity_id"],
}
_NEXT_START = (
    "coalesce("
    "(SELECT min(starts_at) FROM shift WHERE activity_id = activity.id"
    " AND starts_at > CURRENT_TIMESTAMP),"
    " (SELECT max(starts_at) FROM shift WHERE activity_id = activity.id), first_starts_at)"
)
_KEPT = (
    "id, title, description, category, organization_id, region_code, reason, location_name, "
    "latitude, longitude, checkin_metres, minimum_age, skills, risks, insured, what_to_bring, "
    "cancellation_hours, first_starts_at, last_ends_at, revision, created_by, created_at, "
    "published_at, reserved_at, released_at"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(
            _activity_columns("decision", _DECISIONS, next_starts_at=False),
            "decision",
            "CASE WHEN status IN ('running', 'finished') THEN 'published' ELSE status END",
        )
        op.execute("ALTER TABLE shift ADD COLUMN moved_at DATETIME")
        op.execute("ALTER TABLE shift ADD COLUMN cancelled_at DATETIME")
        op.execute(
            "ALTER TABLE shift ADD COLUMN reason VARCHAR(500)"
            f" CONSTRAINT ck_shift_cancelled_why CHECK ({_SHIFT_WHY})"
        )
    else:
        _upgrade_activity()
        op.add_column("shift", sa.Column("moved_at", UtcDateTime(timezone=True)))
        op.add_column("shift", sa.Column("cancelled_at", UtcDateTime(timezone=True)))
        op.add_column("shift", sa.Column("reason", sa.String(500)))
        op.create_check_constraint(op.f("ck_shift_cancelled_why"), "shift", _SHIFT_WHY)
    _index_activities(_INDEXES_NOW)
    for name, columns in _SHIFT_INDEXES.items():
        op.create_index(name, "shift", columns)
    op.add_column("signup", sa.Column("reason", sa.String(500)))


def downgrade() -> None:
    op.drop_column("signup", "reason")
    for name in _SHIFT_INDEXES:
        op.drop_index(name, "shift")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("ALTER TABLE shift DROP COLUMN reason")
        op.execute("ALTER TABLE shift DROP COLUMN cancelled_at")
        op.execute("ALTER TABLE shift DROP COLUMN moved_at")
        _rebuild(
            _activity_columns("status", _STATUSES, next_starts_at=True),
            "status, next_starts_at",
            f"decision, {_NEXT_START}",
        )
    else:
        op.drop_constraint(op.f("ck_shift_cancelled_why"), "shift")
        for name in ("reason", "cancelled_at", "moved_at"):
            op.drop_column("shift", name)
        _downgrade_activity()
    _index_activities(_INDEXES_BEFORE)


def _index_activities(indexes: dict[str, list[str]]) -> None:
    for name, columns in indexes.items():
        op.create_index(name, "activity", columns)


# --- PostgreSQL: in place -------------------------------------------------------------------------


def _upgrade_activity() -> None:
    for name in _INDEXES_BEFORE:
        op.drop_index(name, "activity")
    op.drop_constraint(op.f("ck_activity_status_known"), "activity")
    op.execute("UPDATE activity SET status = 'published' WHERE status IN ('running', 'finished')")
    op.alter_column("activity", "status", new_column_name="decision")
    op.create_check_constraint(
        op.f("ck_activity_decision_known"), "activity", f"decision IN {_DECISIONS}"
    )
    op.drop_column("activity", "next_starts_at")


def _downgrade_activity() -> None:
    """What has begun or ended is told so again by the jobs of the code that goes with it."""
    for name in _INDEXES_NOW:
        op.drop_index(name, "activity")
    op.drop_constraint(op.f("ck_activity_decision_known"), "activity")
    op.alter_column("activity", "decision", new_column_name="status")
    op.create_check_constraint(
        op.f("ck_activity_status_known"), "activity", f"status IN {_STATUSES}"
    )
    op.add_column("activity", sa.Column("next_starts_at", UtcDateTime(timezone=True)))
    op.execute(f"UPDATE activity SET next_starts_at = {_NEXT_START}")  # noqa: S608
    op.alter_column("activity", "next_starts_at", nullable=False)


# --- SQLite: a table is rebuilt to change a CHECK (https://sqlite.org/lang_altertable.html, 7) -----


def _rebuild(columns: list[sa.schema.SchemaItem], names: str, values: str) -> None:
    """Foreign keys are off meanwhile, which SQLite allows between transactions only."""
    connection = op.get_bind()
    _set_foreign_keys(connection, on=False)
    try:
        _exchange(columns, names, values)
        _check_foreign_keys(connection)
    except BaseException:
        connection.rollback()
        raise
    finally:
        _set_foreign_keys(connection, on=True)


def _exchange(columns: list[sa.schema.SchemaItem], names: str, values: str) -> None:
    op.create_table("activity_new", *columns)
    copied = f"INSERT INTO activity_new ({_KEPT}, {names}) SELECT {_KEPT}, {values} FROM activity"  # noqa: S608
    op.execute(copied)
    op.drop_table("activity")
    op.rename_table("activity_new", "activity")
    op.create_index("ix_activity_created_by", "activity", ["created_by", "id"])
    op.create_index(
        "ix_activity_reserved", "activity", ["last_ends_at", "id"], sqlite_where=_RESERVED
    )


def _check_foreign_keys(connection: sa.Connection) -> None:
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("the rebuilt table of activities breaks a foreign key")


def _set_foreign_keys(connection: sa.Connection, *, on: bool) -> None:
    connection.commit()
    driver = connection.connection.driver_connection
    driver.execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


def _activity_columns(
    state: str, values: str, *, next_starts_at: bool
) -> list[sa.schema.SchemaItem]:
    instant = UtcDateTime(timezone=True)
    return [
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        sa.Column("organization_id", sa.String(26)),
        sa.Column("region_code", sa.String(15), nullable=False),
        sa.Column(state, sa.String(12), nullable=False),
        sa.Column("reason", sa.String(500)),
        sa.Column("location_name", sa.String(120)),
        sa.Column("latitude", sa.Float()),
        sa.Column("longitude", sa.Float()),
        sa.Column("checkin_metres", _WHOLE),
        sa.Column("minimum_age", _WHOLE),
        sa.Column("skills", sa.String(500)),
        sa.Column("risks", sa.String(1000)),
        sa.Column("insured", sa.Boolean(), nullable=False),
        sa.Column("what_to_bring", sa.String(500)),
        sa.Column("cancellation_hours", _WHOLE, nullable=False),
        sa.Column("first_starts_at", instant, nullable=False),
        *([sa.Column("next_starts_at", instant, nullable=False)] if next_starts_at else []),
        sa.Column("last_ends_at", instant, nullable=False),
        sa.Column("revision", _WHOLE, nullable=False),
        sa.Column("created_by", sa.String(26), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("published_at", instant),
        sa.Column("reserved_at", instant),
        sa.Column("released_at", instant),
        *_activity_constraints(state, values),
    ]


def _activity_constraints(state: str, values: str) -> list[sa.schema.SchemaItem]:
    checks = {
        "category_known": f"category IN {_CATEGORIES}",
        "cancelled_why": f"{state} <> 'cancelled' OR reason IS NOT NULL",
        f"{state}_known": f"{state} IN {values}",
        "place_whole": "(latitude IS NULL) = (longitude IS NULL)",
        "cancellation_hours_sane": "cancellation_hours BETWEEN 0 AND 720",
        "checkin_metres_positive": "checkin_metres > 0",
        "ends_after_start": "last_ends_at > first_starts_at",
        "latitude_sane": "latitude BETWEEN -90 AND 90",
        "longitude_sane": "longitude BETWEEN -180 AND 180",
        "minimum_age_sane": "minimum_age BETWEEN 0 AND 120",
    }
    keys = {
        "created_by": ("user_account.id", "created_by_user_account"),
        "organization_id": ("organization.id", "organization_id_organization"),
        "region_code": ("region.code", "region_code_region"),
    }
    return [
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_activity_{name}"))
            for name, rule in checks.items()
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_activity_{name}"))
            for column, (target, name) in keys.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    ]
