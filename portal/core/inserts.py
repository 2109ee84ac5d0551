"""Insert what may be there already: the database's own unique constraint decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ColumnElement

from portal.core.database import Base, db, on_sqlite


def insert_new(model: type[Base], **values: Any) -> bool:
    """Insert one row unless a unique constraint stands against it; whether it was inserted.

    A second transaction that inserts the same waits for the first one's end.
    """
    insert = sqlite.insert if on_sqlite() else postgresql.insert
    statement = insert(model).values(**values).on_conflict_do_nothing()
    return bool(db.session.connection().execute(statement).rowcount)


def insert_or_change(
    model: type[Base],
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    change: Mapping[str, Any],
    where: ColumnElement[bool],
) -> bool:
    """Insert one row, or change the one that has its key, if ``where`` holds for that; whether
    either was done. One statement: of many at once none reads what another is about to change."""
    insert = sqlite.insert if on_sqlite() else postgresql.insert
    statement = insert(model).values(**key, **values)
    guarded = statement.on_conflict_do_update(
        index_elements=list(key), set_=dict(change), where=where
    )
    return bool(db.session.connection().execute(guarded).rowcount)
