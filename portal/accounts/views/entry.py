"""Coming in: sign-in, sign-up, a forgotten password, and going out."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, session, url_for

from portal.accounts import services
from portal.accounts.addresses import read
from portal.accounts.agents import summary_of
from portal.accounts.errors import CodeExpired, Locked
from portal.accounts.forms import AddressForm, RegistrationForm, ResetForm, SignInForm
from portal.accounts.networks import network_of
from portal.accounts.rules import SessionKind
from portal.accounts.views.blueprint import blueprint
from portal.core.access import SESSION_KEY, current_principal, requires, the_principal
from portal.core.i18n import current_locale
from portal.core.i18n import gettext as _
from portal.core.limits import RECOVERY, REGISTRATION, SIGN_IN, limit
from portal.core.messages import reachable
from portal.core.pages import SEE_OTHER, carried_out, shown_by_refusal
from portal.core.permissions import Permission
from portal.core.unit_of_work import unit_of_work
from portal.core.web import safe_next

REGISTRATION_KEY = "registration"


@blueprint.route("/login", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limit(SIGN_IN, methods=["POST"])
def login() -> Any:
    """Sign in with a password."""
    form = SignInForm(next=request.args.get("next", ""))
    if request.method == "GET" and current_principal() is not None:
        return _already_in(form.next.data)
    opened = carried_out(
        form,
        lambda: services.sign_in(
            form.login.data, form.password.data, SessionKind.WEB, _agent(), network=_network()
        ),
    )
    if opened is not None:
        _remember(opened)
        return redirect(_way_on(form.next.data), SEE_OTHER)
    locked = isinstance(form.refusal, Locked)
    return shown_by_refusal(form, render_template("accounts/login.html", form=form, locked=locked))


@blueprint.post("/logout")
@requires(Permission.SIGNED_IN)
def logout() -> Any:
    """Sign out on this device."""
    actor = the_principal()
    with unit_of_work():
        services.end_session(actor.id, actor.session_id or "")
    session.clear()
    flash(_("You are signed out."), "success")
    return redirect(url_for("accounts.login"), SEE_OTHER)


@blueprint.route("/register", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limit(REGISTRATION, methods=["POST"])
def register() -> Any:
    """The first step to an account: where can we reach you?"""
    if current_principal() is not None:
        return _already_in()
    form = AddressForm()
    pending = carried_out(form, lambda: _request_registration(form.login.data))
    if pending is not None:
        session[REGISTRATION_KEY] = pending
        return redirect(url_for("accounts.confirm_registration"), SEE_OTHER)
    page = render_template("accounts/register.html", form=form, reached=reachable())
    return shown_by_refusal(form, page)


def _request_registration(login: str) -> list[str]:
    """The id of the code, and where it went, as far as it may be shown."""
    address = read(login)
    with unit_of_work():
        code_id = services.request_registration(address, current_locale(), network=_network())
    return [code_id, address.masked]


@blueprint.route("/register/confirm", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limit(SIGN_IN, methods=["POST"])
def confirm_registration() -> Any:
    """The second step: the code, and who you are."""
    pending = session.get(REGISTRATION_KEY)
    if not pending:
        return redirect(url_for("accounts.register"), SEE_OTHER)
    code_id, masked = pending
    form = RegistrationForm()
    opened = carried_out(
        form,
        lambda: services.register(
            code_id,
            form.code.data,
            name=form.name.data,
            password=form.password.data,
            purposes=form.purposes,
            locale=current_locale(),
            birth_date=form.birth_date.data,
            agent=_agent(),
        ),
    )
    if opened is not None:
        _remember(opened)
        flash(_("Welcome! Now tell us where you live."), "success")
        return redirect(url_for("accounts.home"), SEE_OTHER)
    page = render_template("accounts/register_confirm.html", form=form, masked=masked)
    return shown_by_refusal(form, page)


@blueprint.route("/reset", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limit(RECOVERY, methods=["POST"])
def forgotten() -> Any:
    """A forgotten password, or a locked login: where can we send a code?"""
    form = AddressForm(login=request.args.get("login", ""))
    code_id = carried_out(form, lambda: _request_reset(form.login.data))
    if code_id is not None:
        return redirect(url_for("accounts.reset", code_id=code_id), SEE_OTHER)
    page = render_template("accounts/forgotten.html", form=form, reached=reachable())
    return shown_by_refusal(form, page)


def _request_reset(login: str) -> str:
    public_url = current_app.settings.public_url  # type: ignore[attr-defined]
    address = read(login)
    with unit_of_work():
        return services.request_reset(address, current_locale(), public_url, network=_network())


@blueprint.route("/reset/<id:code_id>", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limit(SIGN_IN, methods=["POST"])
def reset(code_id: str) -> Any:
    """A new password by the code from the message."""
    form = ResetForm(code=request.args.get("code", "")[:20])

    def work() -> bool:
        services.reset_password(code_id, form.code.data, form.password.data)
        return True

    if carried_out(form, work):
        session.clear()
        flash(_("Your password is changed. Sign in with the new one."), "success")
        return redirect(url_for("accounts.login"), SEE_OTHER)
    expired = isinstance(form.refusal, CodeExpired)
    page = render_template("accounts/reset.html", form=form, code_id=code_id, expired=expired)
    return shown_by_refusal(form, page)


def _already_in(address: str | None = None) -> Any:
    """Whoever is signed in needs no form: on to where they were going, or home with a word."""
    if not address:
        flash(_("You are signed in already. For another account, sign out first."), "info")
    return redirect(_way_on(address), SEE_OTHER)


def _network() -> str:
    return network_of(request.remote_addr)


def _remember(opened: services.Opened) -> None:
    """A new cookie for a new sign-in: what was in the old one (its CSRF secret too) is gone."""
    session.clear()
    session.permanent = True
    session[SESSION_KEY] = opened.secret


def _way_on(address: str | None) -> str:
    return safe_next(address, f"{request.script_root}/")


def _agent() -> str:
    return summary_of(request.headers.get("User-Agent", ""))
