"""people are found by region; organizations and shops whatever their state; claims by person

``search_token.region_code``: where a thing is found; people where they say that they live, the
rest everywhere (empty). Organizations and shops that wait or were declined get tokens as well: the
desk finds them, the public lists leave them out by their state. The claims of one person are found
by an index.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.engine import Connection, Row

from portal.core.search import tokens_of

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

AT_ONCE = 1_000
PERSON = "person"
UNDECIDED = ("organization", "merchant")

_TOKEN = sa.table("search_token", sa.column("kind"), sa.column("region_code"), sa.column("token"),
                  sa.column("object_id"))  # fmt: skip
_USER = sa.table("user_account", sa.column("id"), sa.column("name"), sa.column("closed_at"),
                 sa.column("home_region_code"))  # fmt: skip
_KEY = ("kind", "region_code", "token", "object_id")
_KEY_BEFORE = ("kind", "token", "object_id")


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        _make_anew(_KEY)
    else:
        op.add_column("search_token", _region_code())
        _change_key(_KEY)
    _move_people_home(connection)
    for kind in UNDECIDED:
        _index_undecided(connection, kind)
    op.create_index("ix_home_claim_user", "home_claim", ["user_id", "id"])


def downgrade() -> None:
    connection = op.get_bind()
    op.drop_index("ix_home_claim_user", table_name="home_claim")
    for kind in UNDECIDED:
        thing = _thing(kind)
        undecided = sa.select(thing.c.id).where(thing.c.status != "verified")
        connection.execute(
            sa.delete(_TOKEN).where(_TOKEN.c.kind == kind, _TOKEN.c.object_id.in_(undecided))
        )
    connection.execute(sa.delete(_TOKEN).where(_TOKEN.c.kind == PERSON))
    if connection.dialect.name == "sqlite":
        _make_anew(_KEY_BEFORE)
    else:
        _change_key(_KEY_BEFORE)
        op.drop_column("search_token", "region_code")
    _index(connection, PERSON, _USER, _USER.c.closed_at.is_(None), lambda row: [row.name])


def _region_code() -> sa.Column[str]:
    return sa.Column("region_code", sa.String(15), nullable=False, server_default="")


def _make_anew(key: tuple[str, ...]) -> None:
    """SQLite changes no primary key: the table is made anew, and what it holds is copied."""
    columns = {
        "kind": sa.Column("kind", sa.String(20), nullable=False),
        "region_code": _region_code(),
        "token": sa.Column("token", sa.String(24), nullable=False),
        "object_id": sa.Column("object_id", sa.String(26), nullable=False),
    }
    op.drop_index("ix_search_token_object", table_name="search_token")
    op.rename_table("search_token", "search_token_before")
    op.create_table(
        "search_token",
        *(columns[name] for name in key),
        sa.PrimaryKeyConstraint(*key, name="pk_search_token"),
    )
    op.execute(
        "INSERT INTO search_token (kind, token, object_id)"
        " SELECT kind, token, object_id FROM search_token_before"
    )
    op.drop_table("search_token_before")
    op.create_index("ix_search_token_object", "search_token", ["kind", "object_id"])


def _change_key(key: tuple[str, ...]) -> None:
    op.drop_constraint("pk_search_token", "search_token", type_="primary")
    op.create_primary_key("pk_search_token", "search_token", list(key))


def _move_people_home(connection: Connection) -> None:
    """Whoever has not said where they live is found by no name."""
    home = (
        sa.select(_USER.c.home_region_code)
        .where(_USER.c.id == _TOKEN.c.object_id)
        .scalar_subquery()
    )
    people = _TOKEN.c.kind == PERSON
    connection.execute(
        sa.update(_TOKEN).where(people).values(region_code=sa.func.coalesce(home, ""))
    )
    connection.execute(sa.delete(_TOKEN).where(people, _TOKEN.c.region_code == ""))


def _thing(kind: str) -> sa.TableClause:
    return sa.table(
        kind, sa.column("id"), sa.column("name"), sa.column("description"), sa.column("status")
    )


def _index_undecided(connection: Connection, kind: str) -> None:
    thing = _thing(kind)
    undecided = thing.c.status != "verified"
    _index(connection, kind, thing, undecided, lambda row: [row.name, row.description])


def _index(
    connection: Connection,
    kind: str,
    table: sa.TableClause,
    where: sa.ColumnElement[bool],
    texts: Callable[[Row[*tuple[object, ...]]], Iterable[str]],
) -> None:
    """Tokens for what has none."""
    last = ""
    while rows := connection.execute(
        sa.select(table).where(where, table.c.id > last).order_by(table.c.id).limit(AT_ONCE)
    ).all():
        last = rows[-1].id
        tokens = [
            {"kind": kind, "token": token, "object_id": row.id}
            for row in rows
            for token in sorted(tokens_of(texts(row)))
        ]
        if tokens:
            connection.execute(sa.insert(_TOKEN), tokens)
