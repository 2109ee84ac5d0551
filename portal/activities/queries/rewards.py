"""What activities bring, by the rules of their regions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row

from portal.activities.rules import conditions_of, shift_minutes
from portal.core.clock import clock
from portal.points import queries as points
from portal.points.rules import points_for


def of(rows: Collection[Row[Any]]) -> dict[str, int]:
    """Points per hour of some activities on the day of their next shift, by their ids."""
    rules = points.RuleBook(row.region_code for row in rows)
    return {
        row.id: rules.on(row.region_code, clock.day_of(row.next_starts_at)).points_per_hour(
            row.category
        )
        for row in rows
    }


def of_shifts(activity: Row[Any], shifts: Sequence[Row[Any]]) -> dict[str, int]:
    """The points that one person earns with each of an activity's shifts, by their ids."""
    rules = points.RuleBook([activity.region_code])
    skilled = bool(activity.skills)
    earned = {}
    for shift in shifts:
        begin = shift.starts_at.astimezone(clock.zone)
        earned[shift.id] = points_for(
            rules.on(activity.region_code, begin.date()),
            activity.category,
            begin,
            shift_minutes(shift.starts_at, shift.ends_at),
            conditions_of(heat=shift.heat, skilled=skilled),
        )
    return earned
