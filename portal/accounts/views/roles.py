"""The desk: who may do what, and giving and taking it."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from portal.accounts import queries, services
from portal.accounts.forms import GrantForm, RoleForm
from portal.accounts.scopes import scope_names
from portal.accounts.views.blueprint import blueprint
from portal.accounts.views.giving import Giving, giving_asked_for
from portal.accounts.words import ROLES, SCOPE_KINDS
from portal.core.access import requires, the_principal
from portal.core.errors import Invalid
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.limits import SEARCHES, limit
from portal.core.pages import SEE_OTHER, asked_for, cursor, filled_in, press, shown
from portal.core.pagination import Page
from portal.core.permissions import Permission, Principal, Role, ScopeKind, scope_kind_of
from portal.core.web import safe_next
from portal.regions.choosing import region_asked_for


@blueprint.get("/desk/roles")
@requires(Permission.ROLE_GRANT, anywhere=True)
def roles() -> Any:
    """Who has which role in one's part of the city, by filter."""
    region = region_asked_for()
    wanted = _grant_filter(region.code)
    page = queries.grants_within(the_principal(), wanted, cursor=cursor())
    return render_template(
        "accounts/desk/roles.html",
        page=page,
        wanted=wanted,
        region=region,
        scopes=_scopes_on(page),
        kinds=SCOPE_KINDS,
        names=_role_names(),
    )


@blueprint.route("/desk/roles/give", methods=["GET", "POST"])
@requires(Permission.ROLE_GRANT, anywhere=True)
@limit(SEARCHES, methods=["POST"])
def give_role() -> Any:
    """Give a role to whose address, number or member code one knows."""
    actor, form = the_principal(), GrantForm()
    giving = giving_asked_for(actor, form)

    def work() -> None:
        # First: an administrator of one community must not ask for the logins of the city.
        services.require_granting(actor, _kind_of(form), form.scope_id.data)
        _grant(actor, form, _named(form.login.data))

    if filled_in(form, work):
        flash(_("The role is given."), "success")
        return redirect(url_for("accounts.roles"), SEE_OTHER)
    page = render_template("accounts/desk/give_role.html", form=form, giving=giving)
    return shown(form, page)


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
    giving = giving_asked_for(actor, form)
    if filled_in(form, partial(_grant, actor, form, person.id)):
        flash(_("The role is given."), "success")
        return redirect(url_for("accounts.person_roles", user_id=person.id), SEE_OTHER)
    return shown(form, _person_page(actor, person, form, giving))


@blueprint.post("/desk/roles/<id:grant_id>/revoke")
@requires(Permission.ROLE_GRANT, anywhere=True)
def revoke_role(grant_id: str) -> Any:
    """Take a role."""
    return press(
        partial(services.revoke_grant_as, the_principal(), grant_id),
        _("The role is taken away."),
        safe_next(request.form.get("next"), url_for("accounts.roles")),
    )


def _person_page(actor: Principal, person: Any, form: RoleForm, giving: Giving) -> str:
    wanted = queries.GrantFilter(user_id=person.id)
    page = queries.grants_within(actor, wanted, cursor=cursor())
    return render_template(
        "accounts/desk/person.html",
        person=person,
        form=form,
        giving=giving,
        page=page,
        scopes=_scopes_on(page),
        names=_role_names(),
    )


def _grant_filter(region_code: str) -> queries.GrantFilter:
    """The filter in the address; what is none of the known words counts as not given."""
    role, kind = request.args.get("role", ""), request.args.get("kind", "")
    return queries.GrantFilter(
        role=role if role in list(Role) else "",
        kind=kind if kind in list(ScopeKind) else "",
        region=region_code,
    )


def _scopes_on(page: Page[Any]) -> dict[tuple[str, str], str]:
    return scope_names((grant.scope_kind, grant.scope_id) for grant in page.items)


def _named(login: str) -> str:
    user_id = queries.user_id_named(login)
    if user_id is None:
        raise Invalid.field("login", _l("There is no account with this login."))
    return user_id


def _kind_of(form: RoleForm) -> ScopeKind:
    return scope_kind_of(Role(form.role.data))


def _grant(actor: Principal, form: RoleForm, user_id: str) -> None:
    role = Role(form.role.data)
    services.grant_role_as(actor, user_id, role, _kind_of(form), form.scope_id.data)


def _role_names() -> dict[str, Any]:
    return {str(role): words for role, words in ROLES.items()}
