"""What service earns, by rules alone: no database, no clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies

from portal.core.errors import Invalid
from portal.points.rules import (
    Decision,
    Night,
    RuleSet,
    capped,
    checked_value,
    effective,
    points_for,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
PATH = ("1504", "150402", "150402010")
DAY = date(2026, 11, 21)


def at(hour: int, minute: int = 0, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime(2026, 11, 21, hour, minute, tzinfo=zone)


def rules(**values: Any) -> RuleSet:
    decided = {
        key.replace("__", "."): Decision("1504", key, value, DAY) for key, value in values.items()
    }
    return RuleSet("1504", DAY, decided)


def decision(region: str, value: Any, day: date = DAY, key: str = "cap.day") -> Decision:
    return Decision(region, key, value, day)


# --- which rule counts ------------------------------------------------------------------------


def test_without_decisions_the_usual_values_count() -> None:
    plain = effective(PATH, DAY, [])
    assert plain.points_per_hour("culture") == 10
    assert plain.cap_day is None
    assert plain.night is None
    assert plain.publicity_days == 0
    assert plain.expires_on(date(2026, 1, 1)) == date(2028, 12, 31)
    assert plain.expires_on(date(2026, 12, 31)) == date(2028, 12, 31)


def test_the_nearest_region_upward_wins() -> None:
    found = effective(PATH, DAY, [decision("150402", 5), decision("1504", 9)])
    assert (found.cap_day, found.decided["cap.day"].region_code) == (5, "150402")


def test_the_latest_decision_in_effect_wins() -> None:
    tomorrow, yesterday = DAY + timedelta(days=1), DAY - timedelta(days=1)
    decided = [decision("1504", n, day) for n, day in enumerate((yesterday, DAY, tomorrow))]
    assert effective(PATH, DAY, decided).cap_day == 1


def test_of_two_decisions_for_one_day_the_later_one_counts() -> None:
    assert effective(PATH, DAY, [decision("1504", 1), decision("1504", 2)]).cap_day == 2


def test_null_takes_over_what_the_region_above_has() -> None:
    found = effective(
        PATH, DAY, [decision("1504", 7), decision("150402", 5), decision("150402", None)]
    )
    assert found.cap_day == 7


def test_regions_beside_do_not_count() -> None:
    assert effective(PATH, DAY, [decision("150404", 5)]).cap_day is None


# --- exact arithmetic -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "per_hour", "points"),
    [(60, 10, 10), (59, 10, 9), (5, 10, 0), (6, 10, 1), (90, 10, 15), (61, 7, 7), (0, 10, 0)],
)
def test_minutes_become_points_rounded_down_once(minutes: int, per_hour: int, points: int) -> None:
    assert points_for(rules(points_per_hour=per_hour), None, at(9), minutes) == points


def test_a_category_may_have_points_of_its_own() -> None:
    both = rules(points_per_hour=10, points_per_hour__culture=25)
    assert points_for(both, "culture", at(9), 60) == 25
    assert points_for(both, "health", at(9), 60) == 10
    assert points_for(both, None, at(9), 60) == 10


def test_multipliers_multiply_exactly() -> None:
    """1.1 × 1.1 of 100 is 121, which floating point makes 121.00000000000001 or less."""
    both = rules(points_per_hour=100, multiplier__heat="1.1", multiplier__skill="1.1")
    assert points_for(both, None, at(9), 60, frozenset({"heat", "skill"})) == 121
    assert points_for(both, None, at(9), 60, frozenset({"heat"})) == 110
    assert points_for(both, None, at(9), 60) == 100


def test_an_unknown_condition_multiplies_nothing() -> None:
    with pytest.raises(Invalid):
        points_for(rules(), None, at(9), 60, frozenset({"moon"}))


@pytest.mark.parametrize(
    ("begin", "minutes", "dark"),
    [
        (at(20), 120, 0),
        (at(21), 120, 60),
        (at(22), 60, 60),
        (at(23, 30), 60, 60),
        (at(5), 120, 60),
        (at(6), 60, 0),
        (at(0), 24 * 60, 8 * 60),
        (at(21), 3 * 24 * 60, 3 * 8 * 60),
    ],
)
def test_minutes_at_night_over_midnight(begin: datetime, minutes: int, dark: int) -> None:
    night = Night(time(22), time(6), Fraction(2))
    assert night.minutes_within(begin, begin + timedelta(minutes=minutes)) == dark


def test_a_night_within_one_day() -> None:
    night = Night(time(1), time(5), Fraction(2))
    assert night.minutes_within(at(0), at(6)) == 240
    assert night.minutes_within(at(6), at(23)) == 0


@pytest.mark.parametrize(("day", "minutes"), [(24, 540), (23, 480)])
def test_a_night_in_which_clocks_are_changed(day: int, minutes: int) -> None:
    """In Berlin the night to 25 October 2026 has an hour more."""
    night = Night(time(22), time(6), Fraction(2))
    begin = datetime(2026, 10, day, 20, tzinfo=BERLIN)
    assert night.minutes_within(begin, begin + timedelta(hours=12)) == minutes


def test_night_minutes_count_by_their_factor_and_the_others_once() -> None:
    night = rules(
        points_per_hour=10, multiplier__night={"from": "22:00", "to": "06:00", "factor": "1.5"}
    )
    assert points_for(night, None, at(21), 120) == 25


@given(
    begin=strategies.integers(0, 525_600).map(lambda n: at(0) + timedelta(minutes=n)),
    minutes=strategies.integers(0, 3_000),
    cut=strategies.integers(0, 3_000),
)
def test_a_night_is_the_sum_of_its_parts(begin: datetime, minutes: int, cut: int) -> None:
    night = Night(time(21, 17), time(5, 43), Fraction(2))
    middle = begin + timedelta(minutes=min(cut, minutes))
    end = begin + timedelta(minutes=minutes)
    parts = night.minutes_within(begin, middle) + night.minutes_within(middle, end)
    assert night.minutes_within(begin, end) == parts
    assert 0 <= parts <= minutes


@given(
    minutes=strategies.integers(0, 100_000),
    per_hour=strategies.integers(0, 1_000),
    factor=strategies.decimals("0.01", "10", places=2),
)
def test_points_are_the_exact_floor(minutes: int, per_hour: int, factor: Any) -> None:
    with_heat = rules(points_per_hour=per_hour, multiplier__heat=str(factor))
    points = points_for(with_heat, None, at(9), minutes, frozenset({"heat"}))
    exact = Fraction(minutes) * per_hour * Fraction(factor) / 60
    assert points <= exact < points + 1


@pytest.mark.parametrize(
    ("points", "day", "month", "left"),
    [(10, 0, 0, 10), (10, 45, 45, 5), (10, 50, 50, 0), (10, 60, 60, 0), (10, 0, 195, 5)],
)
def test_caps_leave_what_is_under_them(points: int, day: int, month: int, left: int) -> None:
    limited = rules(cap__day=50, cap__month=200)
    assert capped(points, limited, day, month) == left


# --- what can be decided ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("points_per_hour", 0, 0),
        ("points_per_hour.culture", 1_000, 1_000),
        ("multiplier.heat", "1.5", "1.5"),
        ("multiplier.heat", 2, "2"),
        ("multiplier.skill", 1.25, "1.25"),
        (
            "multiplier.night",
            {"from": "22:00", "to": "06:00", "factor": "2"},
            {"from": "22:00", "to": "06:00", "factor": "2"},
        ),
        ("cap.month", 500, 500),
        ("expiry.years", 0, 0),
        ("publicity.days", 7, 7),
        ("cap.day", None, None),
    ],
)
def test_values_in_their_lasting_form(key: str, value: Any, kept: Any) -> None:
    assert checked_value(key, value) == kept


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("points_per_hour", -1),
        ("points_per_hour", 1_001),
        ("points_per_hour", True),
        ("points_per_hour", "10"),
        ("points_per_hour", 10.0),
        ("points_per_hour.Kultur", 10),
        ("points_per_hour.", 10),
        ("cap.day.culture", 10),
        ("multiplier.heat", "0"),
        ("multiplier.heat", "10.01"),
        ("multiplier.heat", "1.555"),
        ("multiplier.heat", "١"),
        ("multiplier.heat", "nan"),
        ("multiplier.heat", True),
        ("multiplier.night", {"from": "22:00", "to": "06:00"}),
        ("multiplier.night", {"from": "24:00", "to": "06:00", "factor": "2"}),
        ("multiplier.night", {"from": "22:00", "to": "22:00", "factor": "2"}),
        ("multiplier.night", "22:00"),
        ("expiry.years", 21),
        ("no.such", 1),
        ("", 1),
    ],
)
def test_values_that_no_rule_has(key: str, value: Any) -> None:
    with pytest.raises(Invalid):
        checked_value(key, value)
