"""A host's day: the shifts that are on, and those whose hours wait to be confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select

from portal.activities.models import Activity, ServiceRecord, Shift
from portal.activities.queries.activities import scope_condition
from portal.activities.queries.states import status_at
from portal.activities.rules import Decision, RecordStatus
from portal.core.clock import now
from portal.core.database import db
from portal.core.permissions import Permission, Principal
from portal.organizations.models import Organization
from portal.regions.models import Region

UNCONFIRMED = (RecordStatus.OPEN, RecordStatus.PENDING)
"""Of a shift that is over: who left, and who forgot to check out."""


def shifts_until(principal: Principal, until: datetime) -> Sequence[Row[Any]]:
    """The shifts this person hosts that are not over and begin before an instant, soonest first."""
    return db.session.execute(
        _shifts(Shift.taken, Shift.waiting, Shift.capacity)
        .where(
            scope_condition(principal, Permission.ACTIVITY_HOST, Activity),
            Activity.decision != Decision.CANCELLED,
            Shift.cancelled_at.is_(None),
            Shift.starts_at < until,
            Activity.last_ends_at >= now(),
            Shift.ends_at >= now(),
        )
        .order_by(Shift.starts_at, Shift.id)
    ).all()


def shifts_to_confirm(principal: Principal, limit: int = 50) -> Sequence[Row[Any]]:
    """The shifts that are over and have hours for this person to confirm (``people``), the oldest
    first. Nobody confirms their own."""
    return db.session.execute(
        _shifts(func.count(ServiceRecord.id).label("people"))
        .join(ServiceRecord, ServiceRecord.shift_id == Shift.id)
        .where(
            scope_condition(principal, Permission.RECORD_CONFIRM, Activity),
            ServiceRecord.status.in_(UNCONFIRMED),
            ServiceRecord.resident_id != principal.id,
            Activity.decision == Decision.PUBLISHED,
            Shift.ends_at <= now(),
        )
        .group_by(Shift.id, Activity.id, Region.code, Organization.id)
        .order_by(Shift.ends_at, Shift.id)
        .limit(limit)
    ).all()


def _shifts(*more: Any) -> Select[Any]:
    return (
        select(
            Shift.id,
            Shift.activity_id,
            Shift.starts_at,
            Shift.ends_at,
            Activity.title,
            status_at(now()).label("status"),
            Region.name.label("region_name"),
            Organization.name.label("organization_name"),
            *more,
        )
        .join(Activity, Activity.id == Shift.activity_id)
        .join(Region, Region.code == Activity.region_code)
        .outerjoin(Organization, Organization.id == Activity.organization_id)
    )
