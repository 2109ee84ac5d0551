"""What an administrator has set up: within the regions that are theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select

from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import Page, fetch_page
from portal.core.permissions import Permission, Principal
from portal.regions.models import Region
from portal.regions.queries import where_holding
from portal.suggestions.models import (
    CategoryDepartment,
    Department,
    SuggestionCategory,
    WorkingDay,
)

MOST_OFFERED = 500
_HELD = Permission.SUGGESTION_SETUP


def departments_page(actor: Principal, *, cursor: str | None = None) -> Page[Any]:
    """``id, name, region_code, region_name, closed_at`` of the departments one administers.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    keys = [Department.__table__.c.region_code, Department.__table__.c.id]
    statement = _departments().where(where_holding(actor, _HELD))
    return fetch_page(statement, keys, name="setup_departments", cursor=cursor)


def department(actor: Principal, department_id: str) -> Row[Any]:
    """One of them.

    Raises:
        NotFound: there is none that one administers.
    """
    row = db.session.execute(
        _departments().where(Department.id == department_id, where_holding(actor, _HELD))
    ).first()
    if row is None:
        raise NotFound
    return row


def offered(actor: Principal) -> Sequence[Row[*tuple[Any, ...]]]:
    """``id, name`` of the departments at work that one administers, by name."""
    rows = db.session.execute(
        select(Department.id, Department.name)
        .join(Region, Region.code == Department.region_code)
        .where(where_holding(actor, _HELD), Department.closed_at.is_(None))
        .order_by(Department.name, Department.id)
        .limit(MOST_OFFERED)
    )
    return rows.all()


def categories_page(*, cursor: str | None = None) -> Page[Any]:
    """All columns of the categories, retired ones too, each with ``department_name`` and in how
    many regions another one answers (``places``).

    Raises:
        Invalid: the cursor is not one of this list.
    """
    places = (
        select(func.count())
        .select_from(CategoryDepartment)
        .where(CategoryDepartment.category_code == SuggestionCategory.code)
        .scalar_subquery()
    )
    statement = select(
        *SuggestionCategory.__table__.c,
        Department.name.label("department_name"),
        places.label("places"),
    ).outerjoin(Department, Department.id == SuggestionCategory.department_id)
    keys = [SuggestionCategory.__table__.c.code]
    return fetch_page(statement, keys, name="setup_categories", cursor=cursor)


def category(code: str) -> Row[Any]:
    """All columns of a category, also of a retired one.

    Raises:
        NotFound: there is none.
    """
    row = db.session.execute(
        select(*SuggestionCategory.__table__.c).where(SuggestionCategory.code == code)
    ).first()
    if row is None:
        raise NotFound
    return row


def responsible_page(code: str, *, cursor: str | None = None) -> Page[Any]:
    """``region_code, region_name, department_name`` of those who answer for a category somewhere.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    keys = [CategoryDepartment.__table__.c.region_code]
    statement = (
        select(keys[0], Region.name.label("region_name"), Department.name.label("department_name"))
        .join(Region, Region.code == CategoryDepartment.region_code)
        .join(Department, Department.id == CategoryDepartment.department_id)
        .where(CategoryDepartment.category_code == code)
    )
    return fetch_page(statement, keys, name="setup_responsible", cursor=cursor)


def working_days_page(*, cursor: str | None = None) -> Page[Any]:
    """``day, is_worked, note``: what was entered, the latest day on top.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    columns = WorkingDay.__table__.c
    return fetch_page(
        select(*columns), [columns.day], name="working_days", cursor=cursor, descending=True
    )


def _departments() -> Any:
    return select(
        Department.__table__.c.id,
        Department.__table__.c.region_code,
        Department.name,
        Department.closed_at,
        Region.name.label("region_name"),
    ).join(Region, Region.code == Department.region_code)
