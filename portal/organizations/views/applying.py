"""Register an organization, and correct what was declined."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from portal.core.access import requires, the_principal
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.limits import REGISTRATION, limit
from portal.core.pages import SEE_OTHER, UNPROCESSABLE, filled_in, filled_in_once
from portal.core.permissions import Permission
from portal.organizations import queries, services
from portal.organizations.forms import ApplicationForm
from portal.organizations.services import Application
from portal.organizations.views.blueprint import blueprint
from portal.regions import queries as regions


@blueprint.route("/organizations/new", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@limit(REGISTRATION, methods=["POST"])
def new() -> Any:
    """Apply for an organization or a team."""
    form = ApplicationForm()
    if request.method == "GET":
        form.region_code.data = request.args.get("community") or the_principal().home_region
        return _form_page(form)

    def work() -> str:
        made = services.register(the_principal(), _application(form))
        return url_for("organizations.show", organization_id=made)

    address = filled_in_once(form, work)
    if address is None:
        return _form_page(form), UNPROCESSABLE
    flash(_("Thank you. The committee looks at it and tells you."), "success")
    return redirect(address, SEE_OTHER)


@blueprint.route("/organizations/<id:organization_id>/application", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@limit(REGISTRATION, methods=["POST"])
def apply_again(organization_id: str) -> Any:
    """Correct an application that waits or was declined."""
    actor = the_principal()
    row = queries.detail(organization_id, actor)
    if row.applied_by != actor.id or row.status == "verified":
        raise NotFound
    form = ApplicationForm(obj=row)
    if request.method == "GET":
        form.region_code.data = request.args.get("community") or row.region_code
        return _form_page(form, row)

    def work() -> None:
        services.apply_again(actor, organization_id, _application(form))

    if not filled_in(form, work):
        return _form_page(form, row), UNPROCESSABLE
    flash(_("Thank you. The committee looks at it and tells you."), "success")
    return redirect(url_for("organizations.show", organization_id=organization_id), SEE_OTHER)


def _application(form: ApplicationForm) -> Application:
    return Application(
        name=form.name.data,
        kind=form.kind.data,
        credit_code=form.credit_code.data or None,
        region_code=form.region_code.data or "",
        description=form.description.data,
        contact=form.contact.data,
    )


def _form_page(form: ApplicationForm, row: Any = None) -> str:
    try:
        region = regions.full_name(form.region_code.data) if form.region_code.data else None
    except NotFound:
        region = None
    return render_template("organizations/apply.html", form=form, region=region, row=row)
