"""Finding an activity, looking at it, taking a place, praising it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response

from portal.activities import policies, services
from portal.activities.forms import PraiseForm
from portal.activities.queries import activities, records, rewards, signups
from portal.activities.rules import CATEGORY_NAMES, CHECKIN_OPENS, ActivityStatus, Category
from portal.activities.services.praise import PRAISED_WHEN
from portal.activities.views.door import (
    SEE_OTHER,
    asked_for,
    blueprint,
    cursor,
    filled_in,
    press,
    qr,
)
from portal.core.access import current_principal, requires, the_principal
from portal.core.clock import clock, now
from portal.core.errors import DomainError, Forbidden, NotFound
from portal.core.i18n import gettext as _
from portal.core.once import once
from portal.core.permissions import Permission, Principal
from portal.organizations import queries as organizations
from portal.regions.queries import names_of


@blueprint.get("/activities")
@requires(Permission.PUBLIC)
def index() -> str:
    """What one can join, soonest first; or, looking back, what took place."""
    actor = current_principal()
    back = request.args.get("when") == "past"
    areas = _areas(actor)
    area = request.args.get("region", areas[0][0])
    chosen = area if area in dict(areas) else ""
    category = request.args.get("category")
    day = _day(request.args.get("day"))
    filters = activities.Filters(
        region=chosen or None,
        category=category if category in list(Category) else None,
        q=asked_for() or None,
        starts_after=None if back else _from(day),
        starts_before=clock.start_of(day + timedelta(days=1)) if day else None,
        status=ActivityStatus.FINISHED if back else None,
    )
    page = activities.page(actor, filters, cursor=cursor())
    return render_template(
        "activities/index.html",
        page=page,
        shifts=activities.shifts_of(row.id for row in page.items),
        earned=rewards.of(page.items),
        areas=areas,
        chosen=chosen,
        filters=filters,
        day=day,
        back=back,
        present=now(),
        categories=[("", _("All kinds")), *CATEGORY_NAMES.items()],
    )


def _areas(actor: Principal | None) -> list[tuple[str, str]]:
    """Where to look: from one's street outward, so that what is near comes first."""
    everywhere = [("", _("Everywhere"))]
    if actor is None or not actor.home_path:
        return everywhere
    names = names_of(actor.home_path)
    outward = [code for code in reversed(actor.home_path) if code in names]
    return [*((code, names[code]) for code in outward), *everywhere]


def _from(day: date | None) -> datetime:
    """The beginning of a day that was asked for; what has begun cannot be joined any more."""
    return max(clock.start_of(day), now()) if day else now()


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


@blueprint.get("/activities/<id:activity_id>")
@requires(Permission.PUBLIC)
def show(activity_id: str) -> str:
    """One activity; after signing up, one's pass."""
    return _page(activities.visible(current_principal(), activity_id))


def _page(row: Row[Any], refusal: DomainError | None = None) -> str:
    actor = current_principal()
    shifts = activities.shifts_of([row.id])[row.id]
    places = signups.of_activity(actor.id, row.id) if actor else {}
    host = activities.host_of(row)
    return render_template(
        "activities/show.html",
        activity=row,
        shifts=shifts,
        places=places,
        passes=[each for each in places.values() if each.ends_at > now()],
        earned=rewards.of_shifts(row, shifts),
        per_hour=rewards.of([row])[row.id],
        my_code=qr(actor.member_code) if actor and places else None,
        hosts=policies.may_host(actor, host),
        reviews=policies.may_review(actor, host) and row.status == ActivityStatus.IN_REVIEW,
        may_praise=bool(actor) and _may_praise(actor, row, host),
        standing=organizations.standing(row.organization_id) if row.organization_id else None,
        refusal=refusal,
        present=now(),
        soon=now() + CHECKIN_OPENS,
    )


def _may_praise(actor: Principal | None, row: Row[Any], host: policies.Host) -> bool:
    if actor is None or row.organization_id is None or row.status not in PRAISED_WHEN:
        return False
    if row.first_starts_at > now() or organizations.is_one_of_ours(actor, row.organization_id):
        return False
    return policies.is_of_community(actor, host) or records.took_part(actor.id, row.id)


@blueprint.post("/shifts/<id:shift_id>/signup")
@requires(Permission.SIGNED_IN)
def sign_up(shift_id: str) -> Response | tuple[str, int]:
    """Take a place; once for the form at hand."""
    actor = the_principal()
    _shift, activity = activities.visible_shift(actor, shift_id)
    address = url_for("activities.show", activity_id=activity.id)
    status = []

    def work() -> str:
        status.append(services.sign_up(actor, shift_id)["status"])
        return address

    try:
        once(work)
    except (NotFound, Forbidden):
        raise
    except DomainError as error:
        return _page(activities.visible(actor, activity.id), error), error.status
    if status == ["confirmed"]:
        flash(_("You have a place. We look forward to you."), "success")
    elif status:
        flash(_("All places are taken. You are on the waiting list."), "warning")
    return redirect(address, SEE_OTHER)


@blueprint.post("/signups/<id:signup_id>/cancel")
@requires(Permission.SIGNED_IN)
def cancel_signup(signup_id: str) -> Response:
    """Give a place back."""
    actor = the_principal()
    return press(
        lambda: services.cancel_signup(actor, signup_id),
        _("Your place is free for somebody else. Thank you for saying so."),
        url_for("activities.my_activities"),
    )


@blueprint.route("/activities/<id:activity_id>/praise", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def praise(activity_id: str) -> str | Response:
    """Praise the organization after the activity."""
    actor = the_principal()
    row = activities.visible(actor, activity_id)
    form = PraiseForm()

    def work() -> None:
        services.praise_activity(actor, activity_id, int(form.score.data), form.comment.data or "")

    if filled_in(form, work):
        flash(_("Thank you. Your praise is on the organization’s page."), "success")
        return redirect(url_for("activities.show", activity_id=activity_id), SEE_OTHER)
    return render_template("activities/praise.html", activity=row, form=form)
