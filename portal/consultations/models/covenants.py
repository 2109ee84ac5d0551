"""The residents' covenant of a region, with every wording it has had."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Counted, Id, RegionCode, UtcDateTime


class CovenantVersion(Base):
    """A wording of a region's covenant, written once. The first may be as it was before the portal;
    every other one was adopted by the decision named beside it."""

    __tablename__ = "covenant_version"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_counted"),
        CheckConstraint("number = 1 OR consultation_id IS NOT NULL", name="adopted_by_decision"),
        CheckConstraint("(consultation_id IS NULL) = (option_id IS NULL)", name="decision_whole"),
        Index("uq_covenant_version_consultation", "consultation_id", unique=True),
    )

    region_code: Mapped[str] = mapped_column(
        RegionCode, ForeignKey("region.code"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Counted, primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)
    adopted_on: Mapped[date]
    consultation_id: Mapped[str | None] = mapped_column(Id, ForeignKey("consultation.id"))
    option_id: Mapped[str | None] = mapped_column(Id, ForeignKey("consultation_option.id"))
    entered_by: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
