"""Minutes that were served and are not yet confirmed: told by the room that keeps the records."""

from __future__ import annotations

from collections.abc import Callable

PendingMinutes = Callable[[str], int]
_providers: list[PendingMinutes] = []


def register(provider: PendingMinutes) -> PendingMinutes:
    """Add a function ``user_id -> minutes``. Usable as a decorator."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def minutes(user_id: str) -> int:
    """A resident's minutes that wait to be confirmed, in all rooms together."""
    return sum(provider(user_id) for provider in _providers)
