"""The deeds at the desk that need words: each is a form on a page of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import time
from typing import IO, Any

from flask import flash, redirect, render_template
from werkzeug.wrappers import Response

from portal.core.access import requires, the_principal
from portal.core.clock import today
from portal.core.errors import Invalid
from portal.core.forms import Form
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.pages import SEE_OTHER, carried_out, press, shown
from portal.core.permissions import Permission
from portal.suggestions import desk_words, services, words
from portal.suggestions.desk_forms import (
    AnswerForm,
    MergeForm,
    ProgressForm,
    ReasonForm,
    ReturnForm,
    WhistleForm,
)
from portal.suggestions.queries import departments, desk
from portal.suggestions.queries.calendar import working_days
from portal.suggestions.rules.machine import Deed, Outcome
from portal.suggestions.uploads import with_photos
from portal.suggestions.views.blueprint import blueprint
from portal.suggestions.views.desk_cases import address_of, queue_of
from portal.suggestions.views.desk_door import InHand, departments_for, in_hand

ADDRESS = "/desk/suggestions/<id:suggestion_id>"
METHODS = ["GET", "POST"]
REPORT_AT = time(12)
"""Noon of the next working day stands in the form at first when departments are called."""


@blueprint.route(f"{ADDRESS}/reject", methods=METHODS)
@requires(Permission.SUGGESTION_DISPATCH, anywhere=True)
def desk_reject(suggestion_id: str) -> tuple[str, int] | Response:
    """Say that the city does not work on it, and why."""
    held, form = in_hand(suggestion_id, Deed.REJECT), ReasonForm()
    return _done(
        held, form, Deed.REJECT,
        lambda: services.reject(the_principal(), held.row.id, form.reason.data),
        _("Rejected. Who asked reads your reason."),
        intro=_l("Who asked reads your reason, and everybody who may read the case."),
        onward=queue_of(held),
    )  # fmt: skip


@blueprint.route(f"{ADDRESS}/merge", methods=METHODS)
@requires(Permission.SUGGESTION_DISPATCH, anywhere=True)
def desk_merge(suggestion_id: str) -> tuple[str, int] | Response:
    """Put it to another case that says the same."""
    held, form = in_hand(suggestion_id, Deed.MERGE), MergeForm()

    def work() -> None:
        other = desk.numbered(the_principal(), form.number.data)
        if other is None:
            raise Invalid.field("number", _l("You have no case with this number."))
        services.merge(the_principal(), held.row.id, other.id)

    return _done(
        held, form, Deed.MERGE, work, _("Merged. Who asked here hears from there."),
        intro=_l("The other case leads; everybody who supports either counts there, once."),
        alike=[] if form.is_submitted() else desk.alike_to(the_principal(), held.row),
    )  # fmt: skip


@blueprint.post(f"{ADDRESS}/merge/<id:lead_id>")
@requires(Permission.SUGGESTION_DISPATCH, anywhere=True)
def desk_merge_into(suggestion_id: str, lead_id: str) -> Response:
    """Put it to one of the cases that were suggested."""
    held = in_hand(suggestion_id)
    return press(
        lambda: services.merge(the_principal(), held.row.id, lead_id),
        _("Merged. Who asked here hears from there."),
        address_of(held.row.id),
    )


@blueprint.route(f"{ADDRESS}/whistle", methods=METHODS)
@requires(Permission.SUGGESTION_DISPATCH, anywhere=True)
def desk_whistle(suggestion_id: str) -> tuple[str, int] | Response:
    """Call other departments to it."""
    held, form = in_hand(suggestion_id, Deed.WHISTLE), WhistleForm()
    form.offer(departments_for(held), held.row.department_id)
    form.begin_with(working_days().after(today(), 1), REPORT_AT)

    def work() -> None:
        services.whistle(the_principal(), held.row.id, form.department_ids.data, form.report_by)

    return _done(
        held, form, Deed.WHISTLE, work, _("They are called. Who comes late is on record."),
        intro=_l("The department that has the case leads."),
    )  # fmt: skip


@blueprint.route(f"{ADDRESS}/return", methods=METHODS)
@requires(Permission.SUGGESTION_HANDLE, anywhere=True)
def desk_return(suggestion_id: str) -> tuple[str, int] | Response:
    """Give it back, and say why and whose it might be."""
    held, form = in_hand(suggestion_id, Deed.RETURN), ReturnForm()
    form.offer(departments_for(held), held.row.department_id)

    def work() -> None:
        services.give_back(
            the_principal(), held.row.id, form.reason.data, form.proposed_department_id.data
        )

    return _done(
        held, form, Deed.RETURN, work, _("Given back to the dispatcher."),
        intro=_l("The third time a case is given back, the supervisor takes it up."),
        onward=queue_of(held),
    )  # fmt: skip


@blueprint.route(f"{ADDRESS}/progress", methods=METHODS)
@requires(Permission.SUGGESTION_HANDLE, anywhere=True)
def desk_progress(suggestion_id: str) -> tuple[str, int] | Response:
    """Say how it goes on."""
    held, form = in_hand(suggestion_id, Deed.PROGRESS, Deed.PROGRESS_PART), ProgressForm()
    deed = Deed.PROGRESS if Deed.PROGRESS in held.deeds else Deed.PROGRESS_PART
    return _done(
        held, form, deed,
        lambda: services.progress(the_principal(), held.row.id, form.note.data),
        _("Noted. Who asked can read it."),
        streams=form.streams,
    )  # fmt: skip


@blueprint.route(f"{ADDRESS}/answer", methods=METHODS)
@requires(Permission.SUGGESTION_HANDLE, anywhere=True)
def desk_answer(suggestion_id: str) -> tuple[str, int] | Response:
    """Answer the case, or finish the part of my department."""
    held, form = in_hand(suggestion_id, Deed.ANSWER, Deed.PROGRESS_PART), AnswerForm()

    def work() -> None:
        outcome = Outcome(form.outcome.data)
        services.answer(the_principal(), held.row.id, outcome, form.text.data)

    whole = Deed.ANSWER in held.deeds
    return _done(
        held, form, Deed.ANSWER, work,
        _("Answered. Who asked can judge it.") if whole else _("Your part is done."),
        intro=None if whole else _l("This finishes the part of your department."),
        streams=form.streams,
    )  # fmt: skip


@blueprint.route(f"{ADDRESS}/escalate", methods=METHODS)
@requires(Permission.SUGGESTION_SUPERVISE, anywhere=True)
def desk_escalate(suggestion_id: str) -> tuple[str, int] | Response:
    """Take it one level up."""
    held, form = in_hand(suggestion_id, Deed.ESCALATE), ReasonForm()
    return _done(
        held, form, Deed.ESCALATE,
        lambda: services.escalate(the_principal(), held.row.id, form.reason.data),
        _("It is one level up now."),
        intro=_l("Everybody sees that the case is supervised, and at which level."),
    )  # fmt: skip


@blueprint.route(f"{ADDRESS}/close", methods=METHODS)
@requires(Permission.SUGGESTION_SUPERVISE, anywhere=True)
def desk_close(suggestion_id: str) -> tuple[str, int] | Response:
    """Close it, and say why."""
    held, form = in_hand(suggestion_id, Deed.CLOSE), ReasonForm()
    return _done(
        held, form, Deed.CLOSE,
        lambda: services.close(the_principal(), held.row.id, form.reason.data),
        _("Closed. Who asked reads your reason, and can reopen it."),
        intro=_l("Who asked reads your reason, and can reopen the case for seven days."),
    )  # fmt: skip


def _done(
    held: InHand,
    form: Form,
    deed: Deed,
    work: Callable[[], None],
    done: str,
    *,
    intro: Any = None,
    onward: str | None = None,
    alike: Sequence[Any] = (),
    streams: Sequence[IO[bytes]] = (),
) -> tuple[str, int] | Response:
    """Do what the form asks for, with the pictures that came, and go on; or show the form."""

    def deed_with_photos() -> bool:
        with_photos(streams, lambda names: _with(names, held.row.id, work))
        return True

    if carried_out(form, deed_with_photos):
        flash(done, "success")
        return redirect(onward or address_of(held.row.id), SEE_OTHER)
    page = render_template(
        "suggestions/desk/deed.html",
        case=held.row,
        form=form,
        title=desk_words.DEEDS[deed],
        intro=intro,
        alike=alike,
        works=departments.is_works(held.row.id),
        words=words,
    )
    return shown(form, page)


def _with(names: list[str], suggestion_id: str, work: Callable[[], None]) -> None:
    if names:
        services.add_photos(the_principal(), suggestion_id, names)
    work()
