"""Open cases that may be about the same as a report that is about to be sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case

from portal.core.database import db
from portal.core.permissions import Principal
from portal.regions.queries import within
from portal.regions.rules import Level, code_lengths
from portal.suggestions.models import Suggestion
from portal.suggestions.queries.cases import CaseRow, columns
from portal.suggestions.rules.machine import OPEN
from portal.suggestions.rules.similarity import Account, alike
from portal.suggestions.rules.taking_in import Visibility

LOOKED_AT = 200
"""Of one community's open cases, those of the same kind first, then the latest."""


def similar_to(actor: Principal, account: Account) -> Sequence[CaseRow]:
    """Public open cases of the same community that may be about the same, likeliest first; not
    one's own."""
    community = account.region_code[: code_lengths(Level.COMMUNITY)[0]]
    same_kind = case((Suggestion.category_code == account.category, 0), else_=1)
    rows = db.session.execute(
        columns()
        .where(
            within(community),
            Suggestion.visibility == Visibility.PUBLIC,
            Suggestion.status.in_(OPEN),
            Suggestion.reported_by.is_distinct_from(actor.id),
        )
        .order_by(same_kind, Suggestion.received_at.desc(), Suggestion.id)
        .limit(LOOKED_AT)
    ).all()
    return alike(account, ((row, account_of(row)) for row in rows))


def account_of(row: Any) -> Account:
    """A case as it is compared."""
    position = None if row.latitude is None else (row.latitude, row.longitude)
    words = f"{row.title}\n{row.description}"
    return Account(words, row.category_code, row.region_code, position)
