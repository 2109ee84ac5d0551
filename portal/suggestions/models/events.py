"""What happened to cases. The database refuses to change or delete an event."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Counted, Id, RegionCode, UtcDateTime
from portal.core.ids import new_id
from portal.suggestions.models.columns import among
from portal.suggestions.rules.machine import By, Event, Outcome, Status


class SuggestionEvent(Base):
    """One event, with what follows from it where it changes that: see ``rules.fold.Fact``.
    ``by_user_id`` names staff; of residents only the role is known here."""

    __tablename__ = "suggestion_event"
    __table_args__ = (
        CheckConstraint(among("event", Event), name="event_known"),
        CheckConstraint(among("by_role", By), name="role_known"),
        CheckConstraint(among("from_status", Status), name="from_status_known"),
        CheckConstraint(among("to_status", Status), name="to_status_known"),
        CheckConstraint(among("outcome", Outcome), name="outcome_known"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score_known"),
        CheckConstraint(
            "position > 0 AND (position = 1) = (event = 'received') "
            "AND (position = 1) = (from_status IS NULL)",
            name="begins_by_being_received",
        ),
        CheckConstraint(
            "by_user_id IS NULL OR by_role NOT IN ('resident', 'system')", name="no_resident_named"
        ),
        Index("uq_suggestion_event_position", "suggestion_id", "position", unique=True),
        Index("ix_suggestion_event_at", "at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    suggestion_id: Mapped[str] = mapped_column(Id, ForeignKey("suggestion.id"))
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    position: Mapped[int] = mapped_column(Counted)
    event: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_role: Mapped[str] = mapped_column(String(20))
    by_user_id: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    from_status: Mapped[str | None] = mapped_column(String(12))
    to_status: Mapped[str] = mapped_column(String(12))
    from_department_id: Mapped[str | None] = mapped_column(Id, ForeignKey("department.id"))
    to_department_id: Mapped[str | None] = mapped_column(Id, ForeignKey("department.id"))
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    judge_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    report_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    level: Mapped[int | None] = mapped_column(Counted)
    score: Mapped[int | None] = mapped_column(Counted)
    outcome: Mapped[str | None] = mapped_column(String(16))
    merged_into: Mapped[str | None] = mapped_column(Id, ForeignKey("suggestion.id"))
    way: Mapped[str | None] = mapped_column(String(12))
    of_part: Mapped[bool]


class SuggestionNote(Base):
    """The words that came with an event. Kept apart, so that they can be taken back."""

    __tablename__ = "suggestion_note"

    event_id: Mapped[str] = mapped_column(Id, ForeignKey("suggestion_event.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
