"""Keep the snapshot of the reputation up to what the praise says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import insert, select, update

from portal.core import outbox
from portal.core.clock import clock, now, today
from portal.core.database import db
from portal.core.jobs import one_by_one
from portal.organizations import rules
from portal.organizations.models import OrganizationReputation
from portal.organizations.queries import evidence

MOVED = "reputation.moved"
ROUND = 100


def begin(organization_id: str) -> None:
    """The first snapshot of a new organization: nobody has praised it."""
    instant = now()
    row = {"organization_id": organization_id, "computed_at": instant}
    row |= asdict(rules.reputation([], instant))
    db.session.execute(insert(OrganizationReputation), [row])


def moved(organization_ids: Iterable[str]) -> None:
    """Something happened that moves the reputation of these organizations; compute it soon."""
    for organization_id in sorted(organization_ids):
        outbox.emit(MOVED, organization_id=organization_id)


def refresh(organization_id: str) -> None:
    """Compute the reputation anew, as of now. In a unit of work.

    The snapshot's row is locked first, so that of two at once the later one sees all praise.
    """
    db.session.execute(
        select(OrganizationReputation.organization_id)
        .where(OrganizationReputation.organization_id == organization_id)
        .with_for_update()
    ).scalar_one()
    instant = now()
    reputation = rules.reputation(evidence(organization_id, instant), instant)
    db.session.execute(
        update(OrganizationReputation)
        .where(OrganizationReputation.organization_id == organization_id)
        .values(computed_at=instant, **asdict(reputation))
    )


def refresh_stale() -> int:
    """Compute anew what was last computed before today, because praise fades; returns how many.

    Raises:
        Unfinished: some could not be computed; the others were.
    """
    return one_by_one(_stale, lambda row: _refreshed(row.id))


def _refreshed(organization_id: str) -> int:
    refresh(organization_id)
    return 1


def _stale(last: Any) -> Sequence[Any]:
    statement = (
        select(OrganizationReputation.organization_id.label("id"))
        .where(OrganizationReputation.computed_at < clock.start_of(today()))
        .order_by(OrganizationReputation.organization_id)
        .limit(ROUND)
    )
    if last is not None:
        statement = statement.where(OrganizationReputation.organization_id > last.id)
    return db.session.execute(statement).all()
