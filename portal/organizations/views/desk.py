"""The desk: organizations to verify, praise to look at."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, url_for

from portal.accounts.history import history_of
from portal.core.access import requires, the_principal
from portal.core.i18n import gettext as _
from portal.core.moderation_pages import Moderation
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


Moderation(
    name="praise",
    address="/desk/praise",
    permission=Permission.PRAISE_MODERATE,
    templates=("organizations/desk/flagged.html", "organizations/desk/praise.html"),
    flagged=lambda actor, after: queries.flagged(actor, cursor=after),
    one=lambda actor, praise_id: queries.praise_to_moderate(praise_id, actor),
    flags=queries.flags_of,
    author=lambda praise: praise.author_id,
    hide=services.hide_praise,
    keep=services.keep_praise,
    show=services.show_praise,
).register(blueprint)


def _application_page(organization_id: str, form: DeclineForm) -> str:
    row = queries.to_decide(organization_id, the_principal())
    return render_template(
        "organizations/desk/application.html",
        organization=row,
        state=STATES[row.status],
        history=history_of("organization", organization_id, DECISIONS),
        form=form,
    )
