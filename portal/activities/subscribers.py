"""What follows from sign-ups and decisions: people are told, one message for each of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.accounts.queries import holders_of
from portal.activities import services
from portal.activities.models import Activity, ServiceRecord, Shift, Signup
from portal.activities.queries import activities
from portal.activities.rules import ACTIVE_SIGNUPS, SignupStatus
from portal.activities.services.closing import ABANDONED
from portal.activities.uploads import evidence_folder
from portal.core import outbox
from portal.core.clock import now, rfc3339
from portal.core.database import db
from portal.core.outbox import subscriber
from portal.core.permissions import Role, ScopeKind
from portal.core.uploads import forget_picture


def _notify(user_id: str, kind: str, url: str, **params: Any) -> None:
    outbox.emit("notify", user_id=user_id, kind=kind, params=params, url=url)


@subscriber("signup.promoted")
def tell_promoted(_message_id: str, payload: dict[str, Any]) -> None:
    row = db.session.execute(
        select(Signup.resident_id, Signup.starts_at, Activity.id, Activity.title)
        .join(Activity, Activity.id == Signup.activity_id)
        .where(Signup.id == payload["signup_id"])
    ).one()
    _notify(
        row.resident_id,
        "signup.promoted",
        f"/activities/{row.id}",
        title=row.title,
        starts_at=rfc3339(row.starts_at),
    )


@subscriber("activity.handed_in")
def tell_reviewers(_message_id: str, payload: dict[str, Any]) -> None:
    row = activities.for_telling_if_there(payload["activity_id"])
    if row is None:  # sent back and deleted meanwhile
        return
    for role in (Role.SOCIAL_WORKER, Role.COMMITTEE):
        for person in holders_of(role, ScopeKind.REGION, row.region_code):
            _notify(
                person,
                "activity.review_wanted",
                f"/desk/activities/{row.id}",
                title=row.title,
                host=row.organization_name or row.region_name,
            )


@subscriber("activity.cancelled")
def tell_of_cancellation(_message_id: str, payload: dict[str, Any]) -> None:
    """Everybody whose place or place in the queue ended with the activity."""
    activity = db.session.execute(
        select(Activity.id, Activity.title, Activity.reason).where(
            Activity.id == payload["activity_id"]
        )
    ).one()
    people = db.session.execute(
        select(Signup.resident_id, Signup.starts_at)
        .where(
            Signup.activity_id == activity.id,
            Signup.status == SignupStatus.CANCELLED,
            Signup.ended_by_host,
            Signup.reason.is_(None),  # who was taken off before was told then
        )
        .order_by(Signup.starts_at)
    ).all()
    first_start = {row.resident_id: row.starts_at for row in reversed(people)}
    for person, starts_at in first_start.items():
        _notify(
            person,
            "activity.cancelled",
            f"/activities/{activity.id}",
            title=activity.title,
            reason=activity.reason,
            starts_at=rfc3339(starts_at),
        )


@subscriber("activity.changed")
def tell_of_change(_message_id: str, payload: dict[str, Any]) -> None:
    """Everybody who has something before them there, once each."""
    activity = activities.for_telling(payload["activity_id"])
    people = db.session.execute(
        select(Signup.resident_id)
        .where(
            Signup.activity_id == activity.id,
            Signup.status.in_(ACTIVE_SIGNUPS),
            Signup.ends_at > now(),
        )
        .distinct()
    )
    changed = payload["changed"]
    for person in people.scalars().all():
        _notify(
            person,
            "activity.moved" if "location_name" in changed else "activity.changed",
            f"/activities/{activity.id}",
            title=activity.title,
            place=activity.location_name or activity.region_name,
        )


@subscriber("shift.moved")
def tell_of_other_times(_message_id: str, payload: dict[str, Any]) -> None:
    shift = _shift(payload["shift_id"])
    people = db.session.execute(
        select(Signup.resident_id).where(
            Signup.shift_id == shift.id, Signup.status.in_(ACTIVE_SIGNUPS)
        )
    )
    for person in people.scalars().all():
        _notify(
            person,
            "shift.moved",
            f"/activities/{shift.activity_id}",
            title=shift.title,
            was_at=payload["was_at"],
            starts_at=rfc3339(shift.starts_at),
            ends_at=rfc3339(shift.ends_at),
        )


@subscriber("shift.cancelled")
def tell_of_cancelled_shift(_message_id: str, payload: dict[str, Any]) -> None:
    """Everybody whose place or place in the queue ended with this shift."""
    shift = _shift(payload["shift_id"])
    people = db.session.execute(
        select(Signup.resident_id).where(
            Signup.shift_id == shift.id,
            Signup.ended_by_host,
            Signup.cancelled_at == shift.cancelled_at,
        )
    )
    for person in people.scalars().all():
        _notify(
            person,
            "shift.cancelled",
            f"/activities/{shift.activity_id}",
            title=shift.title,
            reason=shift.reason,
            starts_at=rfc3339(shift.starts_at),
        )


def _shift(shift_id: str) -> Any:
    row: Any = db.session.execute(
        select(*Shift.__table__.c, Activity.title)
        .join(Activity, Activity.id == Shift.activity_id)
        .where(Shift.id == shift_id)
    ).one()
    return row


@subscriber("records.credited")
def tell_of_credit(_message_id: str, payload: dict[str, Any]) -> None:
    _tell_residents(payload["ids"], "record.confirmed")


@subscriber("records.announced")
def tell_of_publicity(_message_id: str, payload: dict[str, Any]) -> None:
    _tell_residents(payload["ids"], "record.announced")


@subscriber("record.disputed")
def tell_host_of_dispute(_message_id: str, payload: dict[str, Any]) -> None:
    row = db.session.execute(
        select(
            ServiceRecord.id,
            ServiceRecord.title,
            ServiceRecord.organization_id,
            ServiceRecord.region_code,
        ).where(ServiceRecord.id == payload["record_id"])
    ).one()
    if row.organization_id is not None:
        role, kind, scope = (
            Role.ORGANIZATION_MANAGER, ScopeKind.ORGANIZATION, row.organization_id
        )  # fmt: skip
    else:
        role, kind, scope = Role.SOCIAL_WORKER, ScopeKind.REGION, row.region_code
    for person in holders_of(role, kind, scope):
        _notify(person, "record.disputed", f"/service-records/{row.id}", title=row.title)


def _tell_residents(ids: list[str], kind: str) -> None:
    rows = db.session.execute(
        select(
            ServiceRecord.id,
            ServiceRecord.title,
            ServiceRecord.resident_id,
            ServiceRecord.minutes,
            ServiceRecord.points,
        ).where(ServiceRecord.id.in_(ids))
    )
    for row in rows:
        _notify(
            row.resident_id,
            kind,
            f"/service-records/{row.id}",
            title=row.title,
            minutes=row.minutes,
            points=row.points,
        )


@subscriber("account.closed")
def part_for_good(_message_id: str, payload: dict[str, Any]) -> None:
    """The pictures go first: should this be tried again, a file that is gone stays gone."""
    services.abandon_signups(payload["user_id"])
    for name in services.forget_in_records(payload["user_id"]):
        forget_picture(evidence_folder(), name)


@subscriber(ABANDONED)
def give_place_back(_message_id: str, payload: dict[str, Any]) -> None:
    services.abandon_signup(payload["signup_id"])
