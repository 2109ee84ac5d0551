"""Giving a role, step by step and without a script: first the role, then what it can hold for by
its name. Both stand in the address; only then the form has something to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request

from portal.accounts.forms import RoleForm
from portal.accounts.scopes import MOST_FOUND, Found, scopes_found
from portal.accounts.words import OFFERED_ROLES, ROLES
from portal.core.pages import asked_for
from portal.core.permissions import Permission, Principal, Role, ScopeKind, scope_kind_of
from portal.regions import queries as regions
from portal.regions.choosing import RegionFilter, region_asked_for
from portal.regions.rules import spoken_name


@dataclass(frozen=True)
class Giving:
    """How far the choice has come: the role ("" if none yet) and what it holds for, the words
    looked for, or the region chosen. ``more``: not all that was found is shown. ``elsewhere``: the
    chosen region lies outside the person's part of the city."""

    role: str
    kind: str
    q: str
    region: RegionFilter
    more: bool = False
    elsewhere: bool = False

    @property
    def roles(self) -> list[tuple[str, Any]]:
        return [(str(role), ROLES[role]) for role in OFFERED_ROLES]


def giving_asked_for(actor: Principal, form: RoleForm) -> Giving:
    """What the address asks for; the form gets what fits to choose from."""
    start, *_others = actor.scopes(Permission.ROLE_GRANT, ScopeKind.REGION)
    q, region = asked_for(), region_asked_for(start)
    role = _offered(form.role.data if form.is_submitted() else request.args.get("role"))
    if role is None:
        return Giving("", "", q, region)
    kind = scope_kind_of(role)
    by_region = kind is ScopeKind.REGION
    found = _regions(actor, region.code) if by_region else scopes_found(actor, kind, q)
    form.role.data = str(role)
    form.offer([(each.id, each.in_words) for each in found[:MOST_FOUND]])
    # A lone shop is the one meant; a whole city is not, for being where somebody gives roles.
    if len(found) == 1 and (region.code or not by_region):
        form.choose(found[0].id)
    return Giving(
        role=str(role),
        kind=str(kind),
        q=q,
        region=region,
        more=len(found) > MOST_FOUND,
        elsewhere=by_region and not found,
    )


def _offered(role: str | None) -> Role | None:
    return Role(role) if role in [str(each) for each in OFFERED_ROLES] else None


def _regions(actor: Principal, chosen: str) -> list[Found]:
    """The region chosen, if it lies in the person's part of the city; until one is chosen, the
    regions for which they give roles themselves."""
    codes = [chosen] if chosen else actor.scopes(Permission.ROLE_GRANT, ScopeKind.REGION)
    paths = {
        code: path
        for code, path in regions.paths_of(codes).items()
        if actor.holds(Permission.ROLE_GRANT, regions=path)
    }
    names = regions.names_of(code for path in paths.values() for code in path)
    return [
        Found(code, spoken_name(names[code]), " › ".join(names[each] for each in path[:-1]))
        for code, path in sorted(paths.items())
    ]
