"""``flask suggestions``: cases of other systems."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.core.unit_of_work import unit_of_work
from portal.suggestions.import_file import read
from portal.suggestions.services.importing import ImportRefused, import_cases

group = AppGroup("suggestions", help="Suggestions: cases that residents report.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--system", required=True, help="What the system is called that the cases are from.")
def import_file(file: Path, system: str) -> None:
    """Take in the cases of FILE (CSV, see docs/running.md); those known stay as they are."""
    cases, faults = read(file.read_bytes())
    try:
        with unit_of_work():
            done = import_cases(system, cases, faults)
    except ImportRefused as refused:
        for fault in refused.faults:
            click.echo(str(fault), err=True)
        click.echo("Nothing was imported.", err=True)
        sys.exit(1)
    click.echo(f"{done.new} cases imported, {done.known} known already.")
