"""What a role can hold for: the regions, and what upper rooms register here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from portal.core.errors import NotFound
from portal.core.permissions import Permission, Principal, ScopeKind
from portal.regions import queries as regions


@dataclass(frozen=True)
class Scope:
    """A thing a role can hold for: its name, and the region it lies in."""

    kind: ScopeKind
    id: str
    name: str
    region_code: str

    @property
    def region_path(self) -> tuple[str, ...]:
        return regions.path_of(self.region_code)


@dataclass(frozen=True)
class Found:
    """A thing a role could hold for, found by its name; ``where`` it is, in words."""

    id: str
    name: str
    where: str = ""

    @property
    def in_words(self) -> str:
        return " · ".join(filter(None, (self.name, self.where)))


MOST_FOUND = 20

Finder = Callable[[str], tuple[str, str]]
Names = Callable[[Collection[str]], Mapping[str, str]]
Search = Callable[[ColumnElement[bool], str, int], Sequence[Found]]
_finders: dict[ScopeKind, Finder] = {}
_names: dict[ScopeKind, Names] = {}
_searches: dict[ScopeKind, Search] = {}


def register_scope(
    kind: ScopeKind,
    finder: Finder,
    names: Names | None = None,
    search: Search | None = None,
) -> None:
    """Register how a room finds one of its things: from its id the name and the region's code; the
    names of several, by their ids, in one statement; and those whose names have some words (all,
    where there are none), at most so many, by name, where a condition on ``Region`` holds.

    The finder raises ``NotFound`` for an id it does not know.
    """
    _finders[kind] = finder
    if names is not None:
        _names[kind] = names
    if search is not None:
        _searches[kind] = search


def registered_kinds() -> tuple[ScopeKind, ...]:
    return tuple(kind for kind in ScopeKind if kind in _finders)


def find_scope(kind: ScopeKind, scope_id: str) -> Scope:
    """The thing a role is to hold for.

    Raises:
        NotFound: there is no such thing, or no room that knows this kind.
    """
    finder = _finders.get(kind)
    if finder is None:
        raise NotFound
    name, region_code = finder(scope_id)
    return Scope(kind, scope_id, name, region_code)


def scope_names(scopes: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The names of some scopes by kind and id, one statement a kind; what nobody knows is left
    out."""
    ids: dict[str, set[str]] = {}
    for kind, scope_id in scopes:
        ids.setdefault(kind, set()).add(scope_id)
    return {
        (kind, scope_id): name
        for kind, wanted in ids.items()
        if ScopeKind(kind) in _names
        for scope_id, name in _names[ScopeKind(kind)](wanted).items()
    }


def scopes_found(actor: Principal, kind: ScopeKind, q: str) -> Sequence[Found]:
    """What a role of this kind can hold for, by name, where somebody gives roles: one more than
    ``MOST_FOUND`` if there are more."""
    here = regions.where_holding(actor, Permission.ROLE_GRANT)
    search = _searches.get(kind)
    return search(here, q, MOST_FOUND + 1) if search else []


def _region(code: str) -> tuple[str, str]:
    return regions.summary(code)["name"], code


register_scope(ScopeKind.REGION, _region, regions.names_of)
