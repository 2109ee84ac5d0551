"""Who supports a proposal: each once, counted; the committee is told once when they are enough."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, insert, select, update

from portal.consultations.models import Consultation, OptionProposal, ProposalSupporter
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.rules.life import Status
from portal.consultations.rules.proposals import ProposalStatus
from portal.consultations.services.responsible import those_responsible
from portal.core import outbox
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.inserts import insert_new
from portal.regions.rules import codes_of

_WAITS = OptionProposal.status == ProposalStatus.WAITING


def add_supporter(row: ConsultationRow, proposal_id: str, resident_id: str) -> None:
    """Let somebody support a proposal; once, however often it is asked.

    Raises:
        WrongState: it is answered, or voting has opened.
    """
    _hold_waiting(proposal_id)
    if insert_new(ProposalSupporter, proposal_id=proposal_id, resident_id=resident_id):
        _count(proposal_id, +1)
        _tell_if_enough(row, proposal_id)


def take_supporter_off(proposal_id: str, resident_id: str) -> None:
    """Let somebody support it no longer.

    Raises:
        WrongState: it is answered, or voting has opened.
    """
    _hold_waiting(proposal_id)
    gone = db.session.connection().execute(
        delete(ProposalSupporter).where(
            ProposalSupporter.proposal_id == proposal_id,
            ProposalSupporter.resident_id == resident_id,
        )
    )
    if gone.rowcount:
        _count(proposal_id, -1)


def write_supporters(row: ConsultationRow, proposal_id: str, people: Iterable[str]) -> None:
    """Write down who supports a proposal that was just made."""
    rows = [{"proposal_id": proposal_id, "resident_id": each} for each in people]
    if rows:
        db.session.execute(insert(ProposalSupporter), rows)
        _count(proposal_id, len(rows))
        _tell_if_enough(row, proposal_id)


def forget_support_of(user_id: str) -> None:
    """A closed account supports nothing that waits any more. The proposals are counted down first:
    so they are held, and none of them is answered in between."""
    theirs = select(ProposalSupporter.proposal_id).where(ProposalSupporter.resident_id == user_id)
    db.session.execute(
        update(OptionProposal)
        .where(OptionProposal.id.in_(theirs), _WAITS)
        .values(supporters=OptionProposal.supporters - 1)
    )
    waiting = select(OptionProposal.id).where(_WAITS)
    db.session.execute(
        delete(ProposalSupporter).where(
            ProposalSupporter.resident_id == user_id, ProposalSupporter.proposal_id.in_(waiting)
        )
    )


# --- inside ---------------------------------------------------------------------------------------


def _hold_waiting(proposal_id: str) -> None:
    """Keep voting from opening until the transaction ends; others may do the same meanwhile. The
    proposal itself is not held: two who did so at once could not count themselves any more."""
    held = (
        select(Consultation.id, OptionProposal.id)
        .join(OptionProposal, OptionProposal.consultation_id == Consultation.id)
        .where(OptionProposal.id == proposal_id, _WAITS, Consultation.status == Status.DISCUSSION)
        .with_for_update(read=True, of=Consultation)
    )
    if db.session.execute(held).first() is None:
        raise WrongState(_l("This proposal is answered, or voting has opened."))


def _count(proposal_id: str, change: int) -> None:
    """Raise :class:`WrongState` where it was answered or merged a moment ago."""
    counted = db.session.connection().execute(
        update(OptionProposal)
        .where(OptionProposal.id == proposal_id, _WAITS)
        .values(supporters=OptionProposal.supporters + change)
    )
    if not counted.rowcount:
        raise WrongState(_l("This proposal is answered, or voting has opened."))


def _tell_if_enough(row: ConsultationRow, proposal_id: str) -> None:
    """Tell the committee once that it must answer: whoever turns the mark tells."""
    if row.answer_threshold is None:
        return
    reached = db.session.connection().execute(
        update(OptionProposal)
        .where(
            OptionProposal.id == proposal_id,
            OptionProposal.reached_at.is_(None),
            OptionProposal.supporters >= row.answer_threshold,
        )
        .values(reached_at=now())
    )
    if reached.rowcount:
        _tell(row, proposal_id)


def _tell(row: ConsultationRow, proposal_id: str) -> None:
    title = db.session.execute(
        select(OptionProposal.title).where(OptionProposal.id == proposal_id)
    ).scalar_one()
    params: dict[str, Any] = {"title": row.title, "proposal": title}
    for person in those_responsible(codes_of(row.region_path)):
        outbox.emit(
            "notify",
            user_id=person,
            kind="consultation.proposal_reached",
            params=params,
            url=f"/consultations/{row.id}/proposals/{proposal_id}",
        )
