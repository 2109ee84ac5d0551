"""Hosts at their desk: what they host, drafts, publishing, calling off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response

from portal.activities import services
from portal.activities.forms import ActivityForm, AmendForm, ReasonForm, offer
from portal.activities.queries import activities
from portal.activities.queries import hosting as hosted
from portal.activities.rules import OPEN_STATUSES, ActivityStatus
from portal.activities.services.reserves import full_house
from portal.activities.views.door import blueprint, hosted_activity
from portal.core.access import requires, the_principal
from portal.core.clock import clock, now
from portal.core.errors import WrongState
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, cursor, filled_in, press, shown
from portal.core.permissions import Permission, Principal, ScopeKind
from portal.organizations import queries as organizations

MOST_CHOICES = 300


@blueprint.get("/hosting")
@requires(Permission.ACTIVITY_HOST, anywhere=True)
def hosting() -> str:
    """What I host: what is on, what waits for me, what comes; or, looking back, what was."""
    actor = the_principal()
    back = request.args.get("when") == "past"
    tomorrow = clock.start_of(clock.today() + timedelta(days=1))
    goes_on = back or cursor() is not None  # a later page of a list has that list alone
    page = (
        activities.hosted_before(actor, cursor=cursor())
        if back
        else activities.hosted_from(actor, tomorrow, cursor=cursor())
    )
    return render_template(
        "activities/hosting.html",
        back=back,
        today=[] if goes_on else hosted.shifts_until(actor, tomorrow),
        waiting=[] if goes_on else hosted.shifts_to_confirm(actor),
        page=page,
        shifts=activities.shifts_of(row.id for row in page.items),
        present=now(),
    )


@blueprint.route("/hosting/activities/new", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_HOST)
def plan() -> tuple[str, int] | Response:
    """Write a draft."""
    actor = the_principal()
    form = _with_choices(ActivityForm(), actor)
    made: list[str] = []
    if _more_rows(form) or not filled_in(
        form, lambda: made.append(services.create_activity(actor, form.read()))
    ):
        return shown(form, render_template("activities/plan.html", form=form, activity=None))
    flash(_("Your draft is kept. Look it through, then publish it."), "success")
    return redirect(url_for("activities.manage", activity_id=made[0]), SEE_OTHER)


@blueprint.route("/hosting/activities/<id:activity_id>/edit", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_HOST)
def edit(activity_id: str) -> tuple[str, int] | Response:
    """Change a draft wholly; later only words and the place."""
    row = hosted_activity(activity_id)
    if row.status in OPEN_STATUSES:
        return _amend(row)
    if row.status != ActivityStatus.DRAFT:
        raise WrongState
    actor = the_principal()
    form = _with_choices(ActivityForm(data=_as_form(row)), actor)
    if _more_rows(form) or not filled_in(
        form, lambda: services.change_draft(actor, row.id, form.read())
    ):
        return shown(form, render_template("activities/plan.html", form=form, activity=row))
    flash(_("Your changes are kept."), "success")
    return redirect(url_for("activities.manage", activity_id=row.id), SEE_OTHER)


def _amend(row: Row[Any]) -> tuple[str, int] | Response:
    form = AmendForm(data=row._mapping)

    def work() -> None:
        services.amend(
            the_principal(),
            row.id,
            description=form.description.data or "",
            location=form.location(),
            what_to_bring=form.what_to_bring.data or None,
            risks=form.risks.data or None,
        )

    if filled_in(form, work):
        flash(_("Your changes are kept. Whoever signed up is told."), "success")
        return redirect(url_for("activities.manage", activity_id=row.id), SEE_OTHER)
    return shown(form, render_template("activities/amend.html", form=form, activity=row))


@blueprint.get("/hosting/activities/<id:activity_id>")
@requires(Permission.ACTIVITY_HOST)
def manage(activity_id: str) -> str:
    """One activity of mine: where it stands, its shifts, what can be done."""
    row = hosted_activity(activity_id)
    shifts = activities.shifts_of([row.id], cancelled_too=True)[row.id]
    return render_template(
        "activities/manage.html",
        activity=row,
        shifts=shifts,
        full_house=full_house(row, [each for each in shifts if each.cancelled_at is None]),
        present=now(),
    )


@blueprint.post("/hosting/activities/<id:activity_id>/publish")
@requires(Permission.ACTIVITY_HOST)
def publish(activity_id: str) -> Response:
    """Publish, or hand in for review."""
    actor = the_principal()
    if hosted_activity(activity_id).location_name is None:
        flash(_("Say where people meet, then publish."), "warning")
        return redirect(url_for("activities.edit", activity_id=activity_id), SEE_OTHER)
    address = url_for("activities.manage", activity_id=activity_id)
    status: list[str] = []
    answer = press(lambda: status.append(services.publish(actor, activity_id)), None, address)
    if status == [ActivityStatus.PUBLISHED]:
        flash(_("Published. People can sign up now."), "success")
    elif status:
        flash(_("Handed in. The community looks at it first."), "success")
    return answer


@blueprint.post("/hosting/activities/<id:activity_id>/delete")
@requires(Permission.ACTIVITY_HOST)
def delete_draft(activity_id: str) -> Response:
    """Throw a draft away."""
    actor = the_principal()
    gone: list[bool] = []

    def work() -> None:
        services.delete_draft(actor, activity_id)
        gone.append(True)

    answer = press(work, _("The draft is deleted."), url_for("activities.hosting"))
    if gone:
        return answer
    return redirect(url_for("activities.manage", activity_id=activity_id), SEE_OTHER)


@blueprint.route("/hosting/activities/<id:activity_id>/cancel", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_HOST)
def cancel(activity_id: str) -> tuple[str, int] | Response:
    """Call it off, with the reason that everybody is told."""
    row = hosted_activity(activity_id)
    form = ReasonForm()
    if filled_in(form, lambda: services.cancel(the_principal(), row.id, form.reason.data or "")):
        flash(_("Called off. Everybody who signed up is told."), "success")
        return redirect(url_for("activities.manage", activity_id=row.id), SEE_OTHER)
    shifts = activities.shifts_of([row.id])[row.id]
    expected = sum(s.taken + s.waiting for s in shifts if s.starts_at > now())
    page = render_template("activities/cancel.html", activity=row, form=form, expected=expected)
    return shown(form, page)


# --- the form -------------------------------------------------------------------------------------


def _more_rows(form: ActivityForm) -> bool:
    """Whether the person asked for more empty shifts: then nothing is kept yet."""
    if request.method == "POST" and "more" in request.form:
        form.add_rows()
        return True
    return False


def _with_choices(form: ActivityForm, actor: Principal) -> ActivityForm:
    offer(form.host, _hosts(actor))
    offer(form.region_code, _regions(actor))
    if request.method == "GET":
        _choose_the_only_one(form.host)
        _choose_the_only_one(form.region_code)
    return form


def _choose_the_only_one(field: Any) -> None:
    if len(field.choices) == 2 and not field.data:
        field.data = field.choices[1].value


def _hosts(actor: Principal) -> list[tuple[str, str]]:
    """The organizations this person manages, and the community as such for its social worker."""
    ids = actor.scopes(Permission.ACTIVITY_HOST, ScopeKind.ORGANIZATION)
    choices = [
        (f"organization:{each['id']}", each["name"])
        for each in organizations.summaries(ids).values()
    ]
    if actor.scopes(Permission.ACTIVITY_HOST, ScopeKind.REGION):
        choices.append(("region:", _("The community itself")))
    return choices


def _regions(actor: Principal) -> list[tuple[str, str]]:
    """Where this person may host: at home of their organizations and where they are social worker,
    and in what lies below."""
    codes = set(actor.scopes(Permission.ACTIVITY_HOST, ScopeKind.REGION))
    for each in actor.scopes(Permission.ACTIVITY_HOST, ScopeKind.ORGANIZATION):
        codes.add(organizations.host(each).region_code)
    return [(row.code, row.name) for row in activities.regions_below(codes, MOST_CHOICES)]


def _as_form(row: Row[Any]) -> dict[str, Any]:
    """An activity as its form shows it."""
    values = dict(row._mapping)
    values["host"] = f"organization:{row.organization_id}" if row.organization_id else "region:"
    values["shifts"] = [
        {
            "day": shift.starts_at.astimezone(clock.zone).date(),
            "begin": shift.starts_at.astimezone(clock.zone).time(),
            "end": shift.ends_at.astimezone(clock.zone).time(),
            "capacity": shift.capacity,
        }
        for shift in activities.shifts_of([row.id])[row.id]
    ]
    return values
