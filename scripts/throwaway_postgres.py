"""Run a command with a PostgreSQL of its own, and throw the database away afterwards.

Usage: python scripts/throwaway_postgres.py [--durable] [--as NAME] -- command …

A new cluster is made in a temporary folder and listens on a free loopback port; the command finds
its address in DATABASE_URL, or in the variable named. PostgreSQL refuses to run as root: then it
runs as `postgres`, or as `nobody` where there is no such user. Without --durable the cluster skips
fsync, which is right for tests and wrong for measurements. Exits with the command's status, or 69
when no PostgreSQL is installed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

NOT_INSTALLED = 69  # EX_UNAVAILABLE
PORTS = range(20_000, 32_000)  # below the range the system gives to outgoing connections
SECONDS_TO_START = 60
SECONDS_TO_STOP = 30
DATABASE = "portal"
ROLE = "portal"  # no superuser, as in production
SUPERUSER = "postgres"


class PostgresError(Exception):
    """PostgreSQL (15 or newer) is missing or would not start; the message says what to do."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Run a command with a PostgreSQL of its own.")
    parser.add_argument("--durable", action="store_true", help="keep fsync on, for measurements")
    parser.add_argument(
        "--as", dest="variable", default="DATABASE_URL", help="where the command finds the address"
    )
    parser.add_argument("command", nargs="+")
    options = parser.parse_args(arguments)
    if shutil.which(options.command[0]) is None:
        parser.error(f"there is no program {options.command[0]!r}")
    signal.signal(signal.SIGTERM, _leave)
    try:
        with cluster(durable=options.durable) as url:
            environment = {**os.environ, options.variable: url}
            return subprocess.run(options.command, env=environment, check=False).returncode
    except PostgresError as error:
        print(error, file=sys.stderr)
        return NOT_INSTALLED


def _leave(number: int, _frame: FrameType | None) -> None:
    """Turn a request to stop into an orderly exit, so that the cluster is stopped too."""
    sys.exit(128 + number)


@contextlib.contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """A fresh cluster; gives the URL of its empty database.

    Raises:
        PostgresError: no PostgreSQL is installed, or it did not start.
    """
    binaries = find_binaries()
    owner = _owner()
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    try:
        if owner:
            shutil.chown(folder, owner["user"], owner["group"])
        password = secrets.token_urlsafe(24)
        _initialise(binaries, folder, owner, password)
        with _server(binaries, folder, owner, durable=durable) as port:
            yield f"postgresql://{ROLE}:{password}@127.0.0.1:{port}/{DATABASE}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_binaries() -> Path:
    """The folder of initdb and postgres: on the PATH, or Debian's newest.

    Raises:
        PostgresError: neither is there.
    """
    on_path = shutil.which("initdb")
    if on_path:
        folder = Path(on_path).resolve().parent
        if (folder / "postgres").exists():
            return folder
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda path: _version(path.parent.parent.name), default=None)
    if newest is None:
        raise PostgresError("PostgreSQL is not installed (Debian: apt install postgresql).")
    return newest.parent


def _version(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", name))


def _owner() -> dict[str, Any]:
    """Who runs the cluster, as keywords for a subprocess: ourselves, unless we are root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise PostgresError("Running as root, and there is neither a user postgres nor nobody.")


def _initialise(binaries: Path, folder: Path, owner: dict[str, Any], password: str) -> None:
    password_file = folder / "password"
    password_file.write_text(password, encoding="ascii")
    password_file.chmod(0o600)
    if owner:
        shutil.chown(password_file, owner["user"], owner["group"])
    _run(
        [
            str(binaries / "initdb"),
            f"--pgdata={folder / 'data'}",
            f"--username={SUPERUSER}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ],
        folder,
        owner,
    )


@contextlib.contextmanager
def _server(binaries: Path, folder: Path, owner: dict[str, Any], *, durable: bool) -> Iterator[int]:
    try:
        port = free_port(PORTS)
    except OSError as error:
        raise PostgresError(str(error)) from error
    settings = _settings(folder, port, durable=durable)
    (folder / "data" / "postgresql.auto.conf").write_text(
        "\n".join(f"{name} = '{value}'" for name, value in settings) + "\n",
        encoding="utf-8",
    )
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [str(binaries / "postgres"), "-D", str(folder / "data")],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the command first, the database after it
            **owner,
        )
    try:
        _wait_until_ready(server, binaries, folder, port)
        _make_database(binaries, folder, owner, port)
        yield port
    finally:
        _stop(server)


def _settings(folder: Path, port: int, *, durable: bool) -> list[tuple[str, str]]:
    settings = [
        ("listen_addresses", "127.0.0.1"),
        ("port", str(port)),
        ("unix_socket_directories", str(folder)),
        ("max_connections", "200"),
        ("shared_buffers", "256MB"),
        ("timezone", "UTC"),
        ("log_min_messages", "warning"),
    ]
    if not durable:
        settings += [("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off")]
    return settings


def free_port(ports: range) -> int:
    """A loopback port of these that nobody listens on. Drawn, so that sessions side by side rarely
    want the same. Tests and measurements have theirs from here, too.

    Raises:
        OSError: none is free.
    """
    for port in secrets.SystemRandom().sample(ports, k=len(ports)):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"No port from {ports.start} to {ports.stop} is free on 127.0.0.1.")


def _wait_until_ready(
    server: subprocess.Popen[bytes], binaries: Path, folder: Path, port: int
) -> None:
    question = _client(binaries, "pg_isready", folder, port)
    deadline = time.monotonic() + SECONDS_TO_START
    while server.poll() is None and time.monotonic() < deadline:
        answer = subprocess.run(question, stdout=subprocess.DEVNULL, check=False)
        if answer.returncode == 0:
            return
        time.sleep(0.1)
    log = (folder / "log").read_text(encoding="utf-8", errors="replace")
    raise PostgresError(f"PostgreSQL did not start within {SECONDS_TO_START} s:\n{log}")


def _make_database(binaries: Path, folder: Path, owner: dict[str, Any], port: int) -> None:
    password = (folder / "password").read_text(encoding="ascii")
    # Given as input: a command line can be read by everybody on the machine. What production does
    # not grant: tests make further databases, and empty append-only tables between two tests.
    statements = (
        f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}';\n"
        f"GRANT SET ON PARAMETER session_replication_role TO {ROLE};\n"
        f"CREATE DATABASE {DATABASE} OWNER {ROLE};\n"
    )
    command = _client(binaries, "psql", folder, port)
    command += ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname=postgres"]
    _run(command, folder, owner, {"PGPASSWORD": password}, statements)


def _client(binaries: Path, program: str, folder: Path, port: int) -> list[str]:
    where = ["--host", str(folder), "--port", str(port), "--username", SUPERUSER]
    beside = binaries / program
    return [str(beside if beside.exists() else shutil.which(program) or program), *where]


def _run(
    command: list[str],
    folder: Path,
    owner: dict[str, Any],
    more_environment: dict[str, str] | None = None,
    text: str = "",
) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **(more_environment or {})},
        input=text,
        capture_output=True,
        text=True,
        check=False,
        **owner,
    )
    if done.returncode != 0:
        raise PostgresError(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)  # "fast": ends the sessions that are still open
    try:
        server.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
