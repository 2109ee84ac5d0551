"""Activities as other rooms name them: when, where, and how many came."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, select

from portal.activities.models import Activity, ServiceRecord, Shift
from portal.activities.rules import PUBLIC_DECISIONS, Decision, RecordStatus
from portal.core.clock import now
from portal.core.database import db
from portal.core.gatherings import Gathering
from portal.regions.models import Region
from portal.regions.queries import within


def by_ids(ids: Collection[str]) -> Mapping[str, Gathering]:
    """Some public activities by their ids, by two statements."""
    rows = db.session.execute(_columns().where(Activity.id.in_(ids))).all()
    return {each.id: each for each in _as_gatherings(rows)}


def coming(region_code: str, limit: int) -> Sequence[Gathering]:
    """The published activities of a region and all below it that are not over, soonest first."""
    statement = _of_region(region_code).where(Activity.last_ends_at >= now())
    return _listed(statement.order_by(Activity.first_starts_at, Activity.id), limit)


def over(region_code: str, since: datetime, limit: int) -> Sequence[Gathering]:
    """Those that ended between an instant and now, the latest first."""
    ended = and_(Activity.last_ends_at >= since, Activity.last_ends_at < now())
    statement = _of_region(region_code).where(ended)
    return _listed(statement.order_by(Activity.first_starts_at.desc(), Activity.id.desc()), limit)


def _of_region(region_code: str) -> Any:
    return (
        _columns()
        .join(Region, Region.code == Activity.region_code)
        .where(within(region_code), Activity.decision == Decision.PUBLISHED)
    )


def _listed(statement: Any, limit: int) -> list[Gathering]:
    return list(_as_gatherings(db.session.execute(statement.limit(limit)).all()))


def _as_gatherings(rows: Sequence[Row[*tuple[Any, ...]]]) -> Iterable[Gathering]:
    attended = _attendance([row.id for row in rows])
    for row in rows:
        yield Gathering(
            id=row.id,
            title=row.title,
            url=f"/activities/{row.id}",
            region_code=row.region_code,
            starts_at=row.first_starts_at,
            ends_at=row.last_ends_at,
            place=row.location_name,
            called_off=row.decision == Decision.CANCELLED,
            attended=attended.get(row.id, 0),
        )


def _attendance(activity_ids: Collection[str]) -> Mapping[str, int]:
    """How many different people checked in to some activities. Where the host found that somebody
    had not been there, the record is rejected and does not count."""
    rows = db.session.execute(
        select(Shift.activity_id, func.count(ServiceRecord.resident_id.distinct()).label("number"))
        .join(ServiceRecord, ServiceRecord.shift_id == Shift.id)
        .where(
            Shift.activity_id.in_(activity_ids),
            ServiceRecord.checked_in_at.is_not(None),
            ServiceRecord.status != RecordStatus.REJECTED,
        )
        .group_by(Shift.activity_id)
    )
    return {row.activity_id: row.number for row in rows}


def _columns() -> Any:
    return select(
        Activity.id,
        Activity.title,
        Activity.region_code,
        Activity.first_starts_at,
        Activity.last_ends_at,
        Activity.location_name,
        Activity.decision,
    ).where(Activity.published_at.is_not(None), Activity.decision.in_(PUBLIC_DECISIONS))
