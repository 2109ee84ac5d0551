"""Hosts change the shifts of what is published."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response

from portal.activities import services
from portal.activities.forms import OneShiftForm, PlacesForm, ReasonForm
from portal.activities.views.door import blueprint, hosted_activity, hosted_shift
from portal.core.access import requires, the_principal
from portal.core.clock import clock, now
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, filled_in, filled_in_once, shown
from portal.core.permissions import Permission


@blueprint.route("/hosting/activities/<id:activity_id>/shifts/new", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_HOST)
def add_shift(activity_id: str) -> tuple[str, int] | Response:
    """One shift more, which takes sign-ups at once."""
    row, form = hosted_activity(activity_id), OneShiftForm()

    def work() -> str:
        services.add_shift(the_principal(), row.id, form.read())
        return url_for("activities.manage", activity_id=row.id)

    if address := filled_in_once(form, work):
        flash(_("The shift is added. People can sign up now."), "success")
        return redirect(address, SEE_OTHER)
    page = render_template("activities/change_shift.html", activity=row, shift=None, form=form)
    return shown(form, page)


@blueprint.route("/hosting/shifts/<id:shift_id>/change", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_HOST)
def change_shift(shift_id: str) -> tuple[str, int] | Response:
    """Other places or, before it begins, other times."""
    row, activity = hosted_shift(shift_id)
    begun = row.starts_at <= now()
    form = PlacesForm(data={"capacity": row.capacity}) if begun else OneShiftForm(data=_typed(row))

    def work() -> None:
        services.change_shift(the_principal(), row.id, _planned(row, form))

    if filled_in(form, work):
        flash(_("Changed. Whoever signed up is told of what concerns them."), "success")
        return redirect(url_for("activities.shift", shift_id=row.id), SEE_OTHER)
    page = render_template("activities/change_shift.html", activity=activity, shift=row, form=form)
    return shown(form, page)


@blueprint.route("/hosting/shifts/<id:shift_id>/cancel", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_HOST)
def cancel_shift(shift_id: str) -> tuple[str, int] | Response:
    """Call one shift off, with the reason that everybody of it is told."""
    row, activity = hosted_shift(shift_id)
    form = ReasonForm()

    def work() -> None:
        services.cancel_shift(the_principal(), row.id, form.reason.data or "")

    if filled_in(form, work):
        flash(_("Called off. Everybody who signed up is told."), "success")
        return redirect(url_for("activities.manage", activity_id=activity.id), SEE_OTHER)
    page = render_template("activities/cancel_shift.html", activity=activity, shift=row, form=form)
    return shown(form, page)


def _typed(row: Row[Any]) -> dict[str, Any]:
    """A shift as its form shows it."""
    begins, ends = row.starts_at.astimezone(clock.zone), row.ends_at.astimezone(clock.zone)
    return {
        "day": begins.date(),
        "begin": begins.time(),
        "end": ends.time(),
        "capacity": row.capacity,
    }


def _planned(row: Row[Any], form: PlacesForm) -> services.ShiftPlan:
    """What was filled in. The form knows no seconds: times that look the same are the same."""
    places = form.capacity.data or 0
    if isinstance(form, OneShiftForm):
        plan: services.ShiftPlan = form.read()
        before = tuple(at.replace(second=0, microsecond=0) for at in (row.starts_at, row.ends_at))
        if (plan.starts_at, plan.ends_at) != before:
            return plan
    return services.ShiftPlan(row.starts_at, row.ends_at, places)
