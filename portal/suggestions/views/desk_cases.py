"""A case at the desk: what was said, what is proposed, and what its reader can do with it."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.core.access import requires, the_principal
from portal.core.clock import now
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, filled_in, press, shown
from portal.core.permissions import Permission
from portal.regions.queries import names_of
from portal.regions.rules import spoken_name
from portal.suggestions import desk_words, services, story, words
from portal.suggestions.desk_forms import DispatchForm
from portal.suggestions.queries import cases, departments, desk, photos, proposals
from portal.suggestions.rules.attributes import told as answers_told
from portal.suggestions.rules.machine import By, Deed
from portal.suggestions.views.blueprint import blueprint
from portal.suggestions.views.desk_door import InHand, departments_for, in_hand

QUEUES = {
    By.DISPATCHER: "suggestions.to_sort",
    By.HANDLER: "suggestions.to_do",
    By.SUPERVISOR: "suggestions.to_watch",
}
"""Where one comes from, by what one is to a case."""


@blueprint.get("/desk/suggestions/<id:suggestion_id>")
@requires(Permission.DESK_OPEN, anywhere=True)
def desk_case(suggestion_id: str) -> tuple[str, int]:
    """One case, and what I can do with it."""
    return _shown(in_hand(suggestion_id), DispatchForm(formdata=None))


@blueprint.post("/desk/suggestions/<id:suggestion_id>/dispatch")
@requires(Permission.SUGGESTION_DISPATCH, anywhere=True)
def desk_dispatch(suggestion_id: str) -> tuple[str, int] | Response:
    """Send it to the department that is proposed, or to another."""
    held, form = in_hand(suggestion_id, Deed.DISPATCH), DispatchForm()
    form.offer({each.id: each.name for each in departments_for(held)}, None)

    def work() -> None:
        services.dispatch(
            the_principal(), held.row.id, form.department_id.data, form.note.data or ""
        )

    if filled_in(form, work):
        flash(_("Sent. The department is told."), "success")
        return redirect(url_for("suggestions.to_sort"), SEE_OTHER)
    return _shown(held, form)


@blueprint.post("/desk/suggestions/<id:suggestion_id>/split")
@requires(Permission.SUGGESTION_DISPATCH, anywhere=True)
def desk_split(suggestion_id: str) -> Response:
    """Undo a merger."""
    held = in_hand(suggestion_id)
    work = partial(services.split, the_principal(), held.row.id)
    return press(work, _("Both cases are what they were."), address_of(held.row.id))


@blueprint.post("/desk/suggestions/<id:suggestion_id>/accept")
@requires(Permission.SUGGESTION_HANDLE, anywhere=True)
def desk_accept(suggestion_id: str) -> Response:
    """Take it over for my department."""
    held = in_hand(suggestion_id)
    work = partial(services.accept, the_principal(), held.row.id)
    return press(work, _("Accepted. It is your department’s now."), address_of(held.row.id))


@blueprint.post("/desk/suggestions/<id:suggestion_id>/report-in")
@requires(Permission.SUGGESTION_HANDLE, anywhere=True)
def desk_report_in(suggestion_id: str) -> Response:
    """Say that my department, which was called, is there."""
    held = in_hand(suggestion_id)
    work = partial(services.report_in, the_principal(), held.row.id)
    return press(work, _("Reported in. The time is on record."), address_of(held.row.id))


def address_of(suggestion_id: str) -> str:
    """A case's page at the desk."""
    return url_for("suggestions.desk_case", suggestion_id=suggestion_id)


def queue_of(held: InHand) -> str:
    """The list from which somebody comes to a case."""
    return url_for(QUEUES[held.role] if held.role else "suggestions.to_sort")


def _shown(held: InHand, form: DispatchForm) -> tuple[str, int]:
    row = held.row
    sorting, proposal, offered = Deed.DISPATCH in held.deeds, None, {}
    if sorting:
        offered = {each.id: each.name for each in departments_for(held)}
        proposal = proposals.proposal_for(row, offered)
        form.offer(offered, proposal.department_id if proposal else None)
    page = render_template(
        "suggestions/desk/case.html",
        held=held,
        case=row,
        form=form if sorting else None,
        proposed=offered[proposal.department_id] if proposal else "",
        because=_because(proposal),
        course=story.told(cases.history_of([row.id])[row.id], row),
        called=desk.parts_of_case(row.id),
        present=now(),
        merged=desk.merged_here(row.id) if row.merged_here else [],
        photos=photos.photos_of([row.id]).get(row.id, []),
        answers=answers_told(departments.questions_of(row.category_code), row.attributes),
        queue=queue_of(held),
        deeds=desk_words.DEEDS,
        words=words,
        states=desk_words.STATES,
    )
    return shown(form, page)


def _because(proposal: Any) -> str:
    if proposal is None:
        return ""
    rule = proposal.rule
    names = names_of([rule.region_code]) if rule else {}
    return desk_words.because(proposal, {code: spoken_name(name) for code, name in names.items()})
