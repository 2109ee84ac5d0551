"""Answer praise, and ask for it to be looked at."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, url_for

from portal.core.access import requires, the_principal
from portal.core.i18n import gettext as _
from portal.core.limits import REPORTS, limit
from portal.core.moderation_forms import FlagForm
from portal.core.moderation_pages import objected
from portal.core.pages import SEE_OTHER, filled_in, shown
from portal.core.permissions import Permission
from portal.organizations import queries, rules, services
from portal.organizations.forms import AnswerForm
from portal.organizations.views.blueprint import blueprint


@blueprint.route("/praise/<id:praise_id>/answer", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_MANAGE)
def answer(praise_id: str) -> Any:
    """Answer for the organization, or change the answer."""
    actor = the_principal()
    row = queries.praise_for(praise_id)
    queries.managed(row.organization_id, actor)
    form = AnswerForm(obj=row)

    def work() -> None:
        services.answer_praise(actor, praise_id, form.answer.data)

    if filled_in(form, work):
        flash(_("Your answer stands below the praise."), "success")
        return redirect(_praise_of(row.organization_id), SEE_OTHER)
    page = render_template(
        "organizations/answer.html", form=form, praise=row, signature=rules.signature
    )
    return shown(form, page)


@blueprint.route("/praise/<id:praise_id>/flag", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@limit(REPORTS, methods=["POST"])
def flag(praise_id: str) -> Any:
    """Say what is wrong with a praise."""
    row = queries.praise_for(praise_id)
    form = FlagForm()

    def work() -> str:
        return _praise_of(services.flag_praise(the_principal(), praise_id, form.reason.data))

    page = partial(
        render_template,
        "organizations/flag.html",
        form=form,
        praise=row,
        signature=rules.signature,
        back=_praise_of(row.organization_id),
    )
    return objected(form, work, page)


def _praise_of(organization_id: str) -> str:
    return url_for("organizations.show", organization_id=organization_id, _anchor="praise")
