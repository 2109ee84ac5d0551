"""On patrol: what a grid worker sees, sent in ten seconds."""

from __future__ import annotations

from flask import redirect, render_template
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from portal.core.access import requires, the_principal
from portal.core.errors import NotFound
from portal.core.limits import CASES, limit
from portal.core.pages import SEE_OTHER, asked_for, shown
from portal.core.pagination import MOST
from portal.core.permissions import Permission, Principal, ScopeKind
from portal.regions.queries import names_of
from portal.regions.rules import Level, code_lengths, spoken_name
from portal.suggestions import services
from portal.suggestions.forms import PatrolForm
from portal.suggestions.queries import departments
from portal.suggestions.views.blueprint import blueprint
from portal.suggestions.views.reporting import Sheet

_COMMUNITY = code_lengths(Level.COMMUNITY)[0]


@blueprint.route("/patrol", methods=["GET", "POST"])
@requires(Permission.SUGGESTION_PATROL, anywhere=True)
@limit(CASES, methods=["POST"])
def patrol() -> tuple[str, int] | Response:
    """One page for all: what it is, a picture, send. The grid is chosen already."""
    actor = the_principal()
    grids = _grids(actor)
    form = PatrolForm()
    kinds = departments.categories(grids[0][0], limit=MOST).items
    form.category_code.choices = [SelectChoice(row.code, row.name) for row in kinds]
    sheet = Sheet(actor, form, grids[0][0][:_COMMUNITY])
    form.region_code.choices = [SelectChoice(code, name) for code, name in grids]
    if address := sheet.sent(services.receive):
        return redirect(address, SEE_OTHER)
    return shown(form, render_template("suggestions/patrol.html", **sheet.context()))


def _grids(actor: Principal) -> list[tuple[str, str]]:
    """The grids (or communities) that a person goes through; the one asked for, else the first, on
    top.

    Raises:
        NotFound: the person goes through none: who does for a whole street has no patrol.
    """
    held = actor.scopes(Permission.SUGGESTION_PATROL, ScopeKind.REGION)
    names = names_of(code for code in held if len(code) >= _COMMUNITY)
    if not names:
        raise NotFound
    first = asked_for("grid")
    return sorted(
        ((code, spoken_name(name)) for code, name in names.items()),
        key=lambda each: (each[0] != first, each[0]),
    )
