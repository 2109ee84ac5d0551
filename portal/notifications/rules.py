"""When somebody is written to: at once or once a day, and not in their quiet hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from portal.core.messages import Channel

DIGEST_AT = time(18)
"""When the one letter of the day goes out."""
NIGHT = (time(22), time(7))
"""Text messages wake people: at night they are sent to nobody who has not asked for it."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Habit:
    """How somebody wants to be written to. ``daily``: all of a day in one letter. ``quiet``: from
    when until when not, perhaps over midnight; None: nothing chosen. ``texts``: what is important
    by text message too; None: only where there is no e-mail address."""

    daily: bool = False
    quiet: tuple[time, time] | None = None
    texts: bool | None = None

    def quiet_hours(self, channel: Channel) -> tuple[time, time] | None:
        """When nothing is sent by a channel; None: it is at any time."""
        return self.quiet or (NIGHT if channel is Channel.SMS else None)


def send_at(at: datetime, habit: Habit, channel: Channel, *, urgent: bool) -> datetime:
    """When something that happened is to be sent.

    Args:
        at: when it happened, in the zone in which the reader's hours are meant.
        habit: the reader's.
        channel: by which it goes.
        urgent: it cannot wait: at once, at any hour.
    """
    if urgent:
        return at
    waits_for_digest = habit.daily and channel is Channel.EMAIL
    due = _next(at, DIGEST_AT) if waits_for_digest else at
    return _after_quiet_hours(due, habit.quiet_hours(channel))


def _after_quiet_hours(at: datetime, quiet: tuple[time, time] | None) -> datetime:
    if quiet is None:
        return at
    begin, end = quiet
    here = at.time()
    is_quiet = begin <= here < end if begin < end else here >= begin or here < end
    return _next(at, end) if is_quiet and begin != end else at


def _next(at: datetime, hour: time) -> datetime:
    """The next instant, later than this one, at which clocks show the hour."""
    today = at.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    return today if today > at else today + _DAY
