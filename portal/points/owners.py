"""Who owns an account of the books: asked of the rooms where owners live.

The books name owners by kind and id alone. Residents live beside this room and activities and
merchants above it, so those rooms (or the application for them) say here how theirs are called and
where their page is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from portal.regions.queries import names_of

RESIDENT, REGION = "resident", "region"

Names = Callable[[Collection[str]], Mapping[str, str]]


@dataclass(frozen=True)
class OwnerKind:
    """``names`` finds what some are called, by their ids, in one statement; ``endpoint`` is their
    public page, which takes the id by the name ``argument``."""

    names: Names
    endpoint: str | None = None
    argument: str = ""


_kinds: dict[str, OwnerKind] = {REGION: OwnerKind(names_of, "regions.show", "code")}


def register(name: str, kind: OwnerKind) -> None:
    """Make a kind of owner known."""
    _kinds[name] = kind


def kind_named(name: str) -> OwnerKind | None:
    return _kinds.get(name)


def names_of_owners(owners: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What some owners are called, by kind and id, one statement a kind; unknown ones are left
    out."""
    ids: dict[str, set[str]] = {}
    for kind, owner_id in owners:
        ids.setdefault(kind, set()).add(owner_id)
    return {
        (kind, owner_id): name
        for kind, wanted in ids.items()
        if kind in _kinds
        for owner_id, name in _kinds[kind].names(wanted).items()
    }
