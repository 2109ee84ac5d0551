"""The rules in effect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from portal.core.clock import clock
from portal.core.database import db
from portal.core.errors import NotFound
from portal.points.models import PointRule
from portal.points.rules import Decision, RuleSet, effective, points_for
from portal.regions.queries import paths_of


class RuleBook:
    """The rules of some regions, for any day: read in two statements, however many there are."""

    def __init__(self, region_codes: Iterable[str]) -> None:
        self._paths = paths_of(region_codes)
        above = {code for path in self._paths.values() for code in path}
        rows = db.session.execute(
            select(
                PointRule.region_code,
                PointRule.key,
                PointRule.value,
                PointRule.effective_from,
                PointRule.source_id,
            )
            .where(PointRule.region_code.in_(above))
            .order_by(PointRule.effective_from, PointRule.id)
        )
        self._decisions = [Decision(*row) for row in rows]
        self._resolved: dict[tuple[str, date], RuleSet] = {}

    def on(self, region_code: str, day: date) -> RuleSet:
        """The rules of one of the regions on a day, its own and those it inherits.

        Raises:
            NotFound: there is no such region.
        """
        key = (region_code, day)
        if key not in self._resolved:
            path = self._paths.get(region_code)
            if path is None:
                raise NotFound
            self._resolved[key] = effective(path, day, self._decisions)
        return self._resolved[key]


def rules_for(region_code: str, day: date) -> RuleSet:
    """The rules of one region on one day.

    Raises:
        NotFound: there is no such region.
    """
    return RuleBook([region_code]).on(region_code, day)


def points_per_hour(region_code: str, category: str | None, day: date) -> int:
    """Points for an hour of service of a category, before multipliers."""
    return rules_for(region_code, day).points_per_hour(category)


def expected_points(
    region_code: str,
    category: str | None,
    starts_at: datetime,
    ends_at: datetime,
    conditions: frozenset[str] = frozenset(),
) -> int:
    """What one resident earns with a full shift; caps are not considered, so it is the most."""
    begin = starts_at.astimezone(clock.zone)
    minutes = (ends_at - starts_at) // timedelta(minutes=1)
    return points_for(rules_for(region_code, begin.date()), category, begin, minutes, conditions)


def decisions_of(region_code: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """``key, value, effective_from, created_at, created_by, source_id`` of what a region itself
    decided, the latest first; those that are yet to come too."""
    return db.session.execute(
        select(
            PointRule.key,
            PointRule.value,
            PointRule.effective_from,
            PointRule.created_at,
            PointRule.created_by,
            PointRule.source_id,
        )
        .where(PointRule.region_code == region_code)
        .order_by(PointRule.effective_from.desc(), PointRule.id.desc())
        .limit(200)
    ).all()
