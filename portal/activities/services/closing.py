"""A person's account is closed: places are given back; service stays as it was counted, and what
was written of it goes."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from portal.activities.models import EvidencePhoto, RecordDispute, ServiceRecord, Signup
from portal.activities.rules import SignupStatus
from portal.activities.services.places import end_signup, give_on, lock_shift
from portal.core import outbox
from portal.core.clock import now
from portal.core.closing import NOBODY
from portal.core.database import db

ABANDONED = "signup.abandoned"
_HELD = (SignupStatus.CONFIRMED, SignupStatus.WAITLISTED)


def abandon_signups(user_id: str) -> None:
    """Ask for each place in a shift to come, and each place in a queue, of a closed account to be
    given back, one transaction each: a shift's places are wanted by many."""
    coming = db.session.execute(
        select(Signup.id)
        .where(Signup.resident_id == user_id, Signup.status.in_(_HELD), Signup.starts_at > now())
        .order_by(Signup.starts_at, Signup.id)
    ).scalars()
    for signup_id in coming:
        outbox.emit(ABANDONED, signup_id=signup_id)


def abandon_signup(signup_id: str) -> None:
    """Give back the place of somebody who has left: who waits longest moves up and is told.
    Nothing happens to one that has ended or begun by now."""
    shift_id = db.session.execute(
        select(Signup.shift_id).where(Signup.id == signup_id)
    ).scalar_one()
    present = now()
    shift = lock_shift(shift_id)
    held = db.session.execute(
        select(Signup.id).where(Signup.id == signup_id, Signup.status.in_(_HELD))
    ).first()
    if held is not None and shift.starts_at > present:
        give_on(shift_id, end_signup(signup_id, present), present)


def forget_in_records(user_id: str) -> list[str]:
    """Take out of the service records what somebody wrote, or what was written about them; minutes,
    times and states stay with the host. Once or often.

    Returns:
        The names of the pictures to be deleted from the folder.
    """
    theirs = ServiceRecord.resident_id == user_id
    db.session.execute(update(ServiceRecord).where(theirs).values(description=None, reason=None))
    db.session.execute(
        update(RecordDispute).where(RecordDispute.raised_by == user_id).values(reason=NOBODY)
    )
    db.session.execute(
        update(Signup)
        .where(Signup.resident_id == user_id, Signup.reason.is_not(None))
        .values(reason=NOBODY)
    )
    shown = EvidencePhoto.record_id.in_(select(ServiceRecord.id).where(theirs))
    names = list(db.session.execute(select(EvidencePhoto.name).where(shown)).scalars())
    db.session.execute(
        delete(EvidencePhoto).where(shown).execution_options(synchronize_session=False)
    )
    return names
