"""``flask ledger``: looking after the books."""

from __future__ import annotations

import json
import sys

import click
from flask.cli import AppGroup

from portal.points.verification import Report, verify

group = AppGroup("ledger", help="The two books: hours and points.")


@group.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Answer one JSON object.")
def verify_books(as_json: bool) -> None:
    """Check that all is as it was written and adds up; exit 1 if not."""
    report = verify()
    click.echo(json.dumps(report.as_json(), ensure_ascii=False) if as_json else _told(report))
    if not report.ok:
        sys.exit(1)


def _told(report: Report) -> str:
    lines = [f"{each.kind}: {each.table} {each.id}: {each.detail}" for each in report.problems]
    looked_at = ", ".join(f"{count} {name}" for name, count in report.checked.items())
    result = "all is well" if report.ok else f"{len(report.problems)} problems"
    return "\n".join([*lines, f"checked {looked_at}: {result}"])
