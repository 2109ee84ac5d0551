"""Questions as they are read."""

from __future__ import annotations

from sqlalchemy import func, select

from portal.core.database import db
from portal.supervision.models import SupervisionQuestion


def count_by(user_id: str) -> int:
    """How many questions a person has asked."""
    return db.session.execute(
        select(func.count())
        .select_from(SupervisionQuestion)
        .where(SupervisionQuestion.asked_by == user_id)
    ).scalar_one()
