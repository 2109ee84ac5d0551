"""Where public open cases are, for a map: how many in each cell of a part of the earth.

A map has as many marks as cells, however many cases there are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Float, Integer, Row, case, cast, func, literal, select

from portal.core.database import db, on_sqlite
from portal.core.pagination import Page, fetch_page
from portal.regions.models import Region
from portal.regions.queries import within
from portal.regions.rules import Level, code_lengths
from portal.suggestions.models import Suggestion
from portal.suggestions.models.cases import ON_THE_MAP
from portal.suggestions.queries.cases import columns, is_past_its_date
from portal.suggestions.rules.charting import COLUMNS, ROWS, Box
from portal.suggestions.rules.machine import OPEN
from portal.suggestions.rules.taking_in import Visibility

_CASE = Suggestion.__table__.c


@dataclass(frozen=True)
class Cell:
    """The cases of one cell: how many, around which middle, within which box. ``one`` is a case's
    id, ``region_code`` where that is."""

    number: int
    overdue: int
    latitude: float
    longitude: float
    box: Box
    one: str
    region_code: str


def extent(region: str | None) -> Box | None:
    """The box around all that is open in a region; None where nothing has a place."""
    south, west, north, east = db.session.execute(
        _of(
            region,
            func.min(_CASE.latitude),
            func.min(_CASE.longitude),
            func.max(_CASE.latitude),
            func.max(_CASE.longitude),
        )
    ).one()
    return None if south is None else Box(south, west, north, east)


def cells(region: str | None, box: Box) -> Sequence[Cell]:
    """What is open in a region and a box, cell by cell."""
    row = _cell(_CASE.latitude, box.south, box.height / ROWS)
    column = _cell(_CASE.longitude, box.west, box.width / COLUMNS)
    found = db.session.execute(
        _of(
            region,
            func.count().label("number"),
            func.sum(case((is_past_its_date(), 1), else_=0)).label("overdue"),
            func.avg(_CASE.latitude).label("latitude"),
            func.avg(_CASE.longitude).label("longitude"),
            func.min(_CASE.latitude).label("south"),
            func.min(_CASE.longitude).label("west"),
            func.max(_CASE.latitude).label("north"),
            func.max(_CASE.longitude).label("east"),
            func.min(_CASE.id).label("one"),
            func.min(_CASE.region_code).label("region_code"),
        )
        .where(*_inside(box))
        .group_by(row, column)
    )
    return [_read(each) for each in found]


def page(region: str | None, box: Box | None, *, cursor: str | None = None) -> Page[Any]:
    """The cases that a map shows (in a box of it), the latest received on top.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    conditions: list[Any] = [*_shown(region), *(_inside(box) if box else ())]
    if region is not None:
        conditions.append(within(region, in_order=True))
    return fetch_page(
        columns().where(*conditions),
        (_CASE.received_at, _CASE.id),
        name="suggestions-on-map",
        cursor=cursor,
        descending=True,
    )


def titles_of(ids: Collection[str]) -> dict[str, str]:
    """The titles of some cases that a map shows."""
    rows = db.session.execute(
        select(_CASE.id, _CASE.title).where(_CASE.id.in_(ids), *_open_to_all())
    )
    return {row.id: row.title for row in rows}


def _of(region: str | None, *wanted: Any) -> Any:
    statement = select(*wanted).select_from(Suggestion)
    if region is not None:
        codes = select(Region.code).where(within(region))
        return statement.where(_CASE.region_code.in_(codes), ON_THE_MAP)
    # Said of every case, so that SQLite sees that the index of maps, which begins with the region,
    # holds all that is asked for.
    return statement.where(_CASE.region_code > "", ON_THE_MAP)


def _shown(region: str | None) -> list[Any]:
    """What a map shows. Of a city or a district the latest are soon found in the order in which
    they were received; of less it is all read from the map's index, and sorted."""
    if len(region or "") <= code_lengths(Level.DISTRICT)[0]:
        return [_CASE.latitude.is_not(None), *_open_to_all()]
    return [ON_THE_MAP]


def _open_to_all() -> list[ColumnElement[bool]]:
    return [Suggestion.visibility == Visibility.PUBLIC, Suggestion.status.in_(OPEN)]


def _inside(box: Box) -> list[ColumnElement[bool]]:
    return [
        _CASE.latitude.between(box.south, box.north),
        _CASE.longitude.between(box.west, box.east),
    ]


def _cell(degrees: Any, start: float, step: float) -> ColumnElement[int]:
    """Which cell a coordinate is in, from 0 on. SQLite cuts what PostgreSQL would round."""
    number = (degrees - literal(start, Float)) / literal(step, Float)
    return cast(number if on_sqlite() else func.floor(number), Integer)


def _read(row: Row[Any]) -> Cell:
    return Cell(
        row.number,
        int(row.overdue),
        float(row.latitude),
        float(row.longitude),
        Box(row.south, row.west, row.north, row.east),
        row.one,
        row.region_code,
    )
