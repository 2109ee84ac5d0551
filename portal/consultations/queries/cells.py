"""How a roll voted, by where people live, or that they only work there: only what points at
nobody."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from portal.consultations.models import RollEntry
from portal.consultations.rules.life import FEWEST
from portal.consultations.rules.turnout import Cell, shown
from portal.core.database import db
from portal.regions.queries import names_of

NOWHERE = ""
"""In place of a home's code: no home there."""


@dataclass(frozen=True)
class Area:
    """A part of a roll: who lives in a region, or (``code`` and ``name`` are None) who only works
    where the vote is. ``cell`` is None where it would point at single persons."""

    code: str | None
    name: str | None
    cell: Cell | None


def areas_of(consultation_id: str) -> list[Area]:
    """The turnout of each part of a roll, by its code; empty where there is one part only. Told
    to everybody after the count; before, to the desk alone."""
    rows = db.session.execute(
        select(
            RollEntry.home_code,
            func.count().label("size"),
            func.count(RollEntry.voted_on).label("voted"),
        )
        .where(RollEntry.consultation_id == consultation_id)
        .group_by(RollEntry.home_code)
        .order_by(RollEntry.home_code)
    )
    cells = {row.home_code or NOWHERE: Cell(row.size, row.voted) for row in rows}
    if len(cells) < 2:
        return []
    names = names_of(cells)
    return [
        Area(code or None, names.get(code, code) or None, cell)
        for code, cell in shown(cells, FEWEST).items()
    ]
