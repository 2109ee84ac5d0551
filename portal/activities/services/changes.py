"""Changing what is published: its words and place, its shifts. Whoever signed up is told.

A change of shifts holds the activity's row, so that changes follow one another, and the points kept
for a full house follow in the same transaction (``reserves``). Places are moved under the shift's
lock, as everywhere (``places``).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, func, insert, select, update

from portal.activities import policies
from portal.activities.errors import CapacityBelowTaken, OnlyShift, TooEarly
from portal.activities.models import Activity, ServiceRecord, Shift, Signup
from portal.activities.queries import activities
from portal.activities.queries.states import is_open
from portal.activities.rules import ACTIVE_SIGNUPS, CHECKIN_OPENS, MOST_SHIFTS, SignupStatus
from portal.activities.services.hosting import hosted
from portal.activities.services.places import (
    end_signup,
    give_on,
    hold_persons,
    lock_shift,
    move_up,
)
from portal.activities.services.plans import Location, ShiftPlan, place_values, shift_values
from portal.activities.services.reserves import follow, hold_open, hold_reserved
from portal.core import audit, outbox, search
from portal.core.clock import now, rfc3339
from portal.core.database import db
from portal.core.errors import InProgress, Invalid, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission, Principal

AMENDED = ("description", "location_name", "latitude", "longitude", "what_to_bring", "risks")


def amend(
    actor: Principal,
    activity_id: str,
    *,
    description: str,
    location: Location | None,
    what_to_bring: str | None,
    risks: str | None,
) -> None:
    """Change the words and the place. Who signed up is told which of them changed.

    Raises:
        WrongState: it is not published, over or cancelled.
        Invalid: check-in is limited to a distance from the place that would be taken away.
        Forbidden, NotFound: it is not this person's to change.
    """
    row = hosted(actor, activity_id)
    if row.checkin_metres and (location is None or location.latitude is None):
        raise Invalid.field(
            "latitude", _l("Check-in is limited to a distance: the place needs its coordinates.")
        )
    values = {
        "description": description,
        "what_to_bring": what_to_bring,
        "risks": risks,
        **place_values(location),
    }
    changed = [name for name in AMENDED if values[name] != getattr(row, name)]
    amended = db.session.connection().execute(
        update(Activity)
        .where(Activity.id == row.id, is_open(now()))
        .values(**values, revision=Activity.revision + 1)
    )
    if not amended.rowcount:
        raise WrongState
    if not changed:
        return
    place = values["location_name"] or ""
    search.index(activities.SEARCH_KIND, row.id, row.title, description, place)
    audit.record(
        actor.id, "activity.amended", "activity", row.id, region_code=row.region_code,
        changed=changed,
    )  # fmt: skip
    outbox.emit("activity.changed", activity_id=row.id, changed=changed)


def add_shift(actor: Principal, activity_id: str, plan: ShiftPlan) -> str:
    """Add a shift that takes sign-ups at once; returns its id.

    Raises:
        Invalid: it lies in the past, ends before it starts, or there are enough shifts.
        WrongState: the activity is not published, or over.
        BudgetExceeded: the budget does not hold what a full house would earn then.
    """
    row = hosted(actor, activity_id)
    plan.check(now())
    before = hold_open(row)
    if len(activities.shifts_of([row.id])[row.id]) >= MOST_SHIFTS:
        raise Invalid.field("starts_at", _l("%(most)s shifts are enough.", most=MOST_SHIFTS))
    values = {**shift_values(row.id, row.region_code, plan), "takes_signups": True}
    db.session.execute(insert(Shift), [values])
    _note(actor, "shift.added", row, values["id"], _settle(actor, row, before))
    return str(values["id"])


def change_shift(actor: Principal, shift_id: str, plan: ShiftPlan) -> None:
    """Change a shift's places until its end, and its times until its start.

    More places go to those who wait, in their order. Whoever signed up is told of other times, and
    may give the place back without its being noted as late. Who is somewhere else at the new times
    cannot have both: their place here is given on, and they are told so.

    Raises:
        CapacityBelowTaken: more people have a place than there would be.
        WrongState: the shift has begun, was called off, or is over.
        Invalid: the new times cannot be.
        BudgetExceeded: the budget does not hold what a full house would earn then.
        InProgress: people are just signing up for it.
    """
    shift, row = hosted_shift(actor, shift_id)
    present = now()
    moved = (plan.starts_at, plan.ends_at) != (shift.starts_at, shift.ends_at)
    if moved:
        plan.check(present)
    held = _hold_everybody(shift.id) if moved else set()
    before = hold_open(row)
    locked = lock_shift(shift.id)
    if not locked.takes_signups or locked.ends_at < present:
        raise WrongState
    if moved:
        _move(locked, row, plan, held, present)
    _resize(shift.id, plan.capacity, present)
    reserve = _settle(actor, row, before)
    _note(
        actor, "shift.changed", row, shift.id, reserve,
        capacity=[locked.capacity, plan.capacity],
        starts_at=[rfc3339(locked.starts_at), rfc3339(plan.starts_at)],
        ends_at=[rfc3339(locked.ends_at), rfc3339(plan.ends_at)],
    )  # fmt: skip


def cancel_shift(actor: Principal, shift_id: str, reason: str) -> None:
    """Call one shift off: who signed up for it is told why, its points go back.

    Raises:
        OnlyShift: nothing else would be left of the activity.
        WrongState: it has begun, or was called off before.
    """
    shift, row = hosted_shift(actor, shift_id)
    before = hold_open(row)
    if {each.id for each in activities.shifts_of([row.id])[row.id]} == {shift.id}:
        raise OnlyShift
    present = now()
    ended = {"takes_signups": False, "taken": 0, "waiting": 0, "closed_at": present}
    closed = db.session.connection().execute(
        update(Shift)
        .where(Shift.id == shift.id, Shift.takes_signups, Shift.starts_at > present)
        .values(**ended, cancelled_at=present, reason=reason)
    )
    if not closed.rowcount:
        raise WrongState
    signups = db.session.connection().execute(
        update(Signup)
        .where(Signup.shift_id == shift.id, Signup.status.in_(ACTIVE_SIGNUPS))
        .values(
            status=SignupStatus.CANCELLED, cancelled_at=present, ended_by_host=True, reason=reason
        )
    )
    reserve = _settle(actor, row, before)
    _note(
        actor, "shift.cancelled", row, shift.id, reserve,
        reason=reason, signups=signups.rowcount,
    )  # fmt: skip
    outbox.emit("shift.cancelled", shift_id=shift.id)


def flag_heat(actor: Principal, shift_id: str, *, heat: bool) -> None:
    """Note that a shift is (or is not) served in great heat, which the region's rule may pay more
    for; from the opening of check-in until its first record is confirmed.

    Raises:
        TooEarly: check-in has not opened.
        WrongState: records of the shift are confirmed already.
        BudgetExceeded: the budget does not hold what a full house would earn then.
    """
    shift, row = hosted_shift(actor, shift_id)
    opens_at = shift.starts_at - CHECKIN_OPENS
    if now() < opens_at:
        raise TooEarly.of(shift.starts_at, opens_at)
    keeps = row.reserved_at is not None and row.released_at is None
    before = hold_reserved(row) if keeps else 0
    paid = exists().where(
        ServiceRecord.shift_id == shift.id, ServiceRecord.credited_minutes.is_not(None)
    )
    flagged = db.session.connection().execute(
        update(Shift).where(Shift.id == shift.id, ~paid).values(heat=heat)
    )
    if not flagged.rowcount:
        raise WrongState
    if keeps:
        follow(row, before, actor.id)
    audit.record(
        actor.id, "shift.heat_flagged", "shift", shift.id, region_code=shift.region_code, heat=heat
    )


def hosted_shift(actor: Principal, shift_id: str) -> tuple[Row[Any], Row[Any]]:
    """A shift, with its activity, that the actor hosts.

    Raises:
        NotFound, Forbidden: it is not theirs to see, or to host.
    """
    shift, row = activities.visible_shift(actor, shift_id)
    host = activities.host_of(row)
    actor.require_that(Permission.ACTIVITY_HOST, policies.may_host(actor, host))
    return shift, row


# --- places ---------------------------------------------------------------------------------------


def _resize(shift_id: str, capacity: int, at: datetime) -> None:
    """Give a locked shift another number of places; new ones go to those who wait."""
    shift = lock_shift(shift_id)
    if capacity < shift.taken:
        raise CapacityBelowTaken.of(shift.taken)
    more = min(shift.waiting, capacity - shift.taken)
    db.session.execute(
        update(Shift)
        .where(Shift.id == shift_id)
        .values(capacity=capacity, taken=Shift.taken + more, waiting=Shift.waiting - more)
    )
    if more:
        move_up(shift_id, more, at)


# --- times ----------------------------------------------------------------------------------------


def _people_of(shift_id: str) -> set[str]:
    return set(
        db.session.execute(
            select(Signup.resident_id).where(
                Signup.shift_id == shift_id, Signup.status.in_(ACTIVE_SIGNUPS)
            )
        ).scalars()
    )


def _hold_everybody(shift_id: str) -> set[str]:
    """Hold all who signed up, before any row is locked: nobody of them signs up elsewhere now."""
    people = _people_of(shift_id)
    hold_persons(people)
    return people


def _move(
    shift: Row[Any], row: Row[Any], plan: ShiftPlan, held: Collection[str], at: datetime
) -> None:
    """Give a locked shift other times, and its sign-ups with it."""
    if shift.starts_at <= at:
        raise WrongState(_l("The shift has begun. Its times stay as they are."))
    if not _people_of(shift.id) <= set(held):
        raise InProgress  # somebody came while we were waiting to hold the others
    db.session.execute(
        update(Shift)
        .where(Shift.id == shift.id)
        .values(starts_at=plan.starts_at, ends_at=plan.ends_at, moved_at=at)
    )
    for signup in _elsewhere(shift, plan):
        give_on(shift.id, end_signup(signup.id, at), at)
        _tell(signup.resident_id, "signup.displaced", row, plan.starts_at)
    db.session.execute(
        update(Signup)
        .where(Signup.shift_id == shift.id, Signup.status.in_(ACTIVE_SIGNUPS))
        .values(starts_at=plan.starts_at, ends_at=plan.ends_at)
    )
    outbox.emit("shift.moved", shift_id=shift.id, was_at=rfc3339(shift.starts_at))


def _elsewhere(shift: Row[Any], plan: ShiftPlan) -> list[Row[Any]]:
    """The sign-ups of people who have a place, or wait for one, elsewhere at the new times."""
    other = select(Signup.resident_id).where(
        Signup.shift_id != shift.id,
        Signup.status.in_(ACTIVE_SIGNUPS),
        Signup.starts_at < plan.ends_at,
        Signup.ends_at > plan.starts_at,
    )
    waiting_first = (Signup.status == SignupStatus.CONFIRMED, Signup.queue_number)
    return list(
        db.session.execute(
            select(Signup.id, Signup.resident_id)
            .where(
                Signup.shift_id == shift.id,
                Signup.status.in_((SignupStatus.CONFIRMED, SignupStatus.WAITLISTED)),
                Signup.resident_id.in_(other),
            )
            .order_by(*waiting_first)
        )
    )


# --- after ----------------------------------------------------------------------------------------


def _settle(actor: Principal, row: Row[Any], before: int) -> int:
    """Let the activity's bounds and its reserve follow its shifts; returns the reserve."""
    bounds = select(func.min(Shift.starts_at), func.max(Shift.ends_at)).where(
        Shift.activity_id == row.id, Shift.cancelled_at.is_(None)
    )
    first, last = db.session.execute(bounds).one()
    db.session.execute(
        update(Activity)
        .where(Activity.id == row.id)
        .values(first_starts_at=first, last_ends_at=last)
    )
    return follow(row, before, actor.id)


def _note(
    actor: Principal, action: str, row: Row[Any], shift_id: str, reserve: int, **facts: Any
) -> None:
    audit.record(
        actor.id, action, "shift", shift_id, region_code=row.region_code, reserve=reserve, **facts
    )


def _tell(person_id: str, kind: str, row: Row[Any], starts_at: datetime) -> None:
    outbox.emit(
        "notify",
        user_id=person_id,
        kind=kind,
        params={"title": row.title, "starts_at": rfc3339(starts_at)},
        url=f"/activities/{row.id}",
    )
