"""What was voted, and what the count says."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.consultations.models.columns import CHOICES, HASH
from portal.core.database import Base, Counted, Id, Json


class BoardLine(Base):
    """One line of the board, written once. ``part`` is ``entries``, or ``receipts`` and
    ``choices`` where the two stand apart."""

    __tablename__ = "board_line"
    __table_args__ = (
        CheckConstraint("part IN ('entries', 'receipts', 'choices')", name="part_known"),
        CheckConstraint("(part = 'choices') = (receipt IS NULL)", name="receipt_where_due"),
        CheckConstraint("(part = 'receipts') = (choices IS NULL)", name="choices_where_due"),
        CheckConstraint("position >= 0", name="position_counted"),
    )

    consultation_id: Mapped[str] = mapped_column(
        Id, ForeignKey("consultation.id"), primary_key=True
    )
    part: Mapped[str] = mapped_column(String(8), primary_key=True)
    position: Mapped[int] = mapped_column(Counted, primary_key=True, autoincrement=False)
    receipt: Mapped[str | None] = mapped_column(String(40))
    choices: Mapped[Any | None] = mapped_column(CHOICES)
    previous_hash: Mapped[str] = mapped_column(HASH)
    hash: Mapped[str] = mapped_column(HASH)


class ConsultationCount(Base):
    """What the count says, as the API tells it: made from the board, and at any time again."""

    __tablename__ = "consultation_count"

    consultation_id: Mapped[str] = mapped_column(
        Id, ForeignKey("consultation.id"), primary_key=True
    )
    tally: Mapped[dict[str, Any]] = mapped_column(Json)


class CountProgress(Base):
    """How far a count has come: ``opened`` of ``envelopes``, and how often equal shares were
    raised (``increases``)."""

    __tablename__ = "count_progress"

    consultation_id: Mapped[str] = mapped_column(
        Id, ForeignKey("consultation.id"), primary_key=True
    )
    envelopes: Mapped[int] = mapped_column(Counted)
    opened: Mapped[int] = mapped_column(Counted)
    increases: Mapped[int] = mapped_column(Counted)
