"""Finding people: by who gives roles, and by who confirms where people live. Each finds those of
their own part of the city; nobody learns here of people of other places."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select

from portal.accounts.addresses import understood
from portal.accounts.models import User
from portal.accounts.queries.people import user_id_by_address, user_id_by_member_code
from portal.core import search
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal
from portal.regions import queries as regions
from portal.regions.models import Region

PERSON = "person"
"""The kind under which people are found by their names, by the community they say they live in."""


def people_found(
    actor: Principal, q: str, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """Who has exactly this e-mail address, number or member code; else those in the actor's part
    of the city whose names have these words: ``id, name, member_code, region_name``, by community,
    the longest known first.

    By an exact address or code also people are found who have said nowhere that they live
    somewhere: new colleagues. Those who live elsewhere are not there.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    exact = _exactly(q)
    if exact is not None:
        return fetch_page(_visible(actor).where(User.id == exact), [User.id], name="people")
    here = regions.where_holding(actor, Permission.ROLE_GRANT)
    return page_by_name(
        _visible(actor).where(here), q, here, name="people", cursor=cursor, limit=limit
    )


def page_by_name(
    people: Select[*tuple[Any, ...]],
    q: str,
    here: ColumnElement[bool],
    *,
    name: str,
    cursor: str | None,
    limit: int,
) -> Page[Any]:
    """Of some people those whose names have these words, by community, the longest known first.

    Two statements, so that the names are read from their index alone, whatever the database
    expects, and the people of one page only.

    Args:
        people: selects from ``User``, and holds no one who may not be found.
        q: what is looked for.
        here: a condition on ``Region``: where to look. Only the names of these places are read.
        name: of the list.
        cursor: what the page before gave.
        limit: rows of a page.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    hit = search.matching_within(PERSON, q, select(Region.code).where(here))
    keys = [hit.c.region_code, hit.c.object_id]
    found = fetch_page(select(*keys), keys, name=name, cursor=cursor, limit=limit)
    ids = [row.object_id for row in found.items]
    rows = {row.id: row for row in db.session.execute(people.where(User.id.in_(ids)))}
    return Page([rows[each] for each in ids if each in rows], found.next_cursor)


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


def _visible(actor: Principal) -> Select[*tuple[Any, ...]]:
    here = regions.where_holding(actor, Permission.ROLE_GRANT)
    return (
        select(User.id, User.name, User.member_code, Region.name.label("region_name"))
        .outerjoin(Region, Region.code == User.home_region_code)
        .where(User.closed_at.is_(None), or_(User.home_region_code.is_(None), here))
    )
