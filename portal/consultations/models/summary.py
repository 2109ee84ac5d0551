"""What speaks for and against each option, in the committee's neutral words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Id, UtcDateTime


class OptionSummary(Base):
    """One option summed up. Every line of a text is a point of its own; what is empty was not
    written."""

    __tablename__ = "option_summary"

    option_id: Mapped[str] = mapped_column(
        Id, ForeignKey("consultation_option.id"), primary_key=True
    )
    pros: Mapped[str] = mapped_column(Text)
    cons: Mapped[str] = mapped_column(Text)
    cost_note: Mapped[str] = mapped_column(Text)
    affected: Mapped[str] = mapped_column(Text)
    written_by: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
