"""The desk: comments somebody objects to, questions that wait for an answer."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.consultations import services
from portal.consultations.forms.speaking import AnswerForm
from portal.consultations.queries import asking, discussion
from portal.consultations.rules.asking import is_overdue
from portal.consultations.views.blueprint import blueprint
from portal.core.access import requires, the_principal
from portal.core.clock import today
from portal.core.i18n import gettext as _
from portal.core.moderation_pages import Moderation
from portal.core.pages import SEE_OTHER, cursor, filled_in, shown
from portal.core.permissions import Permission
from portal.regions.rules import codes_of

QUESTIONS = "/desk/discussion/questions"


Moderation(
    name="comment",
    address="/desk/discussion/comments",
    permission=Permission.COMMENT_MODERATE,
    templates=("consultations/desk/comments.html", "consultations/desk/comment.html"),
    flagged=lambda actor, after: discussion.flagged(actor, cursor=after),
    one=discussion.to_moderate,
    flags=discussion.flags_of,
    author=lambda comment: comment.author_id,
    hide=services.hide_comment,
    keep=services.keep_comment,
    show=services.show_comment,
).register(blueprint)


@blueprint.get(QUESTIONS)
@requires(Permission.CONSULTATION_MANAGE, anywhere=True)
def desk_questions() -> str:
    """Questions that I have to answer, the most urgent first."""
    page = asking.waiting(the_principal(), cursor=cursor())
    return render_template(
        "consultations/desk/questions.html", page=page, today=today(), is_overdue=is_overdue
    )


@blueprint.route(f"{QUESTIONS}/<id:comment_id>", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def desk_answer(comment_id: str) -> Response | tuple[str, int]:
    """Answer a question for the committee."""
    actor, form = the_principal(), AnswerForm()
    row = asking.one(comment_id)
    actor.require(Permission.CONSULTATION_MANAGE, regions=codes_of(row.region_path))

    def work() -> None:
        services.answer(actor, row.id, form.text.data)

    if filled_in(form, work):
        flash(_("Answered. Everybody can read it, and who asked is told."), "success")
        return redirect(url_for("consultations.desk_questions"), SEE_OTHER)
    page = render_template(
        "consultations/desk/answer.html",
        asked=row,
        form=form,
        overdue=is_overdue(row.due_on, today()),
    )
    return shown(form, page)
