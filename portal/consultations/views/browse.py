"""Finding a vote, understanding it, talking it through."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.consultations import majority_words, policies, words
from portal.consultations.forms import CommentForm
from portal.consultations.queries import consultations, finding, outcome, roll, summary, talks
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.services.casting import is_taking_ballots
from portal.consultations.standing import is_being_counted, place_of, places_of
from portal.consultations.views.blueprint import blueprint
from portal.consultations.views.threads import said_facts
from portal.core.access import current_principal, requires
from portal.core.clock import now
from portal.core.pages import SEE_OTHER, cursor
from portal.core.permissions import Permission


@blueprint.get("/consultations")
@requires(Permission.PUBLIC)
def index() -> str:
    """What is voted on and talked through, open votes first; or what came of earlier ones."""
    actor = current_principal()
    back = request.args.get("when") == "past"
    own = {*actor.home_path, *actor.work_path} if actor is not None else set()
    everywhere = not own or request.args.get("where") == "all"
    page = finding.page(
        finding.BEHIND if back else finding.AHEAD,
        None if everywhere else own,
        cursor=cursor(),
    )
    ids = [row.id for row in page.items]
    return render_template(
        "consultations/index.html",
        page=page,
        back=back,
        everywhere=everywhere,
        may_choose=bool(own),
        turnout=roll.turnout_of(ids),
        places=places_of(actor, page.items),
        is_being_counted=is_being_counted,
        words=words,
    )


@blueprint.get("/consultations/<id:consultation_id>")
@requires(Permission.PUBLIC)
def show(consultation_id: str) -> str | Response:
    """One vote: what it is about, who decides, how it is counted, what people say."""
    row = consultations.visible(current_principal(), consultation_id)
    if row.is_study:  # nothing was talked about here: all there is of it is the count
        return redirect(url_for("consultations.results", consultation_id=row.id), SEE_OTHER)
    return vote_page(row, CommentForm())


def vote_page(row: ConsultationRow, form: CommentForm) -> str:
    """The page of a vote, with the form of what somebody says to it."""
    actor, options = current_principal(), consultations.options_of([row.id])[row.id]
    return render_template(
        "consultations/show.html",
        vote=row,
        options=options,
        summed_up=bool(summary.of([option.id for option in options])),
        talk_views=talks.coming_first(talks.of(row.id)),
        present=now(),
        place=place_of(actor, row),
        turnout=roll.turnout_of([row.id])[row.id],
        changes=roll.changes_of(row.id) if row.opened_at else [],
        takes_ballots=is_taking_ballots(row),
        being_counted=is_being_counted(row),
        progress=outcome.progress_of(row.id) if is_being_counted(row) else None,
        at_desk=actor is not None and policies.may_manage(actor, consultations.path_of(row)),
        form=form,
        words=words,
        majority=majority_words,
        **said_facts(row),
    )
