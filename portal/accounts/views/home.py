"""Where one lives."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from portal.accounts import queries, services
from portal.accounts.forms import HomeForm
from portal.accounts.views.blueprint import blueprint
from portal.core.access import requires, the_principal
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, filled_in, press, shown_by_refusal
from portal.core.permissions import Permission
from portal.regions import queries as regions
from portal.regions.rules import Level


@blueprint.route("/me/home", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def home() -> Any:
    """The home community: what is known, and a claim of another one."""
    actor = the_principal()
    form = HomeForm(region_code=_chosen())
    if filled_in(
        form, lambda: services.claim_home(actor, form.region_code.data, form.address.data)
    ):
        flash(_("Thank you. Your community will confirm it soon."), "success")
        return redirect(url_for("accounts.home"), SEE_OTHER)
    page = render_template(
        "accounts/home.html",
        form=form,
        chosen=_name_of(form.region_code.data),
        home_name=_name_of(actor.home_region),
        verified=actor.verified,
        claims=queries.claims_of(actor.id),
    )
    return shown_by_refusal(form, page)


@blueprint.post("/me/home/<id:claim_id>/withdraw")
@requires(Permission.SIGNED_IN)
def withdraw_claim(claim_id: str) -> Any:
    """Take a claim back that nobody has decided yet."""
    return press(
        lambda: services.withdraw_claim(the_principal(), claim_id),
        _("Your request is withdrawn."),
        url_for("accounts.home"),
    )


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
