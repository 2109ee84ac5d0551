"""By which name, and where, a person is found: in the community where they say that they live."""

from __future__ import annotations

from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.queries.finding import PERSON
from portal.core import search
from portal.core.database import db


def make_findable(user_id: str) -> None:
    """After every change of name or home, in the same transaction. Who has said nowhere that they
    live there is found by no name."""
    row = db.session.execute(
        select(User.name, User.home_region_code).where(
            User.id == user_id, User.home_region_code.is_not(None), User.closed_at.is_(None)
        )
    ).first()
    if row is None:
        search.index(PERSON, user_id)
    else:
        search.index(PERSON, user_id, row.name, region_code=row.home_region_code)
