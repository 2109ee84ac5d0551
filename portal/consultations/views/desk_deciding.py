"""The desk: what the committee makes of an outcome."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.consultations import services
from portal.consultations.forms.running import DecisionForm
from portal.consultations.queries import consultations
from portal.consultations.rules.life import Status
from portal.consultations.views.blueprint import blueprint
from portal.consultations.views.desk import tally_of, turnout_facts
from portal.consultations.views.desk_door import looked_after
from portal.core.access import requires, the_principal
from portal.core.errors import WrongState
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, filled_in, shown
from portal.core.permissions import Permission


@blueprint.route("/desk/consultations/<id:consultation_id>/decide", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def desk_decide(consultation_id: str) -> tuple[str, int] | Response:
    """Take up the outcome or depart from it, with reasons, and promise what will be done."""
    row, form = looked_after(consultation_id, "manage"), DecisionForm()
    if row.status != Status.CLOSED:
        raise WrongState

    def work() -> None:
        services.decide(
            the_principal(),
            row.id,
            accepted=form.accepted.data == "yes",
            reasons=form.reasons.data,
            commitments=form.promises(),
        )

    if not _more_rows(form) and filled_in(form, work):
        flash(_("The decision is public, with your reasons."), "success")
        return redirect(url_for("consultations.desk_show", consultation_id=row.id), SEE_OTHER)
    page = render_template(
        "consultations/desk/decide.html",
        consultation=row,
        form=form,
        options=consultations.options_of([row.id])[row.id],
        tally=tally_of(row),
        **turnout_facts(row),
    )
    return shown(form, page)


def _more_rows(form: DecisionForm) -> bool:
    """Whether the person asked for more empty lines: then nothing is decided yet."""
    if request.method == "POST" and "more" in request.form:
        form.add_rows()
        return True
    return False
