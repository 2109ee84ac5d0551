"""Questions to the committee, and their answers. Both are public."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Id, RegionCode, UtcDateTime
from portal.core.ids import new_id
from portal.core.moderation import LONGEST_REASON
from portal.supervision.rules import Subject

_UNANSWERED = text("answered_at IS NULL")
_FLAGGED = text("flagged_at IS NOT NULL")
_SUBJECTS = ", ".join(repr(str(each)) for each in Subject)


class SupervisionQuestion(Base):
    """A resident's question about ``subject_id``, which lies in a region. ``asked_by`` is empty
    once the account is closed. ``flagged_at`` stands from the first objection until somebody has
    looked; of a hidden question only the reason is shown, and nobody waits for its answer."""

    __tablename__ = "supervision_question"
    __table_args__ = (
        CheckConstraint(f"subject IN ({_SUBJECTS})", name="subject_known"),
        CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answered_by IS NULL)",
            name="answered_whole",
        ),
        CheckConstraint(
            "(hidden_at IS NULL) = (hidden_reason IS NULL)", name="hidden_for_a_reason"
        ),
        Index("ix_supervision_question_region", "region_code", "id"),
        Index("ix_supervision_question_subject", "subject", "subject_id", "id"),
        Index("ix_supervision_question_author", "asked_by", "id"),
        Index(
            "ix_supervision_question_open",
            "due_on",
            "id",
            sqlite_where=_UNANSWERED,
            postgresql_where=_UNANSWERED,
        ),
        Index(
            "ix_supervision_question_flagged",
            "flagged_at",
            "id",
            sqlite_where=_FLAGGED,
            postgresql_where=_FLAGGED,
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    subject: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    flagged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hidden_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    hidden_reason: Mapped[str | None] = mapped_column(String(LONGEST_REASON))


class SupervisionFlag(Base):
    """Somebody asks the moderators to look at a question; once each."""

    __tablename__ = "supervision_flag"
    __table_args__ = (Index("ix_supervision_flag_user", "user_id"),)

    question_id: Mapped[str] = mapped_column(
        Id, ForeignKey("supervision_question.id"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
