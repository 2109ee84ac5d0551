"""The desk: putting a point rule to the vote."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.consultations import services
from portal.consultations.forms.voted_rule import VotedRuleForm
from portal.consultations.queries import consultations, voted_rules
from portal.consultations.rules.life import Status
from portal.consultations.views.blueprint import blueprint
from portal.consultations.views.desk_door import looked_after
from portal.core.access import requires, the_principal
from portal.core.clock import today
from portal.core.errors import WrongState
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, filled_in, press, shown
from portal.core.permissions import Permission
from portal.points.queries.rules import rules_for


@blueprint.app_context_processor
def _rules() -> dict[str, Any]:
    return {"rule_on_vote": voted_rules.rule_of}


@blueprint.route("/desk/consultations/<id:consultation_id>/rule", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE, anywhere=True)
def desk_rule(consultation_id: str) -> tuple[str, int] | Response:
    """Say which rule a draft is about, and what each option makes of it."""
    row = looked_after(consultation_id, "manage")
    if row.status != Status.DRAFT:
        raise WrongState
    options = consultations.options_of([row.id])[row.id]
    rule = voted_rules.rule_of(row.id)
    form = VotedRuleForm.of(options, rule)

    def work() -> None:
        services.put_rule_to_vote(
            the_principal(), row.id, form.key.data, form.effective_from.data, form.read()
        )

    if filled_in(form, work):
        flash(_("The rule is put to the vote."), "success")
        return redirect(url_for("consultations.desk_check", consultation_id=row.id), SEE_OTHER)
    page = render_template(
        "consultations/desk/rule.html",
        consultation=row,
        form=form,
        options=options,
        rule=rule,
        current=rules_for(row.region_code, today()),
    )
    return shown(form, page)


@blueprint.post("/desk/consultations/<id:consultation_id>/rule/remove")
@requires(Permission.CONSULTATION_MANAGE)
def desk_rule_off(consultation_id: str) -> Response:
    """Let a draft be about no rule."""
    return press(
        lambda: services.take_rule_off_vote(the_principal(), consultation_id),
        _("This vote is about no rule now."),
        url_for("consultations.desk_show", consultation_id=consultation_id),
    )
