"""What all deeds at a shift's places share: who is held, who moves up, who may take one.

A shift's places are moved by guarded updates of its row, so there is never one too many. A
person's overlaps are decided while the person is held: on PostgreSQL by an advisory lock, on SQLite
by the one writer there is. The order of locks is always persons, activity, shift.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, insert, select, text, update

from portal.accounts.models import User
from portal.activities.errors import (
    AlreadySignedUp,
    BirthDateNeeded,
    OverlappingShift,
    TooYoung,
)
from portal.activities.models import Shift, Signup
from portal.activities.rules import ACTIVE_SIGNUPS, SignupStatus, age_on
from portal.core import outbox
from portal.core.clock import clock, now
from portal.core.database import db, on_sqlite
from portal.core.errors import WrongState
from portal.core.ids import new_id

_PERSON_LOCK = 7_226_101
"""The class of the advisory locks that hold a person's sign-ups."""


def hold_persons(person_ids: Iterable[str]) -> None:
    """Until the transaction ends, nobody else decides about these persons' sign-ups."""
    if not on_sqlite():
        db.session.execute(
            text(
                "SELECT pg_advisory_xact_lock(:class, hashtext(who))"
                " FROM (SELECT unnest(CAST(:persons AS text[])) AS who ORDER BY 1)"
                " AS listed"
            ),
            {"class": _PERSON_LOCK, "persons": sorted(person_ids)},
        )


def lock_shift(shift_id: str) -> Row[Any]:
    """From here on this transaction alone moves the shift's places; returns the shift as it is."""
    row: Row[Any] = db.session.execute(
        select(*Shift.__table__.c).where(Shift.id == shift_id).with_for_update()
    ).one()
    return row


def refuse_overlap(person_id: str, shift: Row[Any]) -> None:
    """A person is held who wants a place.

    Raises:
        AlreadySignedUp, OverlappingShift: the person has a place or waits, here or elsewhere then.
    """
    there = set(
        db.session.execute(
            select(Signup.shift_id).where(
                Signup.resident_id == person_id,
                Signup.status.in_(ACTIVE_SIGNUPS),
                Signup.starts_at < shift.ends_at,
                Signup.ends_at > shift.starts_at,
            )
        ).scalars()
    )
    if shift.id in there:
        raise AlreadySignedUp
    if there:
        raise OverlappingShift


def refuse_too_young(person_id: str, minimum_age: int | None, starts_at: datetime) -> None:
    """Hold a minimum age against the day of the shift.

    Raises:
        BirthDateNeeded, TooYoung: as they say.
    """
    if not minimum_age:
        return
    born = db.session.execute(select(User.birth_date).where(User.id == person_id)).scalar_one()
    if born is None:
        raise BirthDateNeeded
    on = starts_at.astimezone(clock.zone)
    if age_on(born.year, born.month, born.day, on) < minimum_age:
        raise TooYoung


def write_signup(shift: Row[Any], person_id: str, status: SignupStatus, queue_number: int) -> str:
    """Write down a place, or a place in the queue, that was drawn; returns the sign-up's id."""
    row = {
        "id": new_id(),
        "shift_id": shift.id,
        "activity_id": shift.activity_id,
        "resident_id": person_id,
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
    return str(row["id"])


def end_signup(signup_id: str, at: datetime, *, late: bool = False, **values: Any) -> str:
    """End a sign-up of a locked shift; returns whether it was confirmed or waitlisted until now.

    Raises:
        WrongState: it has ended, or the person has come.
    """
    for status in (SignupStatus.CONFIRMED, SignupStatus.WAITLISTED):
        ended = db.session.connection().execute(
            update(Signup)
            .where(Signup.id == signup_id, Signup.status == status)
            .values(
                status=SignupStatus.CANCELLED,
                cancelled_at=at,
                cancelled_late=late and status == SignupStatus.CONFIRMED,
                **values,
            )
        )
        if ended.rowcount:
            return status
    raise WrongState


def give_on(shift_id: str, before: str, at: datetime) -> None:
    """What becomes of a place, or place in the queue, that was ended: the first who waits has the
    place; if nobody waits, it is free."""
    if before == SignupStatus.WAITLISTED:
        db.session.execute(
            update(Shift).where(Shift.id == shift_id).values(waiting=Shift.waiting - 1)
        )
        return
    somebody_waits = Shift.waiting > 0
    db.session.execute(
        update(Shift)
        .where(Shift.id == shift_id)
        .values(
            taken=Shift.taken - case((somebody_waits, 0), else_=1),
            waiting=Shift.waiting - case((somebody_waits, 1), else_=0),
        )
    )
    move_up(shift_id, 1, at)


def move_up(shift_id: str, places: int, at: datetime) -> None:
    """The first who wait have the places that the shift's row already counts as theirs; they are
    told."""
    first = (
        select(Signup.id)
        .where(Signup.shift_id == shift_id, Signup.status == SignupStatus.WAITLISTED)
        .order_by(Signup.queue_number)
        .limit(places)
    )
    promoted = db.session.connection().execute(
        update(Signup)
        .where(Signup.id.in_(first))
        .values(status=SignupStatus.CONFIRMED, promoted_at=at)
        .returning(Signup.id)
    )
    for signup_id in promoted.scalars().all():
        outbox.emit("signup.promoted", signup_id=signup_id)
