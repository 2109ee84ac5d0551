"""Finding a vote, understanding it, talking it through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import redirect as go
from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from portal.consultations import policies, services, words
from portal.consultations.forms import CommentForm
from portal.consultations.queries import consultations, discussion, finding, outcome, roll
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.rules.life import DISCUSSED
from portal.consultations.services.casting import is_taking_ballots
from portal.consultations.standing import is_being_counted, place_of, places_of
from portal.consultations.views.blueprint import blueprint
from portal.core.access import current_principal, requires, the_principal
from portal.core.pages import SEE_OTHER, cursor, filled_in_once, shown
from portal.core.permissions import Permission, Principal

DEEPEST = 2
"""Replies to replies stand no further in than this: a phone is narrow."""


@dataclass(frozen=True)
class Said:
    """A comment in its thread; ``answers`` is the name of whom it replies to."""

    comment: Any
    depth: int
    answers: str | None


@blueprint.get("/consultations")
@requires(Permission.PUBLIC)
def index() -> str:
    """What is voted on and talked through, open votes first; or what came of earlier ones."""
    actor = current_principal()
    back = request.args.get("when") == "past"
    everywhere = actor is None or not actor.home_path or request.args.get("where") == "all"
    page = finding.page(
        finding.BEHIND if back else finding.AHEAD,
        None if everywhere or actor is None else actor.home_path,
        cursor=cursor(),
    )
    ids = [row.id for row in page.items]
    return render_template(
        "consultations/index.html",
        page=page,
        back=back,
        everywhere=everywhere,
        may_choose=actor is not None and bool(actor.home_path),
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
        return go(url_for("consultations.results", consultation_id=row.id), SEE_OTHER)
    form = CommentForm(data={"reply_to": request.args.get("reply_to", "")[:26]})
    return _page(row, form)


@blueprint.post("/consultations/<id:consultation_id>/comments")
@requires(Permission.SIGNED_IN)
def comment(consultation_id: str) -> Response | tuple[str, int]:
    """Say something; once for the form at hand."""
    actor = the_principal()
    row = consultations.visible(actor, consultation_id)
    form = CommentForm()

    def work() -> str:
        said = services.comment(actor, row.id, form.text.data, form.reply_to.data or None)
        return url_for("consultations.show", consultation_id=row.id, _anchor=f"comment-{said}")

    if address := filled_in_once(form, work):
        return go(address, SEE_OTHER)
    return shown(form, _page(row, form))


def _page(row: ConsultationRow, form: CommentForm) -> str:
    actor = current_principal()
    path = consultations.path_of(row)
    comments = discussion.page(row.id, cursor=cursor())
    return render_template(
        "consultations/show.html",
        vote=row,
        options=consultations.options_of([row.id])[row.id],
        place=place_of(actor, row),
        turnout=roll.turnout_of([row.id])[row.id],
        changes=roll.changes_of(row.id) if row.opened_at else [],
        takes_ballots=is_taking_ballots(row),
        being_counted=is_being_counted(row),
        progress=outcome.progress_of(row.id) if is_being_counted(row) else None,
        comments=comments,
        threads=list(threads(comments.items)),
        may_speak=_may_speak(actor, row, path),
        at_desk=policies.may_manage(actor, path),
        form=form,
        replied_to=_named(comments.items, form.reply_to.data),
        words=words,
    )


def _may_speak(actor: Principal | None, row: ConsultationRow, path: tuple[str, ...]) -> bool:
    return row.status in DISCUSSED and actor is not None and policies.may_speak(actor, path)


def _named(comments: Sequence[Any], comment_id: str | None) -> Any:
    return next((each for each in comments if each.id == comment_id), None)


def threads(comments: Sequence[Any]) -> Iterator[Said]:
    """Comments in the order in which one reads them: each with its replies below it. What answers
    a comment of an earlier page begins a thread of its own."""
    here = {each.id: each for each in comments}
    replies: dict[str | None, list[Any]] = defaultdict(list)
    for each in comments:
        replies[each.reply_to if each.reply_to in here else None].append(each)
    waiting = [(each, 0) for each in reversed(replies[None])]
    while waiting:
        each, depth = waiting.pop()
        answered = here.get(each.reply_to)
        yield Said(each, min(depth, DEEPEST), answered.author_name if answered else None)
        waiting += [(reply, depth + 1) for reply in reversed(replies[each.id])]
