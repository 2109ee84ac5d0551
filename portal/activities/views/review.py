"""The reviewers' queue: activities that were handed in."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response

from portal.activities import policies, services
from portal.activities.forms import ReasonForm
from portal.activities.queries import activities, rewards
from portal.activities.services.reserves import full_house
from portal.activities.views.door import blueprint
from portal.core.access import requires, the_principal
from portal.core.errors import Forbidden
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, cursor, filled_in, press, shown
from portal.core.permissions import Permission
from portal.organizations import queries as organizations
from portal.points import queries as points


@blueprint.get("/desk/activities")
@requires(Permission.ACTIVITY_REVIEW, anywhere=True)
def review_queue() -> str:
    """What waits for review, the one that starts first on top."""
    page = activities.to_review(the_principal(), cursor=cursor())
    return render_template("activities/review_queue.html", page=page)


@blueprint.get("/desk/activities/<id:activity_id>")
@requires(Permission.ACTIVITY_REVIEW)
def review(activity_id: str) -> str:
    """One activity to be judged."""
    return _page(_reviewed(activity_id), ReasonForm())


@blueprint.post("/desk/activities/<id:activity_id>/approve")
@requires(Permission.ACTIVITY_REVIEW)
def approve(activity_id: str) -> Response:
    """Publish it."""
    actor = the_principal()
    return press(
        lambda: services.approve(actor, activity_id),
        _("Published. The host is told."),
        url_for("activities.review", activity_id=activity_id),
    )


@blueprint.post("/desk/activities/<id:activity_id>/send-back")
@requires(Permission.ACTIVITY_REVIEW)
def send_back(activity_id: str) -> tuple[str, int] | Response:
    """Ask the host for changes."""
    row, form = _reviewed(activity_id), ReasonForm()

    def work() -> None:
        services.send_back(the_principal(), activity_id, form.reason.data or "")

    if filled_in(form, work):
        flash(_("Sent back. The host reads your reason."), "success")
        return redirect(url_for("activities.review_queue"), SEE_OTHER)
    return shown(form, _page(row, form))


def _reviewed(activity_id: str) -> Row[Any]:
    actor = the_principal()
    row = activities.visible(actor, activity_id)
    if not policies.may_review(actor, activities.host_of(row)):
        raise Forbidden
    return row


def _page(row: Row[Any], form: ReasonForm) -> str:
    shifts = activities.shifts_of([row.id])[row.id]
    earned = rewards.of_shifts(row, shifts)
    return render_template(
        "activities/review.html",
        activity=row,
        shifts=shifts,
        earned=earned,
        full_house=full_house(row, shifts),
        budget=points.budget_of(row.region_code),
        standing=organizations.standing(row.organization_id) if row.organization_id else None,
        form=form,
    )
