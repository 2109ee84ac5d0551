"""``flask jobs``: the worker."""

from __future__ import annotations

import signal
import threading

import click
from flask.cli import AppGroup

from portal.core import jobs

group = AppGroup("jobs", help="Work that is done by the clock.")


@group.command("run")
@click.option("--once", is_flag=True, help="Do all that is due now, then stop.")
def run(once: bool) -> None:
    """Run the jobs, until stopped or once."""
    if once:
        _run_once()
        return
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    jobs.run_forever(stop)


def _run_once() -> None:
    """All jobs, also where one fails; then the command fails too."""
    failures: dict[str, Exception] = {}
    try:
        done = jobs.run_until_quiet()
    except jobs.JobsFailed as error:
        done, failures = error.done, error.failures
    for name, count in done.items():
        click.echo(f"{name}: {count}")
    for name, failure in failures.items():
        click.echo(f"{name} failed: {type(failure).__name__}; see the log", err=True)
    if failures:
        raise SystemExit(1)
