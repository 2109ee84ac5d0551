"""Several proposals become one: the committee asks, and all who made them agree, or it is not."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import insert, select, update

from portal.accounts import queries as accounts
from portal.consultations.models import (
    MergerConsent,
    MergerPart,
    OptionProposal,
    ProposalAuthor,
    ProposalMerger,
    ProposalSupporter,
)
from portal.consultations.queries import consultations, proposals
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.rules.proposals import MergerStatus, ProposalStatus
from portal.consultations.services.drafts import managed
from portal.consultations.services.proposals import (
    Proposed,
    check_cost,
    end_mergers_of,
    note,
    write_proposal,
)
from portal.consultations.services.supporting import write_supporters
from portal.consultations.services.versions import hold_discussion, plain_lines
from portal.core import outbox
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import Forbidden, Invalid, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Principal


def propose_merger(
    actor: Principal,
    consultation_id: str,
    proposal_ids: Collection[str],
    proposed: Proposed,
    why: str,
) -> str:
    """Ask those who made some proposals whether they become this one; returns the merger's id.

    Raises:
        NotFound, Forbidden: it is not the person's to do.
        WrongState: the discussion is over.
        Invalid: fewer than two of the proposals wait here, or the cost is missing.
    """
    row = managed(actor, consultation_id)
    check_cost(row, proposed)
    hold_discussion(row.id)
    ids = sorted(set(proposal_ids))
    found = proposals.some(row.id, ids)
    waiting = [each.id for each in found if each.status == ProposalStatus.WAITING]
    if len(waiting) < 2 or waiting != ids:
        raise Invalid.field("proposals", _l("Choose two or more proposals that wait."))
    merger_id = _write(actor, row, ids, proposed, why)
    asked = _ask(row, merger_id, ids, proposed.title)
    note(actor, row, "merger.proposed", title=proposed.title, parts=len(ids))
    if not asked:  # all who made them have left
        _complete(row, merger_id)
    return merger_id


def answer_merger(
    actor: Principal, consultation_id: str, merger_id: str, *, agreed: bool
) -> MergerStatus:
    """Say whether one's proposal may become part of another; returns what became of the merger.

    Raises:
        NotFound: there is no such merger for this person to see.
        Forbidden: none of the proposals is theirs.
        WrongState: it is over, or voting has opened.
    """
    row = consultations.visible(actor, consultation_id)
    merger = proposals.merger(row.id, merger_id)
    if actor.id not in {each.id for each in proposals.consents_of([merger.id])[merger.id]}:
        raise Forbidden(_l("Only those who made these proposals are asked."))
    hold_discussion(row.id)
    _hold_waiting(merger.id)
    db.session.execute(
        update(MergerConsent)
        .where(MergerConsent.merger_id == merger.id, MergerConsent.author_id == actor.id)
        .values(agreed=agreed)
    )
    if not agreed:
        _end(merger.id)
        return MergerStatus.ENDED
    if not all(each.agreed for each in proposals.consents_of([merger.id])[merger.id]):
        return MergerStatus.WAITING
    _complete(row, merger.id)
    return MergerStatus.DONE


def end_mergers_that_wait_for(user_id: str) -> None:
    """Nobody answers for a closed account: what waits for its consent ends."""
    asked = select(MergerConsent.merger_id).where(
        MergerConsent.author_id == user_id, MergerConsent.agreed.is_(None)
    )
    db.session.execute(
        update(ProposalMerger)
        .where(ProposalMerger.id.in_(asked), ProposalMerger.status == MergerStatus.WAITING)
        .values(status=MergerStatus.ENDED)
    )


def _write(
    actor: Principal, row: ConsultationRow, ids: Iterable[str], proposed: Proposed, why: str
) -> str:
    merger_id = new_id()
    values: dict[str, Any] = {
        "id": merger_id,
        "consultation_id": row.id,
        "title": proposed.title.strip(),
        "text": plain_lines(proposed.text),
        "cost": proposed.cost,
        "why": why,
        "status": MergerStatus.WAITING,
        "proposed_by": actor.id,
        "created_at": now(),
    }
    db.session.execute(insert(ProposalMerger), [values])
    parts = [{"merger_id": merger_id, "proposal_id": each} for each in ids]
    db.session.execute(insert(MergerPart), parts)
    return merger_id


def _ask(row: ConsultationRow, merger_id: str, ids: Collection[str], title: str) -> bool:
    """Write to all who made a part; whether there is anybody to ask."""
    people = {author.id for authors in proposals.authors_of(ids).values() for author in authors}
    people -= set(accounts.closed_among(people))
    if not people:
        return False
    asked = [{"merger_id": merger_id, "author_id": each, "agreed": None} for each in people]
    db.session.execute(insert(MergerConsent), asked)
    for person in sorted(people):
        outbox.emit(
            "notify",
            user_id=person,
            kind="consultation.merger_proposed",
            params={"title": row.title, "proposal": title},
            url=f"/consultations/{row.id}/mergers/{merger_id}",
        )
    return True


def _hold_waiting(merger_id: str) -> None:
    """The last two who agree do so one after the other."""
    held = (
        select(ProposalMerger.id)
        .where(ProposalMerger.id == merger_id, ProposalMerger.status == MergerStatus.WAITING)
        .with_for_update()
    )
    if db.session.execute(held).first() is None:
        raise WrongState


def _complete(row: ConsultationRow, merger_id: str) -> None:
    """Make one proposal of the parts, with all who made and all who support them, each once."""
    merger = proposals.merger(row.id, merger_id)
    parts = [part.id for part in proposals.parts_of([merger_id])[merger_id]]
    authors = _people(ProposalAuthor.author_id, ProposalAuthor.proposal_id, parts)
    result = write_proposal(
        row, Proposed(title=merger.title, text=merger.text, cost=merger.cost), authors, ()
    )
    merged = db.session.connection().execute(
        update(OptionProposal)
        .where(OptionProposal.id.in_(parts), OptionProposal.status == ProposalStatus.WAITING)
        .values(status=ProposalStatus.MERGED, merged_into=result, answered_at=now())
    )
    if merged.rowcount != len(parts):
        raise WrongState
    people = _people(ProposalSupporter.resident_id, ProposalSupporter.proposal_id, parts)
    write_supporters(row, result, people)  # the parts are held: nobody supports one any more
    done = db.session.connection().execute(
        update(ProposalMerger)
        .where(ProposalMerger.id == merger_id, ProposalMerger.status == MergerStatus.WAITING)
        .values(status=MergerStatus.DONE, result_id=result)
    )
    if not done.rowcount:
        raise WrongState
    end_mergers_of(parts)
    _tell_of_it(row, merger.title, result, authors)


def _people(person: Any, proposal_id: Any, parts: Collection[str]) -> list[str]:
    found = db.session.execute(select(person).where(proposal_id.in_(parts)).distinct())
    return sorted(found.scalars())


def _tell_of_it(row: ConsultationRow, title: str, result: str, people: Iterable[str]) -> None:
    for person in people:
        outbox.emit(
            "notify",
            user_id=person,
            kind="consultation.proposals_merged",
            params={"title": row.title, "proposal": title},
            url=f"/consultations/{row.id}/proposals/{result}",
        )


def _end(merger_id: str) -> None:
    db.session.execute(
        update(ProposalMerger)
        .where(ProposalMerger.id == merger_id)
        .values(status=MergerStatus.ENDED)
    )
