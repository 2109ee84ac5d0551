"""Working days, and what is counted in them. Instants are aware, in UTC; days are the portal's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import chinese_calendar

END_OF_DAY = time(23, 59, 59)
REMINDED_AT = time(9)
JUDGED_FOR_DAYS = 7
"""So many days after an answer it can be confirmed or the case reopened; then silence closes it."""
SECOND_LEVEL_AFTER = 3
"""Working days past the due date after which an unanswered case goes up to the second level."""
MOST_WORKING_DAYS = 250
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingDays:
    """Which days are worked: as the State Council has set them; in years it has not, what an
    administrator entered (``entered``), else Monday to Friday."""

    zone: tzinfo
    entered: Mapping[date, bool] = field(default_factory=dict)

    def is_worked(self, day: date) -> bool:
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:  # a year that is not announced yet
            return self.entered.get(day, day.isoweekday() <= 5)

    def after(self, day: date, count: int) -> date:
        """The ``count``-th working day after a day, which itself is not counted."""
        while count:
            day += _DAY
            count -= self.is_worked(day)
        return day

    def before(self, day: date) -> date:
        """The last working day before a day."""
        day -= _DAY
        while not self.is_worked(day):
            day -= _DAY
        return day

    def between(self, first: date, last: date) -> int:
        """Working days after ``first``, up to and with ``last``."""
        days = (last - first).days
        return sum(self.is_worked(first + _DAY * n) for n in range(1, days + 1))

    def day_of(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """23:59:59 of a day."""
        return datetime.combine(day, END_OF_DAY, self.zone).astimezone(UTC)


def due_after(days: WorkingDays, received_at: datetime, count: int) -> datetime:
    """When a case is due: the day of receipt is not counted, the ``count``-th working day is the
    last."""
    return days.end_of(days.after(days.day_of(received_at), count))


def due_after_pause(
    days: WorkingDays, due_at: datetime, paused_at: datetime, resumed_at: datetime
) -> datetime:
    """The due date of a case that the resident had for a while: later by the working days between,
    unless it had passed by then."""
    if paused_at > due_at:
        return due_at
    lost = days.between(days.day_of(paused_at), days.day_of(resumed_at))
    return days.end_of(days.after(days.day_of(due_at), lost)) if lost else due_at


def judged_until(days: WorkingDays, answered_at: datetime) -> datetime:
    """Until when an answer can be judged; then silence counts as content."""
    return days.end_of(days.day_of(answered_at) + _DAY * JUDGED_FOR_DAYS)


def remind_at(days: WorkingDays, due_at: datetime, now: datetime) -> datetime | None:
    """Nine o'clock of the working day before a case is due; None where that has passed."""
    day = days.before(days.day_of(due_at))
    instant = datetime.combine(day, REMINDED_AT, days.zone).astimezone(UTC)
    return instant if instant > now else None


def escalate_at(days: WorkingDays, due_at: datetime, level: int) -> datetime | None:
    """When an unanswered case goes up by itself; None where it goes no higher."""
    if level == 0:
        return due_at
    if level == 1:
        return days.end_of(days.after(days.day_of(due_at), SECOND_LEVEL_AFTER))
    return None
