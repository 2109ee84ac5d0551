"""The desk: budgets of one's regions, and passing points down."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.core.access import requires, the_principal
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, filled_in_once, shown
from portal.core.permissions import Permission, ScopeKind
from portal.points import policies, queries, services
from portal.points.forms import AllocationForm
from portal.points.views.blueprint import blueprint
from portal.regions.queries import lineage, names_of, path_of


@blueprint.get("/desk/budgets")
@requires(Permission.BUDGET_ALLOCATE, anywhere=True)
def desk_budgets() -> str | Response:
    """The regions whose budgets one looks after."""
    codes = the_principal().scopes(Permission.BUDGET_ALLOCATE, ScopeKind.REGION)
    if len(set(codes)) == 1:
        return redirect(url_for("points.desk_budget", region_code=codes[0]))
    names = names_of(codes)
    regions = [
        {"code": code, "name": name, "budget": queries.budget_of(code)}
        for code, name in names.items()
    ]
    return render_template("points/desk_budgets.html", regions=regions)


@blueprint.get("/desk/budgets/<region:region_code>")
@requires(Permission.BUDGET_ALLOCATE, anywhere=True)
def desk_budget(region_code: str) -> str:
    """One region's budget, and those directly below it."""
    actor, above = the_principal(), lineage(region_code)
    path = tuple(row.code for row in above)
    if not actor.holds(Permission.BUDGET_ALLOCATE, regions=path):
        raise NotFound
    return render_template(
        "points/desk_budget.html",
        region=above[-1],
        above=[row for row in above[:-1] if actor.holds(
            Permission.BUDGET_ALLOCATE, regions=path[: path.index(row.code) + 1]
        )],
        budget=queries.budget_of(region_code),
        below=queries.budgets_of_children(region_code),
        may_add=policies.may_allocate(actor, path),
        last=len(path) > 3,
    )  # fmt: skip


@blueprint.route("/desk/budgets/<region:region_code>/allocate", methods=["GET", "POST"])
@requires(Permission.BUDGET_ALLOCATE, anywhere=True)
def allocate(region_code: str) -> Any:
    """Give a region points out of the budget above it; make a city's."""
    if not policies.may_allocate(the_principal(), path_of(region_code)):
        raise NotFound
    form = AllocationForm()
    if address := filled_in_once(form, lambda: _allocate(form, region_code)):
        flash(_("The budget is increased."), "success")
        return redirect(address, SEE_OTHER)
    return shown(form, _allocation_page(form, region_code))


def _allocate(form: AllocationForm, region_code: str) -> str:
    services.allocate_budget(the_principal(), region_code, form.amount.data, form.memo.data)
    return url_for("points.desk_budget", region_code=region_code)


def _allocation_page(form: AllocationForm, region_code: str) -> str:
    above = lineage(region_code)
    source = above[-2] if len(above) > 1 else None
    return render_template(
        "points/allocate.html",
        form=form,
        region=above[-1],
        source=source,
        left=queries.budget_of(source.code).balance if source else None,
    )
