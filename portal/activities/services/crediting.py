"""What decisions bring: hours and points of records, by one call of the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, case, select, update

from portal.activities.models import Activity, ServiceRecord, Shift
from portal.activities.rules import conditions_of
from portal.core.database import db
from portal.core.errors import WrongState
from portal.core.permissions import Principal
from portal.points import services as ledger
from portal.points.services import ServiceCredit


def credit(decided: Sequence[Row[Any]], actor_id: str | None) -> int:
    """Credit hours and points of records by one call; returns the points in all."""
    worth = [row for row in decided if row.minutes > 0]
    if not worth:
        return 0
    circumstances = _circumstances(worth)
    gained = ledger.credit_service(
        [_as_credit(row, row.minutes, circumstances) for row in worth], actor_id
    )
    db.session.execute(
        update(ServiceRecord)
        .where(ServiceRecord.id.in_(list(gained)))
        .values(points=case(gained, value=ServiceRecord.id))
        .execution_options(synchronize_session=False)
    )
    return sum(gained.values())


def credit_anew(actor: Principal, row: Row[Any], minutes: int) -> int:
    """Reverse what a record was credited and credit ``minutes`` anew; returns the new points."""
    version = row.version + 1
    anew = _as_credit(row, minutes, _circumstances([row]))
    gained = ledger.correct_service(anew, actor.id, version)
    recorded = db.session.connection().execute(
        update(ServiceRecord)
        .where(ServiceRecord.id == row.id, ServiceRecord.version == row.version)
        .values(points=gained, credited_minutes=minutes, minutes=minutes, version=version)
    )
    if not recorded.rowcount:
        raise WrongState  # another correction was first
    return gained


@dataclass(frozen=True)
class _Circumstance:
    """What decides how a record is paid: the reserve it is paid from, if there is still one, and
    under what conditions it was done."""

    reserve_of: str | None = None
    conditions: frozenset[str] = frozenset()


def _circumstances(rows: Sequence[Row[Any]]) -> dict[str, _Circumstance]:
    """By shift. Once the reserve was given back, the region's free budget pays."""
    shifts = {row.shift_id for row in rows if row.shift_id}
    if not shifts:
        return {}
    found = db.session.execute(
        select(
            Shift.id,
            Shift.heat,
            Shift.activity_id,
            Activity.skills,
            Activity.reserved_at,
            Activity.released_at,
        )
        .join(Activity, Activity.id == Shift.activity_id)
        .where(Shift.id.in_(shifts))
    )
    return {
        each.id: _Circumstance(
            each.activity_id if each.reserved_at and each.released_at is None else None,
            conditions_of(heat=each.heat, skilled=bool(each.skills)),
        )
        for each in found
    }


def _as_credit(
    row: Row[Any], minutes: int, circumstances: Mapping[str, _Circumstance]
) -> ServiceCredit:
    circumstance = circumstances.get(row.shift_id or "", _Circumstance())
    return ServiceCredit(
        record_id=row.id,
        resident_id=row.resident_id,
        region_code=row.region_code,
        activity_id=circumstance.reserve_of,
        category=row.category,
        started_at=row.started_at,
        minutes=minutes,
        conditions=circumstance.conditions,
        memo=row.title,
    )
