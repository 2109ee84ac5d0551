"""Who may vote, and who has."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.consultations.models.columns import BY_KEY, HASH, among, fresh_index
from portal.consultations.rules.life import Change, Way
from portal.core.database import Base, Id, RegionCode
from portal.core.ids import new_id

_VOTED = text("voted_on IS NOT NULL")


class RollEntry(Base):
    """Somebody who may vote, by a key that says nothing of the order of the accounts.

    ``voted_on`` is a day, never an instant. ``home_code`` is where the person lived at opening,
    None for who only works in the region.
    ``marked_by`` is who took a ballot on paper. ``fresh``: voted since the last stirring."""

    __tablename__ = "roll_entry"
    __table_args__ = (
        CheckConstraint(among("way", Way), name="way_known"),
        CheckConstraint("(voted_on IS NULL) = (way IS NULL)", name="voted_some_way"),
        CheckConstraint(
            "(marked_by IS NOT NULL) = (way IS NOT NULL AND way = 'paper')", name="paper_by_whom"
        ),
        Index("uq_roll_entry_resident", "resident_id", "consultation_id", unique=True),
        Index(
            "ix_roll_entry_voted",
            "consultation_id",
            "way",
            sqlite_where=_VOTED,
            postgresql_where=_VOTED,
        ),
        fresh_index("roll_entry"),
        BY_KEY,
    )

    consultation_id: Mapped[str] = mapped_column(
        Id, ForeignKey("consultation.id"), primary_key=True
    )
    key: Mapped[str] = mapped_column(HASH, primary_key=True)
    resident_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    home_code: Mapped[str | None] = mapped_column(RegionCode)
    voted_on: Mapped[date | None]
    way: Mapped[str | None] = mapped_column(String(6))
    marked_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    fresh: Mapped[bool] = mapped_column(default=False)


class RollChange(Base):
    """A change of a roll after opening: public and counted, never taken back."""

    __tablename__ = "roll_change"
    __table_args__ = (
        CheckConstraint(among("change", Change), name="change_known"),
        Index("ix_roll_change_consultation", "consultation_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(Id, ForeignKey("consultation.id"))
    key: Mapped[str] = mapped_column(HASH)
    change: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(500))
    changed_by: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    changed_on: Mapped[date]
