"""``flask regions``: the divisions from a file."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.core.unit_of_work import unit_of_work
from portal.regions import services

group = AppGroup("regions", help="Cities, districts, streets, communities, grids.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Import FILE (CSV: code,name,level,parent_code); renames and moves are applied."""
    content = file.read_bytes()
    try:
        with unit_of_work():
            done = services.import_divisions(content)
    except services.ImportRefused as refused:
        for fault in refused.faults:
            click.echo(str(fault), err=True)
        click.echo("Nothing was imported.", err=True)
        sys.exit(1)
    click.echo(
        f"{done.lines} regions read: {done.created} new, "
        f"{done.renamed} renamed, {done.moved} moved."
    )
