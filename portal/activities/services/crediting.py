"""What decisions bring: hours and points of records, by one call of the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, case, select, update

from portal.accounts.queries import closed_among
from portal.activities.models import Activity, ServiceRecord, Shift
from portal.activities.rules import conditions_of
from portal.core.database import db
from portal.core.errors import WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Principal
from portal.organizations import queries as organizations
from portal.organizations.rules import budget_share
from portal.points import queries as points
from portal.points import services as ledger
from portal.points.services import ServiceCredit


def credit(decided: Sequence[Row[Any]], actor_id: str | None) -> int:
    """Credit hours and points of records of one host by one call; returns the points in all. Whose
    account is closed gets hours alone: nobody could spend the points.

    Raises:
        BudgetExceeded: the reserve (or what of the region's budget is open to the host) holds less.
    """
    worth = [row for row in decided if row.minutes > 0]
    if not worth:
        return 0
    circumstances = _circumstances(worth)
    gone = closed_among(row.resident_id for row in worth)
    gained = ledger.credit_service(
        [
            _as_credit(row, row.minutes, circumstances, unpaid=row.resident_id in gone)
            for row in worth
        ],
        actor_id,
        _most_free(worth[0]),
    )
    db.session.execute(
        update(ServiceRecord)
        .where(ServiceRecord.id.in_(list(gained)))
        .values(points=case(gained, value=ServiceRecord.id))
        .execution_options(synchronize_session=False)
    )
    return sum(gained.values())


def credit_anew(actor: Principal, row: Row[Any], minutes: int) -> int:
    """Reverse what a record was credited and credit ``minutes`` anew; returns the new points.

    Raises:
        WrongState: the account is closed, and its points have gone back to the budgets.
        BudgetExceeded: as in :func:`credit`.
    """
    if closed_among([row.resident_id]):
        raise WrongState(_l("This account is closed. What was credited to it stays as it is."))
    version = row.version + 1
    anew = _as_credit(row, minutes, _circumstances([row]))
    gained = ledger.correct_service(anew, actor.id, version, _most_free(row))
    recorded = db.session.connection().execute(
        update(ServiceRecord)
        .where(ServiceRecord.id == row.id, ServiceRecord.version == row.version)
        .values(points=gained, credited_minutes=minutes, minutes=minutes, version=version)
    )
    if not recorded.rowcount:
        raise WrongState  # another correction was first
    return gained


def _most_free(record: Row[Any]) -> int | None:
    """What its host may take of the region's free budget at once, beyond the reserve: of an
    organization its level's share, as with an activity it publishes."""
    if record.organization_id is None:
        return None
    level = organizations.host(record.organization_id).level
    return int(budget_share(level) * points.budget_of(record.region_code).balance)


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
    row: Row[Any],
    minutes: int,
    circumstances: Mapping[str, _Circumstance],
    *,
    unpaid: bool = False,
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
        unpaid=unpaid,
    )
