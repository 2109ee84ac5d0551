"""A resident's own places: taking one, waiting for one, giving one back."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import Row, case, select, update

from portal.activities.errors import SignupClosed, TakenOff
from portal.activities.models import Activity, Shift, Signup
from portal.activities.queries import activities
from portal.activities.queries.states import status_at
from portal.activities.rules import SignupStatus, is_late_cancellation
from portal.activities.services.places import (
    end_signup,
    give_on,
    hold_persons,
    lock_shift,
    refuse_overlap,
    refuse_too_young,
    write_signup,
)
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import NotFound, WrongState
from portal.core.permissions import Principal
from portal.regions.models import Region


class GivenBack(StrEnum):
    """What became of a place: somebody who waited has it, it is free, or it was one in the
    queue."""

    GIVEN_ON = "given_on"
    FREE = "free"
    LEFT_QUEUE = "left_queue"


def sign_up(actor: Principal, shift_id: str) -> dict[str, str]:
    """Take a place, or the last place in the queue; returns ``{id, shift_id, status}``.

    Raises:
        NotFound: there is no such shift for this person's eyes.
        SignupClosed: it has begun, or does not take place.
        TakenOff: the host has taken the person off this shift.
        AlreadySignedUp, OverlappingShift: the person has a place or waits, here or elsewhere then.
        BirthDateNeeded, TooYoung: the activity has a minimum age.
    """
    shift = _shift_to_join(actor, shift_id)
    refuse_too_young(actor.id, shift.minimum_age, shift.starts_at)
    hold_persons([actor.id])
    refuse_overlap(actor.id, shift)
    confirmed, queue_number = _take_place(shift)
    status = SignupStatus.CONFIRMED if confirmed else SignupStatus.WAITLISTED
    signup_id = write_signup(shift, actor.id, status, queue_number)
    return {"id": signup_id, "shift_id": shift.id, "status": status.value}


def cancel_signup(actor: Principal, signup_id: str) -> GivenBack:
    """Give a place back, or leave the queue; whoever waits longest has the place at once.
    Returns what became of it.

    Raises:
        NotFound: it is not this person's.
        WrongState: the shift has begun, or there is nothing to give back any more.
    """
    signup = db.session.execute(
        select(Signup.shift_id, Signup.created_at, Activity.cancellation_hours)
        .join(Activity, Activity.id == Signup.activity_id)
        .where(Signup.id == signup_id, Signup.resident_id == actor.id)
    ).first()
    if signup is None:
        raise NotFound
    present = now()
    shift = lock_shift(signup.shift_id)
    if shift.starts_at <= present:
        raise WrongState
    late = is_late_cancellation(
        present,
        shift.starts_at,
        signup.cancellation_hours,
        signed_up_at=signup.created_at,
        moved_at=shift.moved_at,
    )
    before = end_signup(signup_id, present, late=late)
    give_on(shift.id, before, present)
    if before == SignupStatus.WAITLISTED:
        return GivenBack.LEFT_QUEUE
    return GivenBack.GIVEN_ON if shift.waiting else GivenBack.FREE


# --- taking ---------------------------------------------------------------------------------------


def _shift_to_join(actor: Principal, shift_id: str) -> Any:
    taken_off = select(Signup.id).where(
        Signup.shift_id == Shift.id, Signup.resident_id == actor.id, Signup.reason.is_not(None)
    )
    row: Any = db.session.execute(
        select(
            *Shift.__table__.c,
            status_at(now()).label("status"),
            taken_off.exists().label("taken_off"),
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
    if row.taken_off:
        raise TakenOff
    return row


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
