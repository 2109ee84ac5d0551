"""Questions that the committee must answer while a consultation is talked through."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Id, RegionCode, UtcDateTime

_UNANSWERED = text("answered_at IS NULL")


class DiscussionQuestion(Base):
    """A comment that asks the committee something: what is asked, by whom, and whether it is
    hidden, stands there. ``due_on`` is the last day on which the answer is in time; ``reminded_at``
    is when those responsible were told that it has passed."""

    __tablename__ = "discussion_question"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered_with_words"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered_by_one"),
        Index("ix_discussion_question_consultation", "consultation_id", "comment_id"),
        Index(
            "ix_discussion_question_unanswered",
            "due_on",
            "comment_id",
            sqlite_where=_UNANSWERED,
            postgresql_where=_UNANSWERED,
        ),
    )

    comment_id: Mapped[str] = mapped_column(
        Id, ForeignKey("consultation_comment.id"), primary_key=True
    )
    consultation_id: Mapped[str] = mapped_column(Id, ForeignKey("consultation.id"))
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    due_on: Mapped[date]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
