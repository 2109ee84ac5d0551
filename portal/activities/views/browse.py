"""Finding an activity, looking at it, taking a place, praising it."""

from __future__ import annotations

from collections.abc import Mapping
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
from portal.activities.views.door import blueprint
from portal.core.access import current_principal, requires, the_principal
from portal.core.clock import clock, now
from portal.core.errors import DomainError, Forbidden, NotFound
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.once import once
from portal.core.pages import SEE_OTHER, asked_for, cursor, day_asked_for, filled_in, press, shown
from portal.core.permissions import Permission, Principal
from portal.core.qr import qr
from portal.organizations import queries as organizations
from portal.organizations.rules import PRAISE_CHANGED_FOR, signature
from portal.regions.drawing import Plan, around
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
    day = day_asked_for("day")
    filters = activities.Filters(
        region=chosen or None,
        category=category if category in list(Category) else None,
        q=asked_for() or None,
        starts_after=None if back else _from(day),
        starts_before=clock.start_of(day + timedelta(days=1)) if day else None,
        status=ActivityStatus.FINISHED if back else None,
        called_off=False,
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


@blueprint.get("/activities/<id:activity_id>")
@requires(Permission.PUBLIC)
def show(activity_id: str) -> str:
    """One activity; after signing up, one's pass."""
    return _page(activities.visible(current_principal(), activity_id))


def _page(row: Row[Any], refusal: DomainError | None = None) -> str:
    actor = current_principal()
    shifts = activities.shifts_of([row.id], cancelled_too=True)[row.id]
    places = signups.of_activity(actor.id, row.id) if actor else {}
    host = activities.host_of(row)
    own_praise = organizations.praise_by(actor.id, row.id) if actor else None
    return render_template(
        "activities/show.html",
        activity=row,
        plan=_plan(row),
        shifts=shifts,
        places=places,
        passes=[each for each in places.values() if each.ends_at > now()],
        earned=rewards.of_shifts(row, shifts),
        per_hour=rewards.of([row])[row.id],
        my_code=qr(actor.member_code) if actor and places else None,
        hosts=policies.may_host(actor, host),
        reviews=policies.may_review(actor, host) and row.status == ActivityStatus.IN_REVIEW,
        may_praise=own_praise is None and _is_asked(actor, row, host, places),
        own_praise=own_praise,
        changes_praise=own_praise is not None and organizations.may_change_praise(own_praise),
        standing=organizations.standing(row.organization_id) if row.organization_id else None,
        refusal=refusal,
        present=now(),
        soon=now() + CHECKIN_OPENS,
    )


def _plan(row: Row[Any]) -> Plan | None:
    """Where it takes place; the places of other activities there are the same one."""
    if row.latitude is None:
        return None
    here = (row.latitude, row.longitude)
    return around(
        row.region_code,
        here,
        own=lambda each: each.kind == "activity" and (each.latitude, each.longitude) == here,
    )


def _is_asked(
    actor: Principal | None, row: Row[Any], host: policies.Host, places: Mapping[str, Row[Any]]
) -> bool:
    """Whether the page asks a person to rate the activity: whoever has served; afterwards the
    community too, but not who had signed up and was not there, or only waited."""
    if actor is None or row.organization_id is None or row.status not in PRAISED_WHEN:
        return False
    if organizations.is_one_of_ours(actor, row.organization_id):
        return False
    if records.took_part(actor.id, row.id):
        return True
    over = row.status == ActivityStatus.FINISHED
    return over and not places and policies.is_of_community(actor, host)


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


_GIVEN_BACK = {
    services.GivenBack.GIVEN_ON: _l(
        "Your place goes to whoever waited first. Thank you for saying so."
    ),
    services.GivenBack.FREE: _l("Your place is free again. Thank you for saying so."),
    services.GivenBack.LEFT_QUEUE: _l("You are not waiting any more. Thank you for saying so."),
}


@blueprint.post("/signups/<id:signup_id>/cancel")
@requires(Permission.SIGNED_IN)
def cancel_signup(signup_id: str) -> Response:
    """Give a place back."""
    actor = the_principal()
    became: list[services.GivenBack] = []
    answer = press(
        lambda: became.append(services.cancel_signup(actor, signup_id)),
        None,
        url_for("activities.my_activities"),
    )
    for each in became:
        flash(_GIVEN_BACK[each], "success")
    return answer


@blueprint.route("/activities/<id:activity_id>/praise", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def praise(activity_id: str) -> tuple[str, int] | Response:
    """Rate the activity afterwards; or change what one said."""
    actor = the_principal()
    row = activities.visible(actor, activity_id)
    address = url_for("activities.show", activity_id=row.id)
    own = organizations.praise_by(actor.id, row.id)
    if own is not None and not organizations.may_change_praise(own):
        return redirect(address, SEE_OTHER)
    form = PraiseForm(data=own and {"score": str(own.score), "comment": own.comment})
    said = services.praise_activity if own is None else services.change_praise

    def work() -> None:
        said(actor, activity_id, int(form.score.data), form.comment.data or "")

    if filled_in(form, work):
        flash(_("Thank you. It stands on the organization’s page."), "success")
        return redirect(address, SEE_OTHER)
    page = render_template(
        "activities/praise.html",
        activity=row,
        form=form,
        own=own,
        signature=signature(actor.name),
        days=PRAISE_CHANGED_FOR.days,
    )
    return shown(form, page)
