"""The portal's commands on ``flask``, and ``flask jobs``: the worker."""

from __future__ import annotations

import signal
import threading
from copy import copy
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from portal.core import jobs
from portal.core.database import db, is_unreachable, unreachable_words


class Commands(AppGroup):
    """All commands of the portal; where the database cannot be reached, each ends in one line."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command = super().get_command(ctx, cmd_name)
        return None if command is None else _in_plain_words(command)


def _in_plain_words(command: click.Command) -> click.Command:
    plain = copy(command)

    def invoke(ctx: click.Context) -> Any:
        try:
            return command.invoke(ctx)
        except DBAPIError as error:
            if not is_unreachable(error):
                raise
            raise click.ClickException(unreachable_words(error)) from error

    plain.invoke = invoke  # type: ignore[method-assign]
    return plain


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
    seconds = jobs.PAUSE.total_seconds()
    click.echo(
        f"Jobs run from now on; what is due is looked for every {seconds:g} s. Ctrl-C ends it."
    )
    jobs.run_forever(stop)


def _run_once() -> None:
    """All jobs, also where one fails; then the command fails too."""
    failures: dict[str, Exception] = {}
    db.session.connection()  # where there is no database, that is one failure and not one a job
    db.session.rollback()
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
