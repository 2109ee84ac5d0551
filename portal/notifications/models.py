"""What persons were told, and of what they want an e-mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
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
