"""What the clock does: activities begin and end, absences are noted, reserves go back.

Each function does one small batch in the unit of work at hand and returns how much it did.
"""

from __future__ import annotations

from sqlalchemy import exists, func, or_, select, update

from portal.activities.models import Activity, ServiceRecord, Shift, Signup
from portal.activities.rules import (
    ACTIVITY_TRANSITIONS,
    DECISION_TIME,
    OPEN_STATUSES,
    UNDECIDED_RECORDS,
    ActivityStatus,
    Deed,
    SignupStatus,
)
from portal.activities.services.hosting import release_reserve
from portal.core import audit
from portal.core.clock import now
from portal.core.database import db

BATCH = 500


def begin_due() -> int:
    """Published activities whose first shift has begun are running."""
    way = ACTIVITY_TRANSITIONS[Deed.START]
    begun = db.session.connection().execute(
        update(Activity)
        .where(Activity.status.in_(way.sources), Activity.first_starts_at <= now())
        .values(status=way.target)
    )
    return int(begun.rowcount)


def finish_due() -> int:
    """Activities whose last shift has ended are finished."""
    way = ACTIVITY_TRANSITIONS[Deed.FINISH]
    ended = db.session.connection().execute(
        update(Activity)
        .where(Activity.status.in_(way.sources), Activity.last_ends_at < now())
        .values(status=way.target)
    )
    return int(ended.rowcount)


def move_next_starts() -> int:
    """Lists go by the next shift: move it on where it has begun and another is still to come."""
    present = now()
    following = (
        select(func.min(Shift.starts_at))
        .where(Shift.activity_id == Activity.id, Shift.starts_at > present)
        .scalar_subquery()
    )
    moved = db.session.connection().execute(
        update(Activity)
        .where(
            Activity.status.in_(OPEN_STATUSES),
            Activity.next_starts_at <= present,
            exists().where(Shift.activity_id == Activity.id, Shift.starts_at > present),
        )
        .values(next_starts_at=following)
    )
    return int(moved.rowcount)


def note_absences() -> int:
    """Who had a place and never came is noted; who still waited has nothing to wait for."""
    present = now()
    due = (
        select(Signup.id)
        .where(Signup.status == SignupStatus.CONFIRMED, Signup.ends_at < present)
        .order_by(Signup.ends_at)
        .limit(BATCH)
    )
    absent = db.session.connection().execute(
        update(Signup)
        .where(Signup.id.in_(due), Signup.status == SignupStatus.CONFIRMED)
        .values(status=SignupStatus.NO_SHOW)
    )
    return int(absent.rowcount) + _end_queues()


def _end_queues() -> int:
    """Close shifts that are over: nobody waits for them any more."""
    present = now()
    closed = (
        db.session.connection()
        .execute(
            update(Shift)
            .where(
                Shift.id.in_(
                    select(Shift.id)
                    .where(
                        Shift.ends_at < present,
                        Shift.closed_at.is_(None),
                        Shift.takes_signups,
                    )
                    .order_by(Shift.ends_at)
                    .limit(BATCH)
                )
            )
            .values(takes_signups=False, waiting=0, closed_at=present)
            .returning(Shift.id)
        )
        .scalars()
        .all()
    )
    if closed:
        db.session.execute(
            update(Signup)
            .where(Signup.shift_id.in_(closed), Signup.status == SignupStatus.WAITLISTED)
            .values(status=SignupStatus.CANCELLED, cancelled_at=present)
            .execution_options(synchronize_session=False)
        )
    return len(closed)


def release_due(limit: int = 20) -> int:
    """Give back what is left of reserves: once all records of an activity that is over are
    decided, or a fortnight after its end."""
    present = now()
    undecided = exists().where(
        ServiceRecord.activity_id == Activity.id, ServiceRecord.status.in_(UNDECIDED_RECORDS)
    )
    due = db.session.execute(
        select(Activity.id, Activity.region_code)
        .where(
            Activity.reserved_at.is_not(None),
            Activity.released_at.is_(None),
            Activity.status.in_((ActivityStatus.FINISHED, ActivityStatus.CANCELLED)),
            or_(~undecided, Activity.last_ends_at <= present - DECISION_TIME),
        )
        .order_by(Activity.last_ends_at, Activity.id)
        .limit(limit)
    ).all()
    released = 0
    for row in due:
        if release_reserve(row.id, row.region_code, None):
            audit.record(None, "activity.released", "activity", row.id, region_code=row.region_code)
            released += 1
    return released
