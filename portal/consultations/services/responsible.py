"""Who is told when residents are owed an answer."""

from __future__ import annotations

from portal.accounts.queries import holders_of
from portal.core.permissions import Role, ScopeKind


def those_responsible(path: tuple[str, ...]) -> list[str]:
    """The committee of a region, or of the nearest one above that has any. ``path``: the codes of
    the region and of all above it, city first."""
    for code in reversed(path):
        if people := holders_of(Role.COMMITTEE, ScopeKind.REGION, code):
            return people
    return []
