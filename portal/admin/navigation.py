"""What stands in the bars of every page: residents' sections, staff's tasks, the hats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, current_app, request, url_for

from portal.accounts.scopes import scope_names
from portal.accounts.words import ROLES
from portal.admin.places import ENDPOINTS, to
from portal.admin.sections import HOSTING, RECORDS_AT, SECTIONS, TASKS, Section
from portal.core.access import current_principal
from portal.core.doors import is_api_request
from portal.core.errors import Unauthenticated
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import (
    ROLE_PERMISSIONS,
    Grant,
    Permission,
    Principal,
    Role,
    ScopeKind,
)


@dataclass(frozen=True)
class Item:
    """A section or a hat as the templates read it. ``key`` is what puts a hat on."""

    label: Any
    url: str
    icon: str
    current: bool = False
    badge: int | None = None
    group: Any = None
    detail: Any = None
    key: str = ""


_OF_ORGANIZATION = (
    ("organization", _l("Public page and praise"), "heart"),
    ("organization_people", _l("People"), "users-group"),
    ("organization_page", _l("Change the page"), "pencil"),
)

_WORKPLACES: dict[ScopeKind, tuple[str, str, tuple[str, ...]]] = {
    # The place where a role of this kind works, its icon, and the paths that belong to it.
    ScopeKind.REGION: ("desk", "building-community", ("/desk",)),
    ScopeKind.ORGANIZATION: ("hosting", "users-group", ("/organizations",)),
    ScopeKind.DEPARTMENT: ("desk", "building-community", ("/desk",)),
    ScopeKind.MERCHANT: ("till", "building-store", ("/till", "/my-shops", "/my-offers")),
}

_PATROL = ("patrol", "map-pin", ("/patrol",))


_DECIDING = ("/hosting", "/service-records")
"""Whoever decides over service records works there as well, for a region or an organization."""


def init_app(app: Flask) -> None:
    app.context_processor(_bars)


def _bars() -> dict[str, Any]:
    if is_api_request():
        return {}
    try:
        principal = current_principal()
    except Unauthenticated:
        principal = None
    return {
        "navigation": shown(SECTIONS, principal) if principal else shown(SECTIONS[:4], None),
        "desk_navigation": _desk_navigation(principal),
        "hats": hats(principal) if principal else [],
        "tell_us": _tell_us(),
        "account_url": to("me"),
        "sign_in_url": to("sign_in"),
        "footer_navigation": footer(),
        "place": to,
    }


def _tell_us() -> Item | None:
    """The round button of home and of one's own page: it leads to a suggestion."""
    if request.endpoint not in (ENDPOINTS["home"], ENDPOINTS["me"]) or not exists("report"):
        return None
    return Item(_l("Tell us"), to("report"), "speakerphone")


def _desk_navigation(principal: Principal | None) -> list[Item]:
    """The tasks of the desk; the tools of organizations for who has no desk, or works for an
    organization on this page."""
    if principal is None:
        return []
    if _has_desk(principal) and not _works_for_an_organization(principal):
        return shown(TASKS, principal)
    return _nearest_marked(list(_tools(principal)))


def _works_for_an_organization(principal: Principal) -> bool:
    worn = _worn(principal, _staff_grants(principal))
    return worn is not None and Permission.ORGANIZATION_MANAGE in ROLE_PERMISSIONS[worn.role]


def _tools(principal: Principal) -> Iterator[Item]:
    managed = principal.scopes(Permission.ORGANIZATION_MANAGE, ScopeKind.ORGANIZATION)
    if not managed:
        return
    yield from shown((*HOSTING, *TASKS[RECORDS_AT : RECORDS_AT + 1]), principal)
    names = scope_names((ScopeKind.ORGANIZATION, each) for each in managed)
    for organization_id in managed:
        for place, label, icon in _OF_ORGANIZATION:
            yield Item(
                label=label,
                url=to(place, organization_id=organization_id),
                icon=icon,
                group=names.get((ScopeKind.ORGANIZATION, organization_id), ""),
            )


def _nearest_marked(items: list[Item]) -> list[Item]:
    """The present one is whichever leads nearest to this page: a shift is one of the activities."""
    here = request.script_root + request.path
    above = [each.url for each in items if f"{here}/".startswith(f"{each.url}/")]
    nearest = max(above, key=len, default=None)
    return [replace(each, current=each.url == nearest) for each in items]


def _has_desk(principal: Principal | None) -> bool:
    return principal is not None and principal.holds_anywhere(Permission.DESK_OPEN)


def exists(place: str) -> bool:
    """Whether the page is there (rooms come one by one)."""
    return ENDPOINTS[place] in current_app.view_functions


def shown(sections: Iterable[Section], principal: Principal | None) -> list[Item]:
    """The sections that this person may open, the present one marked."""
    return [_item(each, principal) for each in sections if _is_open_to(each, principal)]


def _is_open_to(section: Section, principal: Principal | None) -> bool:
    if not exists(section.place):
        return False
    if section.holding is None:
        return True
    if principal is None or not principal.holds_anywhere(section.holding):
        return False
    return section.open_to is None or section.open_to(principal)


def _item(section: Section, principal: Principal | None) -> Item:
    endpoint = request.endpoint or ""
    on_desk = request.path.startswith("/desk")
    inside = not on_desk and endpoint.partition(".")[0] in section.within
    address = to(section.place)
    below = section.holding is not None and request.path.startswith(f"{address}/")
    return Item(
        label=section.label,
        url=address,
        icon=section.icon,
        current=endpoint == ENDPOINTS[section.place] or inside or below,
        badge=(section.count(principal) or None) if section.count and principal else None,
        group=section.group,
    )


def hats(principal: Principal) -> list[Item]:
    """The roles between which a person switches: as a neighbour, and one for each scope."""
    staff = _staff_grants(principal)
    worn = _worn(principal, staff)
    names = scope_names((grant.kind, grant.scope_id) for grant in staff)
    neighbour = Item(_l("Neighbour"), to("home"), "home", current=worn is None)
    return [neighbour, *(_hat(grant, names, current=grant == worn) for grant in staff)]


def _staff_grants(principal: Principal) -> list[Grant]:
    return [grant for grant in principal.grants if grant.role is not Role.RESIDENT]


def _worn(principal: Principal, staff: list[Grant]) -> Grant | None:
    """The role under which the present page is used: the one put on, if it works here."""
    here = [grant for grant in staff if _works_here(grant)]
    if principal.hat in here:
        return principal.hat
    return here[0] if here else None


def _workplace(grant: Grant) -> tuple[str, str, tuple[str, ...]] | None:
    """Where a role is used; a grid worker has no desk."""
    return _PATROL if grant.role is Role.GRID_WORKER else _WORKPLACES.get(grant.kind)


def _works_here(grant: Grant) -> bool:
    workplace = _workplace(grant)
    if workplace is None:
        return False
    paths = workplace[2]
    if grant.kind is ScopeKind.ORGANIZATION:
        paths = tuple(f"{path}/{grant.scope_id}" for path in paths)
    decides = Permission.RECORD_CONFIRM in ROLE_PERMISSIONS[grant.role]
    return request.path.startswith(paths + (_DECIDING if decides else ()))


def _hat(grant: Grant, names: Mapping[tuple[str, str], str], *, current: bool) -> Item:
    place, icon, _paths = _workplace(grant) or ("hats", "id", ())
    return Item(
        label=ROLES[grant.role],
        url=to(place) if exists(place) else url_for("accounts.hats"),
        icon=icon,
        current=current,
        detail=names.get((grant.kind, grant.scope_id), grant.scope_id),
        key=grant.key,
    )


def footer() -> list[Item]:
    pages = (
        ("help", _l("How to use it")),
        ("about", _l("About this portal")),
        ("regions", _l("Regions")),
        ("organizations", _l("Organizations")),
        ("merchants", _l("Shops")),
        ("suggestions", _l("Suggestions")),
        ("accessibility", _l("Accessibility")),
        ("privacy", _l("Privacy")),
        ("api", _l("API")),
    )
    return [Item(label, to(place), "") for place, label in pages if exists(place)]
