"""What is said before a vote."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Id, UtcDateTime
from portal.core.ids import new_id


class Comment(Base):
    """What somebody says to a consultation, perhaps in reply to somebody else."""

    __tablename__ = "consultation_comment"
    __table_args__ = (
        Index("ix_consultation_comment_consultation", "consultation_id", "id"),
        Index("ix_consultation_comment_author", "author_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(Id, ForeignKey("consultation.id"))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    text: Mapped[str] = mapped_column(Text)
    reply_to: Mapped[str | None] = mapped_column(Id, ForeignKey("consultation_comment.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
