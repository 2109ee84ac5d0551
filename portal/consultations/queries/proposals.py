"""What residents propose to vote on, who supports it, what is to become one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select

from portal.accounts.models import User
from portal.consultations.models import (
    Consultation,
    MergerConsent,
    MergerPart,
    OptionProposal,
    ProposalAuthor,
    ProposalMerger,
    ProposalSupporter,
)
from portal.consultations.rules.life import Status
from portal.consultations.rules.proposals import MergerStatus, ProposalOrder, ProposalStatus
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page

ProposalRow = Row[*tuple[Any, ...]]
"""All columns of a proposal."""


def page(
    consultation_id: str,
    *,
    statuses: Collection[str] = tuple(ProposalStatus),
    order: ProposalOrder = ProposalOrder.TIME,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """The proposals of a consultation in some states, newest first, or by their supporters.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    statement = _columns().where(
        OptionProposal.consultation_id == consultation_id, OptionProposal.status.in_(statuses)
    )
    table = OptionProposal.__table__.c
    return fetch_page(
        statement,
        [table.id] if order is ProposalOrder.TIME else [table.supporters, table.id],
        name=f"proposals:{consultation_id}:{order}:{','.join(sorted(statuses))}",
        cursor=cursor,
        limit=limit,
        descending=True,
    )


def one(consultation_id: str, proposal_id: str) -> ProposalRow:
    """One proposal of a consultation.

    Raises:
        NotFound: there is none.
    """
    found = db.session.execute(
        _columns().where(
            OptionProposal.id == proposal_id, OptionProposal.consultation_id == consultation_id
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def some(consultation_id: str, proposal_ids: Collection[str]) -> Sequence[ProposalRow]:
    """Several, in the order of the ids; those that are not the consultation's are left out."""
    return db.session.execute(
        _columns()
        .where(
            OptionProposal.id.in_(proposal_ids), OptionProposal.consultation_id == consultation_id
        )
        .order_by(OptionProposal.id)
    ).all()


def how_many(consultation_id: str) -> Mapping[str, int]:
    """How many proposals of a consultation are in each state."""
    rows = db.session.execute(
        select(OptionProposal.status, func.count().label("number"))
        .where(OptionProposal.consultation_id == consultation_id)
        .group_by(OptionProposal.status)
    )
    return defaultdict(int, {row.status: row.number for row in rows})


def due(consultation_id: str, threshold: int | None) -> int:
    """How many proposals have so many supporters that the committee must answer them, and wait."""
    if threshold is None:
        return 0
    return db.session.execute(
        select(func.count())
        .select_from(OptionProposal)
        .where(
            OptionProposal.consultation_id == consultation_id,
            OptionProposal.status == ProposalStatus.WAITING,
            OptionProposal.supporters >= threshold,
        )
    ).scalar_one()


def authors_of(proposal_ids: Collection[str]) -> Mapping[str, list[Row[*tuple[Any, ...]]]]:
    """``proposal_id, id, name`` of those who proposed, by proposal."""
    found: dict[str, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    rows = db.session.execute(
        select(ProposalAuthor.proposal_id, User.id, User.name)
        .join(User, User.id == ProposalAuthor.author_id)
        .where(ProposalAuthor.proposal_id.in_(proposal_ids))
        .order_by(ProposalAuthor.proposal_id, User.id)
    )
    for row in rows:
        found[row.proposal_id].append(row)
    return found


def supported_by(user_id: str | None, proposal_ids: Collection[str]) -> set[str]:
    """Which of some proposals a person supports."""
    if user_id is None:
        return set()
    rows = db.session.execute(
        select(ProposalSupporter.proposal_id).where(
            ProposalSupporter.resident_id == user_id,
            ProposalSupporter.proposal_id.in_(proposal_ids),
        )
    )
    return set(rows.scalars())


def merged_into(proposal_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """``id, title`` of the proposals that this one was made of."""
    return db.session.execute(
        select(OptionProposal.id, OptionProposal.title)
        .where(OptionProposal.merged_into == proposal_id)
        .order_by(OptionProposal.id)
    ).all()


# --- mergers --------------------------------------------------------------------------------------


def mergers_page(
    consultation_id: str,
    *,
    statuses: Collection[str] = tuple(MergerStatus),
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Any]:
    """All columns of a consultation's mergers in some states, newest first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    statement = select(*ProposalMerger.__table__.c).where(
        ProposalMerger.consultation_id == consultation_id, ProposalMerger.status.in_(statuses)
    )
    return fetch_page(
        statement,
        [ProposalMerger.__table__.c.id],
        name=f"mergers:{consultation_id}:{','.join(sorted(statuses))}",
        cursor=cursor,
        limit=limit,
        descending=True,
    )


def merger(consultation_id: str, merger_id: str) -> Row[*tuple[Any, ...]]:
    """One merger of a consultation.

    Raises:
        NotFound: there is none.
    """
    found = db.session.execute(
        select(*ProposalMerger.__table__.c).where(
            ProposalMerger.id == merger_id, ProposalMerger.consultation_id == consultation_id
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def asked_of(user_id: str, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """``id, consultation_id, title`` of the mergers that wait for somebody's consent, the oldest
    first."""
    return db.session.execute(
        select(ProposalMerger.id, ProposalMerger.consultation_id, ProposalMerger.title)
        .join(MergerConsent, MergerConsent.merger_id == ProposalMerger.id)
        .join(Consultation, Consultation.id == ProposalMerger.consultation_id)
        .where(
            MergerConsent.author_id == user_id,
            MergerConsent.agreed.is_(None),
            ProposalMerger.status == MergerStatus.WAITING,
            Consultation.status == Status.DISCUSSION,
        )
        .order_by(ProposalMerger.id)
        .limit(limit)
    ).all()


def mergers_of(proposal_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """The mergers of which a proposal would be a part and that wait for an answer."""
    return db.session.execute(
        select(*ProposalMerger.__table__.c)
        .join(MergerPart, MergerPart.merger_id == ProposalMerger.id)
        .where(MergerPart.proposal_id == proposal_id, ProposalMerger.status == MergerStatus.WAITING)
        .order_by(ProposalMerger.id)
    ).all()


def parts_of(merger_ids: Collection[str]) -> Mapping[str, list[Row[*tuple[Any, ...]]]]:
    """``merger_id, id, title`` of the proposals that would become one, by merger."""
    found: dict[str, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    rows = db.session.execute(
        select(MergerPart.merger_id, OptionProposal.id, OptionProposal.title)
        .join(OptionProposal, OptionProposal.id == MergerPart.proposal_id)
        .where(MergerPart.merger_id.in_(merger_ids))
        .order_by(MergerPart.merger_id, OptionProposal.id)
    )
    for row in rows:
        found[row.merger_id].append(row)
    return found


def consents_of(merger_ids: Collection[str]) -> Mapping[str, list[Row[*tuple[Any, ...]]]]:
    """``merger_id, id, name, agreed`` of those whose consent is needed, by merger."""
    found: dict[str, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    rows = db.session.execute(
        select(MergerConsent.merger_id, User.id, User.name, MergerConsent.agreed)
        .join(User, User.id == MergerConsent.author_id)
        .where(MergerConsent.merger_id.in_(merger_ids))
        .order_by(MergerConsent.merger_id, User.id)
    )
    for row in rows:
        found[row.merger_id].append(row)
    return found


# --- a person’s ----------------------------------------------------------------------------------


def has_proposed(user_id: str) -> bool:
    """Whether somebody has proposed an option."""
    found = select(ProposalAuthor.proposal_id).where(ProposalAuthor.author_id == user_id).limit(1)
    return db.session.execute(found).first() is not None


def supports(user_id: str) -> bool:
    """Whether somebody supports a proposal."""
    found = select(ProposalSupporter.proposal_id).where(ProposalSupporter.resident_id == user_id)
    return db.session.execute(found.limit(1)).first() is not None


def _columns() -> Select[*tuple[Any, ...]]:
    return select(*OptionProposal.__table__.c)
