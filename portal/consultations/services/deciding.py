"""What the committee makes of an outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert

from portal.consultations.models import Commitment, CommitmentMilestone
from portal.consultations.queries.outcome import tally_of
from portal.consultations.rules.life import Status
from portal.consultations.services.drafts import managed, move
from portal.consultations.services.voted_rules import take_effect
from portal.core import audit, outbox
from portal.core.clock import now
from portal.core.database import db
from portal.core.ids import new_id
from portal.core.permissions import Principal


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """A step on the way, and its day."""

    title: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What will be done, by whom, until when; ``budget`` in minor units of CNY, if money is set
    aside for it."""

    title: str
    owner: str
    due_on: date
    budget: int | None = None
    milestones: Sequence[Milestone] = ()


def decide(
    actor: Principal,
    consultation_id: str,
    *,
    accepted: bool,
    reasons: str,
    commitments: Sequence[Promise] = (),
) -> None:
    """Take up an outcome or depart from it, with reasons either way. Taken up, a rule that was
    voted on takes effect.

    Raises:
        NotFound, Forbidden: it is not the person's.
        WrongState: it is not counted, or decided already.
    """
    row = managed(actor, consultation_id)
    move(
        row.id,
        Status.DECIDED,
        accepted=accepted,
        reasons=reasons,
        decided_at=now(),
        decided_by=actor.id,
    )
    _write(row.id, commitments)
    if accepted:
        take_effect(actor, row, tally_of(row.id)["winners"])
    audit.record(
        actor.id,
        "consultation.decided",
        "consultation",
        row.id,
        region_code=row.region_code,
        accepted=accepted,
        reasons=reasons,
        commitments=len(commitments),
    )
    outbox.emit("consultation.decided", consultation_id=row.id)


def _write(consultation_id: str, commitments: Sequence[Promise]) -> None:
    promises, steps = [], []
    for position, promise in enumerate(commitments):
        commitment_id = new_id()
        promises.append(
            {
                "id": commitment_id,
                "consultation_id": consultation_id,
                "position": position,
                "title": promise.title,
                "owner": promise.owner,
                "due_on": promise.due_on,
                "budget": promise.budget,
            }
        )
        steps += [
            {
                "id": new_id(),
                "commitment_id": commitment_id,
                "title": step.title,
                "due_on": step.due_on,
            }
            for step in promise.milestones
        ]
    for table, rows in ((Commitment, promises), (CommitmentMilestone, steps)):
        if rows:
            db.session.execute(insert(table), rows)
