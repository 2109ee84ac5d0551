"""The publicity period: confirmed records are shown for some days before they are credited."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select, update

from portal.activities.models import ServiceRecord
from portal.activities.rules import RECORD_TRANSITIONS, Deed, RecordStatus
from portal.activities.services.crediting import credit
from portal.core import outbox
from portal.core.clock import clock, now
from portal.core.database import db
from portal.points import queries as points


def publicity_days(region_code: str) -> int:
    """How many days the region shows records for; 0 where confirming credits at once."""
    return points.rules_for(region_code, clock.today()).publicity_days


def end_of_publicity(days: int) -> datetime:
    """The end of the last full day of the publicity period, in the portal's time zone."""
    return clock.start_of(clock.today() + timedelta(days=days + 1))


def settle_announced() -> int:
    """Credit records whose publicity period has ended without objection: those of one shift (or
    one report) at a time. In a unit of work; returns how many.

    Raises:
        BudgetExceeded: what would pay for them holds too little.
    """
    due = _next_announced()
    if due is None:
        return 0
    way = RECORD_TRANSITIONS[Deed.SETTLE]
    settled = (
        db.session.connection()
        .execute(
            update(ServiceRecord)
            .where(due, ServiceRecord.status.in_(way.sources))
            .values(
                status=way.target,
                announced_until=None,
                credited_minutes=ServiceRecord.minutes,
            )
            .returning(*ServiceRecord.__table__.c)
        )
        .all()
    )
    credit(settled, None)
    outbox.emit("records.credited", ids=[row.id for row in settled])
    return len(settled)


def postpone_announced() -> int:
    """Try what comes next a day later: the budget does not hold what it earns."""
    due = _next_announced()
    if due is None:
        return 0
    later = now() + timedelta(days=1)
    moved = db.session.connection().execute(
        update(ServiceRecord).where(due).values(announced_until=later)
    )
    return int(moved.rowcount)


def _next_announced() -> ColumnElement[bool] | None:
    """The records that were announced long enough and are settled together, the oldest first."""
    ended = and_(
        ServiceRecord.status == RecordStatus.PROVISIONAL,
        ServiceRecord.announced_until <= now(),
    )
    first = db.session.execute(
        select(ServiceRecord.id, ServiceRecord.shift_id)
        .where(ended)
        .order_by(ServiceRecord.announced_until, ServiceRecord.id)
        .limit(1)
    ).first()
    if first is None:
        return None
    if first.shift_id is None:
        return and_(ended, ServiceRecord.id == first.id)
    return and_(ended, ServiceRecord.shift_id == first.shift_id)
