"""The desk: what was promised, and saying what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.consultations import promise_words, services
from portal.consultations.forms.promises import (
    GiveUpForm,
    KeptForm,
    MoveForm,
    NoteForm,
    StepForm,
)
from portal.consultations.policies import may_manage
from portal.consultations.queries import commitments
from portal.consultations.queries.commitments import CommitmentRow
from portal.consultations.rules.commitments import Shown, State
from portal.consultations.views.blueprint import blueprint
from portal.consultations.views.commitments import history
from portal.core.access import requires, the_principal
from portal.core.errors import Forbidden, WrongState
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.narrowing import narrowed_to, state_tabs
from portal.core.pages import SEE_OTHER, cursor, filled_in_once, press, shown
from portal.core.permissions import Permission, Principal
from portal.regions.rules import codes_of


@dataclass(frozen=True)
class Deed:
    """What can be said about a promise: its form, its words, what it does."""

    form: type[Any]
    title: Any
    submit: Any
    done: Any
    work: Callable[[Principal, str, Any], object]
    danger: bool = False


_NOTE = Deed(
    NoteForm,
    _l("Say how far it is"),
    _l("Publish"),
    _l("Everybody can read it."),
    lambda actor, promise, form: services.note(actor, promise, form.text.data),
)
_MOVE = Deed(
    MoveForm,
    _l("Promise another day"),
    _l("Publish the new day"),
    _l("The new day is public, with your reason."),
    lambda actor, promise, form: services.move_due(
        actor, promise, form.due_on.data, form.reason.data
    ),
)
_STEP = Deed(
    StepForm,
    _l("Plan a step"),
    _l("Publish the step"),
    _l("The step is public."),
    lambda actor, promise, form: services.set_milestone(
        actor, promise, form.title.data, form.due_on.data
    ),
)
_KEEP = Deed(
    KeptForm,
    _l("It is done"),
    _l("Say that it is done"),
    _l("It is said that this is done."),
    lambda actor, promise, form: services.keep(actor, promise, form.text.data),
)
_GIVE_UP = Deed(
    GiveUpForm,
    _l("Give it up"),
    _l("Give it up, with this reason"),
    _l("Your reason is public."),
    lambda actor, promise, form: services.give_up(actor, promise, form.reason.data),
    danger=True,
)


@blueprint.get("/desk/commitments")
@requires(Permission.CONSULTATION_MANAGE, anywhere=True)
def desk_commitments() -> str:
    """What was promised in my regions, what is due first."""
    actor, narrowed = the_principal(), narrowed_to(Shown)
    return render_template(
        "consultations/desk/commitments.html",
        page=commitments.page_of_desk(actor, narrowed, cursor=cursor()),
        tabs=state_tabs(promise_words.TABS, commitments.counts_of_desk(actor), narrowed),
        late=promise_words.late,
    )


@blueprint.get("/desk/commitments/<id:commitment_id>")
@requires(Permission.CONSULTATION_MANAGE, anywhere=True)
def desk_commitment(commitment_id: str) -> str:
    """One promise, and what can be said about it."""
    row = _looked_after(commitment_id)
    return render_template(
        "consultations/desk/commitment.html",
        promise=row,
        steps=commitments.milestones_of([row.id]).get(row.id, ()),
        history=list(history(row.id)),
        late=promise_words.late,
        may_finish=True,
    )


@blueprint.route("/desk/commitments/<id:commitment_id>/note", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE, anywhere=True)
def desk_commitment_note(commitment_id: str) -> tuple[str, int] | Response:
    """Say how far it has come."""
    return _do(_NOTE, commitment_id)


@blueprint.route("/desk/commitments/<id:commitment_id>/move", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE, anywhere=True)
def desk_commitment_move(commitment_id: str) -> tuple[str, int] | Response:
    """Promise another day."""
    return _do(_MOVE, commitment_id)


@blueprint.route("/desk/commitments/<id:commitment_id>/step", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE, anywhere=True)
def desk_commitment_step(commitment_id: str) -> tuple[str, int] | Response:
    """Plan a step on the way."""
    return _do(_STEP, commitment_id)


@blueprint.route("/desk/commitments/<id:commitment_id>/keep", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE, anywhere=True)
def desk_commitment_keep(commitment_id: str) -> tuple[str, int] | Response:
    """Say that it is done."""
    return _do(_KEEP, commitment_id)


@blueprint.route("/desk/commitments/<id:commitment_id>/give-up", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE, anywhere=True)
def desk_commitment_give_up(commitment_id: str) -> tuple[str, int] | Response:
    """Say that it will not be done."""
    return _do(_GIVE_UP, commitment_id)


@blueprint.post("/desk/commitments/<id:commitment_id>/milestones/<id:milestone_id>/done")
@requires(Permission.CONSULTATION_MANAGE, anywhere=True)
def desk_milestone_done(commitment_id: str, milestone_id: str) -> Response:
    """Say that a step is done, today."""
    return press(
        lambda: services.finish_milestone(the_principal(), commitment_id, milestone_id),
        _("The step is done."),
        url_for("consultations.desk_commitment", commitment_id=commitment_id),
    )


def _do(deed: Deed, commitment_id: str) -> tuple[str, int] | Response:
    row, form = _looked_after(commitment_id), deed.form()
    if row.state != State.OPEN:
        raise WrongState
    address = url_for("consultations.desk_commitment", commitment_id=row.id)

    def work() -> str:
        deed.work(the_principal(), row.id, form)
        return address

    if done := filled_in_once(form, work):
        flash(str(deed.done), "success")
        return redirect(done, SEE_OTHER)
    page = render_template(
        "consultations/desk/commitment_deed.html",
        promise=row,
        form=form,
        deed=deed,
        back=address,
    )
    return shown(form, page)


def _looked_after(commitment_id: str) -> CommitmentRow:
    """A commitment that the person asking looks after.

    Raises:
        NotFound, Forbidden: there is none, or it is not theirs to work with.
    """
    row = commitments.one(commitment_id)
    if not may_manage(the_principal(), codes_of(row.region_path)):
        raise Forbidden
    return row
