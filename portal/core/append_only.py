"""Tables that keep what was written: the database itself refuses to change their rows.

For migrations. UPDATE and DELETE are refused, and the two back doors beside them: TRUNCATE on
PostgreSQL, INSERT OR REPLACE over an existing row on SQLite (which deletes the old row without
asking its triggers). A row of SQLite's has a number beside its keys, the rowid, by which it can be
replaced as well. A migration that makes such a table anew (batch mode on SQLite) must protect it
again: triggers go with their table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

REFUSED = "LG009"
"""SQLSTATE of a refusal on PostgreSQL."""

_FUNCTION = f"""
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = '{REFUSED}',
        MESSAGE = TG_TABLE_NAME || ' keeps what was written: ' || TG_OP || ' refused';
END $$
"""


@dataclass(frozen=True)
class Protected:
    """A table whose rows stay. ``keys`` are its primary and unique keys; with ``fixed`` only those
    columns stay as written, and the others may change."""

    table: str
    keys: Sequence[Sequence[str]]
    fixed: Sequence[str] = ()

    @property
    def changes(self) -> str:
        """The UPDATE that is refused (PostgreSQL)."""
        return f"UPDATE OF {', '.join(self.fixed)}" if self.fixed else "UPDATE"

    @property
    def changed(self) -> str:
        """When an UPDATE is refused (SQLite, where a column goes by other names too)."""
        if not self.fixed:
            return ""
        changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in (*self.fixed, "rowid"))
        return f"WHEN {changed} "


def make_refusal(connection: Connection) -> None:
    """Make what the triggers of all protected tables call (PostgreSQL)."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_FUNCTION)


def drop_refusal(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION refuse_change()")


def protect(connection: Connection, protected: Protected) -> None:
    """Make the triggers of a table."""
    for statement in _statements(connection, protected):
        connection.exec_driver_sql(statement)


def unprotect(connection: Connection, table: str) -> None:
    """Drop the triggers of a table."""
    postgresql = connection.dialect.name == "postgresql"
    last, place = ("truncate", f" ON {table}") if postgresql else ("replace", "")
    for change in ("update", "delete", last):
        connection.exec_driver_sql(f"DROP TRIGGER {table}_refuses_{change}{place}")


def _statements(connection: Connection, protected: Protected) -> list[str]:
    table = protected.table
    if connection.dialect.name == "postgresql":
        return [
            f"CREATE TRIGGER {table}_refuses_{name} BEFORE {change} ON {table}"
            f" FOR EACH {level} EXECUTE FUNCTION refuse_change()"
            for name, change, level in (
                ("update", protected.changes, "ROW"),
                ("delete", "DELETE", "ROW"),
                ("truncate", "TRUNCATE", "STATEMENT"),
            )
        ]
    keys = (*protected.keys, ("rowid",))
    taken = " OR ".join(f"EXISTS ({_row_with(table, key)})" for key in keys)
    return [
        f"CREATE TRIGGER {table}_refuses_{name} BEFORE {change} ON {table} {condition}"
        f"BEGIN SELECT RAISE(ABORT, '{table} keeps what was written: {name} refused'); END"
        for name, change, condition in (
            ("update", "UPDATE", protected.changed),
            ("delete", "DELETE", ""),
            ("replace", "INSERT", f"WHEN {taken} "),
        )
    ]


def _row_with(table: str, key: Sequence[str]) -> str:
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    return f"SELECT 1 FROM {table} WHERE {same}"  # noqa: S608 (names of our own tables)
