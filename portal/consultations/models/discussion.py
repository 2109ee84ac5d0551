"""What is said before a vote."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Counted, Id, RegionCode, UtcDateTime
from portal.core.ids import new_id

_FLAGGED = text("flagged_at IS NOT NULL")


class Comment(Base):
    """What somebody says to a consultation, perhaps in reply to somebody else.

    ``thread_id`` is the comment with which its thread began, perhaps itself. ``helpful`` is how
    many marks there are (``CommentMark``): it moves only together with them. ``flagged_at`` stands
    from the first flag until a moderator has looked; of a hidden comment only the reason is
    shown."""

    __tablename__ = "consultation_comment"
    __table_args__ = (
        CheckConstraint("helpful >= 0", name="helpful_counted"),
        CheckConstraint("(reply_to IS NULL) = (thread_id = id)", name="threads_begin"),
        CheckConstraint(
            "(hidden_at IS NULL) = (hidden_reason IS NULL)", name="hidden_for_a_reason"
        ),
        Index("ix_consultation_comment_consultation", "consultation_id", "id"),
        Index("ix_consultation_comment_author", "author_id", "id"),
        Index("ix_consultation_comment_thread", "thread_id", "id"),
        Index("ix_consultation_comment_helpful", "consultation_id", "helpful", "id"),
        Index(
            "ix_consultation_comment_flagged",
            "flagged_at",
            "id",
            sqlite_where=_FLAGGED,
            postgresql_where=_FLAGGED,
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(Id, ForeignKey("consultation.id"))
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    text: Mapped[str] = mapped_column(Text)
    reply_to: Mapped[str | None] = mapped_column(Id, ForeignKey("consultation_comment.id"))
    thread_id: Mapped[str] = mapped_column(Id, ForeignKey("consultation_comment.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    helpful: Mapped[int] = mapped_column(Counted, default=0)
    flagged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hidden_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    hidden_reason: Mapped[str | None] = mapped_column(String(500))


class CommentMark(Base):
    """Somebody finds a comment helpful; once each."""

    __tablename__ = "comment_mark"
    __table_args__ = (Index("ix_comment_mark_user", "user_id"),)

    comment_id: Mapped[str] = mapped_column(
        Id, ForeignKey("consultation_comment.id"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"), primary_key=True)


class CommentFlag(Base):
    """Somebody asks the moderators to look at a comment; once each."""

    __tablename__ = "comment_flag"
    __table_args__ = (Index("ix_comment_flag_user", "user_id"),)

    comment_id: Mapped[str] = mapped_column(
        Id, ForeignKey("consultation_comment.id"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
