"""Consultations as residents look for them: what concerns them, what waits for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, or_, select

from portal.consultations.models import Consultation, RollEntry
from portal.consultations.queries.consultations import columns
from portal.consultations.rules.life import Status
from portal.core.clock import now
from portal.core.database import db
from portal.core.pagination import Page, fetch_page

AHEAD = (Status.OPEN, Status.DISCUSSION)
BEHIND = (Status.DECIDED, Status.CLOSED, Status.CANCELLED)
_COLUMNS = Consultation.__table__.c


def page(
    states: Collection[str], regions: Collection[str] | None = None, *, cursor: str | None = None
) -> Page[Any]:
    """Public consultations in some states, newest first.

    Args:
        states: ``AHEAD`` (open ones come first) or ``BEHIND``.
        regions: the codes of those to look in, exactly; None for all.
        cursor: what the page before gave.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    statement = columns().where(
        Consultation.status.in_(states),
        Consultation.discussion_at.is_not(None),
        ~Consultation.is_study,
    )
    if regions is not None:
        statement = statement.where(Consultation.region_code.in_(regions))
    # "open" comes after "discussion" in the alphabet, and this list runs downward.
    keys = [_COLUMNS.status] if states == AHEAD else []
    return fetch_page(
        statement,
        [*keys, _COLUMNS.id],
        name=f"consultations:{'-'.join(states)}",
        cursor=cursor,
        descending=True,
    )


def to_vote(user_id: str, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """``id, title, closes_at`` of the open votes in which somebody may vote and has not, those
    that end soonest first."""
    return db.session.execute(
        select(Consultation.id, Consultation.title, Consultation.closes_at)
        .join(RollEntry, RollEntry.consultation_id == Consultation.id)
        .where(
            RollEntry.resident_id == user_id,
            RollEntry.voted_on.is_(None),
            Consultation.status == Status.OPEN,
            Consultation.sealed_at.is_(None),
            or_(Consultation.closes_at.is_(None), Consultation.closes_at > now()),
        )
        .order_by(Consultation.closes_at.is_(None), Consultation.closes_at, Consultation.id)
        .limit(limit)
    ).all()


def entries_of(
    user_id: str, consultation_ids: Collection[str]
) -> Mapping[str, Row[*tuple[Any, ...]]]:
    """``key, voted_on, way`` of a person on some rolls, by consultation; none where they are on
    none."""
    rows = db.session.execute(
        select(RollEntry.consultation_id, RollEntry.key, RollEntry.voted_on, RollEntry.way).where(
            RollEntry.resident_id == user_id, RollEntry.consultation_id.in_(consultation_ids)
        )
    )
    return {row.consultation_id: row for row in rows}
