"""The desk: the grids of a community."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.core.access import requires, the_principal
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, filled_in, press, shown
from portal.core.permissions import Permission, ScopeKind
from portal.regions import queries, services
from portal.regions.forms import GridForm, NewGridForm
from portal.regions.rules import GridKind, Level, next_grid_code
from portal.regions.views.blueprint import blueprint
from portal.regions.words import GRID_KINDS


@blueprint.get("/desk/grids")
@requires(Permission.GRID_MANAGE, anywhere=True)
def grids() -> str:
    """The grids of one community: of one's own, or of one that was chosen."""
    own = _own_community()
    community = _community(request.args.get("community", "") or own)
    return render_template(
        "regions/desk/grids.html",
        community=community,
        only_one=community is not None and community["code"] == own,
        grids=queries.grids_of(community["code"]) if community else [],
        kinds=GRID_KINDS,
    )


@blueprint.route("/desk/grids/new", methods=["GET", "POST"])
@requires(Permission.GRID_MANAGE, anywhere=True)
def new_grid() -> str | tuple[str, int] | Response:
    """One more grid; the next free number is proposed."""
    community = _community(request.args.get("community", "") or _own_community())
    if community is None:
        raise NotFound
    code = community["code"]
    taken = {row.code for row in queries.grids_of(code)}
    proposed = {"code": next_grid_code(code, taken), "kind": GridKind.GENERAL.value}
    form = NewGridForm(data=proposed)

    def work() -> None:
        kind = GridKind(form.kind.data)
        services.create_grid(the_principal(), code, form.code.data, form.name.data, kind)

    if filled_in(form, work):
        flash(_("The grid is there."), "success")
        return redirect(url_for("regions.grids", community=code), SEE_OTHER)
    return shown(
        form, render_template("regions/desk/new_grid.html", form=form, community=community)
    )


@blueprint.route("/desk/grids/<region:code>", methods=["GET", "POST"])
@requires(Permission.GRID_MANAGE, anywhere=True)
def grid(code: str) -> str | tuple[str, int] | Response:
    """One grid: its name and kind, and whether it is still one."""
    row = queries.grid(code)
    community = _community(row.parent_code)
    if community is None:
        raise NotFound
    form = GridForm(data={"name": row.name, "kind": row.grid_kind})

    def work() -> None:
        kind = GridKind(form.kind.data)
        services.change_grid(the_principal(), code, form.name.data, kind)

    if filled_in(form, work):
        flash(_("Saved."), "success")
        return redirect(url_for("regions.grids", community=row.parent_code), SEE_OTHER)
    page = render_template(
        "regions/desk/grid.html", form=form, grid=row, community=community, kinds=GRID_KINDS
    )
    return shown(form, page)


@blueprint.post("/desk/grids/<region:code>/retire")
@requires(Permission.GRID_MANAGE, anywhere=True)
def retire_grid(code: str) -> Response:
    """Offer it no more."""
    work = partial(services.retire_grid, the_principal(), code)
    return press(work, _("The grid is retired."), url_for("regions.grid", code=code))


@blueprint.post("/desk/grids/<region:code>/restore")
@requires(Permission.GRID_MANAGE, anywhere=True)
def restore_grid(code: str) -> Response:
    """Offer it again."""
    work = partial(services.restore_grid, the_principal(), code)
    return press(work, _("The grid is back."), url_for("regions.grid", code=code))


def _own_community() -> str:
    """The one community for which the person keeps the grids; "" if it is a larger region."""
    codes = the_principal().scopes(Permission.GRID_MANAGE, ScopeKind.REGION)
    return codes[0] if len(codes) == 1 else ""


def _community(code: str) -> dict[str, Any] | None:
    """A community where the person keeps the grids: ``code, name``; None where none is named.

    Raises:
        NotFound: it lies elsewhere, or there is none.
    """
    if not (code.isascii() and code.isdigit() and len(code) < 16):
        return None
    if not the_principal().holds(Permission.GRID_MANAGE, regions=queries.path_of(code)):
        raise NotFound
    return queries.summary(code) if queries.level_of(code) == Level.COMMUNITY else None
