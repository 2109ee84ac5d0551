"""What activities bring, by the rules of their regions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Row

from portal.activities.rules import conditions_of, shift_minutes
from portal.core.clock import clock
from portal.points import queries as points
from portal.points.rules import RuleSet, points_for


def of(rows: Collection[Row[Any]]) -> dict[str, int]:
    """Points per hour of some activities on the day of their next shift, by their ids."""
    rules = points.RuleBook(row.region_code for row in rows)
    return {
        row.id: rules.on(row.region_code, clock.day_of(row.next_starts_at)).points_per_hour(
            row.category
        )
        for row in rows
    }


@dataclass(frozen=True)
class Reward:
    """The points that one person earns with a whole shift, and what makes them more (or fewer) than
    its hours: conditions (``heat``, ``skill``, ``night``) and their factors."""

    points: int
    factors: tuple[tuple[str, Fraction], ...] = ()


def of_shifts(activity: Row[Any], shifts: Sequence[Row[Any]]) -> dict[str, Reward]:
    """What each of an activity's shifts brings, by their ids."""
    rules = points.RuleBook([activity.region_code])
    skilled = bool(activity.skills)
    earned = {}
    for shift in shifts:
        begin = shift.starts_at.astimezone(clock.zone)
        on_day = rules.on(activity.region_code, begin.date())
        minutes = shift_minutes(shift.starts_at, shift.ends_at)
        conditions = conditions_of(heat=shift.heat, skilled=skilled)
        earned[shift.id] = Reward(
            points_for(on_day, activity.category, begin, minutes, conditions),
            _factors(on_day, begin, shift.ends_at, conditions),
        )
    return earned


def _factors(
    rules: RuleSet, begin: datetime, end: datetime, conditions: Collection[str]
) -> tuple[tuple[str, Fraction], ...]:
    named = [(condition, rules.factor(condition)) for condition in sorted(conditions)]
    if rules.night is not None and rules.night.minutes_within(begin, end):
        named.append(("night", rules.night.factor))
    return tuple((condition, factor) for condition, factor in named if factor != 1)
