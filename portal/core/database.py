"""The database: one engine, one base class, and what makes SQLite and PostgreSQL behave alike."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import JSON, BigInteger, DateTime, Engine, Integer, MetaData, String, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from portal.config import ROOT, Settings

LOCK_WAIT_MS = 10_000
"""How long a statement waits for a row, or a SQLite writer for the file."""

WRITING = "portal_writing"
"""Connection option: this transaction will write (SQLite begins it IMMEDIATE)."""

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# Else psycopg says -1, which is true, for an INSERT … ON CONFLICT DO NOTHING that did nothing.
_COUNTING: dict[str, Any] = {"execution_options": {"preserve_rowcount": True}}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC. SQLite keeps no zone, so it is stripped and put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive instant has no place in the database")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = String(26)
RegionCode = String(15)
Counted = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number of points, minutes or minor units; also a generated key (SQLite's rowid)."""
Json = JSON().with_variant(JSONB(), "postgresql")


class OneDatabase(Session):
    """A session that need not look for the engine of each statement: there is one."""

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **_: Any) -> Any:
        return bind or db.engine


db = SQLAlchemy(
    metadata=Base.metadata, session_options={"class_": OneDatabase, "expire_on_commit": False}
)
migrate = Migrate()


def init_app(app: Flask, settings: Settings) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(settings)
    if settings.on_sqlite:
        settings.instance_path.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    migrate.init_app(
        app,
        db,
        directory=str(ROOT / "migrations"),
        render_as_batch=True,
        compare_type=True,
    )
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _tame_sqlite(db.engine)


_QUIET = {"hide_parameters": True}
"""What people wrote (addresses, hashes) does not belong into the log of a failed statement."""


def _engine_options(settings: Settings) -> dict[str, Any]:
    if settings.on_sqlite:
        return {**_QUIET, **_COUNTING, "pool_size": settings.database_pool, "max_overflow": 20}
    session = (
        f"-c lock_timeout={LOCK_WAIT_MS} -c statement_timeout=60000 "
        "-c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
    )
    return {
        **_QUIET,
        **_COUNTING,
        "pool_size": settings.database_pool,
        "max_overflow": 20,
        "pool_pre_ping": False,
        "connect_args": {"options": session, "application_name": "portal"},
    }


def _tame_sqlite(engine: Engine) -> None:
    """WAL, full durability, foreign keys, and transactions that say at once that they write. What
    is deleted is overwritten: urns and keys of secret ballots must be gone from the file too.

    The driver's own deferred BEGIN loses updates or fails as "locked" when it turns into a write;
    the busy timeout stands before the mode, or two first starts fail on a fresh file.
    """

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={LOCK_WAIT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get(WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def on_sqlite() -> bool:
    """Whether the database in use is SQLite."""
    return bool(db.engine.dialect.name == "sqlite")


def is_unreachable(error: DBAPIError) -> bool:
    """Whether there was no database to talk to, or it went away: not whether it refused."""
    lost = error.statement is None or error.connection_invalidated
    return lost and type(error) in (OperationalError, InterfaceError, DatabaseError)


def unreachable_words(error: DBAPIError) -> str:
    """Which database could not be reached and why, in one line, for whoever runs the portal. Only
    within an application context."""
    url = db.engine.url
    name = url.database or "?"
    where = name if url.host is None else f"{name} at {url.host}:{url.port or 5432}"
    why = " ".join(str(error.orig).split())
    if url.password:
        why = why.replace(url.password, "***")
    return f"The database {where} cannot be reached: {why}"
