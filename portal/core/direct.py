"""Statements sent straight through PostgreSQL's driver.

For the few that every request waits for: who is asking, and the functions of the database that do
a deed in one round trip. The toolkit's own execution costs two to three times the statement
(docs/performance.md); what it does besides is kept: the session's transaction, errors that are
:class:`~sqlalchemy.exc.DBAPIError`, broken connections that leave the pool.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError

_DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]


def fetch_first(
    connection: Connection, sql: str, values: Mapping[str, Any]
) -> tuple[Any, ...] | None:
    """The first row of one statement in the connection's transaction, or None.

    Args:
        sql: with ``%(name)s`` for each of the ``values``, as psycopg writes them.

    Raises:
        DBAPIError: what the database refused, as any other statement would say it.
    """
    driver: Any = connection.connection.driver_connection
    try:
        row: tuple[Any, ...] | None = driver.execute(sql, values).fetchone()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _translated(connection, driver, error) from error
    return row


def fetch_scalar(connection: Connection, sql: str, values: Mapping[str, Any]) -> Any:
    """The first column of a statement's first row; None if there is no row."""
    row = fetch_first(connection, sql, values)
    return row[0] if row else None


def sql_of(statement: Select[Any]) -> str:
    """A statement as :func:`fetch_first` takes it.

    Its parameters are ``bindparam(name, required=False)``; what stands in it by itself is written
    out (``literal(…, literal_execute=True)``).
    """
    options = {"render_postcompile": True}
    return str(statement.compile(dialect=_DIALECT, compile_kwargs=options))


def _translated(connection: Connection, driver: Any, error: Exception) -> BaseException:
    broken = connection.dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]
    if broken:
        connection.invalidate(error)
        connection.engine.dispose()  # its neighbours in the pool went with the same server
    return DBAPIError.instance(
        None,
        None,
        error,
        connection.dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=broken,
        dialect=connection.dialect,
    )
