"""Whose accounts those of the books are, for the eyes of who reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row

from portal.core.permissions import Permission, Principal
from portal.points import members, owners
from portal.points.errors import UnknownMember
from portal.points.owners import RESIDENT
from portal.points.policies import may_name_residents
from portal.points.queries.book import account_numbered, accounts_of_owner
from portal.regions.queries import paths_of

AnyRow = Row[*tuple[Any, ...]]
LONGEST_NUMBER = 15


def names_on(actor: Principal, rows: Iterable[Any]) -> dict[tuple[str, str], str]:
    """What the owners of some accounts are called, by ``owner_kind`` and ``owner_id``: residents
    only where the actor may know them. ``rows`` have ``region_code`` too."""
    known = _known(actor, list(rows))
    return owners.names_of_owners((row.owner_kind, row.owner_id) for row in known)


def accounts_named(actor: Principal, text: str) -> Sequence[AnyRow]:
    """The accounts behind a resident's member code or an account's number, where the actor may
    look at them; nothing if there are none, or none for the actor."""
    return _known(actor, _accounts_named(text))


def maker_of(actor: Principal, transaction: Any) -> str | None:
    """Who made a booking; None where the actor may not know, or the portal itself did."""
    path = paths_of([transaction.region_code]).get(transaction.region_code, ())
    if transaction.actor_id is None or not may_name_residents(actor, path):
        return None
    made_by = (RESIDENT, transaction.actor_id)
    return owners.names_of_owners([made_by]).get(made_by)


def _accounts_named(text: str) -> Sequence[AnyRow]:
    try:
        user_id, _home = members.find(text)
    except UnknownMember:
        is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
        return account_numbered(int(text)) if is_number else []
    return accounts_of_owner(RESIDENT, user_id)


def _known(actor: Principal, rows: Sequence[Any]) -> list[Any]:
    """The accounts among these whose owner the actor may know."""
    paths = paths_of(row.region_code for row in rows)
    return [row for row in rows if _may_know(actor, row.owner_kind, paths.get(row.region_code, ()))]


def _may_know(actor: Principal, owner_kind: str, path: Sequence[str]) -> bool:
    if owner_kind == RESIDENT:
        return may_name_residents(actor, path)
    return actor.holds(Permission.LEDGER_READ, regions=path)
