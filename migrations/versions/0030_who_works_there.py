"""who works there

Claims of a home become claims of a place: where somebody lives, or works. A confirmed workplace
stands beside the home; a roll may take in those who live in a region, who work there, or both. Who
only works there has no home on the roll.

Revision ID: 0030
Revises: 0029
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.core.database import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_KEPT = "id, user_id, region_code, address, state, claimed_at, decided_at, decided_by, reason"
_STATES = "'waiting', 'verified', 'declined', 'withdrawn'"
_WAITING = sa.text("state = 'waiting'")
_ID = sa.String(length=26)
_ROLL = "roll_entry"
_RULES_OF_ROLL = (
    ("paper_by_whom", "(marked_by IS NOT NULL) = (way IS NOT NULL AND way = 'paper')"),
    ("way_known", "way IN ('online', 'paper')"),
    ("voted_some_way", "(voted_on IS NULL) = (way IS NULL)"),
)
_KEYS_OF_ROLL = (
    ("consultation_id", "consultation"),
    ("marked_by", "user_account"),
    ("resident_id", "user_account"),
)
_INDEXES_OF_ROLL = (
    ("ix_roll_entry_fresh", ["consultation_id"], False, sa.text("fresh = 1")),
    ("ix_roll_entry_voted", ["consultation_id", "way"], False, sa.text("voted_on IS NOT NULL")),
    ("uq_roll_entry_resident", ["resident_id", "consultation_id"], True, None),
)


def upgrade() -> None:
    _make_claims(
        "place_claim",
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('home', 'work')", name=op.f("ck_place_claim_kind_known")),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_place_claim_ended_when")
        ),
        states=f"{_STATES}, 'ended'",
        decided="'verified', 'declined', 'ended'",
        one_waiting=["user_id", "kind"],
    )
    op.execute(f"INSERT INTO place_claim ({_KEPT}, kind) SELECT {_KEPT}, 'home' FROM home_claim")  # noqa: S608
    op.drop_table("home_claim")
    _add_workplaces()
    _add_rules_of_rolls()
    _bind_homes(nullable=True)


def downgrade() -> None:
    """Claims of a workplace are lost, and who only works there lives in the vote's region."""
    op.execute(
        "UPDATE roll_entry SET home_code = (SELECT region_code FROM consultation"
        " WHERE consultation.id = roll_entry.consultation_id) WHERE home_code IS NULL"
    )
    _bind_homes(nullable=False)
    for column in ("roll_by_work", "roll_by_home"):
        op.drop_column("consultation", column)
    op.drop_index("ix_user_account_work", table_name="user_account")
    for column in ("work_verified_at", "work_region_code"):
        op.drop_column("user_account", column)
    _make_claims(
        "home_claim",
        states=_STATES,
        decided="'verified', 'declined'",
        one_waiting=["user_id"],
    )
    op.execute(
        f"INSERT INTO home_claim ({_KEPT}) SELECT {_KEPT} FROM place_claim WHERE kind = 'home'"  # noqa: S608
    )
    op.drop_table("place_claim")


def _add_workplaces() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    instant = "DATETIME" if on_sqlite else "TIMESTAMP WITH TIME ZONE"
    for column in (
        (
            "work_region_code VARCHAR(15) CONSTRAINT fk_user_account_work_region_code_region"
            " REFERENCES region (code)"
        ),
        (
            f"work_verified_at {instant} CONSTRAINT ck_user_account_works_somewhere"
            " CHECK ((work_region_code IS NULL) = (work_verified_at IS NULL))"
        ),
    ):
        op.execute(f"ALTER TABLE user_account ADD COLUMN {column}")
    op.create_index("ix_user_account_work", "user_account", ["work_region_code", "id"])


def _add_rules_of_rolls() -> None:
    for column in (
        "roll_by_home BOOLEAN DEFAULT true NOT NULL",
        (
            "roll_by_work BOOLEAN DEFAULT false NOT NULL"
            " CONSTRAINT ck_consultation_roll_by_something CHECK (roll_by_home OR roll_by_work)"
        ),
    ):
        op.execute(f"ALTER TABLE consultation ADD COLUMN {column}")


def _bind_homes(*, nullable: bool) -> None:
    """SQLite changes no column: the roll is made anew there, again without row ids, which would
    tell who was entered after whom."""
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column(_ROLL, "home_code", nullable=nullable)
        return
    for name, *_rest in _INDEXES_OF_ROLL:
        op.drop_index(name, table_name=_ROLL)
    op.rename_table(_ROLL, f"{_ROLL}_before")
    _make_roll(nullable)
    columns = "consultation_id, key, resident_id, home_code, voted_on, way, marked_by, fresh"
    op.execute(f"INSERT INTO {_ROLL} ({columns}) SELECT {columns} FROM {_ROLL}_before")  # noqa: S608
    op.drop_table(f"{_ROLL}_before")
    for name, indexed, unique, where in _INDEXES_OF_ROLL:
        op.create_index(name, _ROLL, indexed, unique=unique, sqlite_where=where)


def _make_roll(nullable: bool) -> None:  # noqa: FBT001
    op.create_table(
        _ROLL,
        sa.Column("consultation_id", _ID, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("resident_id", _ID, nullable=False),
        sa.Column("home_code", sa.String(length=15), nullable=nullable),
        sa.Column("voted_on", sa.Date(), nullable=True),
        sa.Column("way", sa.String(length=6), nullable=True),
        sa.Column("marked_by", _ID, nullable=True),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_{_ROLL}_{name}"))
            for name, rule in _RULES_OF_ROLL
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_{_ROLL}_{column}_{table}")
            )
            for column, table in _KEYS_OF_ROLL
        ),
        sa.PrimaryKeyConstraint("consultation_id", "key", name=op.f(f"pk_{_ROLL}")),
        sqlite_with_rowid=False,
    )


def _make_claims(
    table: str,
    *more: sa.Column[object] | sa.CheckConstraint,
    states: str,
    decided: str,
    one_waiting: list[str],
) -> None:
    op.create_table(
        table,
        sa.Column("id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("region_code", sa.String(length=15), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("claimed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", _ID, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        *more,
        sa.CheckConstraint(
            f"(state IN ({decided})) = (decided_by IS NOT NULL)",
            name=op.f(f"ck_{table}_decided_by_whom"),
        ),
        sa.CheckConstraint(f"state IN ({states})", name=op.f(f"ck_{table}_state_known")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f(f"fk_{table}_decided_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f(f"fk_{table}_region_code_region")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f(f"fk_{table}_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_queue", table, ["region_code", "state", "claimed_at"])
    op.create_index(f"ix_{table}_user", table, ["user_id", "id"])
    op.create_index(
        f"uq_{table}_waiting",
        table,
        one_waiting,
        unique=True,
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
