"""On patrol: what a grid worker sees, sent in ten seconds."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from portal.core.access import requires, the_principal
from portal.core.limits import CASES, limit
from portal.core.pages import SEE_OTHER, asked_for, shown
from portal.core.pagination import MOST
from portal.core.permissions import Permission, Principal, ScopeKind
from portal.regions.queries import names_of, path_of
from portal.regions.rules import Level, code_lengths, is_code_of
from portal.suggestions import services
from portal.suggestions.forms import PatrolForm
from portal.suggestions.queries import departments
from portal.suggestions.views.blueprint import blueprint
from portal.suggestions.views.reporting import Sheet, community_asked_for, places_in

_COMMUNITY = code_lengths(Level.COMMUNITY)[0]


@blueprint.route("/patrol", methods=["GET", "POST"])
@requires(Permission.SUGGESTION_PATROL, anywhere=True)
@limit(CASES, methods=["POST"])
def patrol() -> tuple[str, int] | Response:
    """One page for all: what it is, a picture, send. The grid is chosen already."""
    actor = the_principal()
    grids = _grids(actor)
    if not grids:
        return redirect(url_for("regions.choose", next=url_for("suggestions.patrol")), SEE_OTHER)
    form = PatrolForm()
    kinds = departments.categories(grids[0][0], limit=MOST).items
    form.category_code.choices = [SelectChoice(row.code, row.name) for row in kinds]
    sheet = Sheet(actor, form, grids[0][0][:_COMMUNITY])
    form.region_code.choices = [SelectChoice(code, name) for code, name in grids]
    if address := sheet.sent(services.receive):
        return redirect(address, SEE_OTHER)
    return shown(form, render_template("suggestions/patrol.html", **sheet.context()))


def _grids(actor: Principal) -> list[tuple[str, str]]:
    """The grids that a person goes through, the one asked for on top: those the role is for, all
    of a community; of a wider role those of the community asked for. Empty where one is to be
    chosen."""
    held = actor.scopes(Permission.SUGGESTION_PATROL, ScopeKind.REGION)
    communities = {code for code in held if is_code_of(code, Level.COMMUNITY)}
    asked = community_asked_for()
    if asked and actor.holds(Permission.SUGGESTION_PATROL, regions=path_of(asked)):
        communities = {asked}
    grids = names_of(code for code in held if len(code) > _COMMUNITY)
    places = [*grids.items(), *(each for code in sorted(communities) for each in places_in(code))]
    first = asked_for("grid")
    return sorted(dict(places).items(), key=lambda each: (each[0] != first, each[0]))
