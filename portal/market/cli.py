"""``flask vouchers``: looking after voucher codes."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal.market import services

group = AppGroup("vouchers", help="Vouchers and their codes.")


@group.command("renew-codes")
def renew_codes() -> None:
    """After SECRET_KEY was changed: give every open voucher the code that its owner now sees."""
    click.echo(f"{services.renew_codes()} vouchers have a new code")
