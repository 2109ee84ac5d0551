"""Options proposed by residents: proposed, supported, merged, answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portal.consultations import schemas, services
from portal.consultations.api.blueprint import api
from portal.consultations.api.consultations import amount_of, money
from portal.consultations.queries import consultations, proposals
from portal.consultations.queries.proposals import ProposalRow
from portal.consultations.rules.proposals import ProposalOrder, ProposalStatus
from portal.core.access import current_principal, the_principal
from portal.core.clock import rfc3339
from portal.core.permissions import Permission
from portal.core.schema import PageQuery

PROPOSALS = "/consultations/<id:consultation_id>/proposals"
PROPOSAL = f"{PROPOSALS}/<id:proposal_id>"
MERGERS = "/consultations/<id:consultation_id>/mergers"
MERGER = f"{MERGERS}/<id:merger_id>"


@api.read(
    PROPOSALS, permission=Permission.PUBLIC, query=schemas.ProposalsQuery, answer=schemas.Proposals
)
def list_proposals(consultation_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Options that residents propose, newest first or by supporters; of one state, or all."""
    row = consultations.visible(current_principal(), consultation_id)
    status = query.pop("status", None)
    statuses = [status] if status else list(ProposalStatus)
    order = ProposalOrder(query.pop("sort", None) or ProposalOrder.TIME)
    page = proposals.page(row.id, statuses=statuses, order=order, **query)
    told = _Told(page.items)
    return page.as_json(told.present)


@api.read(PROPOSAL, permission=Permission.PUBLIC, answer=schemas.Proposal)
def get_proposal(consultation_id: str, proposal_id: str) -> dict[str, Any]:
    """One proposed option, with who proposed it and how many support it."""
    row = consultations.visible(current_principal(), consultation_id)
    return _proposal(row.id, proposal_id)


@api.write(
    PROPOSALS,
    permission=Permission.SIGNED_IN,
    body=schemas.NewProposal,
    answer=schemas.Proposal,
    status=201,
    refusals=("wrong_state", "too_many_proposals"),
)
def propose_option(consultation_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Propose an option, where the committee asks for it: verified residents of the region."""
    proposal_id = services.propose(the_principal(), consultation_id, _proposed(body))
    return _proposal(consultation_id, proposal_id)


@api.write(
    f"{PROPOSAL}/support",
    method="PUT",
    permission=Permission.SIGNED_IN,
    answer=schemas.Proposal,
    refusals=("wrong_state",),
)
def support_proposal(consultation_id: str, proposal_id: str) -> dict[str, Any]:
    """Support a proposal; each resident counts once."""
    services.support(the_principal(), consultation_id, proposal_id)
    return _proposal(consultation_id, proposal_id)


@api.write(
    f"{PROPOSAL}/support",
    method="DELETE",
    permission=Permission.SIGNED_IN,
    answer=schemas.Proposal,
    refusals=("wrong_state",),
)
def take_back_support(consultation_id: str, proposal_id: str) -> dict[str, Any]:
    """Support a proposal no longer."""
    services.take_back_support(the_principal(), consultation_id, proposal_id)
    return _proposal(consultation_id, proposal_id)


@api.write(
    f"{PROPOSAL}/withdraw",
    permission=Permission.SIGNED_IN,
    answer=schemas.Proposal,
    refusals=("wrong_state",),
)
def withdraw_proposal(consultation_id: str, proposal_id: str) -> dict[str, Any]:
    """Take one’s own proposal back."""
    services.withdraw_proposal(the_principal(), consultation_id, proposal_id)
    return _proposal(consultation_id, proposal_id)


@api.write(
    f"{PROPOSAL}/take-up",
    permission=Permission.CONSULTATION_MANAGE,
    answer=schemas.Proposal,
    refusals=("wrong_state",),
)
def take_up_proposal(consultation_id: str, proposal_id: str) -> dict[str, Any]:
    """Make a proposal an option of the vote."""
    services.take_up(the_principal(), consultation_id, proposal_id)
    return _proposal(consultation_id, proposal_id)


@api.write(
    f"{PROPOSAL}/decline",
    permission=Permission.CONSULTATION_MANAGE,
    body=schemas.Reason,
    answer=schemas.Proposal,
    refusals=("wrong_state",),
)
def decline_proposal(
    consultation_id: str, proposal_id: str, body: dict[str, Any]
) -> dict[str, Any]:
    """Say why a proposal does not become an option."""
    services.decline(the_principal(), consultation_id, proposal_id, body["reason"])
    return _proposal(consultation_id, proposal_id)


@api.read(MERGERS, permission=Permission.PUBLIC, query=PageQuery, answer=schemas.Mergers)
def list_mergers(consultation_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Proposals that the committee would make one, and what those who made them say."""
    row = consultations.visible(current_principal(), consultation_id)
    page = proposals.mergers_page(row.id, **query)
    ids = [each.id for each in page.items]
    parts, consents = proposals.parts_of(ids), proposals.consents_of(ids)
    return page.as_json(lambda each: _merger_json(each, parts[each.id], consents[each.id]))


@api.write(
    MERGERS,
    permission=Permission.CONSULTATION_MANAGE,
    body=schemas.NewMerger,
    answer=schemas.Merger,
    status=201,
    refusals=("wrong_state",),
)
def propose_merger(consultation_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Ask those who made some proposals whether they become one."""
    merger_id = services.propose_merger(
        the_principal(), consultation_id, body["proposals"], _proposed(body), body["why"]
    )
    return _merger(consultation_id, merger_id)


@api.write(
    f"{MERGER}/consent",
    permission=Permission.SIGNED_IN,
    body=schemas.NewConsent,
    answer=schemas.Merger,
    refusals=("wrong_state",),
)
def answer_merger(consultation_id: str, merger_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Agree or not that one’s proposal becomes part of another; it takes everybody’s consent."""
    services.answer_merger(the_principal(), consultation_id, merger_id, agreed=body["agreed"])
    return _merger(consultation_id, merger_id)


# --- as the API writes it -------------------------------------------------------------------------


class _Told:
    """Some proposals, with what is read for all of them at once."""

    def __init__(self, rows: Sequence[ProposalRow]) -> None:
        ids = [row.id for row in rows]
        principal = current_principal()
        self.asked = principal is not None
        self.authors = proposals.authors_of(ids)
        self.supported = proposals.supported_by(principal.id if principal else None, ids)

    def present(self, row: ProposalRow) -> dict[str, Any]:
        return {
            "id": row.id,
            "title": row.title,
            "text": row.text,
            "cost": money(row.cost),
            "status": row.status,
            "authors": [{"id": each.id, "name": each.name} for each in self.authors[row.id]],
            "supporters": row.supporters,
            "supported": row.id in self.supported if self.asked else None,
            "created_at": rfc3339(row.created_at),
            "answered_at": rfc3339(row.answered_at) if row.answered_at else None,
            "answer": row.answer,
            "option_id": row.option_id,
            "merged_into": row.merged_into,
        }


def _proposal(consultation_id: str, proposal_id: str) -> dict[str, Any]:
    row = proposals.one(consultation_id, proposal_id)
    return _Told([row]).present(row)


def _proposed(body: Mapping[str, Any]) -> services.Proposed:
    return services.Proposed(title=body["title"], text=body["text"], cost=amount_of(body["cost"]))


def _merger(consultation_id: str, merger_id: str) -> dict[str, Any]:
    row = proposals.merger(consultation_id, merger_id)
    parts, consents = proposals.parts_of([row.id]), proposals.consents_of([row.id])
    return _merger_json(row, parts[row.id], consents[row.id])


def _merger_json(row: Any, parts: Sequence[Any], consents: Sequence[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "text": row.text,
        "cost": money(row.cost),
        "why": row.why,
        "status": row.status,
        "proposals": [each.id for each in parts],
        "consents": [
            {"person": {"id": each.id, "name": each.name}, "agreed": each.agreed}
            for each in consents
        ],
        "result_id": row.result_id,
        "created_at": rfc3339(row.created_at),
    }
