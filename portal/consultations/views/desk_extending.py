"""The desk: letting a vote go on for longer."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.consultations import services
from portal.consultations.forms.extending import ExtensionForm
from portal.consultations.queries.extensions import extensions_of
from portal.consultations.services.casting import is_taking_ballots
from portal.consultations.views.blueprint import blueprint
from portal.consultations.views.desk_door import looked_after
from portal.core.access import requires, the_principal
from portal.core.clock import clock
from portal.core.errors import WrongState
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, filled_in, shown
from portal.core.permissions import Permission


@blueprint.app_context_processor
def _extensions() -> dict[str, Any]:
    return {"later_ends_of": extensions_of}


@blueprint.route("/desk/consultations/<id:consultation_id>/extend", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def desk_extend(consultation_id: str) -> tuple[str, int] | Response:
    """Fix a later end of an open vote, with the reason that everybody reads."""
    row = looked_after(consultation_id, "manage")
    if row.closes_at is None or not is_taking_ballots(row):
        raise WrongState
    here = row.closes_at.astimezone(clock.zone)
    form = ExtensionForm(data={"closes_time": here.time()})
    if filled_in(
        form,
        lambda: services.extend(the_principal(), row.id, form.closes_at, form.reason.data),
    ):
        flash(_("Voting goes on for longer. Everybody on the roll is told."), "success")
        return redirect(url_for("consultations.desk_show", consultation_id=row.id), SEE_OTHER)
    page = render_template("consultations/desk/extend.html", consultation=row, form=form)
    return shown(form, page)
