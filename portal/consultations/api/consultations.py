"""Consultations: found, set up, talked through, opened, closed, decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.accounts.rules import Belonging
from portal.consultations import count, schemas, services
from portal.consultations.api.blueprint import api
from portal.consultations.api.commitments import present as commitment
from portal.consultations.board import Disclosure
from portal.consultations.queries import commitments, consultations
from portal.consultations.queries.consultations import ConsultationRow, OptionRow
from portal.consultations.queries.roll import Turnout, voted_in, voted_in_each
from portal.consultations.rules.ballots import Method
from portal.consultations.rules.majority import Majority
from portal.consultations.rules.ties import TIE_RULE
from portal.core.access import current_principal, the_principal
from portal.core.clock import rfc3339
from portal.core.pagination import Page
from portal.core.permissions import Permission
from portal.core.summaries import region_of


@api.read(
    "/consultations",
    permission=Permission.PUBLIC,
    query=schemas.ConsultationsQuery,
    answer=schemas.Consultations,
)
def list_consultations(query: dict[str, Any]) -> dict[str, Any]:
    """Consultations, newest first; drafts by their status, only one's own."""
    return present_page(consultations.page(current_principal(), **query))


@api.read(
    "/consultations/<id:consultation_id>",
    permission=Permission.PUBLIC,
    answer=schemas.Consultation,
)
def get_consultation(consultation_id: str) -> dict[str, Any]:
    """One consultation with its options."""
    return present_one(consultation_id)


@api.write(
    "/consultations",
    permission=Permission.CONSULTATION_MANAGE,
    body=schemas.NewConsultation,
    answer=schemas.Consultation,
    status=201,
)
def create_consultation(body: dict[str, Any]) -> dict[str, Any]:
    """Write a draft; the method and its limits cannot be changed later."""
    return present_one(services.create(the_principal(), _plan(body)))


@api.write(
    "/consultations/<id:consultation_id>/start-discussion",
    permission=Permission.CONSULTATION_MANAGE,
    answer=schemas.Consultation,
    refusals=("wrong_state",),
)
def start_discussion(consultation_id: str) -> dict[str, Any]:
    """Make a draft public, to be talked through before voting."""
    services.start_discussion(the_principal(), consultation_id)
    return present_one(consultation_id)


@api.write(
    "/consultations/<id:consultation_id>/open",
    permission=Permission.CONSULTATION_MANAGE,
    answer=schemas.OpenedConsultation,
    refusals=("wrong_state", "roll_too_small", "proposals_unanswered"),
    idempotent=False,
)
def open_consultation(consultation_id: str) -> dict[str, Any]:
    """Freeze the roll and begin to take ballots; the trustees’ shares are answered this once.

    No idempotency key: the shares are kept nowhere, and a repetition is refused.
    """
    shares = services.open_voting(the_principal(), consultation_id)
    return {**present_one(consultation_id), "shares": list(shares) if shares else None}


@api.write(
    "/consultations/<id:consultation_id>/close",
    permission=Permission.CONSULTATION_MANAGE,
    body=schemas.Shares,
    answer=schemas.Consultation,
    refusals=("wrong_state", "tallies_differ", "count_incomplete"),
    transaction=False,
)
def close_consultation(consultation_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Open the urn, publish the board and count it; by hand only where no end was set, or it has
    passed.
    """
    count.close_by_hand(the_principal(), consultation_id, body["shares"])
    return present_one(consultation_id)


@api.write(
    "/consultations/<id:consultation_id>/decide",
    permission=Permission.CONSULTATION_MANAGE,
    body=schemas.NewDecision,
    answer=schemas.Consultation,
    refusals=("wrong_state",),
)
def decide_consultation(consultation_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Say with reasons what becomes of the outcome, and promise what will be done."""
    promises = [_promise(each) for each in body["commitments"]]
    services.decide(
        the_principal(),
        consultation_id,
        accepted=body["accepted"],
        reasons=body["reasons"],
        commitments=promises,
    )
    return present_one(consultation_id)


@api.write(
    "/consultations/<id:consultation_id>/cancel",
    permission=Permission.CONSULTATION_MANAGE,
    body=schemas.Reason,
    answer=schemas.Consultation,
    refusals=("wrong_state",),
)
def cancel_consultation(consultation_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """End it without an outcome; ballots that were cast are destroyed unopened."""
    services.cancel(the_principal(), consultation_id, body["reason"])
    return present_one(consultation_id)


# --- as the API writes it -------------------------------------------------------------------


def _plan(body: dict[str, Any]) -> services.ConsultationPlan:
    roll, trustees = body["roll"] or {}, body["trustees"] or {}
    return services.ConsultationPlan(
        title=body["title"],
        question=body["question"],
        region_code=body["region_code"],
        method=Method(body["method"]),
        options=[
            services.OptionPlan(
                title=each["title"], cost=amount_of(each["cost"]), text=each["text"]
            )
            for each in body["options"]
        ],
        disclosure=Disclosure(body["disclosure"]),
        budget=amount_of(body["budget"]),
        max_choices=body["max_choices"],
        quorum=body["quorum"],
        majority=Majority(body["majority"]),
        minimum_age=roll.get("minimum_age"),
        verified_before=roll.get("verified_before"),
        roll_by=frozenset(Belonging(each) for each in roll.get("by", (Belonging.HOME,))),
        trustees=trustees.get("shares"),
        trustees_needed=trustees.get("needed"),
        opens_at=body["opens_at"],
        closes_at=body["closes_at"],
        proposals_allowed=body["proposals_allowed"],
        answer_threshold=body["answer_threshold"],
        about_covenant=body["about_covenant"],
    )


def _promise(body: dict[str, Any]) -> services.Promise:
    steps = [services.Milestone(**each) for each in body["milestones"]]
    return services.Promise(**{**body, "budget": amount_of(body["budget"]), "milestones": steps})


def present_page(page: Page[ConsultationRow]) -> dict[str, Any]:
    """Consultations with their options and turnout, as a list."""
    ids = [row.id for row in page.items]
    options, turnout = consultations.options_of(ids), voted_in_each(page.items)
    return page.as_json(lambda row: _present(row, options[row.id], turnout[row.id]))


def present_one(consultation_id: str) -> dict[str, Any]:
    """One consultation, as far as the caller may see it."""
    row = consultations.visible(current_principal(), consultation_id)
    options = consultations.options_of([row.id])[row.id]
    return _present(row, options, voted_in(row))


def _present(
    row: ConsultationRow, options: Sequence[OptionRow], turnout: Turnout
) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "question": row.question,
        "region": region_of(row),
        "method": row.method,
        "max_choices": row.max_choices,
        "options": [
            {
                "id": each.id,
                "title": each.title,
                "cost": money(each.cost),
                "version": each.version,
            }
            for each in options
        ],
        "budget": money(row.budget),
        "quorum": row.quorum,
        "majority": row.majority,
        "tie_rule": TIE_RULE,
        "disclosure": row.disclosure,
        "trustees": _trustees(row),
        "status": row.status,
        "reason": row.reason,
        "opens_at": rfc3339(row.opens_at) if row.opens_at else None,
        "closes_at": rfc3339(row.closes_at) if row.closes_at else None,
        "roll": {"size": row.roll_size, "hash": row.roll_hash} if row.opened_at else None,
        "roll_rule": None if row.is_study else _roll_rule(row),
        "turnout": {"voted": turnout.voted, "share": share_of(turnout, row.roll_size)},
        "decision": _decision(row),
        "proposals_allowed": row.proposals_allowed,
        "answer_threshold": row.answer_threshold,
        "about_covenant": row.about_covenant,
        "study": row.is_study,
    }


def share_of(turnout: Turnout, size: int | None) -> float | None:
    """The part of a roll that has voted; None without a roll."""
    return turnout.voted / size if size else None


def _roll_rule(row: ConsultationRow) -> dict[str, Any]:
    before = row.verified_before
    return {
        "by": list(consultations.belonging_of(row)),
        "minimum_age": row.minimum_age,
        "verified_before": rfc3339(before) if before else None,
    }


def _trustees(row: ConsultationRow) -> dict[str, int] | None:
    if row.trustees is None:
        return None
    return {"shares": row.trustees, "needed": row.trustees_needed}


def _decision(row: ConsultationRow) -> dict[str, Any] | None:
    if row.decided_at is None:
        return None
    promised = commitments.of_consultation(row.id)
    steps = commitments.milestones_of([each.id for each in promised])
    return {
        "accepted": row.accepted,
        "reasons": row.reasons,
        "decided_at": rfc3339(row.decided_at),
        "commitments": [commitment(each, steps.get(each.id, ())) for each in promised],
    }


def amount_of(given: dict[str, Any] | None) -> int | None:
    """Money as it is kept: in minor units."""
    return None if given is None else int(given["amount"])


def money(amount: int | None) -> dict[str, Any] | None:
    """Minor units as the API writes them."""
    return None if amount is None else {"amount": amount, "currency": "CNY"}
