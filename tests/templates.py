"""Databases that are built once and copied: a migrated one, and one with the demo district.

Building takes seconds, copying does not. What is built is kept in the folder that
``TEST_TEMPLATES`` names, for all sessions that are given the same one; otherwise for one session
and its workers. The portal's own commands build them, in processes of their own.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, make_url, text

from portal.config import ROOT
from portal.core.ids import random_code

FOLDER = "TEST_TEMPLATES"
SECRET = "running-tests-secret-0123456789-abcdefghijkl"
EMPTY = "template0"

MIGRATED, DEMO = "migrated", "demo"
RESIDENTS = 100
"""Of the demo's first community: enough for a hundred at once."""

_RECIPES = {
    MIGRATED: (EMPTY, ("db", "upgrade")),
    DEMO: (MIGRATED, ("demo", "load", "--residents", str(RESIDENTS))),
}
"""What each kind begins with, and the command that makes the rest."""
_PATIENCE = 600


# --- a database of one's own ------------------------------------------------------------------


@contextmanager
def database(kind: str, name: str, folder: Path) -> Iterator[URL]:
    """A copy of a template: on SQLite a file in ``folder``, on PostgreSQL a database that is
    dropped afterwards. ``name`` tells it from the others of the same run."""
    server = given_server()
    if server is None:
        url = URL.create("sqlite", database=str(folder / f"{name}.db"))
        fill(url, kind)
        yield url
        return
    url = server.set(database=f"{server.database}_{name}")
    fill(url, kind)
    try:
        yield url
    finally:
        with _administrator() as administrator:
            _drop(administrator, url)


def fill(url: URL, kind: str) -> None:
    """Let the database hold what the template holds, and nothing else. Nobody may be using it."""
    _copy(template(kind), url)


def given_server() -> URL | None:
    """The PostgreSQL to test on, or None for SQLite."""
    given = os.environ.get("TEST_DATABASE_URL")
    return make_url(given).set(drivername="postgresql+psycopg") if given else None


# --- the portal in a process of its own -------------------------------------------------------


def environment(url: URL, folder: Path) -> dict[str, str]:
    """The settings of a portal on this database, with a folder for what else it keeps."""
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "TMPDIR")}
    return {
        **kept,
        "DATABASE_URL": url.render_as_string(hide_password=False),
        "SECRET_KEY": SECRET,
        "INSTANCE_PATH": str(folder / "instance"),
        "DEMO": "1",
        "RATE_LIMITS": "off",
        "COOKIE_SECURE": "0",
        "LOG_LEVEL": "WARNING",
    }


def flask(settings: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``flask --app portal …`` with these settings."""
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "portal", *arguments],
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE,
    )


# --- templates --------------------------------------------------------------------------------


def keep_for_this_session() -> bool:
    """Make a folder for templates unless one is given; True if ``forget`` has to be called."""
    if os.environ.get(FOLDER):
        return False
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="portal-templates-")
    return True


def forget() -> None:
    """Throw away all that was built in the folder."""
    folder = Path(os.environ.pop(FOLDER))
    for kept in folder.glob("*.url"):
        url = make_url(kept.read_text())
        if url.get_backend_name() != "sqlite":
            with _administrator() as administrator:
                _drop(administrator, url)
    shutil.rmtree(folder)


def template(kind: str) -> URL:
    """The template of a kind, built by whoever needs it first; others wait meanwhile."""
    folder = Path(os.environ[FOLDER])
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _made(kind, folder)


def _made(kind: str, folder: Path) -> URL:
    server = given_server()
    kept = folder / f"{kind}-{'postgresql' if server else 'sqlite'}.url"
    if kept.exists():
        return make_url(kept.read_text())
    if server:
        url = server.set(database=f"{server.database}_{kind}_{random_code(6).lower()}")
    else:
        url = URL.create("sqlite", database=str(folder / f"{kind}.db"))
    beginning, command = _RECIPES[kind]
    if beginning != EMPTY:
        _copy(_made(beginning, folder), url)
    elif server:
        _copy(server.set(database=EMPTY), url)
    done = flask(environment(url, folder), *command)
    assert done.returncode == 0, done.stdout + done.stderr
    kept.write_text(url.render_as_string(hide_password=False))
    return url


def _copy(source: URL, target: URL) -> None:
    if target.get_backend_name() == "sqlite":
        file = Path(str(target.database))
        for suffix in ("-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(str(source.database), file)
        return
    names = f'"{target.database}" TEMPLATE "{source.database}"'
    with _administrator() as administrator:
        _drop(administrator, target)
        administrator.execute(text(f"CREATE DATABASE {names} ENCODING 'UTF8'"))


def _drop(administrator: Connection, url: URL) -> None:
    administrator.execute(text(f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)'))


@contextmanager
def _administrator() -> Iterator[Connection]:
    """A connection to the database that was given, beside those that come and go."""
    server = given_server()
    assert server is not None
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
