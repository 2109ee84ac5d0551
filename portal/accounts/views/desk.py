"""The desk: who lives here, and who may do what."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from portal.accounts import queries, services
from portal.accounts.forms import DeclineForm, GrantForm, RoleForm
from portal.accounts.scopes import scope_names
from portal.accounts.views.blueprint import blueprint
from portal.accounts.words import ROLES, SCOPE_KINDS
from portal.core.access import requires, the_principal
from portal.core.clock import today
from portal.core.errors import DomainError, Forbidden, Invalid
from portal.core.forms import half_width
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.limits import SEARCHES, limit
from portal.core.pages import asked_for, cursor
from portal.core.pagination import Page
from portal.core.permissions import Permission, Role, ScopeKind, scope_kind_of
from portal.core.unit_of_work import unit_of_work
from portal.core.web import safe_next


@blueprint.get("/desk/residents")
@requires(Permission.RESIDENT_VERIFY, anywhere=True)
def residents() -> Any:
    """People who say that they live here, those who have waited longest first."""
    page = queries.claims_waiting(the_principal(), cursor=cursor())
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


@blueprint.get("/desk/roles")
@requires(Permission.ROLE_GRANT, anywhere=True)
def roles() -> Any:
    """Who has which role in one's part of the city, by filter."""
    wanted = _grant_filter()
    page = queries.grants_within(the_principal(), wanted, cursor=cursor())
    return render_template(
        "accounts/desk/roles.html",
        page=page,
        wanted=wanted,
        scopes=_scopes_on(page),
        kinds=SCOPE_KINDS,
        names=_role_names(),
    )


@blueprint.route("/desk/roles/give", methods=["GET", "POST"])
@requires(Permission.ROLE_GRANT, anywhere=True)
@limit(SEARCHES, methods=["POST"])
def give_role() -> Any:
    """Give a role to whose address, number or member code one knows."""
    form = GrantForm()
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.validate():
        try:
            _ask_scope(form)
            _grant(form, _named(form.login.data))
        except Forbidden:
            raise
        except DomainError as error:
            form.refuse(error)
            status = error.status
        else:
            flash(_("The role is given."), "success")
            return redirect(url_for("accounts.roles"), 303)
    return render_template("accounts/desk/give_role.html", form=form), status


@blueprint.get("/desk/roles/people")
@requires(Permission.ROLE_GRANT, anywhere=True)
@limit(SEARCHES)
def find_person() -> Any:
    """Somebody by exact address, number or member code, or by name among those who live here."""
    q = asked_for()
    page = queries.people_found(the_principal(), q, cursor=cursor()) if q else None
    return render_template("accounts/desk/people.html", q=q, page=page)


@blueprint.route("/desk/roles/people/<id:user_id>", methods=["GET", "POST"])
@requires(Permission.ROLE_GRANT, anywhere=True)
def person_roles(user_id: str) -> Any:
    """The roles of one person in one's part of the city; give one more."""
    actor = the_principal()
    person = queries.person_for(actor, user_id)
    form = RoleForm()
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.validate():
        try:
            _grant(form, person.id)
        except DomainError as error:
            form.refuse(error)
            status = error.status
        else:
            flash(_("The role is given."), "success")
            return redirect(url_for("accounts.person_roles", user_id=person.id), 303)
    page = queries.grants_within(actor, queries.GrantFilter(user_id=person.id), cursor=cursor())
    return (
        render_template(
            "accounts/desk/person.html",
            person=person,
            form=form,
            page=page,
            scopes=_scopes_on(page),
            names=_role_names(),
        ),
        status,
    )


@blueprint.post("/desk/roles/<id:grant_id>/revoke")
@requires(Permission.ROLE_GRANT, anywhere=True)
def revoke_role(grant_id: str) -> Any:
    """Take a role."""
    with unit_of_work():
        services.revoke_grant_as(the_principal(), grant_id)
    flash(_("The role is taken away."), "success")
    return redirect(safe_next(request.form.get("next"), url_for("accounts.roles")), 303)


def _claim_page(claim_id: str, form: DeclineForm) -> str:
    found = queries.claim_to_decide(the_principal(), claim_id)
    age = queries.age_on(found.birth_date, today()) if found.birth_date else None
    return render_template("accounts/desk/claim.html", claim=found, form=form, age=age)


def _grant_filter() -> queries.GrantFilter:
    """The filter in the address; what is none of the known words counts as not given."""
    role, kind = request.args.get("role", ""), request.args.get("kind", "")
    region = half_width(request.args.get("region", "").strip())
    return queries.GrantFilter(
        role=role if role in list(Role) else "",
        kind=kind if kind in list(ScopeKind) else "",
        region=region if region.isascii() and region.isdigit() and len(region) < 16 else "",
    )


def _scopes_on(page: Page[Any]) -> dict[tuple[str, str], str]:
    return scope_names((grant.scope_kind, grant.scope_id) for grant in page.items)


def _named(login: str) -> str:
    user_id = queries.user_id_named(login)
    if user_id is None:
        raise Invalid.field("login", _l("There is no account with this login."))
    return user_id


def _ask_scope(form: RoleForm) -> None:
    """First: an administrator of one community must not ask for the logins of the city."""
    kind = scope_kind_of(Role(form.role.data))
    services.require_granting(the_principal(), kind, form.scope_id.data)


def _grant(form: RoleForm, user_id: str) -> None:
    role = Role(form.role.data)
    with unit_of_work():
        services.grant_role_as(
            the_principal(), user_id, role, scope_kind_of(role), form.scope_id.data
        )


def _role_names() -> dict[str, Any]:
    return {str(role): words for role, words in ROLES.items()}
