"""A resident's own suggestions: how they stand, supporting, judging, asking again."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.core.access import requires, the_principal
from portal.core.errors import Forbidden
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, cursor, filled_in, press, shown
from portal.core.permissions import Permission, Principal
from portal.suggestions import services, story, words
from portal.suggestions.forms import JudgeForm, ReopenForm
from portal.suggestions.queries import cases, mine
from portal.suggestions.services.residents import REOPENINGS_UNTIL_IT_GOES_UP
from portal.suggestions.views.blueprint import blueprint


@blueprint.get("/me/suggestions")
@requires(Permission.SIGNED_IN)
def my_suggestions() -> str:
    """What I have reported and what I support; first of all, the answers that wait for me."""
    actor = the_principal()
    supporting = request.args.get("which") == "supported"
    listed = mine.supported if supporting else mine.reported
    return render_template(
        "suggestions/mine.html",
        page=listed(actor, cursor=cursor()),
        to_judge=mine.to_judge(actor.id),
        supporting=supporting,
        words=words,
    )


@blueprint.post("/suggestions/<id:suggestion_id>/support")
@requires(Permission.VERIFIED_RESIDENT)
def support(suggestion_id: str) -> Response:
    """Want the same; each person counts once."""
    return press(
        lambda: services.support(the_principal(), suggestion_id),
        _("You support this suggestion."),
        url_for("suggestions.show", suggestion_id=suggestion_id),
    )


@blueprint.route("/suggestions/<id:suggestion_id>/judge", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def judge(suggestion_id: str) -> tuple[str, int] | Response:
    """Judge the answer to one's own suggestion, from 1 to 5."""
    actor = the_principal()
    row = _own(actor, suggestion_id)
    address = url_for("suggestions.show", suggestion_id=row.id)
    form = JudgeForm()

    def work() -> None:
        services.confirm(actor, row.id, int(form.score.data))

    if filled_in(form, work):
        flash(_("Thank you. Your judgement counts for how the department is seen."), "success")
        return redirect(address, SEE_OTHER)
    answer = story.last_answer(cases.history_of([row.id])[row.id])
    page = render_template(
        "suggestions/judge.html", form=form, case=row, answer=answer, words=words
    )
    return shown(form, page)


@blueprint.route("/suggestions/<id:suggestion_id>/reopen", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def reopen(suggestion_id: str) -> tuple[str, int] | Response:
    """Say that it is not done."""
    actor = the_principal()
    row = _own(actor, suggestion_id)
    address = url_for("suggestions.show", suggestion_id=row.id)
    form = ReopenForm()

    def work() -> None:
        services.reopen(actor, row.id, form.reason.data)

    if filled_in(form, work):
        flash(_("It is taken up again. You are told how it goes on."), "success")
        return redirect(address, SEE_OTHER)
    page = render_template(
        "suggestions/reopen.html",
        form=form,
        case=row,
        goes_up=row.reopenings + 1 >= REOPENINGS_UNTIL_IT_GOES_UP,
        words=words,
    )
    return shown(form, page)


def _own(actor: Principal, suggestion_id: str) -> cases.CaseRow:
    """A case that the person has reported.

    Raises:
        NotFound: there is none that the person may see.
        Forbidden: somebody else has reported it.
    """
    row = cases.visible(actor, suggestion_id)
    if row.reported_by != actor.id:
        raise Forbidden(_("Only who asked can judge the answer."))
    return row
