"""The host at the list of a shift: taking somebody off, letting somebody in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select, update

from portal.accounts.queries import user_id_by_member_code
from portal.activities.errors import (
    AlreadySignedUp,
    BirthDateNeeded,
    NoPlaceLeft,
    OverlappingShift,
    TooYoung,
)
from portal.activities.models import Shift, Signup
from portal.activities.rules import CHECKIN_OPENS, MOST_PLACES, SignupStatus
from portal.activities.services.changes import hosted_shift
from portal.activities.services.checkins import Attendance, tick_in
from portal.activities.services.places import (
    end_signup,
    give_on,
    hold_persons,
    lock_shift,
    refuse_overlap,
    refuse_too_young,
    write_signup,
)
from portal.activities.services.reserves import follow, hold_open
from portal.core import audit, outbox
from portal.core.clock import now, rfc3339
from portal.core.database import db
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Principal


def remove_signup(actor: Principal, signup_id: str, reason: str) -> None:
    """Take a person off a shift, or out of its queue; the first who waits moves up, and the person
    reads the reason. They cannot sign up for this shift again by themselves.

    Raises:
        NotFound, Forbidden: it is no sign-up at a shift of this host.
        WrongState: the person has come, the sign-up has ended, or the shift is over.
    """
    person_id, shift, row = _signup_at_my_shift(actor, signup_id)
    present = now()
    locked = lock_shift(shift.id)
    if not locked.takes_signups or locked.ends_at < present:
        raise WrongState
    before = end_signup(signup_id, present, ended_by_host=True, reason=reason)
    give_on(shift.id, before, present)
    _note(actor, "signup.removed", row, signup_id, reason=reason)
    _tell(person_id, "signup.removed", shift, row, reason=reason)


def admit_waiting(actor: Principal, signup_id: str) -> None:
    """Give somebody who waits a place of their own, whoever stands before them: the shift has one
    place more from then on, so that nobody loses by it.

    Raises:
        NotFound, Forbidden: it is no sign-up at a shift of this host.
        WrongState: the person does not wait any more, or the shift is over.
        BudgetExceeded: the budget does not hold what one more person would earn.
    """
    _person_id, shift, row = _signup_at_my_shift(actor, signup_id)
    present = now()
    before = hold_open(row)
    widened = db.session.connection().execute(
        update(Shift)
        .where(
            Shift.id == shift.id,
            Shift.takes_signups,
            Shift.ends_at >= present,
            Shift.waiting > 0,
            Shift.capacity < MOST_PLACES,
        )
        .values(capacity=Shift.capacity + 1, taken=Shift.taken + 1, waiting=Shift.waiting - 1)
    )
    admitted = db.session.connection().execute(
        update(Signup)
        .where(Signup.id == signup_id, Signup.status == SignupStatus.WAITLISTED)
        .values(status=SignupStatus.CONFIRMED, promoted_at=present)
    )
    if not (widened.rowcount and admitted.rowcount):
        raise WrongState
    follow(row, before, actor.id)
    _note(actor, "signup.admitted", row, signup_id)
    outbox.emit("signup.promoted", signup_id=signup_id)


def add_walk_in(actor: Principal, shift_id: str, member_code: str) -> Attendance:
    """Let a neighbour take part who stands there without a sign-up, by the member code they show:
    they have a place and are ticked in.

    Raises:
        Invalid: nobody has this member code.
        NoPlaceLeft: all places are taken, or people wait for one.
        AlreadySignedUp, OverlappingShift, BirthDateNeeded, TooYoung: about the person.
        WrongState: it is more than half an hour to the start, or the shift is over.
        NotFound, Forbidden: it is no shift of this host.
    """
    shift, row = hosted_shift(actor, shift_id)
    person_id = user_id_by_member_code(member_code)
    if person_id is None:
        raise Invalid.field("code", _l("Nobody has this member code. Scan it once more."))
    present = now()
    if not shift.starts_at - CHECKIN_OPENS <= present <= shift.ends_at:
        raise WrongState(_l("Neighbours are added from half an hour before the start to the end."))
    _may_join(person_id, shift, row)
    drawn = db.session.connection().execute(
        update(Shift)
        .where(
            Shift.id == shift.id,
            Shift.takes_signups,
            Shift.taken < Shift.capacity,
            Shift.starts_at == shift.starts_at,
            Shift.ends_at == shift.ends_at,
        )
        .values(taken=Shift.taken + 1, queue_number=Shift.queue_number + 1)
        .returning(Shift.queue_number)
    )
    number = drawn.scalar_one_or_none()
    if number is None:
        raise NoPlaceLeft
    signup_id = write_signup(shift, person_id, SignupStatus.CONFIRMED, number)
    _note(actor, "signup.added", row, signup_id)
    _tell(person_id, "signup.added", shift, row)
    return tick_in(actor, signup_id)


def _may_join(person_id: str, shift: Row[Any], row: Row[Any]) -> None:
    """What is refused to the person, in words for the host."""
    try:
        refuse_too_young(person_id, row.minimum_age, shift.starts_at)
        hold_persons([person_id])
        refuse_overlap(person_id, shift)
    except BirthDateNeeded as error:
        raise BirthDateNeeded(
            _l("This activity has a minimum age, and the person’s profile has no date of birth.")
        ) from error
    except TooYoung as error:
        raise TooYoung(_l("This person is younger than the activity allows.")) from error
    except AlreadySignedUp as error:
        raise AlreadySignedUp(_l("This person is on your list already, or waits on it.")) from error
    except OverlappingShift as error:
        raise OverlappingShift(
            _l("This person is signed up for another shift at the same time.")
        ) from error


def _signup_at_my_shift(actor: Principal, signup_id: str) -> tuple[str, Row[Any], Row[Any]]:
    """Whose sign-up it is, with its shift and activity."""
    signup = db.session.execute(
        select(Signup.resident_id, Signup.shift_id).where(Signup.id == signup_id)
    ).first()
    if signup is None:
        raise NotFound
    shift, row = hosted_shift(actor, signup.shift_id)
    return signup.resident_id, shift, row


def _note(actor: Principal, action: str, row: Row[Any], signup_id: str, **facts: Any) -> None:
    audit.record(actor.id, action, "signup", signup_id, region_code=row.region_code, **facts)


def _tell(person_id: str, kind: str, shift: Row[Any], row: Row[Any], **params: Any) -> None:
    outbox.emit(
        "notify",
        user_id=person_id,
        kind=kind,
        params={"title": row.title, "starts_at": rfc3339(shift.starts_at), **params},
        url=f"/activities/{row.id}",
    )
