"""Due dates against a slow calendar that is written down here, day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from chinese_calendar.constants import holidays, workdays
from hypothesis import given
from hypothesis import strategies as st

from portal.suggestions.rules.working_days import (
    WorkingDays,
    due_after,
    due_after_pause,
    escalate_at,
    judged_until,
    remind_at,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = [
    ZoneInfo(name)
    for name in (
        "Asia/Shanghai",
        "UTC",
        "Pacific/Kiritimati",
        "America/St_Johns",
        "America/Sao_Paulo",
        "Europe/Berlin",
        "Asia/Kathmandu",
    )
]
ANNOUNCED = range(2004, 2027)


def instants(first: date, last: date) -> st.SearchStrategy[datetime]:
    seconds = int((last - first).total_seconds())
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
    return st.integers(0, seconds).map(lambda n: begin + timedelta(seconds=n))


INSTANTS = instants(date(2004, 1, 1), date(2029, 6, 1))
COUNTS = st.integers(1, 30)


def works(day: date, entered: dict[date, bool]) -> bool:
    """The second implementation: the announced lists themselves, weekends, what was entered."""
    weekday = day.strftime("%a") not in ("Sat", "Sun")
    if day.year in ANNOUNCED:
        return day in workdays or (weekday and day not in holidays)
    return entered.get(day, weekday)


def slowly_due(received: datetime, count: int, zone: ZoneInfo, entered: dict[date, bool]) -> str:
    """Hour by hour: local midnights are passed, and the last second of the last day is due."""
    day = received.astimezone(zone).date().toordinal()
    left = count
    while left > 0:
        day += 1
        if works(date.fromordinal(day), entered):
            left -= 1
    return f"{date.fromordinal(day).isoformat()}T23:59:59"


@given(INSTANTS, COUNTS, st.sampled_from(ZONES))
def test_due_dates_are_those_of_the_slow_calendar(
    received: datetime, count: int, zone: ZoneInfo
) -> None:
    due = due_after(WorkingDays(zone), received, count).astimezone(zone)
    assert due.replace(tzinfo=None).isoformat() == slowly_due(received, count, zone, {})


@given(
    instants(date(2026, 12, 1), date(2028, 2, 1)),
    COUNTS,
    st.dictionaries(st.dates(date(2026, 1, 1), date(2028, 6, 1)), st.booleans(), max_size=60),
)
def test_years_that_are_not_announced_go_by_what_was_entered(
    received: datetime, count: int, entered: dict[date, bool]
) -> None:
    due = due_after(WorkingDays(SHANGHAI, entered), received, count).astimezone(SHANGHAI)
    expected = slowly_due(received, count, SHANGHAI, entered)
    assert due.replace(tzinfo=None).isoformat() == expected


@pytest.mark.parametrize(
    ("received", "count", "due"),
    [
        # A Saturday of make-up work before the spring festival of 2026, and the nine days of it.
        ("2026-02-13T10:00+08:00", 1, "2026-02-14T23:59:59+08:00"),
        ("2026-02-14T10:00+08:00", 1, "2026-02-24T23:59:59+08:00"),
        # Received in the last second of a day, and in the first of the next.
        ("2026-11-20T23:59:59+08:00", 1, "2026-11-23T23:59:59+08:00"),
        ("2026-11-23T00:00:00+08:00", 1, "2026-11-24T23:59:59+08:00"),
        # Over the end of the year; on a Sunday.
        ("2025-12-31T18:00+08:00", 2, "2026-01-05T23:59:59+08:00"),
        ("2026-11-22T09:00+08:00", 5, "2026-11-27T23:59:59+08:00"),
    ],
)
def test_days_that_were_looked_up(received: str, count: int, due: str) -> None:
    days = WorkingDays(SHANGHAI)
    assert due_after(days, datetime.fromisoformat(received), count) == datetime.fromisoformat(due)


@given(INSTANTS, COUNTS, st.integers(0, 40), st.integers(0, 40))
def test_a_pause_gives_back_its_working_days(
    received: datetime, count: int, hours: int, pause: int
) -> None:
    days = WorkingDays(SHANGHAI)
    due = due_after(days, received, count)
    paused = received + timedelta(hours=7 * hours)
    resumed = paused + timedelta(hours=11 * pause)
    moved = due_after_pause(days, due, paused, resumed)
    if paused > due:
        assert moved == due
        return
    first, last = days.day_of(paused), days.day_of(resumed)
    lost = sum(
        works(date.fromordinal(n), {}) for n in range(first.toordinal() + 1, last.toordinal() + 1)
    )
    gained = sum(
        works(date.fromordinal(n), {})
        for n in range(days.day_of(due).toordinal() + 1, days.day_of(moved).toordinal() + 1)
    )
    assert gained == lost
    assert moved >= due


@given(INSTANTS, COUNTS)
def test_reminders_stand_before_and_the_second_level_after_the_due_date(
    received: datetime, count: int
) -> None:
    days = WorkingDays(SHANGHAI)
    due = due_after(days, received, count)
    reminder = remind_at(days, due, received)
    if reminder is not None:
        assert received < reminder < due
        assert days.is_worked(days.day_of(reminder))
        assert days.between(days.day_of(reminder), days.day_of(due)) == 1
    assert escalate_at(days, due, 0) == due
    second = escalate_at(days, due, 1)
    assert second is not None
    assert days.between(days.day_of(due), days.day_of(second)) == 3
    assert escalate_at(days, due, 2) is None


@given(INSTANTS)
def test_an_answer_can_be_judged_for_seven_whole_days(answered: datetime) -> None:
    until = judged_until(WorkingDays(SHANGHAI), answered).astimezone(SHANGHAI)
    assert (until.date() - answered.astimezone(SHANGHAI).date()).days == 7
    assert until.strftime("%H:%M:%S") == "23:59:59"


def test_the_library_still_lacks_what_the_table_is_for() -> None:
    """When it knows 2027, the examples above move on by a year."""
    with pytest.raises(NotImplementedError):
        chinese_calendar.is_workday(date(2027, 1, 1))
