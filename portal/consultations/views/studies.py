"""The desk: votes of others, taken in from files and counted here for study."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.consultations import services, words
from portal.consultations.forms.studies import StudyForm
from portal.consultations.queries import consultations, desk
from portal.consultations.views.blueprint import blueprint
from portal.core.access import requires, the_principal
from portal.core.i18n import gettext as _
from portal.core.limits import CODES, limit
from portal.core.pages import SEE_OTHER, carried_out, cursor, shown
from portal.core.permissions import Permission
from portal.core.unit_of_work import unit_of_work
from portal.regions.rules import spoken_name

MOST_REGIONS = 300


@blueprint.get("/desk/consultations/studies")
@requires(Permission.VOTE_STUDY, anywhere=True)
def studies() -> str:
    """What was taken in for my regions; nowhere else is it listed."""
    page = consultations.studies(the_principal(), cursor=cursor())
    return render_template("consultations/desk/studies.html", page=page, words=words)


@blueprint.route("/desk/consultations/studies/new", methods=["GET", "POST"])
@requires(Permission.VOTE_STUDY, anywhere=True)
@limit(CODES)
def new_study() -> tuple[str, int] | Response:
    """Take in a file; counted at once, it has a board and a result like any vote."""
    actor, form, kept = the_principal(), StudyForm(), list[str]()
    regions = desk.regions_with(actor, Permission.VOTE_STUDY, MOST_REGIONS)
    form.offer_regions((each.code, spoken_name(each.name)) for each in regions)

    def deed() -> bool:
        counted = services.count_study(actor, form.read())
        with unit_of_work():
            kept.append(services.keep_study(counted))
        return True

    if carried_out(form, deed):
        flash(_("The file is taken in and counted."), "success")
        return redirect(url_for("consultations.results", consultation_id=kept[0]), SEE_OTHER)
    return shown(form, render_template("consultations/desk/study_new.html", form=form))
