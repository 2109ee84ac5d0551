"""Where one lives, and where one works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from portal.accounts import queries, services
from portal.accounts.forms import HomeForm, WorkForm
from portal.accounts.rules import Belonging
from portal.accounts.views.blueprint import blueprint
from portal.core.access import requires, the_principal
from portal.core.errors import NotFound
from portal.core.forms import Form
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, filled_in, press, shown_by_refusal
from portal.core.permissions import Permission
from portal.regions import queries as regions
from portal.regions.rules import Level

_PAGES = {Belonging.HOME: "accounts.home", Belonging.WORK: "accounts.work"}


@blueprint.route("/me/home", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def home() -> Any:
    """The home community: what is known, and a claim of another one."""
    actor, form = the_principal(), HomeForm(region_code=_chosen())
    return _place(
        Belonging.HOME,
        form,
        lambda: services.claim_home(actor, form.region_code.data, form.address.data),
        confirmed=actor.home_region if actor.verified else None,
    )


@blueprint.route("/me/work", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def work() -> Any:
    """The community where one works: what is known, and a claim of another one."""
    actor, form = the_principal(), WorkForm(region_code=_chosen())
    return _place(
        Belonging.WORK,
        form,
        lambda: services.claim_work(
            actor, form.region_code.data, form.address.data, form.since.data
        ),
        confirmed=actor.work_path[-1] if actor.work_path else None,
    )


@blueprint.post("/me/claims/<id:claim_id>/withdraw")
@requires(Permission.SIGNED_IN)
def withdraw_claim(claim_id: str) -> Any:
    """Take a claim back that nobody has decided yet."""
    actor = the_principal()
    return press(
        lambda: services.withdraw_claim(actor, claim_id),
        _("Your request is withdrawn."),
        url_for(_PAGES[queries.kind_of_claim(actor.id, claim_id)]),
    )


@blueprint.post("/me/work/<id:claim_id>/end")
@requires(Permission.SIGNED_IN)
def end_work(claim_id: str) -> Any:
    """Say that one does not work there any more."""
    return press(
        lambda: services.end_work(the_principal(), claim_id),
        _("Noted: you do not work there any more."),
        url_for("accounts.work"),
    )


def _place(kind: Belonging, form: Form, claim: Callable[[], Any], *, confirmed: str | None) -> Any:
    """The page of one way to belong, and what is sent from it."""
    address = url_for(_PAGES[kind])
    if filled_in(form, claim):
        flash(_("Thank you. Your community will confirm it soon."), "success")
        return redirect(address, SEE_OTHER)
    page = render_template(
        f"accounts/{kind}.html",
        form=form,
        here=address,
        chosen=_name_of(form.region_code.data),
        confirmed=_name_of(confirmed),
        claims=queries.claims_of(the_principal().id, kind),
    )
    return shown_by_refusal(form, page)


def _chosen() -> str:
    """The community that the picker brought along; anything else is as good as none."""
    code = request.args.get("community", "")
    try:
        return code if code.isdigit() and regions.level_of(code) == Level.COMMUNITY else ""
    except NotFound:
        return ""


def _name_of(code: str | None) -> str:
    try:
        return regions.full_name(code) if code and code.isdigit() else ""
    except NotFound:
        return ""
