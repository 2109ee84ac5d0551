"""Which region a place belongs to. Regions know no borders: what is known is what people say (a
community named in an address) and where cases were before."""

from __future__ import annotations

from math import cos, radians

from sqlalchemy import func, literal, select

from portal.core.database import db
from portal.regions.models import Region
from portal.regions.queries import within
from portal.regions.rules import Level, spoken_name
from portal.suggestions.models import Suggestion
from portal.suggestions.rules.taking_in import Visibility

NEAR = 0.01
"""Degrees of latitude, 1.1 km: who lives further away lives somewhere else."""
_SHORTEST_NAME = 3
"""Characters of a name that says a place by itself."""


def named_in(address: str, jurisdiction: str | None) -> str | None:
    """The community whose name stands in an address, as people say it, within a region; None where
    none is named, or several are."""
    statement = select(Region.code, Region.name).where(Region.level == Level.COMMUNITY)
    if jurisdiction is not None:
        statement = statement.where(within(jurisdiction))
    # A published name begins with the spoken one, cut before what names the committee.
    begins = func.substr(Region.name, 1, _SHORTEST_NAME)
    rows = db.session.execute(statement.where(literal(address).contains(begins)))
    found = [row for row in rows if _says(address, spoken_name(row.name))]
    longest = max((len(spoken_name(row.name)) for row in found), default=0)
    codes = [row.code for row in found if len(spoken_name(row.name)) == longest]
    return codes[0] if len(codes) == 1 else None


def _says(address: str, name: str) -> bool:
    return len(name) >= _SHORTEST_NAME and name in address


def nearest_region(latitude: float, longitude: float, jurisdiction: str | None) -> str | None:
    """The region of the public case nearest to a point, within a region; None where none was
    reported within a kilometre."""
    case = Suggestion.__table__.c
    wide = NEAR / max(cos(radians(latitude)), 0.01)
    across = (case.longitude - longitude) * cos(radians(latitude))
    up = case.latitude - latitude
    statement = (
        select(case.region_code)
        .join(Region, Region.code == case.region_code)
        .where(
            case.latitude.between(latitude - NEAR, latitude + NEAR),
            case.longitude.between(longitude - wide, longitude + wide),
            case.visibility == Visibility.PUBLIC,
            Region.level.in_([Level.COMMUNITY, Level.GRID]),
        )
        .order_by(across * across + up * up, case.id)
        .limit(1)
    )
    if jurisdiction is not None:
        statement = statement.where(within(jurisdiction))
    return db.session.execute(statement).scalar_one_or_none()


def the_only_city() -> str | None:
    """The city that the portal serves; None where it serves several, or none yet."""
    codes = list(
        db.session.execute(
            select(Region.code).where(Region.level == Level.CITY).order_by(Region.code).limit(2)
        ).scalars()
    )
    return codes[0] if len(codes) == 1 else None
