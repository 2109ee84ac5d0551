"""``flask users`` and ``flask roles``: the first accounts, before anybody can sign in; ``flask
api-keys``: other systems."""

from __future__ import annotations

import sys
from typing import TextIO

import click
from flask.cli import AppGroup

from portal.accounts import addresses, credentials, queries, services
from portal.accounts.services.registration import require_good_password
from portal.core.clock import rfc3339
from portal.core.errors import DomainError, NotFound
from portal.core.i18n import force_locale
from portal.core.permissions import Role, ScopeKind, scope_kind_of
from portal.core.unit_of_work import unit_of_work

users = AppGroup("users", help="Accounts.")
roles = AppGroup("roles", help="Who may do what.")
api_keys = AppGroup("api-keys", help="Keys of other systems.")


@users.command("create")
@click.option("--login", required=True, help="E-mail address or mobile number.")
@click.option("--name", required=True, help="What the person is called.")
@click.option(
    "--password-file",
    type=click.File("r", encoding="utf-8"),
    help="Whose first line is the password; '-' or nothing: asked for, or from standard input.",
)
def create(login: str, name: str, password_file: TextIO | None) -> None:
    """Make an account whose address needs no confirmation. Prints its id."""
    password = _password(password_file)
    try:
        address = addresses.read(login)
        require_good_password(password, name, address.value)
        password_hash = credentials.hash_password(password)
        with unit_of_work():
            click.echo(services.create_user(address, name, password_hash))
    except DomainError as error:
        raise _refusal(error) from error


@roles.command("grant")
@click.argument("login")
@click.argument("role", type=click.Choice([str(role) for role in Role if role != Role.RESIDENT]))
@click.argument("scope", metavar="KIND:ID")
def grant(login: str, role: str, scope: str) -> None:
    """Give ROLE to the account with LOGIN for KIND:ID (region:150402010003)."""
    kind, _, scope_id = scope.partition(":")
    if kind not in list(ScopeKind) or not scope_id:
        kinds = ", ".join(ScopeKind)
        raise click.ClickException(f"{scope!r}: write KIND:ID, where KIND is one of {kinds}.")
    if scope_kind_of(Role(role)) != kind:
        raise click.ClickException(f"{role} is a role for {scope_kind_of(Role(role))}:ID.")
    try:
        user_id = queries.user_id_by_address(addresses.read(login))
        if user_id is None:
            raise click.ClickException(f"there is no account with the login {login!r}.")
        with unit_of_work():
            services.grant_role(None, user_id, role, kind, scope_id)
    except DomainError as error:
        raise _refusal(error) from error
    click.echo(f"{login}: {role} for {kind}:{scope_id}")


@api_keys.command("create")
@click.argument("name")
def create_key(name: str) -> None:
    """Make a key for the system NAME. Prints it; nobody can read it again."""
    try:
        with unit_of_work():
            key = services.create_api_key(name)
    except DomainError as error:
        raise _refusal(error) from error
    click.echo(key)


@api_keys.command("list")
def list_keys() -> None:
    """The systems that have a key, and since when."""
    for row in queries.api_keys():
        click.echo(f"{row.name}\t{rfc3339(row.created_at)}")


@api_keys.command("revoke")
@click.argument("name")
def revoke_key(name: str) -> None:
    """End the key of the system NAME."""
    try:
        with unit_of_work():
            services.revoke_api_key(name)
    except NotFound as error:
        raise click.ClickException(f"no key in force is called {name!r}.") from error


def _password(file: TextIO | None) -> str:
    if file is None and sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    try:
        text = (file or sys.stdin).read()
    except UnicodeDecodeError as error:
        raise click.ClickException("the password is not UTF-8.") from error
    return text.split("\n", 1)[0].rstrip("\r")


def _refusal(error: DomainError) -> click.ClickException:
    """A refusal as a command says it: in English, whatever the portal speaks."""
    with force_locale("en"):
        details = [str(each.detail) for each in error.errors] or [str(error.detail)]
    return click.ClickException(" ".join(details))
