"""At the counter or on the phone: a social worker takes a suggestion down for somebody."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.core.access import requires, the_principal
from portal.core.errors import NotFound
from portal.core.limits import CASES, limit
from portal.core.pages import SEE_OTHER, asked_for, cursor, shown
from portal.core.pagination import MOST
from portal.core.permissions import Permission, Principal, ScopeKind
from portal.regions.queries import names_of, path_of
from portal.regions.rules import Level, is_code_of, spoken_name
from portal.suggestions import services, words
from portal.suggestions.forms import CounterForm, report_form
from portal.suggestions.queries import departments, mine
from portal.suggestions.services import Received, Report
from portal.suggestions.views.blueprint import blueprint
from portal.suggestions.views.reporting import Sheet, community_asked_for


@blueprint.get("/desk/counter")
@requires(Permission.SUGGESTION_TAKE, anywhere=True)
def counter() -> str:
    """What was taken down for others, and the kinds to begin with."""
    actor = the_principal()
    community = _community(actor)
    return render_template(
        "suggestions/counter.html",
        kinds=departments.categories(community, limit=MOST).items if community else [],
        community=community,
        name=spoken_name(names_of([community])[community]) if community else "",
        page=mine.written_down(actor, cursor=cursor()),
        words=words,
    )


@blueprint.route("/desk/counter/report", methods=["GET", "POST"])
@requires(Permission.SUGGESTION_TAKE, anywhere=True)
@limit(CASES, methods=["POST"])
def report_for_somebody() -> tuple[str, int] | Response:
    """Take it down: as reporting for oneself, with the member code of whom it is for."""
    actor = the_principal()
    community = _community(actor)
    category = departments.category(asked_for("category"))
    if community is None or category is None:
        return redirect(url_for("suggestions.counter"), SEE_OTHER)
    form = report_form(CounterForm, category)()
    if not category.anonymous_allowed:
        del form.anonymous
    sheet = Sheet(actor, form, community)

    def file(worker: Principal, report: Report) -> Received:
        return services.receive_for(worker, report, form.member_code.data or "")

    if address := sheet.sent(file):
        return redirect(address, SEE_OTHER)
    page = render_template("suggestions/counter_report.html", category=category, **sheet.context())
    return shown(form, page)


def _community(actor: Principal) -> str | None:
    """The community in the address, else the only one where the person works; None where one is
    to be chosen.

    Raises:
        NotFound: the person does not work in the one asked for.
    """
    asked = community_asked_for()
    if asked is None:
        held = actor.scopes(Permission.SUGGESTION_TAKE, ScopeKind.REGION)
        return next((code for code in held if is_code_of(code, Level.COMMUNITY)), None)
    if not actor.holds(Permission.SUGGESTION_TAKE, regions=path_of(asked)):
        raise NotFound
    return asked
