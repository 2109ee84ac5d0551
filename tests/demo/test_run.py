"""``python run.py``: starts alone, says where, stops when asked, refuses what cannot work."""

from __future__ import annotations

import http.client
import os
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import run
from portal.config import ROOT
from tests.running import free_port

PATIENCE = 90
BROWSERS, CONNECTIONS_EACH = 34, 6


def start(folder: Path, **settings: str) -> subprocess.Popen[str]:
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "TMPDIR")}
    return subprocess.Popen(
        [sys.executable, str(ROOT / "run.py")],
        cwd=folder,  # from anywhere
        env={**kept, "INSTANCE_PATH": str(folder), "LOG_LEVEL": "ERROR", **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    process = start(tmp_path, DEMO="0", PORT=str(port))
    yield process, port
    if process.poll() is None:
        process.kill()
    process.communicate()


def answers(port: int) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.2)
    return False


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_starts_alone_and_stops_when_asked(
    portal: tuple[subprocess.Popen[str], int], end: signal.Signals
) -> None:
    process, port = portal
    assert answers(port)
    process.send_signal(end)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    assert f"http://127.0.0.1:{port}" in out
    assert "Stopping" in out
    assert "Traceback" not in err
    assert "demo-portal" not in out  # no demo, no sign-ins


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        out, err = start(tmp_path, DEMO="0", PORT=str(port)).communicate(timeout=PATIENCE)
    assert f"127.0.0.1:{port}" in err
    assert "PORT=" in err
    assert "Traceback" not in err
    assert out == ""


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "password"}, "SECRET_KEY is weak"),
        ({"DATABASE_URL": "mysql://x/y", "SECRET_KEY": "x" * 5}, "DATABASE_URL"),
        ({"PORT": "eighty"}, "PORT"),
        ({"TIME_ZONE": "Mars/Olympus"}, "TIME_ZONE"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL"),
        ({"REDIS_URL": "abc"}, "REDIS_URL"),
    ],
)
def test_settings_that_cannot_work_are_named(
    tmp_path: Path, settings: dict[str, str], words: str
) -> None:
    process = start(tmp_path, **{"PORT": str(free_port()), **settings})
    _out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert words in err
    assert "Traceback" not in err


def test_a_database_out_of_reach_is_named_in_one_line(tmp_path: Path) -> None:
    settings = {
        "DATABASE_URL": "postgresql://nobody:very-secret@127.0.0.1:1/books",
        "SECRET_KEY": "a-good-and-long-secret-0123456789-abcdef",
    }
    process = start(tmp_path, PORT=str(free_port()), **settings)
    _out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    (line,) = err.strip().splitlines()
    assert "The database books at 127.0.0.1:1 cannot be reached: " in line
    assert "very-secret" not in line


# --- a crowd -----------------------------------------------------------------------------------


def _idle(port: int) -> socket.socket:
    """A connection that has had one answer and is kept."""
    kept = socket.create_connection(("127.0.0.1", port), timeout=30)
    kept.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert kept.recv(4096).startswith(b"HTTP/1.1 200")
    return kept


def test_two_hundred_idle_connections_shut_nobody_out(
    portal: tuple[subprocess.Popen[str], int],
) -> None:
    _process, port = portal
    assert answers(port)
    idle = [_idle(port) for _ in range(BROWSERS * CONNECTIONS_EACH)]
    try:
        began = time.monotonic()
        one_more = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        one_more.request("GET", "/healthz")
        assert one_more.getresponse().status == 200
        assert time.monotonic() - began < 5
        one_more.close()
    finally:
        for each in idle:
            each.close()


@pytest.mark.parametrize(
    ("limits", "connections", "asked"),
    [
        ((20_000, 20_000), run.CONNECTIONS, None),
        ((256, 1_048_576), run.CONNECTIONS, run.CONNECTIONS + run.OTHER_FILES),  # macOS
        ((1024, resource.RLIM_INFINITY), run.CONNECTIONS, run.CONNECTIONS + run.OTHER_FILES),
        ((1024, 1024), 1024 - run.OTHER_FILES, 1024),
        ((256, 256), 128, 256),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), run.CONNECTIONS, None),
    ],
)
def test_connections_fit_into_the_descriptors_there_are(
    monkeypatch: pytest.MonkeyPatch,
    limits: tuple[int, int],
    connections: int,
    asked: int | None,
) -> None:
    set_to: list[int] = []
    noted: Callable[..., None] = lambda _which, pair: set_to.append(pair[0])  # noqa: E731
    monkeypatch.setattr(resource, "getrlimit", lambda _which: limits)
    monkeypatch.setattr(resource, "setrlimit", noted)
    assert run.most_connections() == connections
    assert set_to == ([] if asked is None else [asked])
