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
from portal.core.errors import DomainError, TooManyRequests
from portal.core.i18n import current_locale
from portal.core.i18n import gettext as _
from portal.core.limits import RECOVERY, REGISTRATION, SIGN_IN, limit
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
        return redirect(_way_on(form.next.data), 303)
    status, locked = 200, False
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                opened = services.sign_in(
                    form.login.data,
                    form.password.data,
                    SessionKind.WEB,
                    _agent(),
                    network=_network(),
                )
            except DomainError as error:
                form.refuse(error)
                status, locked = error.status, isinstance(error, Locked)
            else:
                _remember(opened)
                return redirect(_way_on(form.next.data), 303)
    return render_template("accounts/login.html", form=form, locked=locked), status


@blueprint.post("/logout")
@requires(Permission.SIGNED_IN)
def logout() -> Any:
    """Sign out on this device."""
    actor = the_principal()
    with unit_of_work():
        services.end_session(actor.id, actor.session_id or "")
    session.clear()
    flash(_("You are signed out."), "success")
    return redirect(url_for("accounts.login"), 303)


@blueprint.route("/register", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limit(REGISTRATION, methods=["POST"])
def register() -> Any:
    """The first step to an account: where can we reach you?"""
    form = AddressForm()
    refusal: DomainError | None = None
    if request.method == "POST" and form.validate():
        try:
            address = read(form.login.data)
            with unit_of_work():
                code_id = services.request_registration(
                    address, current_locale(), network=_network()
                )
        except DomainError as error:
            form.refuse(error)
            refusal = error
        else:
            session[REGISTRATION_KEY] = [code_id, address.masked]
            return redirect(url_for("accounts.confirm_registration"), 303)
    return page_of_codes(render_template("accounts/register.html", form=form), refusal)


@blueprint.route("/register/confirm", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limit(SIGN_IN, methods=["POST"])
def confirm_registration() -> Any:
    """The second step: the code, and who you are."""
    pending = session.get(REGISTRATION_KEY)
    if not pending:
        return redirect(url_for("accounts.register"), 303)
    code_id, masked = pending
    form = RegistrationForm()
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.validate():
        try:
            opened = services.register(
                code_id,
                form.code.data,
                name=form.name.data,
                password=form.password.data,
                purposes=form.purposes,
                locale=current_locale(),
                birth_date=form.birth_date.data,
                agent=_agent(),
            )
        except DomainError as error:
            form.refuse(error)
            status = error.status
        else:
            _remember(opened)
            flash(_("Welcome! Now tell us where you live."), "success")
            return redirect(url_for("accounts.home"), 303)
    return (
        render_template("accounts/register_confirm.html", form=form, masked=masked),
        status,
    )


@blueprint.route("/reset", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limit(RECOVERY, methods=["POST"])
def forgotten() -> Any:
    """A forgotten password, or a locked login: where can we send a code?"""
    form = AddressForm(login=request.args.get("login", ""))
    refusal: DomainError | None = None
    if request.method == "POST" and form.validate():
        try:
            address = read(form.login.data)
            with unit_of_work():
                code_id = services.request_reset(
                    address,
                    current_locale(),
                    current_app.settings.public_url,  # type: ignore[attr-defined]
                    network=_network(),
                )
        except DomainError as error:
            form.refuse(error)
            refusal = error
        else:
            return redirect(url_for("accounts.reset", code_id=code_id), 303)
    return page_of_codes(render_template("accounts/forgotten.html", form=form), refusal)


@blueprint.route("/reset/<id:code_id>", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limit(SIGN_IN, methods=["POST"])
def reset(code_id: str) -> Any:
    """A new password by the code from the message."""
    form = ResetForm(code=request.args.get("code", "")[:20])
    status, expired = (422 if request.method == "POST" else 200), False
    if request.method == "POST" and form.validate():
        try:
            services.reset_password(code_id, form.code.data, form.password.data)
        except DomainError as error:
            form.refuse(error)
            status, expired = error.status, isinstance(error, CodeExpired)
        else:
            session.clear()
            flash(_("Your password is changed. Sign in with the new one."), "success")
            return redirect(url_for("accounts.login"), 303)
    return (
        render_template("accounts/reset.html", form=form, code_id=code_id, expired=expired),
        status,
    )


def page_of_codes(page: str, refusal: DomainError | None) -> tuple[str, int, dict[str, str]]:
    """The page that asks where to send a code: 429 and for how long, where it was too often."""
    if isinstance(refusal, TooManyRequests):
        return page, refusal.status, {"Retry-After": str(refusal.retry_after)}
    return page, 422 if request.method == "POST" else 200, {}


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
