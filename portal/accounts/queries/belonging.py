"""Those who belong to a region: they live there, or work there, and its staff have confirmed it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from portal.accounts.models import User
from portal.accounts.rules import Belonging
from portal.core.database import db
from portal.regions import queries as regions
from portal.regions.models import Region

PLACES: dict[Belonging, tuple[Any, Any]] = {
    Belonging.HOME: (User.home_region_code, User.home_verified_at),
    Belonging.WORK: (User.work_region_code, User.work_verified_at),
}
"""Where somebody belongs in each of the ways, and since when that is confirmed."""


def belonging_to(
    region_code: str,
    kinds: Collection[Belonging],
    *,
    born_by: date | None = None,
    verified_before: datetime | None = None,
    only: str | None = None,
) -> list[tuple[str, str | None]]:
    """Those who belong to a region and all below it, each once: the id, and the home there, None
    for who only works there.

    Args:
        region_code: the region.
        kinds: whether those are meant who live there, who work there, or both.
        born_by: who was born later, or has given no birthday, is left out.
        verified_before: so is who was confirmed at this instant or later.
        only: one person's id, if only they are asked about.
    """
    found: dict[str, str | None] = {}
    for kind in sorted(kinds):  # "home" comes before "work"
        statement = _confirmed(region_code, kind)
        if born_by is not None:
            statement = statement.where(User.birth_date <= born_by)
        if verified_before is not None:
            statement = statement.where(PLACES[kind][1] < verified_before)
        if only is not None:
            statement = statement.where(User.id == only)
        for row in db.session.execute(statement):
            found.setdefault(row.id, row.place if kind is Belonging.HOME else None)
    return sorted(found.items())


def some_belonging_to(
    region_code: str, kinds: Collection[Belonging], after: str, limit: int
) -> list[str]:
    """The next of those who belong to a region and all below it by their ids, after one of them."""
    found = {
        row.id
        for kind in kinds
        for row in db.session.execute(
            _confirmed(region_code, kind).where(User.id > after).order_by(User.id).limit(limit)
        )
    }
    return sorted(found)[:limit]


def _confirmed(region_code: str, kind: Belonging) -> Select[*tuple[Any, ...]]:
    place, verified_at = PLACES[kind]
    return (
        select(User.id, place.label("place"))
        .join(Region, Region.code == place)
        .where(regions.within(region_code), verified_at.is_not(None), User.closed_at.is_(None))
    )
