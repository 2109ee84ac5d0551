"""Arriving and leaving, by the code on the host's screen."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response

from portal.activities import services
from portal.activities.errors import CodeExpired, UnknownCode
from portal.activities.forms import CodeForm, digits_in
from portal.activities.queries import signups
from portal.activities.rules import CHECKIN_OPENS
from portal.activities.views.door import blueprint, codes
from portal.core.access import requires, the_principal
from portal.core.clock import now
from portal.core.errors import FieldError
from portal.core.i18n import gettext as _
from portal.core.limits import CODES, limit
from portal.core.pages import SEE_OTHER, filled_in, shown
from portal.core.permissions import Permission


@blueprint.route("/check-in", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@limit(CODES)
def check_in() -> tuple[str, int] | Response:
    """Arrive: scan or type the code."""
    return _by_code(leaving=False)


@blueprint.route("/check-out", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@limit(CODES)
def check_out() -> tuple[str, int] | Response:
    """Leave: scan or type the code."""
    return _by_code(leaving=True)


def _by_code(*, leaving: bool) -> tuple[str, int] | Response:
    actor = the_principal()
    form = CodeForm()
    if request.method == "GET" and "code" in request.args:
        form.code.data = digits_in(request.args["code"])[:20]
    done: list[services.Attendance] = []

    def work() -> None:
        by_code = services.check_out if leaving else services.check_in
        try:
            done.append(by_code(actor, form.digits(), form.position(), codes()))
        except (UnknownCode, CodeExpired) as error:  # here the digits are a field
            error.errors = [FieldError(form.code.name, error.detail)]
            raise

    if filled_in(form, work):
        if leaving:  # of an arrival the record itself says what comes next
            flash(_("You have left. The host confirms your hours."), "success")
        return redirect(url_for("activities.record", record_id=done[0].record_id), SEE_OTHER)
    coming = signups.coming(actor.id, 3)
    page = render_template(
        "activities/check_in.html",
        form=form,
        leaving=leaving,
        coming=coming,
        position_needed=any(_asks_where(place) for place in coming),
    )
    return shown(form, page)


def _asks_where(place: Row[Any]) -> bool:
    """Whether check-in is open at a shift of this person that is limited to its place."""
    return bool(place.checkin_metres) and place.starts_at <= now() + CHECKIN_OPENS
