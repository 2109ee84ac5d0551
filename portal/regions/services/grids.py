"""The grids of a community: made, named, dedicated to a place of its own, retired."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select, update

from portal.core import audit
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.inserts import insert_new
from portal.core.permissions import Permission, Principal
from portal.regions import queries
from portal.regions.models import Region
from portal.regions.rules import (
    LONGEST_NAME,
    GridKind,
    Level,
    codes_of,
    has_unreadable,
    is_grid_code_of,
    path_below,
)


def create_grid(actor: Principal, community: str, code: str, name: str, kind: GridKind) -> None:
    """Make a grid of a community.

    Raises:
        NotFound: there is no such community where the actor works.
        Invalid: the code is not one of its grids, or taken; or the name cannot be one.
    """
    path = _community_path(actor, community)
    if not is_grid_code_of(code, community):
        raise Invalid.field(
            "code", _l("Write the community’s code %(code)s and three digits.", code=community)
        )
    made = insert_new(
        Region,
        code=code,
        name=_clean(name),
        level=Level.GRID.value,
        parent_code=community,
        path=path_below(path, code),
        grid_kind=kind.value,
    )
    if not made:
        raise Invalid.field("code", _l("There is a grid with this code already."))
    audit.record(actor.id, "grid.created", "region", code, region_code=community, kind=kind.value)


def change_grid(actor: Principal, code: str, name: str, kind: GridKind) -> None:
    """Rename a grid, or make it a general or dedicated one.

    Raises:
        NotFound: there is no such grid where the actor works.
        Invalid: the name cannot be one.
    """
    grid = _grid(actor, code)
    plain = _clean(name)
    db.session.execute(
        update(Region).where(Region.code == code).values(name=plain, grid_kind=kind.value)
    )
    if plain != grid.name:
        _note(actor, "grid.renamed", grid, before=grid.name, after=plain)
    if kind != grid.grid_kind:
        _note(actor, "grid.kind_changed", grid, kind=kind.value)


def retire_grid(actor: Principal, code: str) -> None:
    """Offer a grid no more; what happened there stays.

    Raises:
        NotFound: there is no such grid where the actor works.
        WrongState: it is retired already.
    """
    grid = _grid(actor, code)
    _move(Region.retired_at.is_(None), code, retired_at=now())
    _note(actor, "grid.retired", grid)


def restore_grid(actor: Principal, code: str) -> None:
    """Offer a retired grid again.

    Raises:
        NotFound: there is no such grid where the actor works.
        WrongState: it is not retired.
    """
    grid = _grid(actor, code)
    _move(Region.retired_at.is_not(None), code, retired_at=None)
    _note(actor, "grid.restored", grid)


def _community_path(actor: Principal, community: str) -> str:
    """The path of a community of the actor's; others are as good as not there."""
    path = db.session.execute(
        select(Region.path).where(Region.code == community, Region.level == Level.COMMUNITY)
    ).scalar_one_or_none()
    if path is None or not actor.holds(Permission.GRID_MANAGE, regions=codes_of(path)):
        raise NotFound
    return path


def _grid(actor: Principal, code: str) -> Row[*tuple[Any, ...]]:
    grid = queries.grid(code)
    _community_path(actor, grid.parent_code)
    return grid


def _clean(name: str) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or has_unreadable(plain):
        raise Invalid.field("name", _l("Write the name that people know the grid by."))
    return plain


def _move(guard: Any, code: str, **values: Any) -> None:
    moved = db.session.connection().execute(
        update(Region).where(Region.code == code, guard).values(**values)
    )
    if not moved.rowcount:
        raise WrongState


def _note(actor: Principal, action: str, grid: Row[*tuple[Any, ...]], **facts: str) -> None:
    audit.record(actor.id, action, "region", grid.code, region_code=grid.parent_code, **facts)
