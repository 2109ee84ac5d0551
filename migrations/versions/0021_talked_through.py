"""talked through: helpful marks, flags, hidden comments; questions, talks, summaries

Comments come to know their region and the comment with which their thread began. On SQLite the
table is made anew; the triggers of other tables are not touched by it.

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.core.database import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = UtcDateTime(timezone=True)
_ID = sa.String(length=26)
COMMENTS = "consultation_comment"
_NEW = (
    sa.Column("region_code", sa.String(length=15), nullable=True),
    sa.Column("thread_id", _ID, nullable=True),
    sa.Column("helpful", _COUNT, nullable=False, server_default="0"),
    sa.Column("flagged_at", _AT, nullable=True),
    sa.Column("hidden_at", _AT, nullable=True),
    sa.Column("hidden_by", _ID, nullable=True),
    sa.Column("hidden_reason", sa.String(length=500), nullable=True),
)
_KEYS_BEFORE = (
    ("author_id", "user_account"),
    ("consultation_id", "consultation"),
    ("reply_to", COMMENTS),
)
_KEYS = (("hidden_by", "user_account"), ("region_code", "region"), ("thread_id", COMMENTS))
_RULES = (
    ("helpful_counted", "helpful >= 0"),
    ("threads_begin", "(reply_to IS NULL) = (thread_id = id)"),
    ("hidden_for_a_reason", "(hidden_at IS NULL) = (hidden_reason IS NULL)"),
)

_THREADS = """
    WITH RECURSIVE thread (id, began) AS (
        SELECT id, id FROM consultation_comment WHERE reply_to IS NULL
        UNION ALL
        SELECT reply.id, thread.began
        FROM consultation_comment AS reply JOIN thread ON reply.reply_to = thread.id
    )
    UPDATE consultation_comment
    SET thread_id = (SELECT began FROM thread WHERE thread.id = consultation_comment.id),
        region_code = (
            SELECT region_code FROM consultation
            WHERE consultation.id = consultation_comment.consultation_id
        )
"""


def upgrade() -> None:
    for column in _NEW:
        op.add_column(COMMENTS, column.copy())
    op.execute(_THREADS)
    if op.get_bind().dialect.name == "sqlite":
        _make_comments_anew(_columns_before() + _columns_since(), _KEYS_BEFORE + _KEYS, _RULES)
    else:
        _bind_columns()
    op.create_index("ix_consultation_comment_thread", COMMENTS, ["thread_id", "id"])
    op.create_index(
        "ix_consultation_comment_helpful", COMMENTS, ["consultation_id", "helpful", "id"]
    )
    flagged = sa.text("flagged_at IS NOT NULL")
    op.create_index(
        "ix_consultation_comment_flagged",
        COMMENTS,
        ["flagged_at", "id"],
        sqlite_where=flagged,
        postgresql_where=flagged,
    )
    _make_marks_and_flags()
    _make_questions()
    _make_talks()
    _make_summaries()


def downgrade() -> None:
    for table in (
        "option_summary", "talk_point", "consultation_talk", "discussion_question",
        "comment_flag", "comment_mark",
    ):  # fmt: skip
        op.drop_table(table)
    for name in ("flagged", "helpful", "thread"):
        op.drop_index(f"ix_consultation_comment_{name}", table_name=COMMENTS)
    if op.get_bind().dialect.name == "sqlite":
        _make_comments_anew(_columns_before(), _KEYS_BEFORE, ())
    else:
        for name, _rule in _RULES:
            op.drop_constraint(op.f(f"ck_consultation_comment_{name}"), COMMENTS)
        for column in _NEW:
            op.drop_column(COMMENTS, column.name)


def _bind_columns() -> None:
    for name in ("region_code", "thread_id"):
        op.alter_column(COMMENTS, name, nullable=False)
    op.alter_column(COMMENTS, "helpful", server_default=None)
    for column, target in _KEYS:
        op.create_foreign_key(
            op.f(f"fk_consultation_comment_{column}_{target}"),
            COMMENTS, target, [column], ["code" if target == "region" else "id"],
        )  # fmt: skip
    for name, rule in _RULES:
        op.create_check_constraint(op.f(f"ck_consultation_comment_{name}"), COMMENTS, rule)


def _make_comments_anew(
    columns: list[sa.Column[Any]],
    keys: tuple[tuple[str, str], ...],
    rules: tuple[tuple[str, str], ...],
) -> None:
    """SQLite binds no column afterwards: the table is made anew, and what it holds is copied."""
    before = f"{COMMENTS}_before"
    for name, _columns in _INDEXES_BEFORE:
        op.drop_index(name, table_name=COMMENTS)
    op.rename_table(COMMENTS, before)
    op.create_table(
        COMMENTS,
        *columns,
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_consultation_comment_{name}"))
            for name, rule in rules
        ),
        *(_key(COMMENTS, each, target, "code" if target == "region" else "id")
          for each, target in keys),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_comment")),
    )  # fmt: skip
    names = ", ".join(column.name for column in columns)
    op.execute(f"INSERT INTO {COMMENTS} ({names}) SELECT {names} FROM {before}")  # noqa: S608
    op.drop_table(before)
    for name, indexed in _INDEXES_BEFORE:
        op.create_index(name, COMMENTS, indexed)


_INDEXES_BEFORE = (
    ("ix_consultation_comment_author", ["author_id", "id"]),
    ("ix_consultation_comment_consultation", ["consultation_id", "id"]),
)


def _columns_before() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", _ID, nullable=False),
        sa.Column("consultation_id", _ID, nullable=False),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reply_to", _ID, nullable=True),
        sa.Column("created_at", _AT, nullable=False),
    ]


def _columns_since() -> list[sa.Column[Any]]:
    """The new ones as they are in the end."""
    bound = [column.copy() for column in _NEW]
    for column in bound:
        column.nullable = column.name in ("flagged_at", "hidden_at", "hidden_by", "hidden_reason")
        column.server_default = None
    return bound


def _make_marks_and_flags() -> None:
    flag = (
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
    )
    for name, more in (("comment_mark", ()), ("comment_flag", flag)):
        op.create_table(
            name,
            sa.Column("comment_id", _ID, nullable=False),
            sa.Column("user_id", _ID, nullable=False),
            *more,
            _key(name, "comment_id", COMMENTS),
            _key(name, "user_id", "user_account"),
            sa.PrimaryKeyConstraint("comment_id", "user_id", name=op.f(f"pk_{name}")),
        )
        op.create_index(f"ix_{name}_user", name, ["user_id"])


def _make_questions() -> None:
    name = "discussion_question"
    op.create_table(
        name,
        sa.Column("comment_id", _ID, nullable=False),
        sa.Column("consultation_id", _ID, nullable=False),
        sa.Column("region_code", sa.String(length=15), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", _AT, nullable=True),
        sa.Column("answered_by", _ID, nullable=True),
        sa.Column("reminded_at", _AT, nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL)",
            name=op.f("ck_discussion_question_answered_with_words"),
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)",
            name=op.f("ck_discussion_question_answered_by_one"),
        ),
        _key(name, "answered_by", "user_account"),
        _key(name, "comment_id", COMMENTS),
        _key(name, "consultation_id", "consultation"),
        _key(name, "region_code", "region", "code"),
        sa.PrimaryKeyConstraint("comment_id", name=op.f(f"pk_{name}")),
    )
    op.create_index(f"ix_{name}_consultation", name, ["consultation_id", "comment_id"])
    unanswered = sa.text("answered_at IS NULL")
    op.create_index(
        f"ix_{name}_unanswered",
        name,
        ["due_on", "comment_id"],
        sqlite_where=unanswered,
        postgresql_where=unanswered,
    )


def _make_talks() -> None:
    name = "consultation_talk"
    op.create_table(
        name,
        sa.Column("id", _ID, nullable=False),
        sa.Column("consultation_id", _ID, nullable=False),
        sa.Column("activity_id", _ID, nullable=False),
        sa.Column("added_by", _ID, nullable=False),
        sa.Column("added_at", _AT, nullable=False),
        sa.Column("minutes", sa.Text(), nullable=True),
        sa.Column("minutes_by", _ID, nullable=True),
        sa.Column("minutes_at", _AT, nullable=True),
        sa.CheckConstraint(
            "(minutes IS NULL) = (minutes_at IS NULL)",
            name=op.f("ck_consultation_talk_minutes_when"),
        ),
        sa.CheckConstraint(
            "(minutes IS NULL) = (minutes_by IS NULL)",
            name=op.f("ck_consultation_talk_minutes_by_one"),
        ),
        _key(name, "added_by", "user_account"),
        _key(name, "consultation_id", "consultation"),
        _key(name, "minutes_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("consultation_id", "activity_id", name="uq_consultation_talk_once"),
    )
    point = "talk_point"
    op.create_table(
        point,
        sa.Column("id", _ID, nullable=False),
        sa.Column("talk_id", _ID, nullable=False),
        sa.Column("option_id", _ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("added_by", _ID, nullable=False),
        sa.Column("added_at", _AT, nullable=False),
        _key(point, "added_by", "user_account"),
        _key(point, "option_id", "consultation_option"),
        _key(point, "talk_id", name),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{point}")),
    )
    op.create_index("ix_talk_point_option", point, ["option_id", "id"])
    op.create_index("ix_talk_point_talk", point, ["talk_id", "id"])


def _make_summaries() -> None:
    name = "option_summary"
    op.create_table(
        name,
        sa.Column("option_id", _ID, nullable=False),
        sa.Column("pros", sa.Text(), nullable=False),
        sa.Column("cons", sa.Text(), nullable=False),
        sa.Column("cost_note", sa.Text(), nullable=False),
        sa.Column("affected", sa.Text(), nullable=False),
        sa.Column("written_by", _ID, nullable=False),
        sa.Column("written_at", _AT, nullable=False),
        _key(name, "option_id", "consultation_option"),
        _key(name, "written_by", "user_account"),
        sa.PrimaryKeyConstraint("option_id", name=op.f(f"pk_{name}")),
    )


def _key(table: str, column: str, target: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.{key}"], name=op.f(f"fk_{table}_{column}_{target}")
    )
