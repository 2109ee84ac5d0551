"""``flask ledger``: looking after the books."""

from __future__ import annotations

import json
import sys

import click
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from portal.core.errors import InProgress
from portal.points import checking
from portal.points.verification import Report, verify

group = AppGroup("ledger", help="The two books: hours and points.")


@group.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Answer one JSON object.")
def verify_books(as_json: bool) -> None:
    """Check that all is as it was written and adds up; exit 1 if not. The result is kept in the
    audit log, where the auditors' page reads it."""
    report = verify()
    click.echo(json.dumps(report.as_json(), ensure_ascii=False) if as_json else _told(report))
    _keep(report)
    if not report.ok:
        sys.exit(1)


def _keep(report: Report) -> None:
    """Checking a copy that cannot be written to is as good: then only this screen has the
    result."""
    try:
        checking.keep(report)
    except (DBAPIError, InProgress) as error:
        click.echo(f"the result could not be kept: {error}", err=True)


def _told(report: Report) -> str:
    lines = [f"{each.kind}: {each.table} {each.id}: {each.detail}" for each in report.problems]
    looked_at = ", ".join(f"{count} {name}" for name, count in report.checked.items())
    result = "all is well" if report.ok else f"{len(report.problems)} problems"
    return "\n".join([*lines, f"checked {looked_at}: {result}"])
