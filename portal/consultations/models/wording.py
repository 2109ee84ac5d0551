"""The texts of options, each with its versions, and what residents would change in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.consultations.models.columns import among
from portal.consultations.rules.proposals import AmendmentStatus
from portal.core.database import Base, Counted, Id, UtcDateTime
from portal.core.ids import new_id


class OptionVersion(Base):
    """A version of an option's text, counted from 1. ``author_id`` is who wrote it into the
    option; ``why`` is empty for the first."""

    __tablename__ = "option_version"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_counted"),
        Index("ix_option_version_author", "author_id"),
    )

    option_id: Mapped[str] = mapped_column(
        Id, ForeignKey("consultation_option.id"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Counted, primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(String(500))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OptionAmendment(Base):
    """A change to one sentence that somebody proposes: of version ``number`` of the option's text,
    at ``position`` (counted from 0). An empty ``new_sentence`` takes the old one out.
    ``made_version`` is the version that it became; ``answer`` why it was rejected."""

    __tablename__ = "option_amendment"
    __table_args__ = (
        CheckConstraint(among("status", AmendmentStatus), name="status_known"),
        CheckConstraint("position >= 0", name="position_counted"),
        CheckConstraint("status <> 'rejected' OR answer IS NOT NULL", name="rejected_why"),
        CheckConstraint("(status = 'accepted') = (made_version IS NOT NULL)", name="accepted_as"),
        Index("ix_option_amendment_option", "option_id", "id"),
        Index("ix_option_amendment_made", "option_id", "made_version", unique=True),
        Index("ix_option_amendment_author", "author_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    option_id: Mapped[str] = mapped_column(Id, ForeignKey("consultation_option.id"))
    number: Mapped[int] = mapped_column(Counted)
    position: Mapped[int] = mapped_column(Counted)
    old_sentence: Mapped[str] = mapped_column(Text)
    new_sentence: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(String(500))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(10), default=AmendmentStatus.WAITING)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    answer: Mapped[str | None] = mapped_column(String(500))
    made_version: Mapped[int | None] = mapped_column(Counted)
