"""What was moved while voting was open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Id, UtcDateTime
from portal.core.ids import new_id


class ClosingExtension(Base):
    """A later end of an open vote: public, with its reason, never taken back."""

    __tablename__ = "closing_extension"
    __table_args__ = (
        CheckConstraint("closes_at > was_at", name="later_only"),
        CheckConstraint("made_at < was_at", name="made_before_the_end"),
        Index("ix_closing_extension_consultation", "consultation_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(Id, ForeignKey("consultation.id"))
    was_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(500))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
