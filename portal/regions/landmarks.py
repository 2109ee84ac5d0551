"""What stands where in a community: the rooms above register here how to find theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

MOST_OF_A_ROOM = 40
"""A community is a few streets: a plan with more on it shows nothing any more."""

Provider = Callable[[str, int], "Sequence[Landmark]"]

_providers: list[Provider] = []


@dataclass(frozen=True)
class Landmark:
    """Something public with a known place. ``kind`` is "shop" or "activity"; ``id`` the thing's."""

    kind: str
    id: str
    name: str
    latitude: float
    longitude: float


def register_provider(provider: Provider) -> Provider:
    """Register ``(region_code, limit)`` → what stands in this community."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def landmarks_of(region_code: str, *, without: str | None = None) -> list[Landmark]:
    """All that is known to stand in a community, but for the thing of the id ``without``."""
    found = [each for provider in _providers for each in provider(region_code, MOST_OF_A_ROOM)]
    return [each for each in found if each.id != without]
