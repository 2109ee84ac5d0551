"""Talks before a vote: where neighbours meet, what was said there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Id, UtcDateTime
from portal.core.ids import new_id


class Talk(Base):
    """An activity at which a consultation is talked over. Its time, its place and who came stand
    with the activity, in the room beside this one (``portal.core.gatherings``)."""

    __tablename__ = "consultation_talk"
    __table_args__ = (
        UniqueConstraint("consultation_id", "activity_id", name="uq_consultation_talk_once"),
        CheckConstraint("(minutes IS NULL) = (minutes_at IS NULL)", name="minutes_when"),
        CheckConstraint("(minutes IS NULL) = (minutes_by IS NULL)", name="minutes_by_one"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(Id, ForeignKey("consultation.id"))
    activity_id: Mapped[str] = mapped_column(Id)
    added_by: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    minutes: Mapped[str | None] = mapped_column(Text)
    minutes_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    minutes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TalkPoint(Base):
    """Something that was raised at a talk, perhaps about one of the options."""

    __tablename__ = "talk_point"
    __table_args__ = (
        Index("ix_talk_point_talk", "talk_id", "id"),
        Index("ix_talk_point_option", "option_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    talk_id: Mapped[str] = mapped_column(Id, ForeignKey("consultation_talk.id"))
    option_id: Mapped[str | None] = mapped_column(Id, ForeignKey("consultation_option.id"))
    text: Mapped[str] = mapped_column(Text)
    added_by: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
