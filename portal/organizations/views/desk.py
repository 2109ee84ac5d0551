"""The desk: organizations to verify, praise to look at."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, url_for

from portal.accounts.history import history_of
from portal.core.access import requires, the_principal
from portal.core.i18n import gettext as _
from portal.core.moderation_forms import HideForm
from portal.core.pages import SEE_OTHER, UNPROCESSABLE, asked_for, cursor, filled_in, press
from portal.core.permissions import Permission
from portal.organizations import queries, services
from portal.organizations.forms import DeclineForm
from portal.organizations.views.blueprint import blueprint
from portal.organizations.words import DECISIONS, STATES


@blueprint.get("/desk/organizations")
@requires(Permission.ORGANIZATION_VERIFY, anywhere=True)
def waiting() -> Any:
    """Applications, those who have waited longest first."""
    page = queries.waiting_for_verification(the_principal(), cursor=cursor())
    return render_template("organizations/desk/waiting.html", page=page)


@blueprint.get("/desk/organizations/all")
@requires(Permission.ORGANIZATION_VERIFY, anywhere=True)
def at_desk() -> Any:
    """All organizations of one's part of the city, by name and state."""
    q, status = asked_for(), asked_for("status")
    if status not in STATES:
        status = ""
    page = queries.at_desk(the_principal(), status=status, q=q, cursor=cursor())
    return render_template(
        "organizations/desk/all.html", page=page, q=q, status=status, states=STATES
    )


@blueprint.get("/desk/organizations/<id:organization_id>")
@requires(Permission.ORGANIZATION_VERIFY, anywhere=True)
def application(organization_id: str) -> Any:
    """One organization: what it says of itself, what was decided, and what can be."""
    return _application_page(organization_id, DeclineForm())


@blueprint.post("/desk/organizations/<id:organization_id>/verify")
@requires(Permission.ORGANIZATION_VERIFY, anywhere=True)
def verify(organization_id: str) -> Any:
    """Confirm that it is what it says."""
    work = partial(services.verify, the_principal(), organization_id)
    return press(work, _("Verified. Who applied is told."), url_for("organizations.waiting"))


@blueprint.post("/desk/organizations/<id:organization_id>/decline")
@requires(Permission.ORGANIZATION_VERIFY, anywhere=True)
def decline(organization_id: str) -> Any:
    """Send it back, and say why."""
    form = DeclineForm()

    def work() -> None:
        services.decline(the_principal(), organization_id, form.reason.data)

    if not filled_in(form, work):
        return _application_page(organization_id, form), UNPROCESSABLE
    flash(_("Declined. Who applied is told why."), "success")
    return redirect(url_for("organizations.waiting"), SEE_OTHER)


@blueprint.get("/desk/praise")
@requires(Permission.PRAISE_MODERATE, anywhere=True)
def flagged() -> Any:
    """Praise that somebody wants looked at."""
    page = queries.flagged(the_principal(), cursor=cursor())
    return render_template("organizations/desk/flagged.html", page=page)


@blueprint.get("/desk/praise/<id:praise_id>")
@requires(Permission.PRAISE_MODERATE, anywhere=True)
def praise(praise_id: str) -> Any:
    """One praise, what was said against it, and what can be done."""
    return _praise_page(praise_id, HideForm())


@blueprint.post("/desk/praise/<id:praise_id>/hide")
@requires(Permission.PRAISE_MODERATE, anywhere=True)
def hide(praise_id: str) -> Any:
    """Hide it; the reason stands in its place."""
    form = HideForm()

    def work() -> None:
        services.hide_praise(the_principal(), praise_id, form.reason.data)

    if not filled_in(form, work):
        return _praise_page(praise_id, form), UNPROCESSABLE
    flash(_("Hidden. The reason stands in its place."), "success")
    return redirect(url_for("organizations.flagged"), SEE_OTHER)


@blueprint.post("/desk/praise/<id:praise_id>/keep")
@requires(Permission.PRAISE_MODERATE, anywhere=True)
def keep(praise_id: str) -> Any:
    """Leave it as it is."""
    work = partial(services.keep_praise, the_principal(), praise_id)
    return press(work, _("It stays as it is."), url_for("organizations.flagged"))


@blueprint.post("/desk/praise/<id:praise_id>/show")
@requires(Permission.PRAISE_MODERATE, anywhere=True)
def show_again(praise_id: str) -> Any:
    """Show what was hidden."""
    work = partial(services.show_praise, the_principal(), praise_id)
    return press(
        work, _("It is shown again."), url_for("organizations.praise", praise_id=praise_id)
    )


def _application_page(organization_id: str, form: DeclineForm) -> str:
    row = queries.to_decide(organization_id, the_principal())
    return render_template(
        "organizations/desk/application.html",
        organization=row,
        state=STATES[row.status],
        history=history_of("organization", organization_id, DECISIONS),
        form=form,
    )


def _praise_page(praise_id: str, form: HideForm) -> str:
    row = queries.praise_to_moderate(praise_id, the_principal())
    return render_template(
        "organizations/desk/praise.html",
        praise=row,
        flags=queries.flags_of(praise_id),
        form=form,
    )
