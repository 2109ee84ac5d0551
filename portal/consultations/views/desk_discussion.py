"""The desk: comments somebody objects to, questions that wait for an answer."""

from __future__ import annotations

from functools import partial

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
from portal.core.moderation_forms import HideForm
from portal.core.pages import SEE_OTHER, cursor, filled_in, press, shown
from portal.core.permissions import Permission
from portal.regions.rules import codes_of

COMMENTS, QUESTIONS = "/desk/discussion/comments", "/desk/discussion/questions"


@blueprint.get(COMMENTS)
@requires(Permission.COMMENT_MODERATE, anywhere=True)
def desk_comments() -> str:
    """Comments that somebody wants looked at."""
    page = discussion.flagged(the_principal(), cursor=cursor())
    return render_template("consultations/desk/comments.html", page=page)


@blueprint.route(f"{COMMENTS}/<id:comment_id>", methods=["GET", "POST"])
@requires(Permission.COMMENT_MODERATE, anywhere=True)
def desk_comment(comment_id: str) -> Response | tuple[str, int]:
    """One comment and what was said against it; sent, it is hidden with a reason."""
    actor, form = the_principal(), HideForm()
    row = discussion.to_moderate(actor, comment_id)

    def work() -> None:
        services.hide_comment(actor, row.id, form.reason.data)

    if filled_in(form, work):
        flash(_("Hidden. The reason stands in its place."), "success")
        return redirect(url_for("consultations.desk_comments"), SEE_OTHER)
    page = render_template(
        "consultations/desk/comment.html",
        comment=row,
        flags=discussion.flags_of(row.id),
        own=row.author_id == actor.id,
        form=form,
    )
    return shown(form, page)


@blueprint.post(f"{COMMENTS}/<id:comment_id>/keep")
@requires(Permission.COMMENT_MODERATE, anywhere=True)
def desk_keep_comment(comment_id: str) -> Response:
    """Leave it as it is."""
    work = partial(services.keep_comment, the_principal(), comment_id)
    return press(work, _("It stays as it is."), url_for("consultations.desk_comments"))


@blueprint.post(f"{COMMENTS}/<id:comment_id>/show")
@requires(Permission.COMMENT_MODERATE, anywhere=True)
def desk_show_comment(comment_id: str) -> Response:
    """Show what was hidden."""
    work = partial(services.show_comment, the_principal(), comment_id)
    address = url_for("consultations.desk_comment", comment_id=comment_id)
    return press(work, _("It is shown again."), address)


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
