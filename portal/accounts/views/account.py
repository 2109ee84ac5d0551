"""One's own account: profile, addresses, password, devices, consents, roles, leaving."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from flask import Response, flash, redirect, render_template, request, session, url_for

from portal.accounts import queries, services
from portal.accounts.addresses import read
from portal.accounts.agents import in_words
from portal.accounts.forms import (
    CodeForm,
    ConfirmForm,
    OwnAddressForm,
    PasswordForm,
    ProfileForm,
)
from portal.accounts.networks import network_of
from portal.accounts.rules import PURPOSES
from portal.accounts.scopes import scope_names
from portal.accounts.views.blueprint import blueprint
from portal.accounts.views.entry import page_of_codes
from portal.accounts.words import ROLES
from portal.core import closing
from portal.core.access import requires, the_principal
from portal.core.clock import now, rfc3339
from portal.core.errors import DomainError, Invalid, NotFound
from portal.core.i18n import current_locale
from portal.core.i18n import gettext as _
from portal.core.limits import RECOVERY, SIGN_IN, limit
from portal.core.messages import Channel
from portal.core.permissions import Grant, Permission, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.core.web import safe_next


@blueprint.get("/me/account")
@requires(Permission.SIGNED_IN)
def account() -> Any:
    """What there is to see and to change of one's account."""
    actor = the_principal()
    return render_template(
        "accounts/account.html",
        profile=queries.profile_of(actor.id),
        claim=next((c for c in queries.claims_of(actor.id) if c.state == "waiting"), None),
        hats=len(queries.hats_of(actor.id)),
    )


@blueprint.route("/me/profile", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def profile() -> Any:
    """Name and day of birth."""
    actor = the_principal()
    form = ProfileForm(obj=queries.profile_of(actor.id))
    if request.method == "POST" and form.validate():
        try:
            with unit_of_work():
                services.update_profile(actor, form.name.data, form.birth_date.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("accounts.account"), 303)
    status = 422 if request.method == "POST" else 200
    return render_template("accounts/profile.html", form=form), status


@blueprint.route("/me/password", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@limit(SIGN_IN, methods=["POST"])
def password() -> Any:
    """A new password; all other devices are signed out."""
    form = PasswordForm()
    if request.method == "POST" and form.validate():
        try:
            ended = services.change_password(
                the_principal(), form.old_password.data, form.password.data
            )
        except DomainError as error:
            form.refuse(error)
        else:
            flash(
                _("Your password is changed. Other sign-ins ended: %(count)s.", count=ended),
                "success",
            )
            return redirect(url_for("accounts.account"), 303)
    status = 422 if request.method == "POST" else 200
    return render_template("accounts/password.html", form=form), status


@blueprint.route("/me/addresses", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@limit(RECOVERY, methods=["POST"])
def addresses() -> Any:
    """The e-mail address and number: add, replace."""
    actor = the_principal()
    form = OwnAddressForm()
    refusal: DomainError | None = None
    if request.method == "POST" and form.validate():
        try:
            code_id = services.request_address(
                actor,
                read(form.login.data),
                form.password.data,
                current_locale(),
                network=network_of(request.remote_addr),
            )
        except DomainError as error:
            form.refuse(error)
            refusal = error
        else:
            return redirect(url_for("accounts.confirm_address", code_id=code_id), 303)
    page = render_template(
        "accounts/addresses.html", form=form, profile=queries.profile_of(actor.id)
    )
    return page_of_codes(page, refusal)


@blueprint.route("/me/addresses/<id:code_id>", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@limit(SIGN_IN, methods=["POST"])
def confirm_address(code_id: str) -> Any:
    """The code that was sent to the new address."""
    form = CodeForm()
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.validate():
        try:
            services.confirm_address(the_principal(), code_id, form.code.data)
        except DomainError as error:
            form.refuse(error)
            status = error.status
        else:
            flash(_("Saved. You can sign in with it from now on."), "success")
            return redirect(url_for("accounts.addresses"), 303)
    return render_template("accounts/address_confirm.html", form=form), status


@blueprint.post("/me/addresses/remove")
@requires(Permission.SIGNED_IN)
def remove_address() -> Any:
    """Remove the e-mail address or the number."""
    channel = request.form.get("channel", "")
    if channel not in list(Channel):
        raise Invalid
    try:
        with unit_of_work():
            services.remove_address(the_principal(), Channel(channel))
    except DomainError as error:
        flash(str(error.detail), "danger")
    else:
        flash(_("Removed."), "success")
    return redirect(url_for("accounts.addresses"), 303)


@blueprint.get("/me/sessions")
@requires(Permission.SIGNED_IN)
def sessions() -> Any:
    """Where one is signed in."""
    actor = the_principal()
    return render_template(
        "accounts/sessions.html",
        sessions=queries.sessions_of(actor.id),
        present=actor.session_id,
        agent_in_words=in_words,
    )


@blueprint.post("/me/sessions/<id:session_id>/end")
@requires(Permission.SIGNED_IN)
def end_session(session_id: str) -> Any:
    """Sign another device out."""
    with unit_of_work():
        services.end_session(the_principal().id, session_id)
    flash(_("That device is signed out."), "success")
    return redirect(url_for("accounts.sessions"), 303)


@blueprint.post("/me/sessions/end-others")
@requires(Permission.SIGNED_IN)
def end_other_sessions() -> Any:
    """Sign all other devices out."""
    actor = the_principal()
    with unit_of_work():
        services.end_other_sessions(actor.id, actor.session_id)
    flash(_("All other devices are signed out."), "success")
    return redirect(url_for("accounts.sessions"), 303)


@blueprint.get("/me/consents")
@requires(Permission.SIGNED_IN)
def consents() -> Any:
    """What one has agreed to, since when, in which version."""
    given = queries.consents_of(the_principal().id)
    current = {each.purpose: each for each in given if each.withdrawn_at is None}
    return render_template(
        "accounts/consents.html", purposes=PURPOSES, current=current, history=given
    )


@blueprint.post("/me/consents")
@requires(Permission.SIGNED_IN)
def change_consent() -> Any:
    """Give or withdraw one consent."""
    actor, purpose = the_principal(), request.form.get("purpose", "")
    try:
        with unit_of_work():
            if request.form.get("given") == "yes":
                services.give_consent(actor.id, purpose)
            else:
                services.withdraw_consent(actor.id, purpose)
    except NotFound:
        raise
    except DomainError as error:
        flash(str(error.detail), "danger")
    else:
        flash(_("Saved."), "success")
    return redirect(url_for("accounts.consents"), 303)


@blueprint.get("/me/roles")
@requires(Permission.SIGNED_IN)
def hats() -> Any:
    """The roles of a person, one of which orders what they see."""
    return render_template("accounts/hats.html", hats=_hats(the_principal().id))


@blueprint.post("/me/roles")
@requires(Permission.SIGNED_IN)
def wear_hat() -> Any:
    """Put a role on, in one tap from the menu or the page of roles; an empty one is the resident.
    ``next`` is where one works in it."""
    grant = _chosen_hat()
    with unit_of_work():
        services.wear_hat(the_principal(), grant)
    role = ROLES[grant.role if grant else Role.RESIDENT]
    flash(_("You see the portal as %(role)s now.", role=role), "success")
    return redirect(safe_next(request.form.get("next"), url_for("accounts.hats")), 303)


def _chosen_hat() -> Grant | None:
    key = request.form.get("hat", "")
    try:
        return Grant.from_key(key) if key else None
    except ValueError as error:
        raise NotFound from error


@blueprint.get("/me/data")
@requires(Permission.SIGNED_IN)
def export() -> Any:
    """All that this room keeps of a person, as a file."""
    actor = the_principal()
    content = {
        "exported_at": now(),
        "profile": dict(queries.profile_of(actor.id)._mapping),
        "consents": [dict(row._mapping) for row in queries.consents_of(actor.id)],
        "home_claims": [dict(row._mapping) for row in queries.claims_of(actor.id)],
        "roles": [dict(row._mapping) for row in queries.hats_of(actor.id)],
        "sessions": [dict(row._mapping) for row in queries.sessions_of(actor.id)],
    }
    text = json.dumps(content, default=_as_text, ensure_ascii=False, indent=2)
    return Response(
        text,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
    )


@blueprint.route("/me/close", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@limit(SIGN_IN, methods=["POST"])
def close() -> Any:
    """Close the account; before that, what goes and what stays."""
    actor = the_principal()
    form = ConfirmForm()
    if request.method == "POST" and form.validate():
        try:
            services.close_account(actor, form.password.data)
        except DomainError as error:
            form.refuse(error)
        else:
            session.clear()
            flash(_("Your account is closed. Goodbye, and thank you."), "success")
            return redirect(url_for("accounts.login"), 303)
    fates = closing.fates_of(actor.id)
    page = render_template(
        "accounts/close.html",
        form=form,
        obstacles=closing.obstacles_of(actor.id),
        gone=[each.sentence for each in fates if not each.stays],
        kept=[each.sentence for each in fates if each.stays],
    )
    return page, 422 if request.method == "POST" else 200


def _hats(user_id: str) -> list[dict[str, Any]]:
    """The roles with the names of what they hold for, as far as some room knows them."""
    worn = the_principal().hat
    rows = queries.hats_of(user_id)
    names = scope_names((row.scope_kind, row.scope_id) for row in rows)
    grants = [Grant(Role(row.role), ScopeKind(row.scope_kind), row.scope_id) for row in rows]
    return [
        {
            "key": grant.key,
            "role": ROLES[grant.role],
            "scope": names.get((grant.kind, grant.scope_id), ""),
            "current": grant == worn,
        }
        for grant in grants
    ]


def _as_text(value: Any) -> str:
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value))
