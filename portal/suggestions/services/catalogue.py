"""What an administrator sets up: departments, categories, who is responsible, working days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Row, delete, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.core import audit
from portal.core.clock import now
from portal.core.database import Base, db, on_sqlite
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Permission, Principal
from portal.regions.queries import path_of
from portal.suggestions.errors import DepartmentAtWork
from portal.suggestions.models import (
    CategoryDepartment,
    Department,
    DispatchRule,
    Suggestion,
    SuggestionCategory,
    SuggestionPart,
    WorkingDay,
)
from portal.suggestions.queries import departments
from portal.suggestions.rules.machine import HELD


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


def rename_department(actor: Principal, department_id: str, name: str) -> None:
    """Give a department another name.

    Raises:
        NotFound: there is none that takes cases.
        Forbidden: the actor administers another part of the city.
    """
    row = _to_change(actor, department_id)
    db.session.execute(update(Department).where(Department.id == row.id).values(name=name))
    _note(actor, "department.renamed", "department", row.id, row.region_code)


def close_department(actor: Principal, department_id: str) -> None:
    """Let a department take no more cases; what it has answered keeps its name.

    Raises:
        NotFound: there is none that takes cases.
        Forbidden: the actor administers another part of the city.
        DepartmentAtWork: it has cases to do, or parts of some.
    """
    row = _to_change(actor, department_id)
    held = exists().where(Suggestion.department_id == row.id, Suggestion.status.in_(HELD))
    called = exists().where(
        SuggestionPart.department_id == row.id, SuggestionPart.done_at.is_(None)
    )
    closed = db.session.connection().execute(
        update(Department)
        .where(Department.id == row.id, Department.closed_at.is_(None), ~held, ~called)
        .values(closed_at=now())
    )
    if not closed.rowcount:
        raise DepartmentAtWork
    _note(actor, "department.closed", "department", row.id, row.region_code)


def retire_category(actor: Principal, code: str) -> None:
    """Let a category take no more cases; those that it has go on.

    Raises:
        NotFound: there is none that takes cases.
        Forbidden: the actor administers nothing.
    """
    _require_setup(actor)
    retired = db.session.connection().execute(
        update(SuggestionCategory)
        .where(SuggestionCategory.code == code, SuggestionCategory.retired_at.is_(None))
        .values(retired_at=now())
    )
    if not retired.rowcount:
        raise NotFound
    _note(actor, "category.retired", "category", code)


def add_rule(
    actor: Principal,
    region_code: str,
    department_id: str,
    *,
    category_code: str | None = None,
    words: str = "",
) -> str:
    """Let a department be proposed for what is reported in a region; returns the rule's id.

    Args:
        actor: who sets it.
        region_code: where it holds, and below.
        department_id: one that answers for that place.
        category_code: of which category; None: of any.
        words: of which one must stand in the report, parted by spaces; empty: whatever is said.

    Raises:
        NotFound: there is no such region.
        Forbidden: the actor administers another part of the city.
        Invalid: there is no such category, or no such department there.
    """
    path = path_of(region_code)
    actor.require(Permission.SUGGESTION_SETUP, regions=path)
    if category_code is not None and departments.category(category_code) is None:
        raise Invalid.field("category", _l("There is no such category."))
    if department_id not in {each.id for each in departments.of_place(path)}:
        raise Invalid.field("department_id", _l("There is no such department."))
    rule_id = new_id()
    row = {
        "id": rule_id,
        "region_code": region_code,
        "category_code": category_code,
        "words": " ".join(words.split()),
        "department_id": department_id,
        "created_at": now(),
    }
    db.session.execute(insert(DispatchRule), [row])
    _note(actor, "dispatch_rule.added", "dispatch_rule", rule_id, region_code)
    return rule_id


def remove_rule(actor: Principal, rule_id: str) -> None:
    """Take back a rule by which a department was proposed.

    Raises:
        NotFound: there is none.
        Forbidden: the actor administers another part of the city.
    """
    row = db.session.execute(
        select(DispatchRule.id, DispatchRule.region_code).where(DispatchRule.id == rule_id)
    ).first()
    if row is None:
        raise NotFound
    actor.require(Permission.SUGGESTION_SETUP, regions=path_of(row.region_code))
    db.session.execute(delete(DispatchRule).where(DispatchRule.id == row.id))
    _note(actor, "dispatch_rule.removed", "dispatch_rule", row.id, row.region_code)


def define_category(actor: Principal, category: Category) -> None:
    """Make a category, or change it; cases that it has keep their dates.

    Raises:
        Forbidden: the actor administers nothing.
        Invalid: there is no such department.
    """
    _require_setup(actor)
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
    _require_setup(actor)
    _put(WorkingDay, {"day": day}, {"is_worked": is_worked, "note": note})
    _note(actor, "working_day.entered", "working_day", day.isoformat())


def forget_working_day(actor: Principal, day: date) -> None:
    """Take back what was entered for a day.

    Raises:
        NotFound: nothing was.
        Forbidden: the actor administers nothing.
    """
    _require_setup(actor)
    gone = db.session.connection().execute(delete(WorkingDay).where(WorkingDay.day == day))
    if not gone.rowcount:
        raise NotFound
    _note(actor, "working_day.removed", "working_day", day.isoformat())


def _require_setup(actor: Principal) -> None:
    held = actor.holds_anywhere(Permission.SUGGESTION_SETUP)
    actor.require_that(Permission.SUGGESTION_SETUP, held)


def _to_change(actor: Principal, department_id: str) -> Row[Any]:
    row = departments.at_work([department_id]).get(department_id)
    if row is None:
        raise NotFound
    actor.require(Permission.SUGGESTION_SETUP, regions=path_of(row.region_code))
    return row


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
