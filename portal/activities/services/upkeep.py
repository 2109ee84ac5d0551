"""What the clock brings: absences are noted, queues end, reserves go back.

Each function does one small batch in the unit of work at hand and returns how much it did.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, or_, select, tuple_, update

from portal.activities.models import Activity, ServiceRecord, Shift, Signup
from portal.activities.queries.states import is_over
from portal.activities.rules import DECISION_TIME, UNDECIDED_RECORDS, SignupStatus
from portal.activities.services.reserves import release_reserve
from portal.core import audit
from portal.core.clock import now
from portal.core.database import db

BATCH = 500


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


def release_due() -> int:
    """Release some reserves that are due, in the unit of work at hand: for building a past."""
    return sum(release(row) for row in due_releases())


def due_releases(last: Any = None) -> Sequence[Any]:
    """Some activities, after the given one, whose reserve goes back: all records of one that is
    over are decided, or its end is a fortnight ago."""
    present = now()
    undecided = exists().where(
        ServiceRecord.activity_id == Activity.id, ServiceRecord.status.in_(UNDECIDED_RECORDS)
    )
    statement = (
        select(Activity.id, Activity.region_code, Activity.last_ends_at)
        .where(
            Activity.reserved_at.is_not(None),
            Activity.released_at.is_(None),
            is_over(present),
            or_(~undecided, Activity.last_ends_at <= present - DECISION_TIME),
        )
        .order_by(Activity.last_ends_at, Activity.id)
        .limit(BATCH)
    )
    if last is not None:
        edge = (last.last_ends_at, last.id)
        statement = statement.where(tuple_(Activity.last_ends_at, Activity.id) > edge)
    return db.session.execute(statement).all()


def release(row: Any) -> int:
    """Give back what is left of the reserve of one of :func:`due_releases`; 1 if there was one."""
    if not release_reserve(row.id, row.region_code, None):
        return 0
    audit.record(None, "activity.released", "activity", row.id, region_code=row.region_code)
    return 1
