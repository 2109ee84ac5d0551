"""What a role can hold for: the regions, and what upper rooms register here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from portal.core.errors import NotFound
from portal.core.permissions import ScopeKind
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


Finder = Callable[[str], tuple[str, str]]
Names = Callable[[Collection[str]], Mapping[str, str]]
_finders: dict[ScopeKind, Finder] = {}
_names: dict[ScopeKind, Names] = {}


def register_scope(kind: ScopeKind, finder: Finder, names: Names | None = None) -> None:
    """Register how a room finds one of its things: from its id the name and the region's code; and
    the names of several, by their ids, in one statement.

    The finder raises ``NotFound`` for an id it does not know.
    """
    _finders[kind] = finder
    if names is not None:
        _names[kind] = names


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


def _region(code: str) -> tuple[str, str]:
    return regions.summary(code)["name"], code


register_scope(ScopeKind.REGION, _region, regions.names_of)
