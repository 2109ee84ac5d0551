"""What an organization's page shows of the rooms above: they register here how to find it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

Provider = Callable[[str, int], "Sequence[Upcoming]"]

_providers: list[Provider] = []


@dataclass(frozen=True)
class Upcoming:
    """Something that an organization is about to do. ``place`` is None where none is named."""

    title: str
    url: str
    starts_at: datetime
    place: str | None = None


def register_provider(provider: Provider) -> Provider:
    """Register ``(organization_id, limit)`` → what comes next, soonest first."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def upcoming(organization_id: str, limit: int = 5) -> list[Upcoming]:
    """What an organization does next, soonest first."""
    found = [each for provider in _providers for each in provider(organization_id, limit)]
    return sorted(found, key=lambda each: each.starts_at)[:limit]
