"""``flask demo``: the demo district."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import AppGroup

from portal.demo import progress, services
from portal.demo.cast import RESIDENTS

group = AppGroup("demo", help="The demo district (only with DEMO=1).")


@group.command("load")
@click.option(
    "--residents",
    type=click.IntRange(1, 1_000_000),
    default=RESIDENTS,
    show_default=True,
    help="How many residents of 红山郡社区; a larger number adds the missing ones.",
)
def load(residents: int) -> None:
    """Build the demo district; what is there already stays."""
    if not current_app.settings.demo:  # type: ignore[attr-defined]
        raise click.ClickException("The demo is only for demo mode: set DEMO=1.")
    services.load(residents, tell=progress.shown_on(sys.stdout))
    click.echo(f"The demo district stands, with {residents} residents or more.")
