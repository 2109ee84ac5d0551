"""A part of the earth as a drawing: to scale, north on top.

Over a city the earth is flat enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians

COLUMNS, ROWS = 8, 6
WIDTH, HEIGHT, MARGIN = 320.0, 240.0, 24.0
"""In units of the drawing."""

MARK = 17.0
"""So far a mark reaches from its middle."""

LEAST_METRES = 300.0
"""So much of the earth is shown at least, each way."""
_METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True)
class Box:
    """A part of the earth, in degrees."""

    south: float
    west: float
    north: float
    east: float

    @property
    def height(self) -> float:
        return self.north - self.south

    @property
    def width(self) -> float:
        return self.east - self.west

    def __str__(self) -> str:
        """As addresses have it."""
        return ",".join(f"{each:.5f}" for each in (self.south, self.west, self.north, self.east))


@dataclass(frozen=True)
class Chart:
    """What a drawing shows of the earth, and how many metres that is from side to side."""

    box: Box
    metres: int

    def at(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Where a position comes to lie, from the top left corner."""
        x = (longitude - self.box.west) / self.box.width * WIDTH
        return round(x, 1), round((self.box.north - latitude) / self.box.height * HEIGHT, 1)

    def within_its_cell(self, latitude: float, longitude: float) -> tuple[float, float]:
        """The same, moved so far from the edge of its cell that a mark touches no other cell's."""
        x, y = self.at(latitude, longitude)
        return _inward(x, WIDTH / COLUMNS), _inward(y, HEIGHT / ROWS)


def _inward(place: float, cell: float) -> float:
    begin = place // cell * cell
    return round(min(max(place, begin + MARK), begin + cell - MARK), 1)


def box_from(text: str) -> Box | None:
    """The box that an address names; None where it is none that can be."""
    try:
        south, west, north, east = (float(each) for each in text.split(","))
    except ValueError:
        return None
    # Written so that what is no number is no box.
    if -90 <= south <= north <= 90 and -180 <= west <= east <= 180:
        return Box(south, west, north, east)
    return None


def charted(box: Box) -> Chart:
    """The drawing that shows a box: with a margin, never too small, and as wide as it must be for
    its height."""
    middle = ((box.south + box.north) / 2, (box.west + box.east) / 2)
    across = _METRES_PER_DEGREE * max(cos(radians(middle[0])), 0.01)
    high = max(box.height * _METRES_PER_DEGREE, LEAST_METRES)
    wide = max(box.width * across, LEAST_METRES)
    metre = min((HEIGHT - 2 * MARGIN) / high, (WIDTH - 2 * MARGIN) / wide)
    up, aside = HEIGHT / 2 / metre / _METRES_PER_DEGREE, WIDTH / 2 / metre / across
    shown = Box(middle[0] - up, middle[1] - aside, middle[0] + up, middle[1] + aside)
    return Chart(shown, round(WIDTH / metre))
