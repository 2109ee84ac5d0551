"""Talking through: saying something, asking the committee, finding helpful, objecting."""

from __future__ import annotations

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.consultations import services
from portal.consultations.forms import CommentForm
from portal.consultations.forms.speaking import QuestionForm
from portal.consultations.queries import asking, consultations, discussion
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.queries.discussion import CommentRow
from portal.consultations.views.blueprint import blueprint
from portal.consultations.views.browse import vote_page
from portal.consultations.views.threads import Said, reader_facts, thread_facts
from portal.core.access import current_principal, requires, the_principal
from portal.core.i18n import gettext as _
from portal.core.limits import REPORTS, limit
from portal.core.moderation_forms import FlagForm
from portal.core.moderation_pages import objected
from portal.core.pages import SEE_OTHER, cursor, filled_in_once, press, shown
from portal.core.permissions import Permission

COMMENT = "/consultations/<id:consultation_id>/comments/<id:comment_id>"


@blueprint.post("/consultations/<id:consultation_id>/comments")
@requires(Permission.SIGNED_IN)
def comment(consultation_id: str) -> Response | tuple[str, int]:
    """Say something; once for the form at hand."""
    actor = the_principal()
    row = consultations.visible(actor, consultation_id)
    form = CommentForm()

    def work() -> str:
        said = services.comment(actor, row.id, form.text.data, form.reply_to.data or None)
        return _address_of(discussion.one(row.id, said))

    if address := filled_in_once(form, work):
        return redirect(address, SEE_OTHER)
    page = _thread_page(row, form) if discussion.is_said_to(row.id, form.reply_to.data) else None
    return shown(form, page or vote_page(row, form))


@blueprint.get(COMMENT)
@requires(Permission.PUBLIC)
def thread(consultation_id: str, comment_id: str) -> str:
    """One thread, whole, and where to add to it."""
    row = consultations.visible(current_principal(), consultation_id)
    discussion.one(row.id, comment_id)
    return _thread_page(row, CommentForm(data={"reply_to": comment_id}))


def _thread_page(row: ConsultationRow, form: CommentForm) -> str:
    """The thread of what the form replies to."""
    return render_template(
        "consultations/discussion/thread.html",
        vote=row,
        form=form,
        replied_to=discussion.one(row.id, form.reply_to.data),
        **thread_facts(row, form.reply_to.data),
    )


@blueprint.post(f"{COMMENT}/helpful")
@requires(Permission.SIGNED_IN)
def mark_helpful(consultation_id: str, comment_id: str) -> Response:
    """Find a comment helpful."""
    work = partial(services.mark_helpful, the_principal(), consultation_id, comment_id)
    return press(work, None, _back_to(consultation_id, comment_id))


@blueprint.post(f"{COMMENT}/not-helpful")
@requires(Permission.SIGNED_IN)
def take_back_mark(consultation_id: str, comment_id: str) -> Response:
    """Take it back."""
    work = partial(services.take_back_mark, the_principal(), consultation_id, comment_id)
    return press(work, None, _back_to(consultation_id, comment_id))


@blueprint.route(f"{COMMENT}/flag", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@limit(REPORTS, methods=["POST"])
def flag_comment(consultation_id: str, comment_id: str) -> Response | tuple[str, int]:
    """Say what is wrong with a comment."""
    actor = the_principal()
    row = consultations.visible(actor, consultation_id)
    said, form = discussion.one(row.id, comment_id), FlagForm()

    def work() -> str:
        services.flag_comment(actor, row.id, said.id, form.reason.data)
        return _address_of(said)

    page = partial(
        render_template,
        "consultations/discussion/flag.html",
        vote=row,
        form=form,
        said=Said(said, 0, None),
        back=_address_of(said),
        **reader_facts(row, [said]),
    )
    return objected(form, work, page)


@blueprint.get("/consultations/<id:consultation_id>/questions")
@requires(Permission.PUBLIC)
def discussion_questions(consultation_id: str) -> str:
    """What the committee was asked, with its answers."""
    row = consultations.visible(current_principal(), consultation_id)
    return _questions_page(row, QuestionForm())


@blueprint.post("/consultations/<id:consultation_id>/questions")
@requires(Permission.SIGNED_IN)
def ask_committee(consultation_id: str) -> Response | tuple[str, int]:
    """Put a question; once for the form at hand."""
    actor = the_principal()
    row, form = consultations.visible(actor, consultation_id), QuestionForm()

    def work() -> str:
        asked = services.ask(actor, row.id, form.text.data)
        return url_for(
            "consultations.discussion_questions",
            consultation_id=row.id,
            _anchor=f"comment-{asked}",
        )

    if address := filled_in_once(form, work):
        flash(_("Asked. You are told when the committee answers."), "success")
        return redirect(address, SEE_OTHER)
    return shown(form, _questions_page(row, form))


def _questions_page(row: ConsultationRow, form: QuestionForm) -> str:
    page = asking.page(row.id, cursor=cursor())
    return render_template(
        "consultations/discussion/questions.html",
        vote=row,
        form=form,
        comments=page,
        threads=[Said(each, 0, None) for each in page.items],
        asked=asking.figures_of(row.id),
        **reader_facts(row, page.items),
    )


def _address_of(said: CommentRow) -> str:
    return url_for(
        "consultations.thread",
        consultation_id=said.consultation_id,
        comment_id=said.thread_id,
        _anchor=f"comment-{said.id}",
    )


def _back_to(consultation_id: str, comment_id: str) -> str:
    """Where the reader was: the list in its order, or the thread."""
    if request.form.get("from") == "thread":
        return _address_of(discussion.one(consultation_id, comment_id))
    return url_for(
        "consultations.show",
        consultation_id=consultation_id,
        sort=request.form.get("sort", "")[:10] or None,
        cursor=request.form.get("cursor", "")[:1000] or None,
        _anchor=f"comment-{comment_id}",
    )
