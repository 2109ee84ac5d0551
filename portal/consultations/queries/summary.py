"""The options summed up, side by side."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Row, select

from portal.accounts.models import User
from portal.consultations.models import OptionSummary
from portal.core.database import db

TEXTS = ("pros", "cons", "cost_note", "affected")


def of(option_ids: Collection[str]) -> Mapping[str, Row[*tuple[Any, ...]]]:
    """``pros, cons, cost_note, affected, written_at, written_by_name`` of those options that are
    summed up, by their ids."""
    rows = db.session.execute(
        select(
            OptionSummary.option_id,
            *(getattr(OptionSummary, name) for name in TEXTS),
            OptionSummary.written_at,
            User.name.label("written_by_name"),
        )
        .join(User, User.id == OptionSummary.written_by)
        .where(OptionSummary.option_id.in_(option_ids))
    )
    return {row.option_id: row for row in rows}
