"""Options proposed by residents: found, proposed, supported, merged, answered."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.consultations import policies, services, wording_words, words
from portal.consultations.errors import NotForYou
from portal.consultations.forms.wording import MergerForm, ProposalForm, RefusalForm
from portal.consultations.queries import consultations, proposals
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.rules.ballots import BUDGET_METHODS
from portal.consultations.rules.life import Status
from portal.consultations.rules.proposals import MergerStatus, ProposalOrder, ProposalStatus
from portal.consultations.views.blueprint import blueprint
from portal.consultations.views.desk_door import looked_after
from portal.core.access import current_principal, requires, the_principal
from portal.core.errors import NotFound, WrongState
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, asked_for, cursor, filled_in, filled_in_once, press, shown
from portal.core.pagination import MOST
from portal.core.permissions import Permission

LIST = "/consultations/<id:consultation_id>/proposals"
ONE = f"{LIST}/<id:proposal_id>"
MERGER = "/consultations/<id:consultation_id>/mergers/<id:merger_id>"
DESK = "/desk/consultations/<id:consultation_id>"


@blueprint.get(LIST)
@requires(Permission.PUBLIC)
def proposals_list(consultation_id: str) -> str:
    """What residents propose to vote on, and what waits for their consent."""
    row, actor = _asked_for(consultation_id), current_principal()
    newest = asked_for("sort") == ProposalOrder.TIME
    order = ProposalOrder.TIME if newest else ProposalOrder.SUPPORTERS
    page = proposals.page(row.id, order=order, cursor=cursor())
    mergers = proposals.mergers_page(row.id, statuses=[MergerStatus.WAITING]).items
    asked = proposals.asked_of(actor.id, MOST) if actor is not None else ()
    return render_template(
        "consultations/proposals.html",
        vote=row,
        page=page,
        order=order,
        authors=proposals.authors_of([each.id for each in page.items]),
        mergers=mergers,
        asked={each.id for each in asked},
        **_rights(row),
    )


@blueprint.route(f"{LIST}/new", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def propose(consultation_id: str) -> tuple[str, int] | Response:
    """Propose an option; once for the form at hand."""
    row, form, actor = _asked_for(consultation_id), ProposalForm(), the_principal()
    if not policies.may_propose(actor, consultations.circle_of(row)):
        raise NotForYou
    if row.status != Status.DISCUSSION:
        raise WrongState

    def work() -> str:
        made = services.propose(actor, row.id, form.read())
        return _address(row.id, made)

    if address := filled_in_once(form, work):
        flash(_("Your proposal is public. You are the first to support it."), "success")
        return redirect(address, SEE_OTHER)
    page = render_template(
        "consultations/propose.html", vote=row, form=form, with_cost=_with_cost(row)
    )
    return shown(form, page)


@blueprint.get(ONE)
@requires(Permission.PUBLIC)
def proposal(consultation_id: str, proposal_id: str) -> str:
    """One proposed option: its text, who supports it, what became of it."""
    row = _asked_for(consultation_id)
    found = proposals.one(row.id, proposal_id)
    actor = current_principal()
    authors = proposals.authors_of([found.id])[found.id]
    return render_template(
        "consultations/proposal.html",
        vote=row,
        proposal=found,
        authors=authors,
        mine=actor is not None and actor.id in {each.id for each in authors},
        supported=found.id in proposals.supported_by(actor.id if actor else None, [found.id]),
        made_of=proposals.merged_into(found.id),
        mergers=proposals.mergers_of(found.id),
        **_rights(row),
    )


@blueprint.post(f"{ONE}/support")
@requires(Permission.SIGNED_IN)
def support(consultation_id: str, proposal_id: str) -> Response:
    """Support a proposal."""
    return press(
        lambda: services.support(the_principal(), consultation_id, proposal_id),
        _("You support this proposal."),
        _address(consultation_id, proposal_id),
    )


@blueprint.post(f"{ONE}/take-back")
@requires(Permission.SIGNED_IN)
def take_back_support(consultation_id: str, proposal_id: str) -> Response:
    """Support it no longer."""
    return press(
        lambda: services.take_back_support(the_principal(), consultation_id, proposal_id),
        _("You support it no longer."),
        _address(consultation_id, proposal_id),
    )


@blueprint.post(f"{ONE}/withdraw")
@requires(Permission.SIGNED_IN)
def withdraw_proposal(consultation_id: str, proposal_id: str) -> Response:
    """Take one's own proposal back."""
    return press(
        lambda: services.withdraw_proposal(the_principal(), consultation_id, proposal_id),
        _("Your proposal is withdrawn."),
        _address(consultation_id, proposal_id),
    )


@blueprint.get(MERGER)
@requires(Permission.PUBLIC)
def merger(consultation_id: str, merger_id: str) -> str:
    """Several proposals that would become one, and who has agreed."""
    row = _asked_for(consultation_id)
    found = proposals.merger(row.id, merger_id)
    actor = current_principal()
    consents = proposals.consents_of([found.id])[found.id]
    return render_template(
        "consultations/merger.html",
        vote=row,
        merger=found,
        merger_states=wording_words.MERGERS,
        parts_of_it=proposals.parts_of([found.id])[found.id],
        consents=consents,
        asked=next((each for each in consents if actor and each.id == actor.id), None),
        **_rights(row),
    )


@blueprint.post(f"{MERGER}/agree")
@requires(Permission.SIGNED_IN)
def agree_to_merger(consultation_id: str, merger_id: str) -> Response:
    """Agree that one's proposal becomes part of another."""
    return _answered(consultation_id, merger_id, agreed=True)


@blueprint.post(f"{MERGER}/refuse")
@requires(Permission.SIGNED_IN)
def refuse_merger(consultation_id: str, merger_id: str) -> Response:
    """Keep one's proposal as it is."""
    return _answered(consultation_id, merger_id, agreed=False)


# --- the committee --------------------------------------------------------------------------------


@blueprint.post(f"{DESK}/proposals/<id:proposal_id>/take-up")
@requires(Permission.CONSULTATION_MANAGE)
def desk_take_up(consultation_id: str, proposal_id: str) -> Response:
    """Make a proposal an option of the vote."""
    return press(
        lambda: services.take_up(the_principal(), consultation_id, proposal_id),
        _("It is an option of the vote now. Who proposed it is told."),
        _address(consultation_id, proposal_id),
    )


@blueprint.route(f"{DESK}/proposals/<id:proposal_id>/decline", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def desk_decline(consultation_id: str, proposal_id: str) -> tuple[str, int] | Response:
    """Say why a proposal does not become an option."""
    row, form = looked_after(consultation_id, "manage"), RefusalForm()
    found = proposals.one(row.id, proposal_id)

    def work() -> None:
        services.decline(the_principal(), row.id, found.id, form.reason.data)

    address = _address(row.id, found.id)
    if filled_in(form, work):
        flash(_("Your reason stands beside the proposal."), "success")
        return redirect(address, SEE_OTHER)
    page = render_template(
        "consultations/desk/refuse.html",
        form=form,
        heading=_("Decline this proposal"),
        about=found.title,
        back=address,
    )
    return shown(form, page)


@blueprint.route(f"{DESK}/merge", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def desk_merge(consultation_id: str) -> tuple[str, int] | Response:
    """Ask those who made some proposals whether they become one."""
    row, form = looked_after(consultation_id, "manage"), MergerForm()
    waiting = proposals.page(row.id, statuses=[ProposalStatus.WAITING], limit=MOST)
    form.offer(waiting.items)

    def work() -> str:
        made = services.propose_merger(
            the_principal(), row.id, form.proposals.data, form.read(), form.why.data
        )
        return url_for("consultations.merger", consultation_id=row.id, merger_id=made)

    if address := filled_in_once(form, work):
        flash(_("Those who proposed them are asked."), "success")
        return redirect(address, SEE_OTHER)
    page = render_template(
        "consultations/desk/merge.html", consultation=row, form=form, with_cost=_with_cost(row)
    )
    return shown(form, page)


# --- inside ---------------------------------------------------------------------------------------


def _asked_for(consultation_id: str) -> ConsultationRow:
    row = consultations.visible(current_principal(), consultation_id)
    if not row.proposals_allowed:
        raise NotFound
    return row


def _answered(consultation_id: str, merger_id: str, *, agreed: bool) -> Response:
    return press(
        lambda: services.answer_merger(the_principal(), consultation_id, merger_id, agreed=agreed),
        _("Your answer is kept."),
        url_for("consultations.merger", consultation_id=consultation_id, merger_id=merger_id),
    )


def _rights(row: ConsultationRow) -> dict[str, Any]:
    """What the person who looks may do with the proposals of a consultation."""
    actor, path = current_principal(), consultations.path_of(row)
    discussed = row.status == Status.DISCUSSION
    return {
        "may_propose": discussed and policies.may_propose(actor, consultations.circle_of(row)),
        "may_manage": discussed and policies.may_manage(actor, path),
        "discussed": discussed,
        "states": wording_words.PROPOSALS,
        "lapsed": wording_words.LAPSED if row.opened_at else words.STATES[row.status],
    }


def _with_cost(row: ConsultationRow) -> bool:
    return row.method in BUDGET_METHODS


def _address(consultation_id: str, proposal_id: str) -> str:
    return url_for(
        "consultations.proposal", consultation_id=consultation_id, proposal_id=proposal_id
    )
