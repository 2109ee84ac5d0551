"""Where activities and sign-ups stand at an instant.

Stored is what people decided; the rest follows from the stored times, so that it is true at every
moment and needs no job. Each condition is one that an index answers.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from portal.activities.models import Activity, Shift, Signup
from portal.activities.rules import ActivityStatus, Decision, SignupStatus


def status_at(at: datetime) -> ColumnElement[str]:
    """The status of ``Activity`` at an instant; the instant at which it ends still counts."""
    published = Activity.decision == Decision.PUBLISHED
    return case(
        (and_(published, Activity.last_ends_at < at), ActivityStatus.FINISHED),
        (and_(published, Activity.first_starts_at <= at), ActivityStatus.RUNNING),
        else_=Activity.decision,
    )


def has_status(status: str, at: datetime) -> ColumnElement[bool]:
    """Whether ``Activity`` has a status at an instant."""
    published = Activity.decision == Decision.PUBLISHED
    if status == ActivityStatus.PUBLISHED:
        return and_(published, Activity.first_starts_at > at)
    if status == ActivityStatus.RUNNING:
        return and_(published, Activity.last_ends_at >= at, Activity.first_starts_at <= at)
    if status == ActivityStatus.FINISHED:
        return and_(published, Activity.last_ends_at < at)
    return Activity.decision == status


def is_open(at: datetime) -> ColumnElement[bool]:
    """Whether ``Activity`` is published and not over."""
    return and_(Activity.decision == Decision.PUBLISHED, Activity.last_ends_at >= at)


def is_over(at: datetime) -> ColumnElement[bool]:
    """Whether ``Activity`` was cancelled, or took place and ended."""
    return or_(
        Activity.decision == Decision.CANCELLED,
        and_(Activity.decision == Decision.PUBLISHED, Activity.last_ends_at < at),
    )


def next_start(at: datetime) -> ColumnElement[datetime]:
    """The start of the first shift of ``Activity`` that has not begun, else of its last one."""
    of_activity = (Shift.activity_id == Activity.id, Shift.cancelled_at.is_(None))
    following = select(func.min(Shift.starts_at)).where(*of_activity, Shift.starts_at > at)
    last = select(func.max(Shift.starts_at)).where(*of_activity)
    return func.coalesce(
        following.correlate(Activity).scalar_subquery(),
        last.correlate(Activity).scalar_subquery(),
        Activity.first_starts_at,
    )


def signup_status_at(at: datetime) -> ColumnElement[str]:
    """The status of ``Signup`` at an instant: who had a place and never came was not there, and
    after the end nobody waits any more. (A job writes it down later.)"""
    over = Signup.ends_at < at
    return case(
        (and_(over, Signup.status == SignupStatus.CONFIRMED), SignupStatus.NO_SHOW),
        (and_(over, Signup.status == SignupStatus.WAITLISTED), SignupStatus.CANCELLED),
        else_=Signup.status,
    )
