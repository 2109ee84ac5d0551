"""What an administrator sets up: departments, categories, who is responsible, working days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite

from portal.core import audit
from portal.core.clock import now
from portal.core.database import Base, db, on_sqlite
from portal.core.errors import Invalid
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Permission, Principal
from portal.regions.queries import path_of
from portal.suggestions.models import (
    CategoryDepartment,
    Department,
    SuggestionCategory,
    WorkingDay,
)
from portal.suggestions.queries import departments


@dataclass(frozen=True)
class Category:
    """A kind of case. ``attributes`` are the questions of its form, as Open311 defines them. Where
    it ``is_works``, an answer that says “done” needs a photo."""

    code: str
    name: str
    due_working_days: int
    department_id: str | None = None
    anonymous_allowed: bool = True
    attributes: Sequence[dict[str, Any]] = field(default_factory=tuple)
    is_works: bool = False


def open_department(actor: Principal, region_code: str, name: str) -> str:
    """Make a department of a region; returns its id.

    Raises:
        NotFound: there is no such region.
        Forbidden: the actor administers another part of the city.
    """
    actor.require(Permission.SUGGESTION_SETUP, regions=path_of(region_code))
    department_id = new_id()
    row = {"id": department_id, "region_code": region_code, "name": name, "created_at": now()}
    db.session.execute(insert(Department), [row])
    _note(actor, "department.opened", "department", department_id, region_code)
    return department_id


def define_category(actor: Principal, category: Category) -> None:
    """Make a category, or change it; cases that it has keep their dates.

    Raises:
        Forbidden: the actor administers nothing.
        Invalid: there is no such department.
    """
    held = actor.holds_anywhere(Permission.SUGGESTION_SETUP)
    actor.require_that(Permission.SUGGESTION_SETUP, held)
    if category.department_id is not None:
        _refuse_unknown(category.department_id)
    values = {
        "name": category.name,
        "due_working_days": category.due_working_days,
        "department_id": category.department_id,
        "anonymous_allowed": category.anonymous_allowed,
        "attributes": list(category.attributes),
        "is_works": category.is_works,
    }
    _put(SuggestionCategory, {"code": category.code}, values, created_at=now())
    _note(actor, "category.defined", "category", category.code)


def name_responsible(
    actor: Principal, category_code: str, region_code: str, department_id: str
) -> None:
    """Say who answers for a category in a region and below it.

    Raises:
        NotFound: there is no such region.
        Forbidden: the actor administers another part of the city.
        Invalid: there is no such category or department.
    """
    actor.require(Permission.SUGGESTION_SETUP, regions=path_of(region_code))
    if departments.category(category_code) is None:
        raise Invalid.field("category", _l("There is no such category."))
    _refuse_unknown(department_id)
    place = {"category_code": category_code, "region_code": region_code}
    _put(CategoryDepartment, place, {"department_id": department_id})
    _note(actor, "category.given", "category", category_code, region_code)


def enter_working_day(actor: Principal, day: date, note: str, *, is_worked: bool) -> None:
    """Say whether a day is worked, for years that the official calendar does not know yet.

    Raises:
        Forbidden: the actor administers nothing.
    """
    held = actor.holds_anywhere(Permission.SUGGESTION_SETUP)
    actor.require_that(Permission.SUGGESTION_SETUP, held)
    _put(WorkingDay, {"day": day}, {"is_worked": is_worked, "note": note})
    _note(actor, "working_day.entered", "working_day", day.isoformat())


def _refuse_unknown(department_id: str) -> None:
    if department_id not in departments.at_work([department_id]):
        raise Invalid.field("department_id", _l("There is no such department."))


def _put(model: type[Base], key: dict[str, Any], values: dict[str, Any], **at_first: Any) -> None:
    """Insert a row, or change the one with this key."""
    statement = (sqlite.insert if on_sqlite() else postgresql.insert)(model)
    db.session.execute(
        statement.values(**key, **values, **at_first).on_conflict_do_update(
            index_elements=list(key), set_=values
        )
    )


def _note(
    actor: Principal, action: str, kind: str, thing: str, region_code: str | None = None
) -> None:
    audit.record(actor.id, action, kind, thing, region_code=region_code)
