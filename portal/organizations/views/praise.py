"""Answer praise, and ask for it to be looked at."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from portal.core.access import requires, the_principal
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.organizations import queries, rules, services
from portal.organizations.forms import AnswerForm, FlagForm
from portal.organizations.views.blueprint import blueprint, filled_and_done


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

    if request.method == "POST" and filled_and_done(form, work):
        flash(_("Your answer stands below the praise."), "success")
        return _back_to(row.organization_id)
    page = render_template(
        "organizations/answer.html", form=form, praise=row, signature=rules.signature
    )
    return page, 422 if form.errors else 200


@blueprint.route("/praise/<id:praise_id>/flag", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def flag(praise_id: str) -> Any:
    """Say what is wrong with a praise."""
    row = queries.praise_for(praise_id)
    form = FlagForm()

    def work() -> None:
        services.flag_praise(the_principal(), praise_id, form.reason.data)

    if request.method == "POST" and filled_and_done(form, work):
        flash(_("Thank you. Somebody looks at it."), "success")
        return _back_to(row.organization_id)
    page = render_template(
        "organizations/flag.html", form=form, praise=row, signature=rules.signature
    )
    return page, 422 if form.errors else 200


def _back_to(organization_id: str) -> Any:
    return redirect(
        url_for("organizations.show", organization_id=organization_id, _anchor="praise"), 303
    )
