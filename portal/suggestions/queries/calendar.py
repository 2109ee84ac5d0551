"""The working days as they stand, for rules."""

from __future__ import annotations

from sqlalchemy import select

from portal.core.clock import clock
from portal.core.database import db
from portal.suggestions.models import WorkingDay
from portal.suggestions.rules.working_days import WorkingDays


def working_days() -> WorkingDays:
    """Which days are worked, in the portal's time zone."""
    rows = db.session.execute(select(WorkingDay.day, WorkingDay.is_worked))
    return WorkingDays(clock.zone, {row.day: row.is_worked for row in rows})
