"""Questions to the committee: everybody reads, residents ask, the desk answers."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.core.access import current_principal, requires, the_principal
from portal.core.errors import Forbidden, WrongState
from portal.core.i18n import gettext as _
from portal.core.limits import REPORTS, limit
from portal.core.moderation_forms import FlagForm
from portal.core.moderation_pages import Moderation, objected
from portal.core.narrowing import PARAMETER, narrowed_to, state_tabs
from portal.core.pages import (
    SEE_OTHER,
    asked_for,
    cursor,
    filled_in,
    filled_in_once,
)
from portal.core.pages import shown as shown_form
from portal.core.permissions import Permission
from portal.regions.choosing import region_asked_for
from portal.regions.rules import codes_of
from portal.supervision import policies, queries, services, words
from portal.supervision.errors import AlreadyAnswered
from portal.supervision.forms import AnswerForm, QuestionForm
from portal.supervision.queries import Counts
from portal.supervision.rules import ANSWERED_WITHIN, Asked

EVERYTHING = "all"
"""At the desk one begins with what waits; everything is asked for by this word."""

blueprint = Blueprint("supervision", __name__)


@blueprint.get("/questions")
@requires(Permission.PUBLIC)
def index() -> str:
    """What was asked in a region, and what of it is open, overdue and answered."""
    actor = current_principal()
    home = actor.home_region if actor is not None else None
    region, asked = region_asked_for(home or ""), narrowed_to(Asked)
    page = queries.page(asked, region.code or None, cursor=cursor())
    return render_template(
        "supervision/index.html",
        page=page,
        names=words.names_for(page.items),
        region=region,
        asked=asked,
        tabs=state_tabs(words.TABS, queries.counts(region.code or None), asked),
        words=words,
        home=home,
    )


@blueprint.get("/questions/<id:question_id>")
@requires(Permission.PUBLIC)
def show(question_id: str) -> str:
    """One question and its answer."""
    row, actor = queries.one(question_id), current_principal()
    return render_template(
        "supervision/show.html",
        question=row,
        names=words.names_for([row]),
        words=words,
        may_answer=policies.may_answer(actor, codes_of(row.region_path)),
        may_moderate=policies.may_moderate(actor, codes_of(row.region_path)),
        reader_id=actor.id if actor is not None else None,
    )


@blueprint.route("/questions/<id:question_id>/flag", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@limit(REPORTS, methods=["POST"])
def flag(question_id: str) -> tuple[str, int] | Response:
    """Say what is wrong with a question."""
    row, form = queries.one(question_id), FlagForm()
    if row.hidden_at is not None:
        raise WrongState

    def work() -> str:
        services.flag_question(the_principal(), row.id, form.reason.data)
        return url_for("supervision.show", question_id=row.id)

    page = partial(
        render_template,
        "supervision/flag.html",
        question=row,
        form=form,
        back=url_for("supervision.show", question_id=row.id),
    )
    return objected(form, work, page)


@blueprint.route("/questions/about", methods=["GET"])
@requires(Permission.PUBLIC)
def about() -> tuple[str, int]:
    """What was asked about one thing; its residents may ask more."""
    return _about(QuestionForm(formdata=None))


@blueprint.post("/questions/about")
@requires(Permission.SIGNED_IN)
@limit(REPORTS)
def ask() -> tuple[str, int] | Response:
    """Put a question to the committee; once for the form at hand."""
    actor, form = the_principal(), QuestionForm()

    def work() -> str:
        asked = services.ask(actor, _subject(), _subject_id(), form.text.data)
        return url_for("supervision.show", question_id=asked)

    if address := filled_in_once(form, work):
        flash(_("Your question is public. You are told when it is answered."), "success")
        return redirect(address, SEE_OTHER)
    return _about(form)


@blueprint.get("/desk/questions")
@requires(Permission.QUESTION_ANSWER, anywhere=True)
def desk_questions() -> str:
    """The questions that I have to answer, what is due first."""
    actor, asked = the_principal(), _asked_for_at_desk()
    page = queries.page_of_desk(actor, asked, cursor=cursor())
    return render_template(
        "supervision/desk_questions.html",
        page=page,
        names=words.names_for(page.items),
        tabs=_desk_tabs(queries.counts_of_desk(actor), asked),
        words=words,
    )


@blueprint.route("/desk/questions/<id:question_id>", methods=["GET", "POST"])
@requires(Permission.QUESTION_ANSWER, anywhere=True)
def desk_answer(question_id: str) -> tuple[str, int] | Response:
    """Answer a question in public."""
    row, form = queries.one(question_id), AnswerForm()
    if not policies.may_answer(the_principal(), codes_of(row.region_path)):
        raise Forbidden
    if row.hidden_at is not None:
        raise WrongState(_("It is hidden: nobody waits for an answer."))
    if row.answered_at is not None:
        raise AlreadyAnswered
    if filled_in(form, lambda: services.answer(the_principal(), row.id, form.text.data)):
        flash(_("Your answer is public. Who asked is told."), "success")
        return redirect(url_for("supervision.desk_questions", state=Asked.OPEN), SEE_OTHER)
    page = render_template(
        "supervision/desk_answer.html",
        question=row,
        names=words.names_for([row]),
        form=form,
        words=words,
    )
    return shown_form(form, page)


Moderation(
    name="question",
    address="/desk/questions/flagged",
    permission=Permission.COMMENT_MODERATE,
    templates=("supervision/desk_flagged.html", "supervision/desk_judge.html"),
    flagged=lambda actor, after: queries.flagged(actor, cursor=after),
    one=queries.to_moderate,
    flags=queries.flags_of,
    author=lambda question: question.asked_by,
    hide=services.hide_question,
    keep=services.keep_question,
    show=services.show_question,
    facts=lambda questions: {"names": words.names_for(questions), "words": words},
).register(blueprint)


# --- inside ---------------------------------------------------------------------------------------


def _about(form: QuestionForm) -> tuple[str, int]:
    thing = queries.found(_subject(), _subject_id())
    page = queries.page_about(thing.subject, thing.id, cursor=cursor())
    return shown_form(
        form,
        render_template(
            "supervision/about.html",
            thing=thing,
            page=page,
            names=queries.names_of_subjects([(thing.subject, thing.id)]),
            form=form,
            may_ask=policies.may_ask(current_principal(), thing.path),
            days=ANSWERED_WITHIN.days,
            words=words,
        ),
    )


def _subject() -> str:
    return request.args.get("about", "")


def _subject_id() -> str:
    return request.args.get("of", "")[:80]


def _asked_for_at_desk() -> Asked | None:
    """What waits, unless something else is asked for."""
    return None if asked_for(PARAMETER) == EVERYTHING else narrowed_to(Asked) or Asked.OPEN


def _desk_tabs(numbers: Counts, current: Asked | None) -> list[dict[str, Any]]:
    """The same for who has to answer: what waits comes first, everything last."""
    everything, *states = state_tabs(words.TABS, numbers, current)
    return [*states, {**everything, "url": f"{everything['url']}?state={EVERYTHING}"}]
