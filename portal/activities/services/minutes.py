"""How many minutes a record can be: no more than its shift."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from portal.activities.errors import LongerThanShift
from portal.activities.models import Shift
from portal.activities.rules import shift_minutes
from portal.core.database import db


def check_of_shift(starts_at: datetime, ends_at: datetime, minutes: int) -> None:
    """Minutes that a host gives for somebody at a shift.

    Raises:
        LongerThanShift: as it says.
    """
    longest = shift_minutes(starts_at, ends_at)
    if not 0 <= minutes <= longest:
        raise LongerThanShift.of(longest)


def check_of_record(record: Row[Any], minutes: int) -> None:
    """Minutes that a host gives for a record that is there. Of what was reported afterwards the
    host judges by themselves, with what it overlaps before their eyes.

    Raises:
        LongerThanShift: as it says.
    """
    if record.shift_id is None:
        return
    shift = db.session.execute(
        select(Shift.starts_at, Shift.ends_at).where(Shift.id == record.shift_id)
    ).one()
    check_of_shift(shift.starts_at, shift.ends_at, minutes)
