"""The portal as it really runs: server processes of their own, spoken to over the wire.

For what only shows there: several processes on one database, a server killed in the middle, a
browser, a fuzzer. Servers listen on loopback, on ports below those that outgoing sockets take.
"""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from portal.config import ROOT
from portal.core.ids import random_code
from scripts import throwaway_postgres
from tests import templates

DEMO_PASSWORD = "demo-portal"
_SERVE = "import run; from portal.app import create_app; run.listen(create_app()).run()"
"""As `run.py` does, but without the jobs: a test says when these are done."""
_STARTED_WITHIN = 60.0
_PORTS = range(12_000, 20_000)
"""Below the range that outgoing sockets take, and that of the tests' PostgreSQL."""


@dataclass
class Answer:
    """What came back over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Caller:
    """One outside client: its address, its token, its language."""

    port: int
    token: str | None = None
    language: str = "en"

    def request(
        self, method: str, path: str, body: Any = None, *, key: str | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Accept-Language": self.language}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if key:
            headers["Idempotency-Key"] = key
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, path, data, headers)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def get(self, path: str) -> Answer:
        return self.request("GET", f"/api/v1{path}")

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Answer:
        return self.request("POST", f"/api/v1{path}", body, key=key)

    def delete(self, path: str) -> Answer:
        return self.request("DELETE", f"/api/v1{path}")

    def must(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        """Ask and expect: the answer's JSON, or a failure that shows what came instead."""
        answer = self.request(method, f"/api/v1{path}", body)
        assert answer.status == status, (method, path, answer.status, answer.body.decode()[:500])
        return answer.json if answer.body else None

    def sign_in(self, login: str, password: str = DEMO_PASSWORD) -> Caller:
        sent = {"login": login, "password": password}
        token = self.must("POST", "/tokens", sent, status=201)["token"]
        return Caller(self.port, token, self.language)


@dataclass
class RunningPortal:
    """One database and any number of server processes on it."""

    folder: Path
    database_url: URL
    environment: dict[str, str] = field(default_factory=dict)
    servers: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def clock_file(self) -> Path:
        return self.folder / "clock"

    def set_clock(self, instant: datetime) -> None:
        """Move the portal's clock; the file is replaced whole, never half written."""
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(instant.astimezone(UTC).isoformat())
        fresh.replace(self.clock_file)

    def env(self) -> dict[str, str]:
        clock = {"DEMO_CLOCK_FILE": str(self.clock_file)}
        return {
            **templates.environment(self.database_url, self.folder),
            **clock,
            **self.environment,
        }

    def flask(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run ``flask --app portal …`` on this database."""
        done = templates.flask(self.env(), *arguments)
        if check:
            assert done.returncode == 0, done.stdout + done.stderr
        return done

    def start(self, **settings: str) -> int:
        """Start one more server process, perhaps with settings of its own; returns its port once
        it answers."""
        port = free_port()
        with (self.folder / f"server-{port}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", _SERVE],
                cwd=ROOT,
                env={**self.env(), **settings, "HOST": "127.0.0.1", "PORT": str(port)},
                stdout=log,
                stderr=log,
            )
        self.servers[port] = process
        _wait_until_it_answers(port, process, self.folder / f"server-{port}.log")
        return port

    def kill(self, port: int) -> None:
        """``kill -9``: no good-bye."""
        process = self.servers.pop(port)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)

    def stop(self) -> None:
        for process in self.servers.values():
            process.terminate()
        for process in self.servers.values():
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=15)
        self.servers.clear()

    def caller(self, port: int | None = None) -> Caller:
        return Caller(port or next(iter(self.servers)))


def free_port() -> int:
    """A port that nobody listens at."""
    return throwaway_postgres.free_port(_PORTS)


def _wait_until_it_answers(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _STARTED_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            if Caller(port).request("GET", "/readyz").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{log.read_text()[-4000:]}")


@contextmanager
def running_portal(folder: Path, **settings: str) -> Iterator[RunningPortal]:
    """The demo district in a database of its own (SQLite, or PostgreSQL by
    ``TEST_DATABASE_URL``), without a server yet. ``settings`` go to the environment."""
    name = f"running_{random_code(8)}".lower()
    with templates.database(templates.DEMO, name, folder) as url:
        portal = RunningPortal(folder, url, settings)
        try:
            yield portal
        finally:
            portal.stop()
