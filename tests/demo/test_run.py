"""``python run.py``: starts alone, says where, stops when asked, refuses what cannot work."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.config import ROOT
from tests.running import free_port

PATIENCE = 90


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
        (
            {
                "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x",
                "SECRET_KEY": "a-good-and-long-secret-0123456789-abcdef",
            },
            "The database cannot be reached",
        ),
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
