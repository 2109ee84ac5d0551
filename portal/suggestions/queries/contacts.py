"""How to reach who reported without an account: for those who handle the case, and nobody else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.permissions import Principal
from portal.regions.models import Region
from portal.suggestions.models import Suggestion, SuggestionContact, SuggestionSource
from portal.suggestions.queries.visibility import handled_by


def contact_of(actor: Principal, suggestion_id: str) -> Row[*tuple[Any, ...]]:
    """``system, email, first_name, last_name, phone``; None where something was not said.

    Raises:
        NotFound: the case is not in this person's hands, or nobody left an address (any more).
    """
    contact = SuggestionContact.__table__.c
    row = db.session.execute(
        select(
            SuggestionSource.system,
            contact.email,
            contact.first_name,
            contact.last_name,
            contact.phone,
        )
        .join(Suggestion, Suggestion.id == contact.suggestion_id)
        .join(Region, Region.code == Suggestion.region_code)
        .join(SuggestionSource, SuggestionSource.suggestion_id == Suggestion.id)
        .where(contact.suggestion_id == suggestion_id, handled_by(actor))
    ).first()
    if row is None:
        raise NotFound
    return row
