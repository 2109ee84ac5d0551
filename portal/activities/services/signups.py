"""Places: taking one, waiting for one, giving one back.

A shift's places are decided by one guarded update of its row, which also draws the queue number;
so there is never one too many, and nobody overtakes. A person's own overlaps are decided while the
person is held: on PostgreSQL by an advisory lock, on SQLite by the one writer there is. The order
of locks is always person, then shift.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, insert, select, text, update

from portal.accounts.models import User
from portal.activities.errors import (
    AlreadySignedUp,
    BirthDateNeeded,
    OverlappingShift,
    SignupClosed,
    TooYoung,
)
from portal.activities.models import Activity, Shift, Signup
from portal.activities.queries import activities
from portal.activities.rules import (
    ACTIVE_SIGNUPS,
    SignupStatus,
    age_on,
    is_late_cancellation,
)
from portal.core import outbox
from portal.core.clock import clock, now
from portal.core.database import db, on_sqlite
from portal.core.errors import NotFound, WrongState
from portal.core.ids import new_id
from portal.core.permissions import Principal
from portal.regions.models import Region

_PERSON_LOCK = 7_226_101
"""The class of the advisory locks that hold a person's sign-ups."""


def sign_up(actor: Principal, shift_id: str) -> dict[str, str]:
    """Take a place, or the last place in the queue; returns ``{id, shift_id, status}``.

    Raises:
        NotFound: there is no such shift for this person's eyes.
        SignupClosed: it has begun, or is not published.
        AlreadySignedUp, OverlappingShift: the person has a place or waits, here or elsewhere then.
        BirthDateNeeded, TooYoung: the activity has a minimum age.
    """
    shift = _shift_to_join(actor, shift_id)
    _old_enough(actor, shift)
    _hold_person(actor.id)
    _refuse_overlap(actor.id, shift)
    confirmed, queue_number = _take_place(shift)
    status = SignupStatus.CONFIRMED if confirmed else SignupStatus.WAITLISTED
    signup_id = new_id()
    row = {
        "id": signup_id,
        "shift_id": shift.id,
        "activity_id": shift.activity_id,
        "resident_id": actor.id,
        "region_code": shift.region_code,
        "starts_at": shift.starts_at,
        "ends_at": shift.ends_at,
        "status": status,
        "queue_number": queue_number,
        "created_at": now(),
        "cancelled_late": False,
        "ended_by_host": False,
    }
    db.session.execute(insert(Signup), [row])
    return {"id": signup_id, "shift_id": shift.id, "status": status.value}


def cancel_signup(actor: Principal, signup_id: str) -> None:
    """Give a place back, or leave the queue; whoever waits longest has the place at once.

    Raises:
        NotFound: it is not this person's.
        WrongState: the shift has begun, or there is nothing to give back any more.
    """
    signup = db.session.execute(
        select(Signup.id, Signup.shift_id, Signup.starts_at, Activity.cancellation_hours)
        .join(Activity, Activity.id == Signup.activity_id)
        .where(Signup.id == signup_id, Signup.resident_id == actor.id)
    ).first()
    if signup is None:
        raise NotFound
    present = now()
    if signup.starts_at <= present:
        raise WrongState
    _lock_shift(signup.shift_id)
    late = is_late_cancellation(present, signup.starts_at, signup.cancellation_hours)
    before = _end_signup(signup.id, present, late=late)
    if before == SignupStatus.CONFIRMED:
        _hand_over_place(signup.shift_id, present)
    else:
        db.session.execute(
            update(Shift).where(Shift.id == signup.shift_id).values(waiting=Shift.waiting - 1)
        )


# --- taking ---------------------------------------------------------------------------------------


def _shift_to_join(actor: Principal, shift_id: str) -> Any:
    row: Any = db.session.execute(
        select(
            *Shift.__table__.c,
            Activity.status,
            Activity.published_at,
            Activity.organization_id,
            Activity.minimum_age,
            Region.path.label("region_path"),
        )
        .join(Activity, Activity.id == Shift.activity_id)
        .join(Region, Region.code == Activity.region_code)
        .where(Shift.id == shift_id)
    ).first()
    if row is None or not activities.is_visible(actor, row):
        raise NotFound
    if not row.takes_signups or row.starts_at <= now():
        raise SignupClosed
    return row


def _old_enough(actor: Principal, shift: Row[Any]) -> None:
    if not shift.minimum_age:
        return
    born = db.session.execute(select(User.birth_date).where(User.id == actor.id)).scalar_one()
    if born is None:
        raise BirthDateNeeded
    on = shift.starts_at.astimezone(clock.zone)
    if age_on(born.year, born.month, born.day, on) < shift.minimum_age:
        raise TooYoung


def _hold_person(person_id: str) -> None:
    """Until the transaction ends, nobody else decides about this person's sign-ups."""
    if not on_sqlite():
        db.session.execute(
            text("SELECT pg_advisory_xact_lock(:class, hashtext(:person))"),
            {"class": _PERSON_LOCK, "person": person_id},
        )


def _refuse_overlap(person_id: str, shift: Row[Any]) -> None:
    rows = db.session.execute(
        select(Signup.shift_id).where(
            Signup.resident_id == person_id,
            Signup.status.in_(ACTIVE_SIGNUPS),
            Signup.starts_at < shift.ends_at,
            Signup.ends_at > shift.starts_at,
        )
    ).scalars()
    there = set(rows)
    if shift.id in there:
        raise AlreadySignedUp
    if there:
        raise OverlappingShift


def _take_place(shift: Row[Any]) -> tuple[bool, int]:
    """One place if one is free, else one more who waits; and the number in the order of arrival.

    Somebody waits only while the shift is full (a CHECK holds that), so a free place is nobody's.
    """
    free = Shift.taken < Shift.capacity
    drawn = (
        db.session.connection()
        .execute(
            update(Shift)
            .where(
                Shift.id == shift.id,
                Shift.takes_signups,
                Shift.starts_at > now(),
                # The overlap was judged by these times.
                Shift.starts_at == shift.starts_at,
                Shift.ends_at == shift.ends_at,
            )
            .values(
                taken=Shift.taken + case((free, 1), else_=0),
                waiting=Shift.waiting + case((free, 0), else_=1),
                queue_number=Shift.queue_number + 1,
            )
            .returning(Shift.queue_number, Shift.waiting)
        )
        .first()
    )
    if drawn is None:
        raise SignupClosed
    return drawn.waiting == 0, drawn.queue_number


# --- giving back ----------------------------------------------------------------------------------


def _lock_shift(shift_id: str) -> None:
    """From here on this transaction alone moves the shift's places."""
    db.session.execute(select(Shift.id).where(Shift.id == shift_id).with_for_update())


def _end_signup(signup_id: str, at: datetime, *, late: bool) -> str:
    """End a sign-up; returns whether it was confirmed or waitlisted until now."""
    for status in (SignupStatus.CONFIRMED, SignupStatus.WAITLISTED):
        ended = db.session.connection().execute(
            update(Signup)
            .where(Signup.id == signup_id, Signup.status == status)
            .values(
                status=SignupStatus.CANCELLED,
                cancelled_at=at,
                cancelled_late=late and status == SignupStatus.CONFIRMED,
            )
        )
        if ended.rowcount:
            return status
    raise WrongState


def _hand_over_place(shift_id: str, at: datetime) -> None:
    """The place goes to the first who waits; if nobody does, it is free again."""
    first = (
        select(Signup.id)
        .where(Signup.shift_id == shift_id, Signup.status == SignupStatus.WAITLISTED)
        .order_by(Signup.queue_number)
        .limit(1)
        .scalar_subquery()
    )
    promoted = (
        db.session.connection()
        .execute(
            update(Signup)
            .where(Signup.id == first)
            .values(status=SignupStatus.CONFIRMED, promoted_at=at)
            .returning(Signup.id, Signup.resident_id, Signup.activity_id, Signup.starts_at)
        )
        .first()
    )
    if promoted is None:
        db.session.execute(update(Shift).where(Shift.id == shift_id).values(taken=Shift.taken - 1))
        return
    db.session.execute(update(Shift).where(Shift.id == shift_id).values(waiting=Shift.waiting - 1))
    outbox.emit("signup.promoted", signup_id=promoted.id)
