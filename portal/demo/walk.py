"""What README.md walks through: a shift where people are awaited now, at whatever hour one looks.

The district's past ends when it was built. This goes on: where none of the walkers is awaited at
the host's shift any more (all have come, or it is over), another one is opened, some minutes ahead,
by the same services that the pages call.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.accounts.addresses import read
from portal.activities.models import Activity, Signup
from portal.activities.queries import activities as activity_queries
from portal.activities.queries import signups as signup_queries
from portal.activities.rules import CHECKIN_OPENS, SignupStatus
from portal.activities.services import checkins, hosting, signups
from portal.activities.services.plans import ActivityPlan, Location, ShiftPlan
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import DomainError
from portal.core.permissions import Grant, Principal, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.demo.cast import COMMUNITY, DOMAIN, WALK_HOST, WALKERS
from portal.demo.people import keys_of_residents, known_principal
from portal.demo.programme import HOTLINE
from portal.organizations import queries as organizations

log = logging.getLogger(__name__)

ENOUGH = timedelta(minutes=45)
"""What a walk takes; a shift with less left is not enough."""

MARK = timedelta(minutes=5)
ARRIVED = 5
HELPERS = range(21, 61)
"""Of these residents some have arrived already."""


def keep_walkable() -> int:
    """Open a shift for the walk if none is; returns how many were opened."""
    try:
        with unit_of_work():
            return _open_where_nobody_is_awaited()
    except DomainError as refusal:  # somebody has spent the demo's budget: the portal goes on
        log.warning("no shift for the walk", extra={"refusal": refusal.code})
        return 0


def _open_where_nobody_is_awaited() -> int:
    host = _host()
    starts_at = _next_mark(now())
    ends_at = starts_at + timedelta(minutes=HOTLINE.minutes)
    walkers = _free(WALKERS, starts_at, ends_at)
    if host is None or not walkers:
        return 0
    # README.md speaks of the first of them: the others stand in only while that one is busy.
    first_is_free = walkers[0].id == _user_id(WALKERS[0])
    if _awaited(WALKERS[:1] if first_is_free else WALKERS):
        return 0
    shift_id = _open(host, starts_at, ends_at)
    for person in walkers:
        signups.sign_up(person, shift_id)
    helpers = _free(keys_of_residents(HELPERS), starts_at, ends_at)
    _let_arrive(host, shift_id, helpers[:ARRIVED])
    return 1


def _host() -> Principal | None:
    user_id = _user_id(WALK_HOST)
    for mine in organizations.mine(user_id) if user_id else ():
        if mine.role == Role.ORGANIZATION_MANAGER:
            role = Grant(Role.ORGANIZATION_MANAGER, ScopeKind.ORGANIZATION, mine.id)
            return known_principal(WALK_HOST, role)
    return None


def _awaited(walkers: Sequence[str]) -> bool:
    """Whether one of the walkers is awaited at an open shift of the host."""
    present = now()
    people = [user_id for key in walkers if (user_id := _user_id(key))]
    return (
        db.session.execute(
            select(Signup.id)
            .join(Activity, Activity.id == Signup.activity_id)
            .where(
                Signup.resident_id.in_(people),
                Signup.status == SignupStatus.CONFIRMED,
                Signup.starts_at <= present + CHECKIN_OPENS,
                Signup.ends_at >= present + ENOUGH,
                Activity.organization_id.in_(_host_organizations()),
            )
            .limit(1)
        ).first()
        is not None
    )


def _host_organizations() -> list[str]:
    return [mine.id for mine in organizations.mine(_user_id(WALK_HOST) or "")]


def _free(keys: tuple[str, ...] | list[str], begin: datetime, end: datetime) -> list[Principal]:
    """Those who are nowhere else in that time."""
    free = []
    for key in keys:
        user_id = _user_id(key)
        if user_id is None:
            continue
        coming = signup_queries.coming(user_id, limit=100)
        if not any(each.starts_at < end and each.ends_at > begin for each in coming):
            free.append(known_principal(key))
    return free


def _open(host: Principal, starts_at: datetime, ends_at: datetime) -> str:
    plan = ActivityPlan(
        title=HOTLINE.title,
        description=HOTLINE.description,
        category=HOTLINE.category,
        organization_id=host.grants[0].scope_id,
        region_code=HOTLINE.region,
        shifts=(ShiftPlan(starts_at, ends_at, HOTLINE.capacity),),
        location=Location(HOTLINE.place, HOTLINE.latitude, HOTLINE.longitude),
        skills=HOTLINE.skills,
        insured=HOTLINE.insured,
        what_to_bring=HOTLINE.bring,
    )
    activity_id = hosting.create_activity(host, plan)
    if hosting.publish(host, activity_id) == "in_review":
        worker = Grant(Role.SOCIAL_WORKER, ScopeKind.REGION, COMMUNITY)
        hosting.approve(known_principal("socialworker", worker), activity_id)
    return str(activity_queries.shifts_of([activity_id])[activity_id][0].id)


def _let_arrive(host: Principal, shift_id: str, people: list[Principal]) -> None:
    for person in people:
        signup = signups.sign_up(person, shift_id)
        checkins.tick_in(host, signup["id"])


def _next_mark(present: datetime) -> datetime:
    """The next full five minutes that are at least one minute away."""
    earliest = present + timedelta(minutes=1)
    midnight = earliest.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + -(-(earliest - midnight) // MARK) * MARK


def _user_id(key: str) -> str | None:
    return accounts.user_id_by_address(read(f"{key}@{DOMAIN}"))
