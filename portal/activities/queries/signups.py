"""Sign-ups, as they are read: by the person, and by the host."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, null, select
from sqlalchemy.orm import aliased

from portal.accounts.models import User
from portal.activities.models import Activity, ServiceRecord, Shift, Signup
from portal.activities.queries.states import signup_status_at
from portal.activities.rules import ACTIVE_SIGNUPS, RecordStatus, SignupStatus
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page


def page(
    person_id: str,
    *,
    status: str | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """A person's sign-ups, the latest shift first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    statement = _columns().where(Signup.resident_id == person_id)
    if status is not None:
        statement = statement.where(signup_status_at(now()) == status)
    keys = [Signup.starts_at, Signup.id]
    return fetch_page(statement, keys, name="signups", cursor=cursor, limit=limit, descending=True)


def coming(person_id: str, limit: int = 20) -> Sequence[Row[Any]]:
    """What a person has before them (or is in the middle of), soonest first."""
    return db.session.execute(
        _columns()
        .where(
            Signup.resident_id == person_id,
            Signup.status.in_(ACTIVE_SIGNUPS),
            Signup.ends_at > now(),
        )
        .order_by(Signup.starts_at, Signup.id)
        .limit(limit)
    ).all()


def count_coming(person_id: str) -> int:
    """How many shifts to come a person has a place in, or waits for."""
    return db.session.execute(
        select(func.count())
        .select_from(Signup)
        .where(
            Signup.resident_id == person_id,
            Signup.status.in_(ACTIVE_SIGNUPS),
            Signup.starts_at > now(),
        )
    ).scalar_one()


def of_activity(person_id: str, activity_id: str) -> dict[str, Row[Any]]:
    """A person's active sign-ups of an activity, by shift."""
    rows = db.session.execute(
        _columns().where(
            Signup.resident_id == person_id,
            Signup.activity_id == activity_id,
            Signup.status.in_((*ACTIVE_SIGNUPS, SignupStatus.NO_SHOW)),
        )
    )
    return {row.shift_id: row for row in rows}


def one(signup_id: str) -> Row[Any]:
    """``id, shift_id, status, resident_id, name`` of one sign-up, no matter who asks.

    Raises:
        NotFound: there is none.
    """
    row: Any = db.session.execute(
        select(
            Signup.id,
            Signup.shift_id,
            signup_status_at(now()).label("status"),
            Signup.resident_id,
            User.name,
        )
        .join(User, User.id == Signup.resident_id)
        .where(Signup.id == signup_id)
    ).first()
    if row is None:
        raise NotFound
    found: Row[Any] = row
    return found


def on_the_list(shift_id: str) -> Sequence[Any]:
    """Who is expected at a shift and who waits, with what is recorded of each: for its host."""
    record = and_(
        ServiceRecord.shift_id == Signup.shift_id,
        ServiceRecord.resident_id == Signup.resident_id,
    )
    return db.session.execute(
        select(
            Signup.id,
            signup_status_at(now()).label("status"),
            Signup.queue_number,
            Signup.resident_id,
            User.name,
            ServiceRecord.id.label("record_id"),
            ServiceRecord.status.label("record_status"),
            ServiceRecord.minutes,
            ServiceRecord.points,
            ServiceRecord.checked_in_at,
            ServiceRecord.checked_out_at,
            ServiceRecord.reason,
        )
        .join(User, User.id == Signup.resident_id)
        .outerjoin(ServiceRecord, record)
        .where(
            Signup.shift_id == shift_id,
            Signup.status.in_((*ACTIVE_SIGNUPS, SignupStatus.NO_SHOW)),
        )
        .order_by(Signup.status == SignupStatus.WAITLISTED, User.name, Signup.queue_number)
    ).all()


def _columns() -> Select[Any]:
    ahead = aliased(Signup)
    position = (
        select(func.count() + 1)
        .where(
            ahead.shift_id == Signup.shift_id,
            ahead.status == SignupStatus.WAITLISTED,
            ahead.queue_number < Signup.queue_number,
        )
        .scalar_subquery()
    )
    status = signup_status_at(now())
    waits = status == SignupStatus.WAITLISTED
    record = and_(
        ServiceRecord.shift_id == Signup.shift_id,
        ServiceRecord.resident_id == Signup.resident_id,
        Signup.status == SignupStatus.ATTENDED,
    )
    return (
        select(
            Signup.id,
            Signup.shift_id,
            Signup.activity_id,
            Signup.starts_at,
            Signup.ends_at,
            status.label("status"),
            Signup.reason,
            Signup.cancelled_late,
            Signup.promoted_at,
            case((waits, position), else_=null()).label("position"),
            Activity.title,
            Activity.location_name,
            Activity.latitude,
            Activity.longitude,
            Activity.checkin_metres,
            Activity.cancellation_hours,
            Shift.takes_signups,
            (ServiceRecord.status == RecordStatus.OPEN).label("is_open"),
        )
        .join(Activity, Activity.id == Signup.activity_id)
        .join(Shift, Shift.id == Signup.shift_id)
        .outerjoin(ServiceRecord, record)
    )
