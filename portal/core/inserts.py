"""Insert what may be there already: the database's own unique constraint decides."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from portal.core.database import Base, db, on_sqlite


def insert_new(model: type[Base], **values: Any) -> bool:
    """Insert one row unless a unique constraint stands against it; whether it was inserted.

    A second transaction that inserts the same waits for the first one's end.
    """
    insert = sqlite.insert if on_sqlite() else postgresql.insert
    statement = insert(model).values(**values).on_conflict_do_nothing()
    return bool(db.session.connection().execute(statement).rowcount)
