"""The points that a region keeps for an activity: what a full house would earn, at any time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, update

from portal.activities.models import Activity
from portal.activities.queries import activities, rewards
from portal.activities.queries.states import is_open
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.organizations import queries as organizations
from portal.organizations import rules as organization_rules
from portal.points import queries as points
from portal.points import services as ledger
from portal.points.errors import BudgetExceeded


def full_house(activity: Row[Any], shifts: Sequence[Row[Any]]) -> int:
    """The points that all places of these shifts would earn."""
    earned = rewards.of_shifts(activity, shifts)
    return sum(shift.capacity * earned[shift.id].points for shift in shifts)


def reserve_full_house(activity: Row[Any], actor_id: str) -> int:
    """Keep the points of an activity that is being published; returns how many.

    Raises:
        BudgetExceeded: the region's budget, or the organization's share of it, holds less.
    """
    reserve = full_house(activity, activities.shifts_of([activity.id])[activity.id])
    _within_share(activity, reserve, 0)
    ledger.reserve_activity_budget(activity.id, activity.region_code, reserve, actor_id)
    return reserve


def hold_open(activity: Row[Any]) -> int:
    """Begin a change of what a published activity may earn: its row is held against other changes
    and against the release of its reserve, and calendars are told. Returns the points of its full
    house as it is now, for :func:`follow`.

    Raises:
        WrongState: it is not published, or over.
    """
    return _hold(activity, is_open(now()), revision=Activity.revision + 1)


def hold_reserved(activity: Row[Any]) -> int:
    """The same for a change that nobody must be told of, as long as there is a reserve.

    Raises:
        WrongState: there is no reserve, or it was given back.
    """
    return _hold(activity, Activity.reserved_at.is_not(None), revision=Activity.revision)


def _hold(activity: Row[Any], only: ColumnElement[bool], **values: Any) -> int:
    held = db.session.connection().execute(
        update(Activity)
        .where(Activity.id == activity.id, only, Activity.released_at.is_(None))
        .values(**values)
    )
    if not held.rowcount:
        raise WrongState
    return full_house(activity, activities.shifts_of([activity.id])[activity.id])


def follow(activity: Row[Any], before: int, actor_id: str) -> int:
    """After a change: keep more of the region's budget, or give back what is not needed any more.
    Returns the points of the full house now.

    Raises:
        BudgetExceeded: the region's budget, or the organization's share of it, holds less.
    """
    after = full_house(activity, activities.shifts_of([activity.id])[activity.id])
    if after > before:
        _within_share(activity, after, before)
        ledger.reserve_activity_budget(activity.id, activity.region_code, after - before, actor_id)
    elif after < before:
        ledger.return_activity_budget(activity.id, activity.region_code, before - after, actor_id)
    return after


def release_reserve(activity_id: str, region_code: str, actor_id: str | None) -> bool:
    """Give back to the region what is left of the activity's reserve; False if it was done before.

    The row is held against confirming, which pays from the reserve as long as this is not set.
    """
    released = db.session.connection().execute(
        update(Activity)
        .where(
            Activity.id == activity_id,
            Activity.reserved_at.is_not(None),
            Activity.released_at.is_(None),
        )
        .values(released_at=now())
    )
    if released.rowcount:
        ledger.release_activity_budget(activity_id, region_code, actor_id)
    return bool(released.rowcount)


def _within_share(activity: Row[Any], reserve: int, held: int) -> None:
    """An organization may hold with one activity no more than its level's share of what would be
    free without it."""
    if activity.organization_id is None:
        return
    level = organizations.host(activity.organization_id).level
    free = points.budget_of(activity.region_code).balance + held
    if reserve > organization_rules.budget_share(level) * free:
        raise BudgetExceeded(
            _l("A full house would take a larger share of the budget than is open to you.")
        )
