"""Later ends of votes, as everybody sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from portal.consultations.models import ClosingExtension
from portal.core.database import db


def extensions_of(consultation_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """``was_at, closes_at, reason, made_at`` of every later end of a vote, in their order."""
    return db.session.execute(
        select(
            ClosingExtension.was_at,
            ClosingExtension.closes_at,
            ClosingExtension.reason,
            ClosingExtension.made_at,
        )
        .where(ClosingExtension.consultation_id == consultation_id)
        .order_by(ClosingExtension.id)
    ).all()
