"""Check the migrations against the models, on an empty database.

Usage: python scripts/check_migrations.py

Takes the database of TEST_DATABASE_URL, which must be empty, or else a fresh SQLite file. There is
one head; going up gives what the models say, CHECK constraints included (Alembic's own comparison
leaves them out); going down leaves nothing behind; going up again gives the same as the first time.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

from sqlalchemy import CheckConstraint, Connection, create_engine, inspect, text

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

KEPT_BY_ALEMBIC = "alembic_version"
OBJECTS = {
    "sqlite": "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master"
    " WHERE name NOT LIKE 'sqlite_%' AND tbl_name <> 'alembic_version'",
    "postgresql": """
        SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' '
               || is_nullable || ' ' || coalesce(column_default, '')
          FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name <> 'alembic_version'
        UNION ALL
        SELECT 'constraint ' || conname || ' ' || pg_get_constraintdef(oid)
          FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace
           AND conrelid <> coalesce(to_regclass('public.alembic_version')::oid, 0)
        UNION ALL
        SELECT 'index ' || indexdef FROM pg_indexes
         WHERE schemaname = 'public' AND tablename <> 'alembic_version'
        UNION ALL
        SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL
        SELECT 'function ' || pg_get_functiondef(p.oid)
          FROM pg_proc p
          LEFT JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'
         WHERE p.pronamespace = 'public'::regnamespace AND d.objid IS NULL
        UNION ALL
        SELECT 'sequence ' || sequencename FROM pg_sequences WHERE schemaname = 'public'
        UNION ALL
        SELECT 'type ' || typname FROM pg_type
         WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
    """,
}


class MigrationFault(Exception):
    """What is wrong, in words for whoever wrote the migration."""


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{folder}/portal.db"
        os.environ.update(
            DATABASE_URL=url,
            SECRET_KEY=secrets.token_urlsafe(48),
            INSTANCE_PATH=folder,
            DEMO="0",
        )
        try:
            _check()
        except MigrationFault as fault:
            print(fault, file=sys.stderr)
            return 1
    return 0


def _check() -> None:
    heads = [line for line in _flask_db("heads").splitlines() if line.strip()]
    if len(heads) != 1:
        raise MigrationFault("There must be one head: " + (", ".join(heads) or "there is none"))
    if _objects():
        raise MigrationFault("The database of TEST_DATABASE_URL is not empty.")
    _flask_db("upgrade")
    first = _objects()
    _flask_db("check")
    _compare_check_constraints()
    _flask_db("downgrade", "base")
    _expect("going down leaves behind", _objects())
    _flask_db("upgrade")
    _expect("going up again differs in", first ^ _objects())
    print(f"    one head; {len(first)} objects up, none after down, the same up again")


def _flask_db(*arguments: str) -> str:
    command = [sys.executable, "-m", "flask", "--app", "portal", "db", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise MigrationFault(
            f"`flask db {' '.join(arguments)}` failed:\n{done.stdout}{done.stderr}"
        )
    return done.stdout


def _objects() -> set[str]:
    """Everything the database holds of ours, each with its definition."""
    with _connect() as connection:
        return set(connection.scalars(text(OBJECTS[connection.dialect.name])))


def _expect(what: str, leftovers: set[str]) -> None:
    if leftovers:
        raise MigrationFault(f"{what}:\n" + "\n".join(sorted(leftovers)))


def _compare_check_constraints() -> None:
    declared = _declared_checks()
    with _connect() as connection:
        inspector = inspect(connection)
        present = {
            (table, constraint["name"])
            for table in inspector.get_table_names()
            if table != KEPT_BY_ALEMBIC
            for constraint in inspector.get_check_constraints(table)
        }
    _expect("CHECK constraints of the models that no migration makes", _named(declared - present))
    _expect("CHECK constraints that no model declares", _named(present - declared))


def _declared_checks() -> set[tuple[str, str | None]]:
    from portal import create_app
    from portal.core.database import Base

    create_app()  # loads every feature's models
    return {
        (table.name, str(constraint.name))
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }


def _named(constraints: set[tuple[str, str | None]]) -> set[str]:
    return {f"{table}: {name}" for table, name in constraints}


def _connect() -> Connection:
    from portal.config import from_environment

    return create_engine(from_environment().database_url).connect()


if __name__ == "__main__":
    sys.exit(main())
