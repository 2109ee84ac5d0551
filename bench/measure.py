"""Runs one kind of request against one server process and says what it cost."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
_SERVE = (
    "import logging, sys; from waitress import serve; from {module} import create_app; "
    "logging.getLogger('waitress.queue').setLevel(logging.ERROR); "
    "serve(create_app(), host='127.0.0.1', port=int(sys.argv[1]), threads=8)"
)

Request = tuple[str, str, Any, str | None]


@dataclass(frozen=True)
class Figures:
    """What one kind of request cost. Times are seconds; ``cpu`` is the server's, a request."""

    name: str
    count: int
    per_second: float
    p50: float
    p99: float
    cpu: float
    refused: int


@dataclass(frozen=True)
class Server:
    """One server process."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """User and system time of the process so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def serving(module: str, environment: dict[str, str]) -> Iterator[Server]:
    """Serve ``create_app`` of a module with waitress, eight threads, in one process."""
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE.format(module=module), str(port)],
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    try:
        _wait(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def run(server: Server, name: str, requests: list[Request], clients: int = 8) -> Figures:
    """Send the requests, each once, from ``clients`` connections of another process."""
    before = server.cpu_seconds()
    order = {"port": server.port, "clients": clients, "requests": requests}
    done = subprocess.run(
        [sys.executable, "-m", "bench.client"],
        input=json.dumps(order),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=ROOT,
    )
    answer = json.loads(done.stdout)
    times = answer["times"]
    good = sum(n for status, n in answer["statuses"].items() if int(status) < 400)
    return Figures(
        name=name,
        count=len(times),
        per_second=len(times) / answer["seconds"],
        p50=median(times),
        p99=quantiles(times, n=100)[98],
        cpu=(server.cpu_seconds() - before) / len(times),
        refused=len(times) - good,
    )


def ask(server: Server, request: Request) -> Any:
    """One request outside the measurement; its JSON."""
    method, path, body, token = request
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    data = json.dumps(body) if body is not None else None
    if data is None:
        del headers["Content-Type"]
    connection.request(method, path, data, headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    assert response.status < 400, (request, content)
    return json.loads(content)


def _free_port() -> int:
    for port in range(14_000, 30_000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no free port")


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")
