"""What was promised with a decision, and what became of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.consultations.models.columns import among
from portal.consultations.rules.commitments import ChangeKind, State
from portal.core.database import Base, Counted, Id, UtcDateTime
from portal.core.ids import new_id


class Commitment(Base):
    """What was promised with a decision: who sees to it, and until when.

    ``due_on`` is the day as it stands now; earlier ones are in the changes. ``budget`` is in minor
    units of CNY. ``settled_at`` is when it was kept or given up, ``reason`` why it was given up."""

    __tablename__ = "commitment"
    __table_args__ = (
        CheckConstraint(among("state", State), name="state_known"),
        CheckConstraint("budget >= 0", name="budget_not_negative"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_when_not_open"),
        CheckConstraint("(state = 'given_up') = (reason IS NOT NULL)", name="given_up_why"),
        Index("uq_commitment_position", "consultation_id", "position", unique=True),
        Index("ix_commitment_state", "state", "due_on", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(Id, ForeignKey("consultation.id"))
    position: Mapped[int] = mapped_column(Counted)
    title: Mapped[str] = mapped_column(String(200))
    owner: Mapped[str] = mapped_column(String(80))
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(8), server_default=State.OPEN)
    budget: Mapped[int | None] = mapped_column(Counted)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(String(1_000))


class CommitmentMilestone(Base):
    """A step on the way, with its own day."""

    __tablename__ = "commitment_milestone"
    __table_args__ = (Index("ix_commitment_milestone_commitment", "commitment_id", "due_on", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    commitment_id: Mapped[str] = mapped_column(Id, ForeignKey("commitment.id"))
    title: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date]
    done_on: Mapped[date | None]


class CommitmentChange(Base):
    """What was done or said about a commitment: public, in its order, never taken back.

    ``text`` is the note, the reason, or the milestone's title; ``was_on`` and ``due_on`` are the
    days before and after a new date. ``told``: how far those who follow it have been told, so
    that each is told once (``rules.commitments.Telling``)."""

    __tablename__ = "commitment_change"
    __table_args__ = (
        CheckConstraint(among("kind", ChangeKind), name="kind_known"),
        CheckConstraint(
            "(kind = 'moved') = (was_on IS NOT NULL) AND (kind <> 'moved' OR due_on IS NOT NULL)",
            name="moved_from_where",
        ),
        Index("ix_commitment_change_commitment", "commitment_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    commitment_id: Mapped[str] = mapped_column(Id, ForeignKey("commitment.id"))
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    was_on: Mapped[date | None]
    due_on: Mapped[date | None]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    told: Mapped[str] = mapped_column(String(80), server_default="")


class ConsultationFollowing(Base):
    """Somebody's own word on whether they follow what was promised after a vote. Without one, who
    took part follows."""

    __tablename__ = "consultation_following"
    __table_args__ = (Index("ix_consultation_following_user", "user_id"),)

    consultation_id: Mapped[str] = mapped_column(
        Id, ForeignKey("consultation.id"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"), primary_key=True)
    follows: Mapped[bool]
