"""The desk: who lives here, and who may do what."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from portal.accounts import queries, services
from portal.accounts.addresses import read
from portal.accounts.forms import DeclineForm, GrantForm
from portal.accounts.views.blueprint import blueprint
from portal.accounts.words import ROLES
from portal.core.access import requires, the_principal
from portal.core.clock import today
from portal.core.errors import DomainError, Invalid
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission, Role, scope_kind_of
from portal.core.unit_of_work import unit_of_work


@blueprint.get("/desk/residents")
@requires(Permission.RESIDENT_VERIFY, anywhere=True)
def residents() -> Any:
    """People who say that they live here, those who have waited longest first."""
    page = queries.claims_waiting(the_principal(), cursor=request.args.get("cursor"))
    return render_template("accounts/desk/residents.html", page=page)


@blueprint.get("/desk/residents/<id:claim_id>")
@requires(Permission.RESIDENT_VERIFY, anywhere=True)
def claim(claim_id: str) -> Any:
    """One claim to decide."""
    return _claim_page(claim_id, DeclineForm()), 200


@blueprint.post("/desk/residents/<id:claim_id>/verify")
@requires(Permission.RESIDENT_VERIFY, anywhere=True)
def verify_claim(claim_id: str) -> Any:
    """Confirm that the person lives there."""
    try:
        with unit_of_work():
            services.verify_claim(the_principal(), claim_id)
    except DomainError as error:
        if error.status != 409:
            raise
        flash(str(error.detail), "warning")
    else:
        flash(_("Confirmed. The person is told."), "success")
    return redirect(url_for("accounts.residents"), 303)


@blueprint.post("/desk/residents/<id:claim_id>/decline")
@requires(Permission.RESIDENT_VERIFY, anywhere=True)
def decline_claim(claim_id: str) -> Any:
    """Say no, and why."""
    form = DeclineForm()
    if not form.validate():
        return _claim_page(claim_id, form), 422
    try:
        with unit_of_work():
            services.decline_claim(the_principal(), claim_id, form.reason.data)
    except DomainError as error:
        if error.status not in (409, 422):
            raise
        form.refuse(error)
        return _claim_page(claim_id, form), error.status
    flash(_("Declined. The person is told why."), "success")
    return redirect(url_for("accounts.residents"), 303)


@blueprint.route("/desk/roles", methods=["GET", "POST"])
@requires(Permission.ROLE_GRANT, anywhere=True)
def roles() -> Any:
    """Who has which role in one's part of the city; give one."""
    form = GrantForm()
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.validate():
        try:
            _grant(form)
        except DomainError as error:
            form.refuse(error)
            status = error.status
        else:
            flash(_("The role is given."), "success")
            return redirect(url_for("accounts.roles"), 303)
    page = queries.grants_within(the_principal(), cursor=request.args.get("cursor"))
    return (
        render_template("accounts/desk/roles.html", form=form, page=page, names=_role_names()),
        status,
    )


@blueprint.post("/desk/roles/<id:grant_id>/revoke")
@requires(Permission.ROLE_GRANT, anywhere=True)
def revoke_role(grant_id: str) -> Any:
    """Take a role."""
    with unit_of_work():
        services.revoke_grant_as(the_principal(), grant_id)
    flash(_("The role is taken away."), "success")
    return redirect(url_for("accounts.roles"), 303)


def _claim_page(claim_id: str, form: DeclineForm) -> str:
    found = queries.claim_to_decide(the_principal(), claim_id)
    age = queries.age_on(found.birth_date, today()) if found.birth_date else None
    return render_template("accounts/desk/claim.html", claim=found, form=form, age=age)


def _grant(form: GrantForm) -> None:
    user_id = queries.user_id_by_address(read(form.login.data))
    if user_id is None:
        raise Invalid.field("login", _l("There is no account with this login."))
    role = Role(form.role.data)
    with unit_of_work():
        services.grant_role_as(
            the_principal(), user_id, role, scope_kind_of(role), form.scope_id.data
        )


def _role_names() -> dict[str, Any]:
    return {str(role): words for role, words in ROLES.items()}
