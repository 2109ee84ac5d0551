"""By which rules departments are proposed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Id, RegionCode, UtcDateTime
from portal.core.ids import new_id
from portal.suggestions.models.catalogue import CODE_LENGTH

WORDS_LENGTH = 200


class DispatchRule(Base):
    """One rule of ``rules.proposing``. ``words`` are parted by spaces; empty: whatever is said.
    Without a category it is for all of them."""

    __tablename__ = "dispatch_rule"
    __table_args__ = (
        Index("ix_dispatch_rule_region", "region_code", "id"),
        Index("ix_dispatch_rule_department", "department_id"),
        Index("ix_dispatch_rule_category", "category_code"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    category_code: Mapped[str | None] = mapped_column(
        String(CODE_LENGTH), ForeignKey("suggestion_category.code")
    )
    words: Mapped[str] = mapped_column(String(WORDS_LENGTH))
    department_id: Mapped[str] = mapped_column(Id, ForeignKey("department.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
