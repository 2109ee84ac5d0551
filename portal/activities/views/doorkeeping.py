"""Hosts at the list of a shift: taking somebody off, letting somebody in."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.activities import services
from portal.activities.forms import MemberForm, ReasonForm
from portal.activities.queries import signups
from portal.activities.views.door import blueprint, hosted_shift
from portal.core.access import requires, the_principal
from portal.core.i18n import gettext as _
from portal.core.limits import CODES, limit
from portal.core.pages import SEE_OTHER, filled_in, filled_in_once, press, shown
from portal.core.permissions import Permission


@blueprint.route("/hosting/signups/<id:signup_id>/remove", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_HOST)
def remove_signup(signup_id: str) -> tuple[str, int] | Response:
    """Take a person off the list, with the reason that they are told."""
    person = signups.one(signup_id)
    row, activity = hosted_shift(person.shift_id)
    form = ReasonForm()

    def work() -> None:
        services.remove_signup(the_principal(), signup_id, form.reason.data or "")

    if filled_in(form, work):
        flash(_("Taken off the list. The person reads your reason."), "success")
        return redirect(url_for("activities.shift", shift_id=row.id), SEE_OTHER)
    page = render_template(
        "activities/remove_signup.html", activity=activity, shift=row, person=person, form=form
    )
    return shown(form, page)


@blueprint.post("/hosting/signups/<id:signup_id>/admit")
@requires(Permission.ACTIVITY_HOST)
def admit_waiting(signup_id: str) -> Response:
    """One place more, for somebody who waits."""
    row, _activity = hosted_shift(signups.one(signup_id).shift_id)
    return press(
        lambda: services.admit_waiting(the_principal(), signup_id),
        _("The shift has one place more, and this person has it."),
        url_for("activities.shift", shift_id=row.id),
    )


@blueprint.route("/hosting/shifts/<id:shift_id>/walk-in", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_HOST)
@limit(CODES)
def walk_in(shift_id: str) -> tuple[str, int] | Response:
    """Add a neighbour who stands there without a sign-up, by their member code."""
    row, activity = hosted_shift(shift_id)
    form = MemberForm()
    if request.method == "GET" and "code" in request.args:
        form.code.data = request.args["code"][:40]

    def work() -> str:
        services.add_walk_in(the_principal(), row.id, form.code.data or "")
        return url_for("activities.shift", shift_id=row.id)

    if address := filled_in_once(form, work):
        flash(_("Added to the list and ticked in."), "success")
        return redirect(address, SEE_OTHER)
    page = render_template("activities/walk_in.html", activity=activity, shift=row, form=form)
    return shown(form, page)
