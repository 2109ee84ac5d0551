"""What people meet at, known to rooms that may not know who holds it.

A talk before a vote is an activity, and the rooms of both stand beside each other. The one that has
times, places and check-ins says here how to find them; the other shows them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Gathering:
    """Something public at a time and a place. ``attended`` is how many different people checked in
    there, ``place`` None where none is named."""

    id: str
    title: str
    url: str
    region_code: str
    starts_at: datetime
    ends_at: datetime
    place: str | None
    called_off: bool
    attended: int


class Provider(Protocol):
    """The room that holds gatherings."""

    def by_ids(self, ids: Collection[str]) -> Mapping[str, Gathering]:
        """Some of them by their ids; what is not public is left out."""
        ...

    def coming(self, region_code: str, limit: int) -> Sequence[Gathering]:
        """Those of a region and all below it that are not over, soonest first; none that was
        called off."""
        ...

    def over(self, region_code: str, since: datetime, limit: int) -> Sequence[Gathering]:
        """Those that ended after an instant, the latest first; none that was called off."""
        ...


_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Make the room that holds gatherings known."""
    if provider not in _providers:
        _providers.append(provider)


def gatherings(ids: Collection[str]) -> dict[str, Gathering]:
    """Some gatherings by their ids; what is not public, or not there, is left out."""
    return {key: each for room in _providers for key, each in room.by_ids(ids).items()}


def coming(region_code: str, limit: int) -> list[Gathering]:
    """What is held in a region and not over, soonest first."""
    found = [each for room in _providers for each in room.coming(region_code, limit)]
    return sorted(found, key=_when)[:limit]


def over(region_code: str, since: datetime, limit: int) -> list[Gathering]:
    """What was held in a region since an instant, the latest first."""
    found = [each for room in _providers for each in room.over(region_code, since, limit)]
    return sorted(found, key=_when, reverse=True)[:limit]


def _when(gathering: Gathering) -> tuple[datetime, str]:
    return gathering.starts_at, gathering.id
