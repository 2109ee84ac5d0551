"""What persons were told, of what they want an e-mail and when, and what waits to be sent."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Id, Json, UtcDateTime
from portal.core.ids import new_id

_UNREAD = text("read_at IS NULL")


class Notification(Base):
    """One thing one person was told. ``message_id`` is the outbox message it came with: a message
    that is delivered again finds it here. The words are made when it is read, from ``params``."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_user", "user_id", "id"),
        Index(
            "ix_notification_unread",
            "user_id",
            sqlite_where=_UNREAD,
            postgresql_where=_UNREAD,
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(String(40))
    params: Mapped[dict[str, Any]] = mapped_column(Json)
    url: Mapped[str] = mapped_column(String(300))
    message_id: Mapped[str] = mapped_column(Id, unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EmailChoice(Base):
    """A person wants (or does not want) e-mail about one kind, against what is usual for it."""

    __tablename__ = "notification_email_choice"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    wanted: Mapped[bool]


class WritingHabit(Base):
    """When a person wants to be written to, where it is not as usual: see ``rules.Habit``."""

    __tablename__ = "notification_habit"
    __table_args__ = (
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_hours_whole"),
    )

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"), primary_key=True)
    daily: Mapped[bool]
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    texts: Mapped[bool | None]


class WaitingLetter(Base):
    """A notification that is to be sent later. The row goes in the transaction that writes the
    letter: whoever takes it away sends it."""

    __tablename__ = "notification_waiting"
    __table_args__ = (
        CheckConstraint("channel IN ('email', 'sms')", name="channel_known"),
        Index("ix_notification_waiting_due", "due_at", "user_id"),
        Index("ix_notification_waiting_user", "user_id", "channel"),
    )

    notification_id: Mapped[str] = mapped_column(
        Id, ForeignKey("notification.id"), primary_key=True
    )
    channel: Mapped[str] = mapped_column(String(5), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
