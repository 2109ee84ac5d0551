"""The desk: who says that they live or work here, and who does."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, url_for

from portal.accounts import queries, services
from portal.accounts.forms import DeclineForm
from portal.accounts.history import history_of_claims
from portal.accounts.rules import ClaimState
from portal.accounts.views.blueprint import blueprint
from portal.core.access import requires, the_principal
from portal.core.clock import clock, today
from portal.core.i18n import gettext as _
from portal.core.limits import SEARCHES, limit
from portal.core.pages import SEE_OTHER, asked_for, cursor, filled_in, press, shown_by_refusal
from portal.core.permissions import Permission, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.regions.choosing import region_asked_for
from portal.regions.rules import Level, is_code_of


@blueprint.get("/desk/residents")
@requires(Permission.RESIDENT_VERIFY, anywhere=True)
def residents() -> Any:
    """People who say that they live or work here, those who have waited longest first."""
    page = queries.claims_waiting(the_principal(), cursor=cursor())
    return render_template("accounts/desk/residents.html", page=page)


@blueprint.get("/desk/residents/workplaces")
@requires(Permission.RESIDENT_VERIFY, anywhere=True)
def workplaces() -> Any:
    """Who is confirmed to work here."""
    page = queries.workplaces(the_principal(), cursor=cursor())
    return render_template("accounts/desk/workplaces.html", page=page, day_of=clock.day_of)


@blueprint.get("/desk/residents/<id:claim_id>")
@requires(Permission.RESIDENT_VERIFY, anywhere=True)
def claim(claim_id: str) -> Any:
    """One claim to decide."""
    actor = the_principal()
    found = queries.claim_to_decide(actor, claim_id)
    if found.state != ClaimState.WAITING:  # nothing left to do: it is only read
        with unit_of_work():
            services.note_reading(actor, found.user_id, found.region_code)
    return _claim_page(found, DeclineForm())


@blueprint.post("/desk/residents/<id:claim_id>/verify")
@requires(Permission.RESIDENT_VERIFY, anywhere=True)
def verify_claim(claim_id: str) -> Any:
    """Confirm that the person lives or works there."""
    work = partial(services.verify_claim, the_principal(), claim_id)
    return press(work, _("Confirmed. The person is told."), url_for("accounts.residents"))


@blueprint.post("/desk/residents/<id:claim_id>/decline")
@requires(Permission.RESIDENT_VERIFY, anywhere=True)
def decline_claim(claim_id: str) -> Any:
    """Say no, and why."""
    form, actor = DeclineForm(), the_principal()
    if not filled_in(form, lambda: services.decline_claim(actor, claim_id, form.reason.data)):
        return shown_by_refusal(form, _refused(claim_id, form))
    flash(_("Declined. The person is told why."), "success")
    return redirect(url_for("accounts.residents"), SEE_OTHER)


@blueprint.get("/desk/residents/people")
@requires(Permission.RESIDENT_VERIFY, anywhere=True)
@limit(SEARCHES)
def find_resident() -> Any:
    """Residents by name or member code; without either, everybody of one community."""
    actor, q = the_principal(), asked_for()
    start, *_others = actor.scopes(Permission.RESIDENT_VERIFY, ScopeKind.REGION)
    region, own = region_asked_for(start), queries.community_of_work(actor)
    community = region.code if is_code_of(region.code, Level.COMMUNITY) else own
    if q:
        page = queries.residents_found(actor, q, region=region.code, cursor=cursor())
    elif community and region.code in ("", community):
        page = queries.residents_of_community(actor, community, cursor=cursor())
    else:
        page = None
    return render_template(
        "accounts/desk/find_resident.html",
        q=q,
        page=page,
        region=None if own else region,
        day_of=clock.day_of,
    )


@blueprint.get("/desk/residents/people/<id:user_id>")
@requires(Permission.RESIDENT_VERIFY, anywhere=True)
def resident(user_id: str) -> Any:
    """One resident's home: the claims, and who decided what. Who opens it is written down."""
    actor = the_principal()
    person = queries.resident_for(actor, user_id)
    with unit_of_work():
        services.note_reading(actor, person.id, person.home_region_code)
    claims = queries.claims_known_to(actor, person.id)
    return render_template(
        "accounts/desk/resident.html",
        person=person,
        waiting=next((each for each in claims if each.state == ClaimState.WAITING), None),
        history=history_of_claims(claims),
    )


def _refused(claim_id: str, form: DeclineForm) -> str:
    return _claim_page(queries.claim_to_decide(the_principal(), claim_id), form)


def _claim_page(found: Any, form: DeclineForm) -> str:
    known = queries.claims_known_to(the_principal(), found.user_id)
    return render_template(
        "accounts/desk/claim.html",
        claim=found,
        form=form,
        age=queries.age_on(found.birth_date, today()) if found.birth_date else None,
        history=history_of_claims(each for each in known if each.state != ClaimState.WAITING),
    )
