"""What can be read of the regions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, false, func, or_, select
from sqlalchemy.orm import aliased

from portal.core.database import db, on_sqlite
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal, ScopeKind
from portal.regions.models import Region
from portal.regions.rules import Level, codes_of, spoken_name

WIDE_LEVELS = 2
"""Cities and districts hold a good part of all there is."""


def path_of(code: str) -> tuple[str, ...]:
    """The codes from the city down to this region, itself last.

    Raises:
        NotFound: there is no such region.
    """
    return codes_of(_path(code))


def paths_of(codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The paths of some regions by their codes, in one statement; unknown codes are left out."""
    rows = db.session.execute(select(Region.code, Region.path).where(Region.code.in_(set(codes))))
    return {row.code: codes_of(row.path) for row in rows}


def summary(code: str) -> dict[str, str]:
    """A region as other things name it: ``{"code", "name"}``.

    Raises:
        NotFound: there is no such region.
    """
    row = db.session.execute(select(Region.code, Region.name).where(Region.code == code)).first()
    if row is None:
        raise NotFound
    return {"code": row.code, "name": row.name}


def hold(codes: Iterable[str]) -> None:
    """Lock some regions against each other's changes until the transaction ends; what merely
    refers to them goes on."""
    db.session.execute(
        select(Region.code)
        .where(Region.code.in_(set(codes)))
        .order_by(Region.code)
        .with_for_update(key_share=True)
    ).all()


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """The names of some regions by their codes; unknown codes are left out."""
    rows = db.session.execute(select(Region.code, Region.name).where(Region.code.in_(set(codes))))
    return {row.code: row.name for row in rows}


def full_name(code: str) -> str:
    """The names from the district down as people say them, for who does not know the code.

    Raises:
        NotFound: there is no such region.
    """
    names = [spoken_name(row.name) for row in lineage(code)]
    return " ".join(names[1:] or names)


def within(code: str, *, in_order: bool = False) -> ColumnElement[bool]:
    """A condition on ``Region``: this region and everything below it. Join ``Region`` on the
    region code of the thing listed. Below a region that does not exist there is nothing.

    ``in_order`` is for a list that an index of all regions holds in its order: of a city or a
    district a page of it is soon found there, and need not be sorted out of all there is."""
    path = db.session.execute(select(Region.path).where(Region.code == code)).scalar_one_or_none()
    if path is None:
        return false()
    return _below(path, Region.path.concat("") if in_order and _is_wide(path) else Region.path)


def where_holding(actor: Principal, permission: Permission) -> ColumnElement[bool]:
    """A condition on ``Region``: somebody holds a permission for it or for what it lies in. It is
    never true for who holds it for no region."""
    codes = actor.scopes(permission, ScopeKind.REGION)
    return or_(false(), *(within(code) for code in dict.fromkeys(codes)))


def _below(path: str, column: Any = Region.path) -> ColumnElement[bool]:
    """A range of the index on both databases: SQLite takes none for LIKE, and PostgreSQL's
    (``text_pattern_ops``) is for LIKE alone."""
    if on_sqlite():
        return and_(column >= path, column < path[:-1] + chr(ord("/") + 1))
    return Region.path.like(f"{path}%")


def _is_wide(path: str) -> bool:
    """Whether it is a city's or a district's. PostgreSQL sees by its statistics how much these
    hold; SQLite would begin with their regions all the same."""
    return len(codes_of(path)) <= WIDE_LEVELS


def level_of(code: str) -> str:
    """The level of a region.

    Raises:
        NotFound: there is no such region.
    """
    level = db.session.execute(select(Region.level).where(Region.code == code)).scalar_one_or_none()
    if level is None:
        raise NotFound
    return level


def lineage(code: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """``code, name, level, parent_code, grid_kind`` of a region and all above it, city first.

    Raises:
        NotFound: there is no such region.
    """
    return db.session.execute(
        select(Region.code, Region.name, Region.level, Region.parent_code, Region.grid_kind)
        .where(Region.code.in_(path_of(code)))
        .order_by(Region.path)
    ).all()


def children_of(code: str | None) -> Sequence[Row[*tuple[Any, ...]]]:
    """``code, name, level`` of what stands directly below a region, without retired grids; of the
    cities for None."""
    below = Region.parent_code == code if code else Region.level == Level.CITY
    return db.session.execute(
        select(Region.code, Region.name, Region.level)
        .where(below, Region.retired_at.is_(None))
        .order_by(Region.code)
    ).all()


def grids_of(community: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """``code, name, grid_kind, retired_at`` of all grids of a community, retired ones last."""
    return db.session.execute(
        select(Region.code, Region.name, Region.grid_kind, Region.retired_at)
        .where(Region.parent_code == community, Region.level == Level.GRID)
        .order_by(Region.retired_at.is_not(None), Region.code)
    ).all()


def grid(code: str) -> Row[*tuple[Any, ...]]:
    """``code, name, parent_code, grid_kind, retired_at`` of one grid.

    Raises:
        NotFound: there is no such grid.
    """
    row = db.session.execute(
        select(
            Region.code, Region.name, Region.parent_code, Region.grid_kind, Region.retired_at
        ).where(Region.code == code, Region.level == Level.GRID)
    ).first()
    if row is None:
        raise NotFound
    return row


def regions_named(
    text: str, *, any_level: bool = False, limit: int = 20
) -> Sequence[Row[*tuple[Any, ...]]]:
    """``code, name, parent, grandparent`` (names of what it belongs to, None where nothing is
    above) of communities whose name contains a text; of all regions but grids if ``any_level``,
    the largest first."""
    parent, grandparent = aliased(Region), aliased(Region)
    levels = [each for each in Level if each is not Level.GRID] if any_level else [Level.COMMUNITY]
    return db.session.execute(
        select(
            Region.code,
            Region.name,
            parent.name.label("parent"),
            grandparent.name.label("grandparent"),
        )
        .outerjoin(parent, parent.code == Region.parent_code)
        .outerjoin(grandparent, grandparent.code == parent.parent_code)
        .where(Region.level.in_(levels), Region.name.contains(text, autoescape=True))
        .order_by(func.length(Region.code), Region.code)
        .limit(limit)
    ).all()


def page(
    *,
    parent: str | None = None,
    level: str | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """Regions by code: the direct children of ``parent``, or all below it of one ``level``; the
    cities, or all of a level, without ``parent``.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    statement = select(Region.code, Region.name, Region.level, Region.parent_code).where(
        Region.retired_at.is_(None)
    )
    if level:
        statement = statement.where(Region.level == level)
        if parent:
            statement = statement.where(within(parent), Region.code != parent)
    else:
        below = Region.parent_code == parent if parent else Region.level == Level.CITY
        statement = statement.where(below)
    name = f"regions:{parent or ''}:{level or ''}"
    return fetch_page(statement, [Region.code], name=name, cursor=cursor, limit=limit)


def _path(code: str) -> str:
    path = db.session.execute(select(Region.path).where(Region.code == code)).scalar_one_or_none()
    if path is None:
        raise NotFound
    return path
