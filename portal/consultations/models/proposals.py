"""What residents propose to vote on, who supports it, and how several become one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.consultations.models.columns import among
from portal.consultations.rules.proposals import MergerStatus, ProposalStatus
from portal.core.database import Base, Counted, Id, UtcDateTime
from portal.core.ids import new_id


class OptionProposal(Base):
    """An option that residents propose. ``cost`` is in minor units. ``supporters`` moves with the
    rows of those who support it, in the same transaction. ``reached_at`` is when the committee was
    told that it must answer. ``answer`` is why it was declined; ``option_id`` what it became;
    ``merged_into`` the proposal it became a part of."""

    __tablename__ = "option_proposal"
    __table_args__ = (
        CheckConstraint(among("status", ProposalStatus), name="status_known"),
        CheckConstraint("cost >= 0", name="cost_not_negative"),
        CheckConstraint("supporters >= 0", name="supporters_counted"),
        CheckConstraint("status <> 'declined' OR answer IS NOT NULL", name="declined_why"),
        CheckConstraint("(status = 'taken_up') = (option_id IS NOT NULL)", name="taken_up_as"),
        CheckConstraint("(status = 'merged') = (merged_into IS NOT NULL)", name="merged_into_what"),
        Index("ix_option_proposal_consultation", "consultation_id", "id"),
        Index("ix_option_proposal_status", "consultation_id", "status", "id"),
        Index("ix_option_proposal_supporters", "consultation_id", "supporters", "id"),
        Index("ix_option_proposal_merged_into", "merged_into"),
        Index("uq_option_proposal_option", "option_id", unique=True),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(Id, ForeignKey("consultation.id"))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    cost: Mapped[int | None] = mapped_column(Counted)
    status: Mapped[str] = mapped_column(String(10), default=ProposalStatus.WAITING)
    supporters: Mapped[int] = mapped_column(Counted, default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reached_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    answer: Mapped[str | None] = mapped_column(String(500))
    option_id: Mapped[str | None] = mapped_column(Id, ForeignKey("consultation_option.id"))
    merged_into: Mapped[str | None] = mapped_column(Id, ForeignKey("option_proposal.id"))


class ProposalAuthor(Base):
    """Who proposed something: one person, or several after a merger."""

    __tablename__ = "option_proposal_author"
    __table_args__ = (Index("ix_option_proposal_author_author", "author_id"),)

    proposal_id: Mapped[str] = mapped_column(Id, ForeignKey("option_proposal.id"), primary_key=True)
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"), primary_key=True)


class ProposalsMade(Base):
    """How many proposals somebody has made for a vote: what the limit is held against."""

    __tablename__ = "option_proposals_made"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_counted"),
        Index("ix_option_proposals_made_resident", "resident_id"),
    )

    consultation_id: Mapped[str] = mapped_column(
        Id, ForeignKey("consultation.id"), primary_key=True
    )
    resident_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Counted)


class ProposalSupporter(Base):
    """Who supports a proposal, each once; who proposed it is the first."""

    __tablename__ = "option_proposal_supporter"
    __table_args__ = (Index("ix_option_proposal_supporter_resident", "resident_id"),)

    proposal_id: Mapped[str] = mapped_column(Id, ForeignKey("option_proposal.id"), primary_key=True)
    resident_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"), primary_key=True)


class ProposalMerger(Base):
    """Several proposals that the committee would make one; ``result_id`` is the one, once all have
    agreed."""

    __tablename__ = "option_proposal_merger"
    __table_args__ = (
        CheckConstraint(among("status", MergerStatus), name="status_known"),
        CheckConstraint("cost >= 0", name="cost_not_negative"),
        CheckConstraint("(status = 'done') = (result_id IS NOT NULL)", name="done_as"),
        Index("ix_option_proposal_merger_consultation", "consultation_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(Id, ForeignKey("consultation.id"))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    cost: Mapped[int | None] = mapped_column(Counted)
    why: Mapped[str] = mapped_column(String(500))
    status: Mapped[str] = mapped_column(String(10), default=MergerStatus.WAITING)
    proposed_by: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    result_id: Mapped[str | None] = mapped_column(Id, ForeignKey("option_proposal.id"))


class MergerPart(Base):
    """A proposal that would become part of another."""

    __tablename__ = "option_proposal_merger_part"
    __table_args__ = (Index("ix_option_proposal_merger_part_proposal", "proposal_id"),)

    merger_id: Mapped[str] = mapped_column(
        Id, ForeignKey("option_proposal_merger.id"), primary_key=True
    )
    proposal_id: Mapped[str] = mapped_column(Id, ForeignKey("option_proposal.id"), primary_key=True)


class MergerConsent(Base):
    """What somebody who proposed a part says to a merger; ``agreed`` is None until they answer."""

    __tablename__ = "option_proposal_merger_consent"
    __table_args__ = (Index("ix_option_proposal_merger_consent_author", "author_id"),)

    merger_id: Mapped[str] = mapped_column(
        Id, ForeignKey("option_proposal_merger.id"), primary_key=True
    )
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"), primary_key=True)
    agreed: Mapped[bool | None]
