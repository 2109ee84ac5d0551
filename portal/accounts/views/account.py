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
from portal.accounts.rules import PURPOSES, ClaimState
from portal.accounts.scopes import scope_names
from portal.accounts.views.blueprint import blueprint
from portal.accounts.words import ROLES
from portal.core import closing
from portal.core.access import requires, the_principal
from portal.core.clock import now, rfc3339
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import current_locale
from portal.core.i18n import gettext as _
from portal.core.limits import RECOVERY, SIGN_IN, limit
from portal.core.messages import Channel, reachable
from portal.core.pages import (
    SEE_OTHER,
    carried_out,
    filled_in,
    press,
    shown,
    shown_by_refusal,
)
from portal.core.permissions import Grant, Permission, Role, ScopeKind
from portal.core.web import safe_next


@blueprint.get("/me/account")
@requires(Permission.SIGNED_IN)
def account() -> Any:
    """What there is to see and to change of one's account."""
    actor = the_principal()
    return render_template(
        "accounts/account.html",
        profile=queries.profile_of(actor.id),
        waiting={
            claim.kind: claim
            for claim in queries.claims_of(actor.id)
            if claim.state == ClaimState.WAITING
        },
        hats=len(queries.hats_of(actor.id)),
    )


@blueprint.route("/me/profile", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def profile() -> Any:
    """Name and day of birth."""
    actor = the_principal()
    form = ProfileForm(obj=queries.profile_of(actor.id))
    if filled_in(
        form, lambda: services.update_profile(actor, form.name.data, form.birth_date.data)
    ):
        flash(_("Saved."), "success")
        return redirect(url_for("accounts.account"), SEE_OTHER)
    return shown(form, render_template("accounts/profile.html", form=form))


@blueprint.route("/me/password", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@limit(SIGN_IN, methods=["POST"])
def password() -> Any:
    """A new password; all other devices are signed out."""
    form = PasswordForm()
    ended = carried_out(
        form,
        lambda: services.change_password(
            the_principal(), form.old_password.data, form.password.data
        ),
    )
    if ended is not None:
        flash(
            _("Your password is changed. Other sign-ins ended: %(count)s.", count=ended),
            "success",
        )
        return redirect(url_for("accounts.account"), SEE_OTHER)
    return shown(form, render_template("accounts/password.html", form=form))


@blueprint.route("/me/addresses", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@limit(RECOVERY, methods=["POST"])
def addresses() -> Any:
    """The e-mail address and number: add, replace."""
    actor = the_principal()
    form = OwnAddressForm()
    code_id = carried_out(
        form,
        lambda: services.request_address(
            actor,
            read(form.login.data),
            form.password.data,
            current_locale(),
            network=network_of(request.remote_addr),
        ),
    )
    if code_id is not None:
        return redirect(url_for("accounts.confirm_address", code_id=code_id), SEE_OTHER)
    profile = queries.profile_of(actor.id)
    page = render_template(
        "accounts/addresses.html", form=form, profile=profile, reached=reachable()
    )
    return shown_by_refusal(form, page)


@blueprint.route("/me/addresses/<id:code_id>", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@limit(SIGN_IN, methods=["POST"])
def confirm_address(code_id: str) -> Any:
    """The code that was sent to the new address."""
    form = CodeForm()

    def work() -> bool:
        services.confirm_address(the_principal(), code_id, form.code.data)
        return True

    if carried_out(form, work):
        flash(_("Saved. You can sign in with it from now on."), "success")
        return redirect(url_for("accounts.addresses"), SEE_OTHER)
    return shown_by_refusal(form, render_template("accounts/address_confirm.html", form=form))


@blueprint.post("/me/addresses/remove")
@requires(Permission.SIGNED_IN)
def remove_address() -> Any:
    """Remove the e-mail address or the number."""
    channel = request.form.get("channel", "")
    if channel not in list(Channel):
        raise Invalid
    return press(
        lambda: services.remove_address(the_principal(), Channel(channel)),
        _("Removed."),
        url_for("accounts.addresses"),
    )


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
    return press(
        lambda: services.end_session(the_principal().id, session_id),
        _("That device is signed out."),
        url_for("accounts.sessions"),
    )


@blueprint.post("/me/sessions/end-others")
@requires(Permission.SIGNED_IN)
def end_other_sessions() -> Any:
    """Sign all other devices out."""
    actor = the_principal()
    return press(
        lambda: services.end_other_sessions(actor.id, actor.session_id),
        _("All other devices are signed out."),
        url_for("accounts.sessions"),
    )


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
    purpose = request.form.get("purpose", "")
    given = request.form.get("given") == "yes"
    change = services.give_consent if given else services.withdraw_consent
    user_id = the_principal().id
    return press(lambda: change(user_id, purpose), _("Saved."), url_for("accounts.consents"))


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
    role = ROLES[grant.role if grant else Role.RESIDENT]
    return press(
        lambda: services.wear_hat(the_principal(), grant),
        _("You see the portal as %(role)s now.", role=role),
        safe_next(request.form.get("next"), url_for("accounts.hats")),
    )


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
        "place_claims": [dict(row._mapping) for row in queries.claims_of(actor.id)],
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

    def work() -> bool:
        services.close_account(actor, form.password.data)
        return True

    if carried_out(form, work):
        session.clear()
        flash(_("Your account is closed. Goodbye, and thank you."), "success")
        return redirect(url_for("accounts.login"), SEE_OTHER)
    fates = closing.fates_of(actor.id)
    page = render_template(
        "accounts/close.html",
        form=form,
        obstacles=closing.obstacles_of(actor.id),
        gone=[each.sentence for each in fates if not each.stays],
        kept=[each.sentence for each in fates if each.stays],
    )
    return shown(form, page)


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
