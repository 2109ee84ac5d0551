"""``flask …`` from a shell: what it says where there is no database, and when the worker begins."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from portal.app import Portal
from portal.config import ROOT
from tests.templates import SECRET

PATIENCE = 60
OUT_OF_REACH = "postgresql://nobody:very-secret@127.0.0.1:1/books"


def flask(folder: Path, url: str, *arguments: str) -> subprocess.Popen[str]:
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "TMPDIR")}
    settings = {"DATABASE_URL": url, "SECRET_KEY": SECRET, "INSTANCE_PATH": str(folder)}
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "portal", *arguments],
        cwd=ROOT,
        env={**kept, **settings, "LOG_LEVEL": "ERROR", "DEMO": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    "command",
    ["db upgrade", "ledger verify", "jobs run --once", "demo load", "vouchers renew-codes"],
)
def test_a_database_out_of_reach_is_named_in_one_line(tmp_path: Path, command: str) -> None:
    process = flask(tmp_path, OUT_OF_REACH, *command.split())
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert out == ""
    (line,) = err.strip().splitlines()
    assert line.startswith("Error: The database books at 127.0.0.1:1 cannot be reached: ")
    assert "very-secret" not in line


def test_a_file_that_cannot_be_opened_is_named_too(tmp_path: Path) -> None:
    process = flask(tmp_path, f"sqlite:///{tmp_path}/no/folder/portal.db", "db", "upgrade")
    _out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    (line,) = err.strip().splitlines()
    assert f"{tmp_path}/no/folder/portal.db cannot be reached" in line


def test_the_worker_says_that_it_works_and_how_to_end_it(app: Portal, tmp_path: Path) -> None:
    worker = flask(tmp_path, app.settings.database_url, "jobs", "run")
    assert worker.stdout is not None
    try:
        line = worker.stdout.readline()
        worker.send_signal(signal.SIGINT)
        _out, err = worker.communicate(timeout=PATIENCE)
    finally:
        worker.kill()
    assert "every 1 s" in line
    assert "Ctrl-C" in line
    assert worker.returncode == 0, err
    assert "Traceback" not in err
