"""Pictures of cases. The files lie in a folder; here stands whose they are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Counted, Id, RegionCode, UtcDateTime
from portal.core.ids import new_id
from portal.core.uploads import NAME_LENGTH
from portal.suggestions.models.columns import among
from portal.suggestions.rules.machine import By
from portal.suggestions.rules.photos import MOST_PHOTOS, SERIES_LENGTH

FILE_NAME_LENGTH = NAME_LENGTH + len(".webp")


class SuggestionPhoto(Base):
    """A picture that came after ``position`` events of its case. ``series`` and ``slot`` bound how
    many there are: see ``rules.photos``. ``added_by`` names staff alone."""

    __tablename__ = "suggestion_photo"
    __table_args__ = (
        CheckConstraint(f"slot BETWEEN 1 AND {MOST_PHOTOS}", name="slots_are_few"),
        CheckConstraint("position > 0", name="of_a_case_that_began"),
        CheckConstraint(among("by_role", By), name="role_known"),
        CheckConstraint(
            "(department_id IS NULL) = (by_role <> 'department_handler')", name="work_of_somebody"
        ),
        CheckConstraint(
            "added_by IS NULL OR by_role NOT IN ('resident', 'system')", name="no_resident_named"
        ),
        Index("uq_suggestion_photo_slot", "suggestion_id", "series", "slot", unique=True),
        Index("ix_suggestion_photo_department", "department_id"),
        Index("ix_suggestion_photo_adder", "added_by"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    suggestion_id: Mapped[str] = mapped_column(Id, ForeignKey("suggestion.id"))
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    series: Mapped[str] = mapped_column(String(SERIES_LENGTH))
    slot: Mapped[int] = mapped_column(Counted)
    position: Mapped[int] = mapped_column(Counted)
    by_role: Mapped[str] = mapped_column(String(20))
    department_id: Mapped[str | None] = mapped_column(Id, ForeignKey("department.id"))
    added_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(String(FILE_NAME_LENGTH), unique=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
