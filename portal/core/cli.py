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
        for name, count in jobs.run_until_quiet().items():
            click.echo(f"{name}: {count}")
        return
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    jobs.run_forever(stop)
