"""What residents propose to vote on, and what the committee answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update

from portal.consultations.errors import NotForYou, TooManyProposals
from portal.consultations.models import (
    MergerPart,
    OptionProposal,
    ProposalAuthor,
    ProposalMerger,
    ProposalsMade,
)
from portal.consultations.policies import may_propose
from portal.consultations.queries import consultations, proposals
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.queries.proposals import ProposalRow
from portal.consultations.rules.ballots import (
    BUDGET_METHODS,
    MOST_OPTIONS,
    MOST_RANKED,
    RANKED_METHODS,
    Method,
)
from portal.consultations.rules.proposals import MOST_PROPOSALS, MergerStatus, ProposalStatus
from portal.consultations.services import supporting
from portal.consultations.services.drafts import managed
from portal.consultations.services.versions import (
    Wording,
    add_option,
    hold_discussion,
    plain_lines,
)
from portal.core import audit, outbox
from portal.core.clock import now
from portal.core.closing import NOBODY
from portal.core.database import db
from portal.core.errors import Forbidden, Invalid, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.inserts import insert_or_change
from portal.core.permissions import Principal


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """An option as somebody proposes it; ``cost`` in minor units of CNY."""

    title: str
    text: str = ""
    cost: int | None = None


def propose(actor: Principal, consultation_id: str, proposed: Proposed) -> str:
    """Propose an option, and be the first to support it; returns its id.

    Raises:
        NotFound: the consultation is not for this person to see.
        Forbidden: the committee asked for no proposals, or it is not for the person.
        WrongState: it is not being discussed.
        TooManyProposals: the person has made as many here as one person makes.
        Invalid: the cost is missing where the vote is on a budget.
    """
    row = open_to(actor, consultation_id)
    check_cost(row, proposed)
    hold_discussion(row.id, shared=True)
    _take_place(row.id, actor.id)
    return write_proposal(row, proposed, [actor.id], [actor.id])


def support(actor: Principal, consultation_id: str, proposal_id: str) -> None:
    """Support a proposal; once, however often it is asked.

    Raises:
        NotFound: there is no such proposal for this person to see.
        Forbidden: the vote is not for the person.
        WrongState: it is answered, or the discussion is over.
    """
    row = open_to(actor, consultation_id)
    proposal = proposals.one(row.id, proposal_id)
    supporting.add_supporter(row, proposal.id, actor.id)


def take_back_support(actor: Principal, consultation_id: str, proposal_id: str) -> None:
    """Support it no longer. Who proposed it withdraws it instead.

    Raises:
        NotFound: there is no such proposal for this person to see.
        WrongState: it is answered, the discussion is over, or it is the person's own.
    """
    row = consultations.visible(actor, consultation_id)
    proposal = proposals.one(row.id, proposal_id)
    if actor.id in author_ids(proposal.id):
        raise WrongState(_l("This is your own proposal. You can withdraw it."))
    supporting.take_supporter_off(proposal.id, actor.id)


def withdraw_proposal(actor: Principal, consultation_id: str, proposal_id: str) -> None:
    """Take one's own proposal back; one made by several, of a merger, stays.

    Raises:
        NotFound: there is no such proposal for this person to see.
        Forbidden: it is another person's.
        WrongState: it is answered, several made it, or the discussion is over.
    """
    row = consultations.visible(actor, consultation_id)
    proposal = proposals.one(row.id, proposal_id)
    authors = author_ids(proposal.id)
    if actor.id not in authors:
        raise Forbidden
    if len(authors) > 1:
        raise WrongState(_l("Several people made this proposal. None of them can withdraw it."))
    hold_discussion(row.id)
    answer(proposal.id, ProposalStatus.WITHDRAWN, answered_at=now())
    end_mergers_of([proposal.id])


def take_up(actor: Principal, consultation_id: str, proposal_id: str) -> str:
    """Make a proposal an option of the vote; returns the option's id.

    Raises:
        NotFound, Forbidden: it is not the person's to do.
        WrongState: it is answered, the discussion is over, or the vote is full.
        Invalid: an option has the same title.
    """
    row = managed(actor, consultation_id)
    proposal = proposals.one(row.id, proposal_id)
    hold_discussion(row.id)
    place = _place_for(row, proposal)
    authors = author_ids(proposal.id)
    option_id = add_option(
        row.id, place, proposal.title, proposal.cost, Wording(proposal.text, "", authors[0])
    )
    answer(
        proposal.id,
        ProposalStatus.TAKEN_UP,
        option_id=option_id,
        answered_at=now(),
        answered_by=actor.id,
    )
    end_mergers_of([proposal.id])
    _tell(row, proposal, authors, "consultation.proposal_taken_up")
    note(actor, row, "proposal.taken_up", title=proposal.title)
    return option_id


def decline(actor: Principal, consultation_id: str, proposal_id: str, reason: str) -> None:
    """Say why a proposal does not become an option.

    Raises:
        NotFound, Forbidden: it is not the person's to do.
        WrongState: it is answered, or the discussion is over.
    """
    row = managed(actor, consultation_id)
    proposal = proposals.one(row.id, proposal_id)
    hold_discussion(row.id)
    answer(
        proposal.id,
        ProposalStatus.DECLINED,
        answer=reason,
        answered_at=now(),
        answered_by=actor.id,
    )
    end_mergers_of([proposal.id])
    authors = author_ids(proposal.id)
    _tell(row, proposal, authors, "consultation.proposal_declined", reason=reason)
    note(actor, row, "proposal.declined", title=proposal.title, reason=reason)


def forget_proposals_of(user_id: str) -> None:
    """What becomes of proposals when an account is closed: what one person alone proposed and
    nobody took up is withdrawn, without its words; support of what waits ends."""
    own = _proposed_alone_by(user_id)
    db.session.execute(
        update(OptionProposal)
        .where(OptionProposal.id.in_(own), OptionProposal.status == ProposalStatus.WAITING)
        .values(status=ProposalStatus.WITHDRAWN, answered_at=now())
    )
    wordless = (ProposalStatus.WITHDRAWN, ProposalStatus.DECLINED)
    db.session.execute(
        update(OptionProposal)
        .where(OptionProposal.id.in_(own), OptionProposal.status.in_(wordless))
        .values(title=NOBODY, text="")
    )
    end_mergers_of(own)
    supporting.forget_support_of(user_id)
    db.session.execute(delete(ProposalsMade).where(ProposalsMade.resident_id == user_id))


# --- shared with mergers and supporters -----------------------------------------------------------


def open_to(actor: Principal, consultation_id: str) -> ConsultationRow:
    """The consultation in which somebody proposes or supports.

    Raises:
        NotFound: it is not for this person to see.
        Forbidden: the committee asked for no proposals, or it is not for the person.
    """
    row = consultations.visible(actor, consultation_id)
    if not row.proposals_allowed:
        raise Forbidden(_l("The committee asks for no proposals here."))
    if not may_propose(actor, consultations.circle_of(row)):
        raise NotForYou
    return row


def author_ids(proposal_id: str) -> list[str]:
    """Who made a proposal."""
    return [each.id for each in proposals.authors_of([proposal_id])[proposal_id]]


def check_cost(row: ConsultationRow, proposed: Proposed) -> None:
    """Raise :class:`Invalid` where a vote on a budget lacks the cost."""
    if row.method in BUDGET_METHODS and proposed.cost is None:
        raise Invalid.field("cost", _l("A vote on a budget needs the cost of every option."))


def write_proposal(
    row: ConsultationRow,
    proposed: Proposed,
    authors: Iterable[str],
    supporters: Iterable[str],
) -> str:
    """Write a proposal with those who make and those who support it; returns its id."""
    proposal_id = new_id()
    values: dict[str, Any] = {
        "id": proposal_id,
        "consultation_id": row.id,
        "title": proposed.title.strip(),
        "text": plain_lines(proposed.text),
        "cost": proposed.cost,
        "status": ProposalStatus.WAITING,
        "supporters": 0,
        "created_at": now(),
    }
    db.session.execute(insert(OptionProposal), [values])
    made = [{"proposal_id": proposal_id, "author_id": each} for each in authors]
    db.session.execute(insert(ProposalAuthor), made)
    supporting.write_supporters(row, proposal_id, supporters)
    return proposal_id


def answer(proposal_id: str, status: ProposalStatus, **values: Any) -> None:
    """Bring a waiting proposal to an end.

    Raises:
        WrongState: it does not wait any more.
    """
    answered = db.session.connection().execute(
        update(OptionProposal)
        .where(OptionProposal.id == proposal_id, OptionProposal.status == ProposalStatus.WAITING)
        .values(status=status, **values)
    )
    if not answered.rowcount:
        raise WrongState


def end_mergers_of(proposal_ids: Any) -> None:
    """End what waits to be merged with one of these (ids, or a statement that finds them)."""
    with_them = select(MergerPart.merger_id).where(MergerPart.proposal_id.in_(proposal_ids))
    db.session.execute(
        update(ProposalMerger)
        .where(ProposalMerger.id.in_(with_them), ProposalMerger.status == MergerStatus.WAITING)
        .values(status=MergerStatus.ENDED)
    )


def note(actor: Principal, row: ConsultationRow, deed: str, **facts: Any) -> None:
    """Write a deed about a consultation into the audit log."""
    audit.record(actor.id, deed, "consultation", row.id, region_code=row.region_code, **facts)


# --- inside ---------------------------------------------------------------------------------------


def _take_place(consultation_id: str, resident_id: str) -> None:
    """Count one more proposal of somebody, unless they have made as many as one person makes."""
    made = insert_or_change(
        ProposalsMade,
        {"consultation_id": consultation_id, "resident_id": resident_id},
        {"number": 1},
        change={"number": ProposalsMade.number + 1},
        where=ProposalsMade.number < MOST_PROPOSALS,
    )
    if not made:
        raise TooManyProposals.beyond(MOST_PROPOSALS)


def _proposed_alone_by(user_id: str) -> Any:
    others = select(ProposalAuthor.proposal_id).where(ProposalAuthor.author_id != user_id)
    return select(ProposalAuthor.proposal_id).where(
        ProposalAuthor.author_id == user_id, ProposalAuthor.proposal_id.not_in(others)
    )


def _place_for(row: ConsultationRow, proposal: ProposalRow) -> int:
    options = consultations.options_of([row.id])[row.id]
    most = MOST_RANKED if Method(row.method) in RANKED_METHODS else MOST_OPTIONS
    if len(options) >= most:
        raise WrongState(_l("A ballot of this kind can take no more options."))
    if proposal.title.casefold() in {option.title.strip().casefold() for option in options}:
        raise WrongState(_l("Another option has the same title."))
    return len(options)


def _tell(
    row: ConsultationRow, proposal: ProposalRow, people: Sequence[str], kind: str, **more: str
) -> None:
    for person in people:
        outbox.emit(
            "notify",
            user_id=person,
            kind=kind,
            params={"title": row.title, "proposal": proposal.title, **more},
            url=f"/consultations/{row.id}/proposals/{proposal.id}",
        )
