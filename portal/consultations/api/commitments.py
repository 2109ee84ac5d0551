"""What was promised after votes, followed until it is kept."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from portal.consultations import schemas, services
from portal.consultations.api.blueprint import api
from portal.consultations.queries import commitments, consultations, following
from portal.consultations.queries.commitments import CommitmentRow
from portal.consultations.rules.commitments import Shown, is_late
from portal.core.access import the_principal
from portal.core.clock import rfc3339, today
from portal.core.permissions import Permission
from portal.core.summaries import region_of


@api.read(
    "/commitments",
    permission=Permission.PUBLIC,
    query=schemas.CommitmentsQuery,
    answer=schemas.Commitments,
)
def list_commitments(query: dict[str, Any]) -> dict[str, Any]:
    """What was promised in a region and all below it, by the day it is due, with counts."""
    shown, region = query.pop("state", None), query.pop("region", None)
    page = commitments.page(Shown(shown) if shown else None, region, **query)
    steps = commitments.milestones_of([row.id for row in page.items])
    counts = asdict(commitments.counts(region))
    return {**page.as_json(lambda row: present(row, steps.get(row.id, ()))), "counts": counts}


@api.read(
    "/commitments/<id:commitment_id>",
    permission=Permission.PUBLIC,
    answer=schemas.CommitmentWithChanges,
)
def get_commitment(commitment_id: str) -> dict[str, Any]:
    """One promise with all that happened to it, the latest first."""
    row = commitments.one(commitment_id)
    changes = [
        {
            "kind": each.kind,
            "text": each.text,
            "was_on": _day(each.was_on),
            "due_on": _day(each.due_on),
            "made_at": rfc3339(each.made_at),
        }
        for each in commitments.changes_of(row.id)
    ]
    return {**_one(commitment_id), "changes": changes}


@api.write(
    "/commitments/<id:commitment_id>/notes",
    permission=Permission.CONSULTATION_MANAGE,
    body=schemas.CommitmentNote,
    answer=schemas.Commitment,
    refusals=("wrong_state",),
)
def note_on_commitment(commitment_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Say how far it has come; those who follow it are told."""
    services.note(the_principal(), commitment_id, body["text"])
    return _one(commitment_id)


@api.write(
    "/commitments/<id:commitment_id>/move",
    permission=Permission.CONSULTATION_MANAGE,
    body=schemas.NewDueDay,
    answer=schemas.Commitment,
    refusals=("wrong_state",),
)
def move_commitment(commitment_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Promise another day, with a reason."""
    services.move_due(the_principal(), commitment_id, body["due_on"], body["reason"])
    return _one(commitment_id)


@api.write(
    "/commitments/<id:commitment_id>/milestones",
    permission=Permission.CONSULTATION_MANAGE,
    body=schemas.NewMilestone,
    answer=schemas.Commitment,
    status=201,
    refusals=("wrong_state",),
)
def set_milestone(commitment_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Promise a step on the way."""
    services.set_milestone(the_principal(), commitment_id, body["title"], body["due_on"])
    return _one(commitment_id)


@api.write(
    "/commitments/<id:commitment_id>/milestones/<id:milestone_id>/done",
    permission=Permission.CONSULTATION_MANAGE,
    answer=schemas.Commitment,
    refusals=("wrong_state",),
)
def finish_milestone(commitment_id: str, milestone_id: str) -> dict[str, Any]:
    """Say that a step is done, today."""
    services.finish_milestone(the_principal(), commitment_id, milestone_id)
    return _one(commitment_id)


@api.write(
    "/commitments/<id:commitment_id>/keep",
    permission=Permission.CONSULTATION_MANAGE,
    body=schemas.CommitmentNote,
    answer=schemas.Commitment,
    refusals=("wrong_state",),
)
def keep_commitment(commitment_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Say that it is done, and how."""
    services.keep(the_principal(), commitment_id, body["text"])
    return _one(commitment_id)


@api.write(
    "/commitments/<id:commitment_id>/give-up",
    permission=Permission.CONSULTATION_MANAGE,
    body=schemas.GivingUp,
    answer=schemas.Commitment,
    refusals=("wrong_state",),
)
def give_up_commitment(commitment_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Say that it will not be done, and why."""
    services.give_up(the_principal(), commitment_id, body["reason"])
    return _one(commitment_id)


@api.read(
    "/consultations/<id:consultation_id>/following",
    permission=Permission.SIGNED_IN,
    answer=schemas.Following,
)
def get_following(consultation_id: str) -> dict[str, Any]:
    """Whether one follows what is promised after a vote; who takes part does."""
    actor = the_principal()
    row = consultations.visible(actor, consultation_id)
    return {"follows": following.follows(row.id, actor.id)}


@api.write(
    "/consultations/<id:consultation_id>/following",
    permission=Permission.SIGNED_IN,
    body=schemas.NewFollowing,
    answer=schemas.Following,
)
def follow_consultation(consultation_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Follow what is promised after a vote, or no longer."""
    services.follow(the_principal(), consultation_id, follows=body["follows"])
    return {"follows": body["follows"]}


def present(row: CommitmentRow, steps: Any) -> dict[str, Any]:
    """A commitment as the API writes it."""
    return {
        "id": row.id,
        "consultation": {"id": row.consultation_id, "title": row.vote_title},
        "region": region_of(row),
        "title": row.title,
        "owner": row.owner,
        "due_on": row.due_on.isoformat(),
        "budget": None if row.budget is None else {"amount": row.budget, "currency": "CNY"},
        "state": row.state,
        "late": is_late(row.state, row.due_on, today()),
        "settled_at": rfc3339(row.settled_at) if row.settled_at else None,
        "reason": row.reason,
        "milestones": [
            {
                "id": each.id,
                "title": each.title,
                "due_on": each.due_on.isoformat(),
                "done_on": _day(each.done_on),
            }
            for each in steps
        ],
    }


def _one(commitment_id: str) -> dict[str, Any]:
    row = commitments.one(commitment_id)
    return present(row, commitments.milestones_of([row.id]).get(row.id, ()))


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
