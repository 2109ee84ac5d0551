"""Arriving and leaving, by the code on the host's screen."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.activities import services
from portal.activities.forms import CodeForm, digits_in
from portal.activities.queries import signups
from portal.activities.views.door import SEE_OTHER, blueprint, codes, filled_in
from portal.core.access import requires, the_principal
from portal.core.i18n import gettext as _
from portal.core.limits import CODES, limit
from portal.core.permissions import Permission


@blueprint.route("/check-in", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@limit(CODES)
def check_in() -> str | Response:
    """Arrive: scan or type the code."""
    return _by_code(leaving=False)


@blueprint.route("/check-out", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@limit(CODES)
def check_out() -> str | Response:
    """Leave: scan or type the code."""
    return _by_code(leaving=True)


def _by_code(*, leaving: bool) -> str | Response:
    actor = the_principal()
    form = CodeForm()
    if request.method == "GET" and "code" in request.args:
        form.code.data = digits_in(request.args["code"])[:20]
    done: list[services.Attendance] = []

    def work() -> None:
        by_code = services.check_out if leaving else services.check_in
        done.append(by_code(actor, form.digits(), None, codes()))

    if filled_in(form, work):
        if leaving:  # of an arrival the record itself says what comes next
            flash(_("You have left. The host confirms your hours."), "success")
        return redirect(url_for("activities.record", record_id=done[0].record_id), SEE_OTHER)
    return render_template(
        "activities/check_in.html", form=form, leaving=leaving, coming=signups.coming(actor.id, 3)
    )
