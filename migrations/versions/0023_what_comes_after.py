"""what comes after a vote: majorities, commitments followed, later ends, voted rules, questions

Columns with a check of their own are added in one statement: SQLite would have to make the tables
anew for it, and Alembic would lose the other checks on the way.

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from portal.core.database import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_ID = sa.String(length=26)
_INSTANT = UtcDateTime(timezone=True)
_UNANSWERED = sa.text("answered_at IS NULL")

_MAJORITIES = "'none', 'simple', 'absolute', 'two_thirds', 'three_quarters', 'of_roll'"
_STATES = "'open', 'kept', 'given_up'"
_CHANGES = "'noted', 'moved', 'milestone_set', 'milestone_done', 'kept', 'given_up'"


def upgrade() -> None:
    _add(
        "consultation",
        f"majority VARCHAR(16) DEFAULT 'none' NOT NULL "
        f"CONSTRAINT ck_consultation_majority_known CHECK (majority IN ({_MAJORITIES}))",
    )
    _follow_commitments()
    _keep_extensions()
    _vote_on_rules()
    _ask()


def downgrade() -> None:
    op.drop_table("supervision_question")
    op.drop_column("point_rule", "source_id")
    op.drop_table("voted_rule_value")
    op.drop_table("voted_rule")
    op.drop_table("closing_extension")
    op.drop_table("consultation_following")
    op.drop_table("commitment_change")
    op.drop_table("commitment_milestone")
    op.drop_index("ix_commitment_state", table_name="commitment")
    for column in ("reason", "settled_at", "budget", "state"):
        op.drop_column("commitment", column)  # each with its check
    op.drop_column("consultation", "majority")


def _add(table: str, column: str) -> None:
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")


def _follow_commitments() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    whole = "INTEGER" if on_sqlite else "BIGINT"
    instant = "DATETIME" if on_sqlite else "TIMESTAMP WITH TIME ZONE"
    _add(
        "commitment",
        f"state VARCHAR(8) DEFAULT 'open' NOT NULL "
        f"CONSTRAINT ck_commitment_state_known CHECK (state IN ({_STATES}))",
    )
    _add(
        "commitment",
        f"budget {whole} CONSTRAINT ck_commitment_budget_not_negative CHECK (budget >= 0)",
    )
    _add(
        "commitment",
        f"settled_at {instant} CONSTRAINT ck_commitment_settled_when_not_open "
        "CHECK ((state = 'open') = (settled_at IS NULL))",
    )
    _add(
        "commitment",
        "reason VARCHAR(1000) CONSTRAINT ck_commitment_given_up_why "
        "CHECK ((state = 'given_up') = (reason IS NOT NULL))",
    )
    op.create_index("ix_commitment_state", "commitment", ["state", "due_on", "id"])
    op.create_table(
        "commitment_milestone",
        sa.Column("id", _ID, nullable=False),
        sa.Column("commitment_id", _ID, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        _refers("commitment_milestone", "commitment_id", "commitment.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_milestone")),
    )
    op.create_index(
        "ix_commitment_milestone_commitment",
        "commitment_milestone",
        ["commitment_id", "due_on", "id"],
    )
    op.create_table(
        "commitment_change",
        sa.Column("id", _ID, nullable=False),
        sa.Column("commitment_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("was_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("made_by", _ID, nullable=False),
        sa.Column("told", sa.String(length=80), server_default="", nullable=False),
        sa.CheckConstraint(f"kind IN ({_CHANGES})", name=op.f("ck_commitment_change_kind_known")),
        sa.CheckConstraint(
            "(kind = 'moved') = (was_on IS NOT NULL) AND (kind <> 'moved' OR due_on IS NOT NULL)",
            name=op.f("ck_commitment_change_moved_from_where"),
        ),
        _refers("commitment_change", "commitment_id", "commitment.id"),
        _refers("commitment_change", "made_by", "user_account.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_change")),
    )
    op.create_index("ix_commitment_change_commitment", "commitment_change", ["commitment_id", "id"])
    op.create_table(
        "consultation_following",
        sa.Column("consultation_id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("follows", sa.Boolean(), nullable=False),
        _refers("consultation_following", "consultation_id", "consultation.id"),
        _refers("consultation_following", "user_id", "user_account.id"),
        sa.PrimaryKeyConstraint(
            "consultation_id", "user_id", name=op.f("pk_consultation_following")
        ),
    )
    op.create_index("ix_consultation_following_user", "consultation_following", ["user_id"])


def _keep_extensions() -> None:
    op.create_table(
        "closing_extension",
        sa.Column("id", _ID, nullable=False),
        sa.Column("consultation_id", _ID, nullable=False),
        sa.Column("was_at", _INSTANT, nullable=False),
        sa.Column("closes_at", _INSTANT, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("made_by", _ID, nullable=False),
        sa.CheckConstraint("closes_at > was_at", name=op.f("ck_closing_extension_later_only")),
        sa.CheckConstraint(
            "made_at < was_at", name=op.f("ck_closing_extension_made_before_the_end")
        ),
        _refers("closing_extension", "consultation_id", "consultation.id"),
        _refers("closing_extension", "made_by", "user_account.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing_extension")),
    )
    op.create_index(
        "ix_closing_extension_consultation", "closing_extension", ["consultation_id", "id"]
    )


def _vote_on_rules() -> None:
    op.create_table(
        "voted_rule",
        sa.Column("consultation_id", _ID, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("rule_id", _ID, nullable=True),
        _refers("voted_rule", "consultation_id", "consultation.id"),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_voted_rule")),
    )
    op.create_table(
        "voted_rule_value",
        sa.Column("option_id", _ID, nullable=False),
        sa.Column("consultation_id", _ID, nullable=False),
        sa.Column("value", _JSON, nullable=False),
        _refers("voted_rule_value", "option_id", "consultation_option.id"),
        _refers("voted_rule_value", "consultation_id", "voted_rule.consultation_id"),
        sa.PrimaryKeyConstraint("option_id", name=op.f("pk_voted_rule_value")),
    )
    op.create_index("ix_voted_rule_value_consultation", "voted_rule_value", ["consultation_id"])
    op.add_column("point_rule", sa.Column("source_id", _ID, nullable=True))


def _ask() -> None:
    op.create_table(
        "supervision_question",
        sa.Column("id", _ID, nullable=False),
        sa.Column("region_code", sa.String(length=15), nullable=False),
        sa.Column("subject", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_by", _ID, nullable=True),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", _INSTANT, nullable=True),
        sa.Column("answered_by", _ID, nullable=True),
        sa.CheckConstraint(
            "subject IN ('budget', 'booking', 'rule', 'decision')",
            name=op.f("ck_supervision_question_subject_known"),
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answered_by IS NULL)",
            name=op.f("ck_supervision_question_answered_whole"),
        ),
        _refers("supervision_question", "region_code", "region.code"),
        _refers("supervision_question", "asked_by", "user_account.id"),
        _refers("supervision_question", "answered_by", "user_account.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_question")),
    )
    for name, columns in (
        ("region", ["region_code", "id"]),
        ("subject", ["subject", "subject_id", "id"]),
        ("author", ["asked_by", "id"]),
    ):
        op.create_index(f"ix_supervision_question_{name}", "supervision_question", columns)
    op.create_index(
        "ix_supervision_question_open",
        "supervision_question",
        ["due_on", "id"],
        sqlite_where=_UNANSWERED,
        postgresql_where=_UNANSWERED,
    )


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    other = target.partition(".")[0]
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}_{other}"))
