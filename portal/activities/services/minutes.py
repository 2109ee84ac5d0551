"""How many minutes a record can be: no more than its shift, and no hour of a person twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select, text

from portal.activities.models import ServiceRecord, Shift
from portal.activities.rules import (
    LONGEST_RECORD,
    MOST_MINUTES_A_DAY,
    RecordStatus,
    overlapping,
    shift_minutes,
)
from portal.core.clock import clock
from portal.core.database import db, on_sqlite
from portal.core.errors import Invalid
from portal.core.i18n import lazy_gettext as _l


def check_of_shift(starts_at: datetime, ends_at: datetime, minutes: int) -> None:
    """Minutes that a host gives for somebody at a shift.

    Raises:
        Invalid: the shift is not that long.
    """
    longest = shift_minutes(starts_at, ends_at)
    if not 0 <= minutes <= longest:
        raise Invalid.field(
            "minutes", _l("The shift is %(minutes)s minutes long.", minutes=longest)
        )


def check_of_record(record: Row[Any], minutes: int) -> None:
    """Minutes that a host gives for a record that is there: of a shift, or reported afterwards.

    Raises:
        Invalid: the shift is not that long; nobody serves that much in a day; or the time was
            credited to the same person already.
    """
    if record.shift_id is not None:
        shift = db.session.execute(
            select(Shift.starts_at, Shift.ends_at).where(Shift.id == record.shift_id)
        ).one()
        check_of_shift(shift.starts_at, shift.ends_at, minutes)
        return
    _one_at_a_time(record.resident_id)
    others = (ServiceRecord.id != record.id, ServiceRecord.credited_minutes > 0)
    _check_own_time(record.resident_id, record.started_at, minutes, "minutes", *others)


def check_report(resident_id: str, started_at: datetime, minutes: int) -> None:
    """Time that a person reports to have served.

    Raises:
        Invalid: nobody serves that much in a day; or the time was credited to them already, or
            they were at a shift. (Of two reports that wait, the host decides which is right.)
    """
    standing = or_(
        ServiceRecord.credited_minutes > 0,
        and_(ServiceRecord.shift_id.is_not(None), ServiceRecord.status != RecordStatus.REJECTED),
    )
    _check_own_time(resident_id, started_at, minutes, "started_at", standing)


def _check_own_time(
    resident_id: str,
    started_at: datetime,
    minutes: int,
    field: str,
    *others: ColumnElement[bool],
) -> None:
    if not minutes:
        return
    rows = _near(resident_id, started_at, *others)
    day = clock.day_of(started_at)
    on_day = sum(row.minutes for row in rows if clock.day_of(row.started_at) == day)
    if minutes + on_day > MOST_MINUTES_A_DAY:
        raise Invalid.field(
            "minutes",
            _l("That is more than %(hours)s hours on one day.", hours=MOST_MINUTES_A_DAY // 60),
        )
    if any(overlapping(started_at, minutes, row.started_at, row.minutes) for row in rows):
        raise Invalid.field(field, _l("There is a record of this person for this time already."))


def _one_at_a_time(resident_id: str) -> None:
    """Until the end of the transaction no other report of this person is decided: two at once
    would each find the time free. (SQLite has one writer anyway.)"""
    if not on_sqlite():
        db.session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:resident, 7226004))"),
            {"resident": resident_id},
        )


def _near(
    resident_id: str, started_at: datetime, *others: ColumnElement[bool]
) -> list[Row[datetime, int]]:
    """When a person's records near an instant began, and their minutes."""
    reach = timedelta(minutes=LONGEST_RECORD)
    return list(
        db.session.execute(
            select(ServiceRecord.started_at, ServiceRecord.minutes).where(
                ServiceRecord.resident_id == resident_id,
                ServiceRecord.started_at.between(started_at - reach, started_at + reach),
                *others,
            )
        )
    )
