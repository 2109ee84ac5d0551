"""What the clock has to do with consultations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select

from portal.consultations.models import Consultation
from portal.consultations.rules.life import REMINDED_BEFORE, Status
from portal.core.clock import now
from portal.core.database import db

AT_ONCE = 50


def to_open(after: Any) -> Sequence[Row[*tuple[Any, ...]]]:
    """Those whose time has come and whose key the portal will hold: trustees must be there."""
    return _some(
        after,
        Consultation.status == Status.DISCUSSION,
        Consultation.opens_at <= now(),
        or_(Consultation.closes_at.is_(None), Consultation.closes_at > now()),
        Consultation.trustees.is_(None),
    )


def to_close(after: Any) -> Sequence[Row[*tuple[Any, ...]]]:
    """Those whose end has come, or whose count was begun and not finished; the portal holds their
    key."""
    return _some(
        after,
        Consultation.status == Status.OPEN,
        or_(Consultation.closes_at <= now(), Consultation.sealed_at.is_not(None)),
        Consultation.trustees.is_(None),
    )


def to_stir(after: Any) -> Sequence[Row[*tuple[Any, ...]]]:
    """Those that take ballots."""
    return _some(after, Consultation.status == Status.OPEN, Consultation.sealed_at.is_(None))


def to_remind(after: Any) -> Sequence[Row[*tuple[Any, ...]]]:
    """Those that end within a day, and of which nobody was reminded; whether it is time,
    ``rules.life.time_to_remind`` says."""
    present = now()
    return _some(
        after,
        Consultation.status == Status.OPEN,
        Consultation.reminded_at.is_(None),
        Consultation.closes_at > present,
        Consultation.closes_at <= present + REMINDED_BEFORE,
    )


def to_reward(after: Any) -> Sequence[Row[*tuple[Any, ...]]]:
    """Those that are counted and whose voters have not had their points."""
    return _some(after, Consultation.closed_at.is_not(None), Consultation.rewarded_at.is_(None))


def _some(after: Any, *conditions: ColumnElement[bool]) -> Sequence[Row[*tuple[Any, ...]]]:
    statement = select(Consultation.id).where(*conditions).order_by(Consultation.id)
    if after is not None:
        statement = statement.where(Consultation.id > after.id)
    return db.session.execute(statement.limit(AT_ONCE)).all()
