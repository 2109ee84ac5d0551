"""Arriving and leaving: by the code on the host's screen, or by the host's tick."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, insert, select, update

from portal.accounts.queries import user_id_by_member_code
from portal.activities import policies
from portal.activities.checkin_codes import REMEMBERED, Age, CheckinCodes, ShownCode, number_in
from portal.activities.errors import (
    AlreadyCheckedIn,
    CodeExpired,
    NotCheckedIn,
    NotSignedUp,
    PositionNeeded,
    TooEarly,
    TooFar,
    UnknownCode,
)
from portal.activities.models import Activity, ServiceRecord, Shift, Signup
from portal.activities.queries import activities
from portal.activities.rules import (
    CHECKIN_OPENS,
    LATE_TICKS,
    OPEN_STATUSES,
    RECORD_TRANSITIONS,
    ActivityStatus,
    Decision,
    Deed,
    Nearness,
    RecordStatus,
    SignupStatus,
    nearness,
    served_minutes,
    shift_minutes,
)
from portal.core import audit
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Permission, Principal


@dataclass(frozen=True)
class Attendance:
    """What became of a record by arriving or leaving."""

    record_id: str
    shift_id: str
    checked_in_at: datetime
    checked_out_at: datetime | None


def code_for_host(actor: Principal, shift_id: str, codes: CheckinCodes) -> ShownCode:
    """The code that the host's screen shows now.

    Raises:
        NotFound: there is no such shift for this person's eyes.
        Forbidden: the person does not host it.
        WrongState: nobody can check in any more, or the activity is not published.
    """
    shift, activity = activities.visible_shift(actor, shift_id)
    host = activities.host_of(activity)
    actor.require_that(Permission.ACTIVITY_HOST, policies.may_host(actor, host))
    over = shift.ends_at < now() or shift.cancelled_at is not None
    if activity.status not in OPEN_STATUSES or over:
        raise WrongState
    return codes.shown(shift.id, shift.number, now())


def check_in(
    actor: Principal,
    code: str,
    position: tuple[float, float] | None,
    codes: CheckinCodes,
) -> Attendance:
    """Arrive. ``position`` is latitude and longitude if the person gives them.

    Raises:
        UnknownCode, CodeExpired: no shift has this code now.
        TooEarly: it is more than half an hour to the start; says when check-in opens.
        NotSignedUp, AlreadyCheckedIn, TooFar, PositionNeeded: as they say.
    """
    shift = _meant(actor, code, codes)
    if shift.record_id is not None:
        raise AlreadyCheckedIn
    if shift.signup_id is None:
        raise NotSignedUp
    _refuse_far(shift, position)
    return _arrive(shift, shift.signup_id, actor.id)


def check_out(
    actor: Principal,
    code: str,
    position: tuple[float, float] | None,
    codes: CheckinCodes,
) -> Attendance:
    """Leave: the minutes since arrival, within the shift, wait for the host.

    Raises:
        NotCheckedIn: there is no open check-in of this person at the shift.
        UnknownCode, CodeExpired, NotSignedUp, TooFar, PositionNeeded, TooEarly: as in
            :func:`check_in`.
    """
    shift = _meant(actor, code, codes)
    if shift.record_id is None and shift.signup_id is None:
        raise NotSignedUp
    if shift.record_id is None:
        raise NotCheckedIn
    _refuse_far(shift, position)
    return _leave(shift, shift.record_id, shift.checked_in_at)


def tick_in(actor: Principal, signup_id: str) -> Attendance:
    """The host ticks a person off the list: arriving now, or, after the end, having been there.

    Raises:
        NotFound: there is no such sign-up at a shift of this host.
        AlreadyCheckedIn: the person is ticked already.
        TooEarly: check-in has not opened.
        WrongState: it is too late, or the person has no place.
    """
    shift = _ticked(actor, signup_id)
    present = now()
    if shift.record_id is not None:
        raise AlreadyCheckedIn(_l("This person is ticked in already."))
    _refuse_early(shift, present)
    if present > shift.ends_at + LATE_TICKS:
        raise WrongState
    over = present >= shift.ends_at
    attendance = _was_there(shift) if over else _arrive(shift, shift.signup_id, shift.resident_id)
    _note_tick(actor, "signup.ticked_in", shift)
    return attendance


def tick_in_member(actor: Principal, shift_id: str, member_code: str) -> Attendance:
    """The host scans the member code that a person shows, in place of ticking the name.

    Raises:
        Invalid: nobody has this member code.
        NotSignedUp: the person has no place in this shift.
        NotFound, Forbidden, AlreadyCheckedIn, WrongState: as in :func:`tick_in`.
    """
    shift, activity = activities.visible_shift(actor, shift_id)
    host = activities.host_of(activity)
    actor.require_that(Permission.ACTIVITY_HOST, policies.may_host(actor, host))
    person_id = user_id_by_member_code(member_code)
    if person_id is None:
        raise Invalid.field("code", _l("Nobody has this member code. Scan it once more."))
    found = db.session.execute(
        select(Signup.id).where(
            Signup.shift_id == shift.id,
            Signup.resident_id == person_id,
            Signup.status.in_(
                (SignupStatus.CONFIRMED, SignupStatus.ATTENDED, SignupStatus.NO_SHOW)
            ),
        )
    ).scalar()
    if found is None:
        raise NotSignedUp(_l("This person has no place in this shift."))
    return tick_in(actor, found)


def tick_out(actor: Principal, signup_id: str) -> Attendance:
    """The host ticks a person out, who leaves now (after the end: who stayed to the end)."""
    shift = _ticked(actor, signup_id)
    if shift.record_id is None:
        raise NotCheckedIn
    attendance = _leave(shift, shift.record_id, shift.checked_in_at)
    _note_tick(actor, "signup.ticked_out", shift)
    return attendance


# --- by code --------------------------------------------------------------------------------------


def _meant(actor: Principal, code: str, codes: CheckinCodes) -> Row[Any]:
    """The shift whose code this is, with the person's sign-up and record there. A code that is
    shown long before the start is known too: the answer then says when it can be used.

    The number in the code leads to the few shifts that could be meant, by an index; where two
    happen to show the same digits, the one the person signed up for is meant.
    """
    number, present = number_in(code), now()
    if number is None:
        raise UnknownCode
    candidates = db.session.execute(_candidates(actor.id, number, present)).all()
    ages = [(codes.age(code, shift.id, present), shift) for shift in candidates]
    good = [shift for age, shift in ages if age is Age.GOOD and present <= shift.ends_at]
    if good:
        return _open_now(max(good, key=lambda shift: shift.signup_id is not None), present)
    if any(age is not Age.UNKNOWN for age, _shift in ages):
        raise CodeExpired
    raise UnknownCode


def _candidates(person_id: str, number: int, present: datetime) -> Any:
    mine = and_(
        Signup.shift_id == Shift.id,
        Signup.resident_id == person_id,
        Signup.status.in_((SignupStatus.CONFIRMED, SignupStatus.ATTENDED)),
    )
    record = and_(ServiceRecord.shift_id == Shift.id, ServiceRecord.resident_id == person_id)
    return (
        _attendance_columns()
        .join(Activity, Activity.id == Shift.activity_id)
        .outerjoin(Signup, mine)
        .outerjoin(ServiceRecord, record)
        .where(
            Shift.number == number,
            Shift.ends_at > present - REMEMBERED,
            Shift.cancelled_at.is_(None),
            Activity.decision == Decision.PUBLISHED,
        )
    )


def _attendance_columns() -> Any:
    return select(
        Shift.id,
        Shift.activity_id,
        Shift.region_code,
        Shift.starts_at,
        Shift.ends_at,
        Activity.title,
        Activity.category,
        Activity.organization_id,
        Activity.latitude,
        Activity.longitude,
        Activity.checkin_metres,
        Signup.id.label("signup_id"),
        Signup.resident_id,
        ServiceRecord.id.label("record_id"),
        ServiceRecord.checked_in_at,
    ).select_from(Shift)


def _open_now(shift: Row[Any], present: datetime) -> Row[Any]:
    if shift.signup_id is not None:  # who has no place is told that, at any time
        _refuse_early(shift, present)
    return shift


def _refuse_early(shift: Row[Any], present: datetime) -> None:
    opens_at = shift.starts_at - CHECKIN_OPENS
    if present < opens_at:
        raise TooEarly.of(shift.starts_at, opens_at)


def _refuse_far(shift: Row[Any], position: tuple[float, float] | None) -> None:
    place = None if shift.latitude is None else (shift.latitude, shift.longitude)
    stands = nearness(place, shift.checkin_metres, position)
    if stands is Nearness.UNKNOWN:
        raise PositionNeeded
    if stands is Nearness.FAR:
        raise TooFar


# --- by tick --------------------------------------------------------------------------------------


def _ticked(actor: Principal, signup_id: str) -> Row[Any]:
    shift_id = db.session.execute(
        select(Signup.shift_id).where(Signup.id == signup_id)
    ).scalar_one_or_none()
    if shift_id is None:
        raise NotFound
    _shift, activity = activities.visible_shift(actor, shift_id)
    host = activities.host_of(activity)
    actor.require_that(Permission.ACTIVITY_HOST, policies.may_host(actor, host))
    if activity.status not in (*OPEN_STATUSES, ActivityStatus.FINISHED):
        raise WrongState
    record = and_(
        ServiceRecord.shift_id == Signup.shift_id,
        ServiceRecord.resident_id == Signup.resident_id,
    )
    row: Row[Any] = db.session.execute(
        _attendance_columns()
        .join(Activity, Activity.id == Shift.activity_id)
        .join(Signup, Signup.shift_id == Shift.id)
        .outerjoin(ServiceRecord, record)
        .where(Signup.id == signup_id)
    ).one()
    return row


def _note_tick(actor: Principal, action: str, shift: Row[Any]) -> None:
    audit.record(actor.id, action, "signup", shift.signup_id, region_code=shift.region_code)


# --- the deed -------------------------------------------------------------------------------------


def _arrive(shift: Row[Any], signup_id: str, resident_id: str) -> Attendance:
    present = now()
    _take_attendance(signup_id, (SignupStatus.CONFIRMED,))
    return _write_record(
        shift,
        resident_id,
        started_at=max(present, shift.starts_at),
        checked_in_at=present,
        status=RecordStatus.OPEN,
    )


def _was_there(shift: Row[Any]) -> Attendance:
    """For who never checked in: the whole shift, which the host can shorten when confirming."""
    _take_attendance(shift.signup_id, (SignupStatus.CONFIRMED, SignupStatus.NO_SHOW))
    return _write_record(
        shift,
        shift.resident_id,
        started_at=shift.starts_at,
        checked_in_at=shift.starts_at,
        checked_out_at=shift.ends_at,
        minutes=shift_minutes(shift.starts_at, shift.ends_at),
        status=RecordStatus.PENDING,
    )


def _take_attendance(signup_id: str, sources: tuple[SignupStatus, ...]) -> None:
    """The sign-up becomes ``attended``: its row decides which of two check-ins is the first."""
    attended = db.session.connection().execute(
        update(Signup)
        .where(Signup.id == signup_id, Signup.status.in_(sources))
        .values(status=SignupStatus.ATTENDED)
    )
    if attended.rowcount:
        return
    status = db.session.execute(select(Signup.status).where(Signup.id == signup_id)).scalar_one()
    if status == SignupStatus.ATTENDED:
        raise AlreadyCheckedIn
    raise WrongState if status == SignupStatus.WAITLISTED else NotSignedUp


def _write_record(
    shift: Row[Any],
    resident_id: str,
    *,
    status: RecordStatus,
    started_at: datetime,
    checked_in_at: datetime,
    checked_out_at: datetime | None = None,
    minutes: int = 0,
) -> Attendance:
    record_id = new_id()
    row = {
        "id": record_id,
        "activity_id": shift.activity_id,
        "shift_id": shift.id,
        "organization_id": shift.organization_id,
        "region_code": shift.region_code,
        "resident_id": resident_id,
        "title": shift.title,
        "category": shift.category,
        "started_at": started_at,
        "checked_in_at": checked_in_at,
        "checked_out_at": checked_out_at,
        "minutes": minutes,
        "status": status,
        "points": 0,
        "version": 0,
        "created_at": now(),
    }
    db.session.execute(insert(ServiceRecord), [row])
    return Attendance(record_id, shift.id, checked_in_at, checked_out_at)


def _leave(shift: Row[Any], record_id: str, checked_in_at: datetime) -> Attendance:
    left_at = min(now(), shift.ends_at)
    way = RECORD_TRANSITIONS[Deed.CHECK_OUT]
    closed = db.session.connection().execute(
        update(ServiceRecord)
        .where(ServiceRecord.id == record_id, ServiceRecord.status.in_(way.sources))
        .values(
            status=way.target,
            checked_out_at=left_at,
            minutes=served_minutes(checked_in_at, left_at, shift.starts_at, shift.ends_at),
        )
    )
    if not closed.rowcount:
        raise NotCheckedIn
    return Attendance(record_id, shift.id, checked_in_at, left_at)
