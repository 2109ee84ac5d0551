"""The portal's one clock.

Everything that asks for the time asks here: tokens, codes, jobs, due dates. Tests set it, and in
demo mode a file can hold it still or move it (``DEMO_CLOCK_FILE``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo


class Clock:
    """Tells the instant in UTC and the day in the portal's time zone."""

    def __init__(self) -> None:
        self._zone = ZoneInfo("Asia/Shanghai")
        self._file: Path | None = None
        self._fixed: datetime | None = None

    def configure(self, time_zone: str, file: Path | None) -> None:
        self._zone, self._file = ZoneInfo(time_zone), file

    @property
    def zone(self) -> ZoneInfo:
        return self._zone

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        if self._fixed is not None:
            return self._fixed
        if self._file is not None:
            return _instant_in(self._file) or datetime.now(UTC)
        return datetime.now(UTC)

    def today(self) -> date:
        """The present day in the portal's time zone."""
        return self.day_of(self.now())

    def day_of(self, instant: datetime) -> date:
        """The day on which an instant falls in the portal's time zone."""
        return instant.astimezone(self._zone).date()

    def start_of(self, day: date) -> datetime:
        """The first instant of a day of the portal's time zone, in UTC."""
        return datetime.combine(day, time(), self._zone).astimezone(UTC)

    @contextmanager
    def held_at(self, instant: datetime) -> Iterator[None]:
        """Stand still at an instant: for tests and for building the demo's past."""
        before, self._fixed = self._fixed, instant.astimezone(UTC)
        try:
            yield
        finally:
            self._fixed = before


def _instant_in(file: Path) -> datetime | None:
    """The instant a demo clock file holds; None while it is missing, empty or half written, or so
    near to an end of the calendar that nothing can be counted from it."""
    try:
        text = file.read_text(encoding="utf-8").strip()
        instant = datetime.fromisoformat(text) if text else None
    except (OSError, ValueError):
        return None
    if instant is None or not is_sane(instant.date()):
        return None
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


clock = Clock()


def is_sane(day: date) -> bool:
    """Whether a day that somebody gave lies in the years 1900 to 2199: far enough from the ends of
    the calendar to be counted with."""
    return 1900 <= day.year < 2200


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return clock.now()


def today() -> date:
    """The present day in the portal's time zone."""
    return clock.today()


def rfc3339(instant: datetime) -> str:
    """An instant as the API writes it: ``2026-11-21T08:30:00Z``, whole seconds."""
    return instant.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
