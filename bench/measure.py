"""Runs one kind of request against one server process and says what it cost."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from scripts.throwaway_postgres import free_port

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
_PORTS = range(12_000, 20_000)  # below those of outgoing connections
_SERVE = (
    "import logging, sys; from waitress import serve; from {module} import create_app; "
    "logging.getLogger('waitress.queue').setLevel(logging.ERROR); "
    "serve(create_app(), host='127.0.0.1', port=int(sys.argv[1]), threads=8)"
)

SLICES = 4
"""Of each kind of request, with as many of the baseline between them."""

Request = tuple[str, str, Any, str | None]


@dataclass(frozen=True)
class Figures:
    """What one kind of request cost. Times are seconds; ``cpu`` is the server's, a request, and
    ``bare`` the baseline's in the same moments."""

    name: str
    count: int
    per_second: float
    p50: float
    p99: float
    cpu: float
    bare: float
    refused: int

    @property
    def ratio(self) -> float:
        """So many times the CPU of the bare endpoint."""
        return self.cpu / self.bare


@dataclass(frozen=True)
class Burst:
    """Some requests of one kind, sent at once."""

    times: list[float]
    seconds: float
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
    port = free_port(_PORTS)
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


@dataclass(frozen=True)
class Course:
    """Both servers, and how many connections talk to one of them at a time."""

    bare: Server
    portal: Server
    touches: list[Request]
    clients: int

    def compare(self, name: str, requests: list[Request]) -> Figures:
        """Send the requests, each once, in slices with slices of the baseline between them: what
        else this machine does then weighs on both alike."""
        size = -(-len(requests) // SLICES)
        slices = [requests[at : at + size] for at in range(0, len(requests), size)]
        pairs = [
            (burst(self.bare, self.touches, self.clients), burst(self.portal, each, self.clients))
            for each in slices
        ]
        bare, own = ([pair[side] for pair in pairs] for side in (0, 1))
        times = [time for each in own for time in each.times]
        return Figures(
            name=name,
            count=len(times),
            per_second=len(times) / sum(each.seconds for each in own),
            p50=median(times),
            p99=quantiles(times, n=100)[98],
            cpu=sum(each.cpu for each in own) / len(times),
            bare=sum(each.cpu for each in bare) / sum(len(each.times) for each in bare),
            refused=sum(each.refused for each in own),
        )


def burst(server: Server, requests: list[Request], clients: int) -> Burst:
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
    good = sum(n for status, n in answer["statuses"].items() if int(status) < 400)
    return Burst(
        times=answer["times"],
        seconds=answer["seconds"],
        cpu=server.cpu_seconds() - before,
        refused=len(answer["times"]) - good,
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
