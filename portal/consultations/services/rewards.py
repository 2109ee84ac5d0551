"""Points for taking part in a vote: from the roll, by the region's rule, whatever was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, update

from portal.accounts import queries as accounts
from portal.consultations.models import Consultation
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.queries.roll import voters_after
from portal.consultations.rules.life import VOTE_POINTS
from portal.core.clock import clock, now
from portal.core.database import db
from portal.points import services as points
from portal.points.queries.rules import rules_for

AT_ONCE = 200


def reward_some(row: ConsultationRow, after: str) -> str | None:
    """Give the next voters of a counted vote their points, in the order of their keys on the roll.

    Args:
        row: the consultation.
        after: the key after which to go on, "" to begin with.

    Returns:
        The key to go on after; None when all have theirs, which is then noted.

    Raises:
        BudgetExceeded: the region's budget does not cover them.
    """
    event = points.Event(
        id=row.id,
        region_code=row.region_code,
        day=clock.day_of(row.closed_at),
        memo=row.title,
    )
    worth = int(rules_for(row.region_code, event.day).value(VOTE_POINTS))
    voters = voters_after(row.id, after, AT_ONCE) if worth else []
    if voters:
        points.credit_parts(event, _still_there(voters), worth)
        return str(voters[-1].key)
    db.session.execute(
        update(Consultation).where(Consultation.id == row.id).values(rewarded_at=now())
    )
    return None


def _still_there(voters: Sequence[Row[*tuple[Any, ...]]]) -> list[points.Part]:
    """Closed accounts earn nothing more."""
    gone = accounts.closed_among(voter.resident_id for voter in voters)
    return [
        points.Part(voter.key, voter.resident_id)
        for voter in voters
        if voter.resident_id not in gone
    ]
