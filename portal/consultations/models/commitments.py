"""What was promised with a decision."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Counted, Id
from portal.core.ids import new_id


class Commitment(Base):
    """What was promised with a decision: who sees to it, and until when."""

    __tablename__ = "commitment"
    __table_args__ = (Index("uq_commitment_position", "consultation_id", "position", unique=True),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(Id, ForeignKey("consultation.id"))
    position: Mapped[int] = mapped_column(Counted)
    title: Mapped[str] = mapped_column(String(200))
    owner: Mapped[str] = mapped_column(String(80))
    due_on: Mapped[date]
