"""Covenants: a region's public page with every wording; entered once, changed by decisions."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.consultations import policies, services
from portal.consultations.forms.wording import CovenantForm
from portal.consultations.queries import consultations, covenants
from portal.consultations.rules.difference import by_lines, difference
from portal.consultations.views.blueprint import blueprint
from portal.consultations.views.wording import number_asked_for
from portal.core.access import current_principal, requires, the_principal
from portal.core.errors import DomainError, Forbidden, NotFound, WrongState
from portal.core.i18n import exact_day
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, cursor, filled_in, shown
from portal.core.permissions import Permission
from portal.core.unit_of_work import unit_of_work
from portal.regions.queries import path_of, summary


@blueprint.get("/regions/<region:code>/covenant")
@requires(Permission.PUBLIC)
def covenant(code: str) -> str:
    """A region's covenant: as it holds or as it was, how it came about, what changed."""
    region = summary(code)
    latest = covenants.latest(code)
    number = number_asked_for("version")
    version = covenants.version(code, number) if number else latest
    before = covenants.version(code, version.number - 1) if version and version.number > 1 else None
    changed = by_lines(difference(before.text, version.text)) if version and before else None
    return render_template(
        "consultations/covenant.html",
        region=region,
        version=version,
        latest=latest,
        changed=changed,
        versions=covenants.versions_page(code, cursor=cursor()),
        exact_day=exact_day,  # it hangs on walls
        may_enter=latest is None and policies.may_manage(current_principal(), path_of(code)),
    )


@blueprint.route("/desk/regions/<region:code>/covenant", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def desk_covenant(code: str) -> tuple[str, int] | Response:
    """Write down a covenant as it was before the portal."""
    region, form, actor = summary(code), CovenantForm(), the_principal()
    if not policies.may_manage(actor, path_of(code)):
        raise Forbidden
    if covenants.is_there(code):
        raise WrongState(_("There is a covenant. Only a decision after a vote changes it."))

    def work() -> None:
        services.enter_covenant(actor, code, form.text.data, form.adopted_on.data)

    if filled_in(form, work):
        flash(_("The covenant is public. From now on only decisions change it."), "success")
        return redirect(url_for("consultations.covenant", code=code), SEE_OTHER)
    page = render_template("consultations/desk/covenant.html", region=region, form=form)
    return shown(form, page)


@blueprint.post("/desk/consultations/<id:consultation_id>/adopt")
@requires(Permission.CONSULTATION_MANAGE)
def desk_adopt(consultation_id: str) -> Response:
    """Let the wording that won become the covenant."""
    actor = the_principal()
    row = consultations.visible(actor, consultation_id)
    try:
        with unit_of_work():
            services.adopt_covenant(actor, row.id)
    except (NotFound, Forbidden):
        raise
    except DomainError as error:
        flash(str(error.detail), "warning")
        address = url_for("consultations.desk_show", consultation_id=row.id)
        return redirect(address, SEE_OTHER)
    flash(_("The covenant has its new wording, with the decision beside it."), "success")
    return redirect(url_for("consultations.covenant", code=row.region_code), SEE_OTHER)
