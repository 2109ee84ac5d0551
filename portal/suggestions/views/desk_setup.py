"""Setting up: departments, categories and who answers for them, rules of dispatch, working days."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.core.access import requires, the_principal
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, asked_for, cursor, day_asked_for, filled_in, press, shown
from portal.core.pagination import MOST
from portal.core.permissions import Permission, ScopeKind
from portal.regions.choosing import RegionFilter, region_asked_for
from portal.regions.queries import path_of
from portal.suggestions import services
from portal.suggestions.queries import departments, proposals, setup
from portal.suggestions.rules import questions
from portal.suggestions.services.catalogue import Category
from portal.suggestions.setup_forms import (
    CategoryForm,
    DepartmentForm,
    NewCategoryForm,
    ResponsibleForm,
    RuleForm,
    WorkingDayForm,
)
from portal.suggestions.views.blueprint import blueprint

ADDRESS = "/desk/setup"
METHODS = ["GET", "POST"]
_SETUP = Permission.SUGGESTION_SETUP


@blueprint.get(ADDRESS, endpoint="setup")
@requires(_SETUP, anywhere=True)
def setup_departments() -> str:
    """The departments of the regions that I administer."""
    page = setup.departments_page(the_principal(), cursor=cursor())
    return render_template("suggestions/desk/setup_departments.html", page=page)


@blueprint.route(f"{ADDRESS}/departments/new", methods=METHODS)
@requires(_SETUP, anywhere=True)
def setup_new_department() -> tuple[str, int] | Response:
    """One more department of a region that was chosen."""
    region, form = _chosen(), DepartmentForm()

    def work() -> None:
        services.open_department(the_principal(), region.code, form.name.data)

    if region.code and filled_in(form, work):
        return _saved("suggestions.setup")
    return shown(
        form,
        render_template("suggestions/desk/setup_department.html", form=form, region=region),
    )


@blueprint.route(f"{ADDRESS}/departments/<id:department_id>", methods=METHODS)
@requires(_SETUP, anywhere=True)
def setup_department(department_id: str) -> tuple[str, int] | Response:
    """One department: its name, and whether it takes cases."""
    row = setup.department(the_principal(), department_id)
    form = DepartmentForm(data={"name": row.name})

    def work() -> None:
        services.rename_department(the_principal(), row.id, form.name.data)

    if filled_in(form, work):
        return _saved("suggestions.setup")
    return shown(
        form,
        render_template("suggestions/desk/setup_department.html", form=form, department=row),
    )


@blueprint.post(f"{ADDRESS}/departments/<id:department_id>/close")
@requires(_SETUP, anywhere=True)
def setup_close_department(department_id: str) -> Response:
    """Let it take no more cases."""
    row = setup.department(the_principal(), department_id)
    address = url_for("suggestions.setup_department", department_id=row.id)
    work = partial(services.close_department, the_principal(), row.id)
    return press(work, _("The department takes no more cases."), address)


@blueprint.get(f"{ADDRESS}/categories")
@requires(_SETUP, anywhere=True)
def setup_categories() -> str:
    """All categories, retired ones too."""
    page = setup.categories_page(cursor=cursor())
    return render_template("suggestions/desk/setup_categories.html", page=page)


@blueprint.route(f"{ADDRESS}/categories/new", methods=METHODS)
@requires(_SETUP, anywhere=True)
def setup_new_category() -> tuple[str, int] | Response:
    """One more category."""
    form = NewCategoryForm(data={"anonymous_allowed": True, "due_working_days": 5})
    return _defined(form, lambda: form.code.data, None)


@blueprint.route(f"{ADDRESS}/category", methods=METHODS)
@requires(_SETUP, anywhere=True)
def setup_category() -> tuple[str, int] | Response:
    """One category; the address names its code."""
    row = setup.category(_code())
    form = CategoryForm(
        data={
            "name": row.name,
            "due_working_days": row.due_working_days,
            "department_id": row.department_id or "",
            "anonymous_allowed": row.anonymous_allowed,
            "is_works": row.is_works,
            "attributes": questions.written(row.attributes),
        }
    )
    return _defined(form, lambda: row.code, row)


@blueprint.post(f"{ADDRESS}/category/retire")
@requires(_SETUP, anywhere=True)
def setup_retire_category() -> Response:
    """Let it take no more cases."""
    row = setup.category(_code())
    work = partial(services.retire_category, the_principal(), row.code)
    address = url_for("suggestions.setup_category", code=row.code)
    return press(work, _("The category takes no more cases."), address)


@blueprint.route(f"{ADDRESS}/category/responsible", methods=METHODS)
@requires(_SETUP, anywhere=True)
def setup_responsible() -> tuple[str, int] | Response:
    """Who answers for a category where; a region that was chosen gets its own department."""
    row, region, form = setup.category(_code()), _chosen(), ResponsibleForm()
    form.offer(departments.of_place(path_of(region.code)) if region.code else [])

    def work() -> None:
        services.name_responsible(the_principal(), row.code, region.code, form.department_id.data)

    if region.code and filled_in(form, work):
        return _saved("suggestions.setup_responsible", code=row.code)
    page = render_template(
        "suggestions/desk/setup_responsible.html",
        category=row,
        region=region,
        form=form,
        page=setup.responsible_page(row.code, cursor=cursor()),
    )
    return shown(form, page)


@blueprint.get(f"{ADDRESS}/rules")
@requires(_SETUP, anywhere=True)
def setup_rules() -> str:
    """The rules by which departments are proposed."""
    page = proposals.page(the_principal(), cursor=cursor())
    return render_template("suggestions/desk/setup_rules.html", page=page)


@blueprint.route(f"{ADDRESS}/rules/new", methods=METHODS)
@requires(_SETUP, anywhere=True)
def setup_new_rule() -> tuple[str, int] | Response:
    """One more rule for a region that was chosen."""
    region, form = _chosen(), RuleForm()
    offered = departments.of_place(path_of(region.code)) if region.code else []
    form.offer(departments.categories(limit=MOST).items, offered)

    def work() -> None:
        services.add_rule(
            the_principal(),
            region.code,
            form.department_id.data,
            category_code=form.category.data or None,
            words=form.words.data or "",
        )

    if region.code and filled_in(form, work):
        return _saved("suggestions.setup_rules")
    page = render_template("suggestions/desk/setup_rule.html", region=region, form=form)
    return shown(form, page)


@blueprint.post(f"{ADDRESS}/rules/<id:rule_id>/remove")
@requires(_SETUP, anywhere=True)
def setup_remove_rule(rule_id: str) -> Response:
    """Take a rule back."""
    work = partial(services.remove_rule, the_principal(), rule_id)
    return press(work, _("The rule is gone."), url_for("suggestions.setup_rules"))


@blueprint.route(f"{ADDRESS}/working-days", methods=METHODS)
@requires(_SETUP, anywhere=True)
def setup_working_days() -> tuple[str, int] | Response:
    """What was entered for years that the official calendar does not know yet; one more day."""
    form = WorkingDayForm()

    def work() -> None:
        services.enter_working_day(
            the_principal(),
            form.day.data,
            form.note.data,
            is_worked=form.is_worked.data == "yes",
        )

    if filled_in(form, work):
        return _saved("suggestions.setup_working_days")
    page = setup.working_days_page(cursor=cursor())
    return shown(
        form,
        render_template("suggestions/desk/setup_working_days.html", page=page, form=form),
    )


@blueprint.post(f"{ADDRESS}/working-days/forget")
@requires(_SETUP, anywhere=True)
def setup_forget_day() -> Response:
    """Take back what was entered for the day that the address names."""
    work = partial(services.forget_working_day, the_principal(), _day())
    return press(work, _("The day is as the calendar says."), _address("setup_working_days"))


def _defined(form: CategoryForm, code: Any, row: Any) -> tuple[str, int] | Response:
    form.offer(setup.offered(the_principal()))

    def work() -> None:
        category = Category(
            code(),
            form.name.data,
            form.due_working_days.data,
            form.department_id.data or None,
            anonymous_allowed=form.anonymous_allowed.data,
            attributes=questions.read(form.attributes.data or ""),
            is_works=form.is_works.data,
        )
        services.define_category(the_principal(), category)

    if filled_in(form, work):
        return _saved("suggestions.setup_categories")
    page = render_template("suggestions/desk/setup_category.html", form=form, category=row)
    return shown(form, page)


def _chosen() -> RegionFilter:
    """The region that a new thing is for; the search begins where one administers."""
    own = the_principal().scopes(_SETUP, ScopeKind.REGION)
    return region_asked_for(own[0] if own else "")


def _code() -> str:
    return asked_for("code", 40)


def _day() -> date:
    day = day_asked_for("day")
    if day is None:
        raise NotFound
    return day


def _address(endpoint: str) -> str:
    return url_for(f"suggestions.{endpoint}")


def _saved(endpoint: str, **values: Any) -> Response:
    flash(_("Saved."), "success")
    return redirect(url_for(endpoint, **values), SEE_OTHER)
