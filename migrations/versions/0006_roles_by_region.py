"""roles carry their region, people are found by name, the log by action; grids can be retired

``role_grant.region_code`` is the region of what a role holds for, so that all roles of a part of
the city are one list. People get search tokens of their names. The audit log is filtered by action
by an index, and messages and codes of a person whose account is closed are found by theirs.
``region.retired_at`` is for grids alone.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.engine import Connection

from portal.core.search import tokens_of

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

AT_ONCE = 1_000
_ACTIVE = sa.text("revoked_at IS NULL")
_OF_ACTIVE = {"sqlite_where": _ACTIVE, "postgresql_where": _ACTIVE}

_GRANT = sa.table("role_grant", sa.column("scope_kind"), sa.column("scope_id"),
                  sa.column("region_code"))  # fmt: skip
_USER = sa.table("user_account", sa.column("id"), sa.column("name"), sa.column("closed_at"))
_TOKEN = sa.table("search_token", sa.column("kind"), sa.column("token"), sa.column("object_id"))


def upgrade() -> None:
    # No foreign key: it would lock the region's row with every role, and SQLite would have to make
    # the table anew.
    op.add_column("role_grant", sa.Column("region_code", sa.String(15), nullable=True))
    op.create_index(
        "ix_role_grant_region", "role_grant", ["region_code", "role", "id"], **_OF_ACTIVE
    )
    op.create_index("ix_role_grant_role", "role_grant", ["role", "id"], **_OF_ACTIVE)
    op.create_index("ix_audit_event_action", "audit_event", ["action", "id"])
    op.create_index("ix_outgoing_message_recipient", "outgoing_message", ["recipient", "id"])
    op.create_index("ix_one_time_code_user", "one_time_code", ["user_id"])
    connection = op.get_bind()
    _let_grids_retire(connection)
    _note_regions(connection)
    _index_names(connection)


def downgrade() -> None:
    op.drop_column("region", "retired_at")  # and its check with it
    op.execute(sa.delete(_TOKEN).where(_TOKEN.c.kind == "person"))
    op.drop_index("ix_one_time_code_user", table_name="one_time_code")
    op.drop_index("ix_outgoing_message_recipient", table_name="outgoing_message")
    op.drop_index("ix_audit_event_action", table_name="audit_event")
    op.drop_index("ix_role_grant_role", table_name="role_grant")
    op.drop_index("ix_role_grant_region", table_name="role_grant")
    op.drop_column("role_grant", "region_code")


def _let_grids_retire(connection: Connection) -> None:
    """The column with its check in one statement: half the house refers to regions, and SQLite
    would have to make the table anew for a check of its own."""
    kind = "DATETIME" if connection.dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    op.execute(
        f"ALTER TABLE region ADD COLUMN retired_at {kind} "
        "CONSTRAINT ck_region_only_grids_retire CHECK (retired_at IS NULL OR level = 'grid')"
    )


def _note_regions(connection: Connection) -> None:
    """Where each role's scope lies; a role for something that is gone stays without."""
    region = _GRANT.c.scope_kind == "region"
    connection.execute(sa.update(_GRANT).where(region).values(region_code=_GRANT.c.scope_id))
    for kind in ("organization", "merchant"):
        scope = sa.table(kind, sa.column("id"), sa.column("region_code"))
        where = (
            sa.select(scope.c.region_code).where(scope.c.id == _GRANT.c.scope_id).scalar_subquery()
        )
        connection.execute(
            sa.update(_GRANT).where(_GRANT.c.scope_kind == kind).values(region_code=where)
        )


def _index_names(connection: Connection) -> None:
    last = ""
    while rows := connection.execute(
        sa.select(_USER.c.id, _USER.c.name)
        .where(_USER.c.id > last, _USER.c.closed_at.is_(None))
        .order_by(_USER.c.id)
        .limit(AT_ONCE)
    ).all():
        last = rows[-1].id
        tokens = [
            {"kind": "person", "token": token, "object_id": row.id}
            for row in rows
            for token in sorted(tokens_of([row.name]))
        ]
        if tokens:
            connection.execute(sa.insert(_TOKEN), tokens)
