"""Finding a person, for those who give roles: nobody learns here of people of other places."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, or_, select

from portal.accounts.addresses import understood
from portal.accounts.models import User
from portal.accounts.queries.people import user_id_by_address, user_id_by_member_code
from portal.accounts.queries.roles import where_granting
from portal.core import search
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Principal
from portal.regions.models import Region

PERSON = "person"
"""The kind under which people are found by their names."""


def people_found(
    actor: Principal, q: str, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """Who has exactly this e-mail address, number or member code; else those in the actor's part
    of the city whose names have these words: ``id, name, member_code, region_name``, the longest
    known first.

    By an exact address or code also people are found who have said nowhere that they live
    somewhere: new colleagues. Those who live elsewhere are not there.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    exact = _exactly(q)
    if exact is not None:
        statement = _visible(actor).where(User.id == exact)
    else:
        statement = _visible(actor, lives_here=True).where(User.id.in_(search.matching(PERSON, q)))
    return fetch_page(statement, [User.id], name="people", cursor=cursor, limit=limit)


def person_for(actor: Principal, user_id: str) -> Row[*tuple[Any, ...]]:
    """One person, as :func:`people_found` shows them.

    Raises:
        NotFound: there is nobody for the actor's eyes.
    """
    row = db.session.execute(_visible(actor).where(User.id == user_id)).first()
    if row is None:
        raise NotFound
    return row


def user_id_named(q: str) -> str | None:
    """Whose e-mail address, number or member code this is exactly. Never tell a stranger."""
    return _exactly(q) or None


def _exactly(q: str) -> str | None:
    """The id behind an address or a code; "" if it is nobody's, None if it is neither."""
    if (address := understood(q)) is not None:
        return user_id_by_address(address) or ""
    return user_id_by_member_code(q)


def _visible(actor: Principal, *, lives_here: bool = False) -> Select[*tuple[Any, ...]]:
    here = where_granting(actor)
    return (
        select(User.id, User.name, User.member_code, Region.name.label("region_name"))
        .outerjoin(Region, Region.code == User.home_region_code)
        .where(
            User.closed_at.is_(None),
            here if lives_here else or_(User.home_region_code.is_(None), here),
        )
    )
