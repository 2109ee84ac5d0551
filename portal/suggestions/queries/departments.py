"""Departments and categories, and who is responsible where."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from portal.accounts.scopes import Found
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.regions.models import Region
from portal.regions.queries import paths_of, within
from portal.regions.rules import spoken_name
from portal.suggestions.models import (
    CategoryDepartment,
    Department,
    Suggestion,
    SuggestionCategory,
)

_AT_WORK = Department.closed_at.is_(None)
MOST_OF_A_PLACE = 300
"""More than a city, a district, a street and a community have together."""


def page(
    region: str | None = None, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """``id, name, region_code, region_name`` of the departments of a region and all below it.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    statement = _columns().where(_AT_WORK)
    if region is not None:
        statement = statement.where(within(region))
    return fetch_page(
        statement, [Department.__table__.c.id], name="departments", cursor=cursor, limit=limit
    )


def at_work(department_ids: Collection[str]) -> dict[str, Row[Any]]:
    """``id, name, region_code, region_name, region_path`` of those that take cases, by id."""
    rows = db.session.execute(_columns().where(Department.id.in_(department_ids), _AT_WORK))
    return {row.id: row for row in rows}


def of_place(path: Collection[str]) -> Sequence[Row[*tuple[Any, ...]]]:
    """``id, name`` of the departments that answer for a place, those nearest to it first.

    Args:
        path: the codes of the place and of all above it.
    """
    rows = db.session.execute(
        select(Department.id, Department.name)
        .where(Department.region_code.in_(path), _AT_WORK)
        .order_by(func.length(Department.region_code).desc(), Department.name, Department.id)
        .limit(MOST_OF_A_PLACE)
    )
    return rows.all()


def responsible_for(category_code: str, path: Collection[str]) -> str | None:
    """The id of the department that answers for a category in a place; None where nobody does."""
    return db.session.execute(
        select(Department.id)
        .join(SuggestionCategory, Department.id == _responsible(path))
        .where(SuggestionCategory.code == category_code, _AT_WORK)
    ).scalar()


def scope_of(department_id: str) -> tuple[str, str]:
    """What a role holds for: the department's name and its region.

    Raises:
        NotFound: there is no such department, or it takes no cases any more.
    """
    row = db.session.execute(
        select(Department.name, Department.region_code).where(
            Department.id == department_id, _AT_WORK
        )
    ).first()
    if row is None:
        raise NotFound
    return row.name, row.region_code


def names_of(department_ids: Collection[str]) -> dict[str, str]:
    """The names of some departments by id, closed ones too; unknown ids are left out."""
    rows = db.session.execute(
        select(Department.id, Department.name).where(Department.id.in_(set(department_ids)))
    )
    return {row.id: row.name for row in rows}


def found(here: ColumnElement[bool], q: str, limit: int) -> Sequence[Found]:
    """Departments whose name has some words (all, where there are none), by name, where a
    condition on ``Region`` holds."""
    statement = _columns().where(_AT_WORK, here).order_by(Department.name, Department.id)
    for word in q.split():
        statement = statement.where(Department.name.contains(word, autoescape=True))
    rows = db.session.execute(statement.limit(limit))
    return [Found(row.id, row.name, spoken_name(row.region_name)) for row in rows]


def categories(
    region: str | None = None, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """The categories that take cases, by code, each with the department that is responsible for it
    (in a region, if one is named): ``department_id, department_name``, None where nobody is.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    code = SuggestionCategory.__table__.c.code
    responsible = _responsible(paths_of([region]).get(region, ()) if region else ())
    statement = (
        select(
            code,
            SuggestionCategory.name,
            SuggestionCategory.due_working_days,
            SuggestionCategory.attributes,
            SuggestionCategory.is_works,
            Department.id.label("department_id"),
            Department.name.label("department_name"),
        )
        .outerjoin(Department, (Department.id == responsible) & _AT_WORK)
        .where(SuggestionCategory.retired_at.is_(None))
    )
    return fetch_page(statement, [code], name="categories", cursor=cursor, limit=limit)


def category(code: str) -> Row[Any] | None:
    """All columns of a category that takes cases; None where there is no such one."""
    return db.session.execute(
        select(*SuggestionCategory.__table__.c).where(
            SuggestionCategory.code == code, SuggestionCategory.retired_at.is_(None)
        )
    ).first()


def is_works(suggestion_id: str) -> bool:
    """Whether what is done about a case has to be shown by a photo; also of a category that takes
    no more cases."""
    return bool(
        db.session.execute(
            select(SuggestionCategory.is_works)
            .join(Suggestion, Suggestion.category_code == SuggestionCategory.code)
            .where(Suggestion.id == suggestion_id)
        ).scalar_one()
    )


def category_names(codes: Collection[str]) -> dict[str, str]:
    """The names of some categories by code, retired ones too; unknown codes are left out."""
    rows = db.session.execute(
        select(SuggestionCategory.code, SuggestionCategory.name).where(
            SuggestionCategory.code.in_(set(codes))
        )
    )
    return {row.code: row.name for row in rows}


def questions_of(code: str) -> list[dict[str, Any]]:
    """The questions of a category's form, also of one that takes no more cases."""
    asked = select(SuggestionCategory.attributes).where(SuggestionCategory.code == code)
    return list(db.session.execute(asked).scalar_one())


def _columns() -> Select[Any]:
    return select(
        Department.__table__.c.id,
        Department.name,
        Department.region_code,
        Region.name.label("region_name"),
        Region.path.label("region_path"),
    ).join(Region, Region.code == Department.region_code)


def _responsible(path: Collection[str]) -> Any:
    """The department of the nearest region that has named one, else the category's own. Codes of
    regions grow longer on the way down."""
    if not path:
        return SuggestionCategory.department_id
    nearest = (
        select(CategoryDepartment.department_id)
        .where(
            CategoryDepartment.category_code == SuggestionCategory.code,
            CategoryDepartment.region_code.in_(path),
        )
        .order_by(func.length(CategoryDepartment.region_code).desc())
        .limit(1)
        .correlate(SuggestionCategory)
        .scalar_subquery()
    )
    return func.coalesce(nearest, SuggestionCategory.department_id)
