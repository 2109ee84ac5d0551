"""A plan of what stands around a place: to scale, north on top, without any map of the ground.

Over a community the earth is flat enough: a degree has one length along each axis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import atan2, cos, degrees, hypot, radians

from portal.regions.landmarks import Landmark, landmarks_of

WIDTH, HEIGHT, MARGIN = 320.0, 240.0, 36.0
"""In units of the drawing."""

MOST_MARKS = 8
REACH_METRES = 5_000.0
"""What is farther away than that is not of one neighbourhood, and not on its plan."""

_METRES_PER_DEGREE = 111_195.0
_LEAST_METRES = 200.0
_SCALES = (2_000, 1_000, 500, 200, 100, 50, 20)
_LONGEST_SCALE = WIDTH / 3
_WINDS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")

Position = tuple[float, float]
"""Latitude and longitude, in degrees."""

Own = Callable[[Landmark], bool]


@dataclass(frozen=True)
class Mark:
    """One landmark on the plan. ``metres`` and ``wind`` say how far and which way from here; None
    where it is not known where here is."""

    number: int
    landmark: Landmark
    x: float
    y: float
    metres: int | None = None
    wind: str | None = None


@dataclass(frozen=True)
class Plan:
    """What is to be drawn. ``north`` and ``west`` are the degrees at the top left corner, ``here``
    is where the place itself comes to lie; None where it is not known, or ``far_metres`` away from
    all there is."""

    marks: tuple[Mark, ...]
    north: float
    west: float
    per_latitude: float
    per_longitude: float
    scale_metres: int
    scale_width: float
    here: tuple[float, float] | None = None
    far_metres: int | None = None

    def at(self, position: Position) -> tuple[float, float]:
        """Where a position comes to lie, from the top left corner."""
        x = (position[1] - self.west) * self.per_longitude
        return round(x, 1), round((self.north - position[0]) * self.per_latitude, 1)


def drawn(landmarks: Iterable[Landmark], here: Position | None) -> Plan | None:
    """The plan of the nearest landmarks around a place, or of them alone; None without any."""
    all_there_are = list(landmarks)
    if not all_there_are:
        return None
    middle = here or _middle(all_there_are)
    ranked = sorted(all_there_are, key=lambda each: _metres(middle, each))
    far = _metres(middle, ranked[0])
    if here and far > REACH_METRES:
        alone = drawn(all_there_are, None)
        return alone and replace(alone, far_metres=round(far))
    near = [each for each in ranked if _metres(middle, each) <= REACH_METRES][:MOST_MARKS]
    near = near or ranked[:1]
    return _framed(near, here)


def around(region_code: str, here: Position | None, *, own: Own | None = None) -> Plan | None:
    """The plan of a public thing's own page: where it stands among its community's landmarks, but
    for those that are the thing itself. None where that shows nothing: without a position, or with
    nothing near it."""
    if here is None:
        return None
    others = (each for each in landmarks_of(region_code) if own is None or not own(each))
    plan = drawn(others, here)
    return plan if plan is not None and plan.here is not None else None


def _framed(near: list[Landmark], here: Position | None) -> Plan:
    spots = [(each.latitude, each.longitude) for each in near] + ([here] if here else [])
    south, north = min(lat for lat, _ in spots), max(lat for lat, _ in spots)
    west, east = min(lon for _, lon in spots), max(lon for _, lon in spots)
    along, across = _METRES_PER_DEGREE, _metres_across((south + north) / 2)
    high = max((north - south) * along, _LEAST_METRES)
    wide = max((east - west) * across, _LEAST_METRES)
    per_metre = min((HEIGHT - 2 * MARGIN) / high, (WIDTH - 2 * MARGIN) / wide)
    scale = next((each for each in _SCALES if each * per_metre <= _LONGEST_SCALE), _SCALES[-1])
    plan = Plan(
        marks=(),
        north=(south + north) / 2 + HEIGHT / 2 / per_metre / along,
        west=(west + east) / 2 - WIDTH / 2 / per_metre / across,
        per_latitude=along * per_metre,
        per_longitude=across * per_metre,
        scale_metres=scale,
        scale_width=round(scale * per_metre, 1),
    )
    marks = tuple(_mark(plan, number, each, here) for number, each in enumerate(near, start=1))
    return replace(plan, marks=marks, here=plan.at(here) if here else None)


def _mark(plan: Plan, number: int, landmark: Landmark, here: Position | None) -> Mark:
    x, y = plan.at((landmark.latitude, landmark.longitude))
    if here is None:
        return Mark(number, landmark, x, y)
    metres, wind = round(_metres(here, landmark), -1), _wind(here, landmark)
    return Mark(number, landmark, x, y, int(metres), wind)


def _middle(landmarks: list[Landmark]) -> Position:
    """The median each way: one that stands far off does not move it."""
    half = len(landmarks) // 2
    latitudes = sorted(each.latitude for each in landmarks)
    return latitudes[half], sorted(each.longitude for each in landmarks)[half]


def _offset(position: Position, landmark: Landmark) -> tuple[float, float]:
    """Metres to the north and to the east."""
    north = (landmark.latitude - position[0]) * _METRES_PER_DEGREE
    return north, (landmark.longitude - position[1]) * _metres_across(position[0])


def _metres_across(latitude: float) -> float:
    """The length of a degree of longitude; a metre at the poles, where it has none."""
    return max(_METRES_PER_DEGREE * cos(radians(latitude)), 1.0)


def _metres(position: Position, landmark: Landmark) -> float:
    return hypot(*_offset(position, landmark))


def _wind(position: Position, landmark: Landmark) -> str:
    north, east = _offset(position, landmark)
    return _WINDS[round(degrees(atan2(east, north)) / 45) % 8]
