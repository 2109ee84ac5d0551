"""Cases that came from elsewhere: what the sender calls them, and how to reach who reported."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Id, UtcDateTime

SYSTEM_LENGTH = 80
FOREIGN_ID_LENGTH = 100
ADDRESS_LENGTH = 300
ZIPCODE_LENGTH = 20
LINK_LENGTH = 2_000
EMAIL_LENGTH = 254
NAME_LENGTH = 80
PHONE_LENGTH = 40
ACCOUNT_LENGTH = 200


class SuggestionSource(Base):
    """Which system sent a case. ``foreign_id`` is the case's own one there, where it has one.
    ``media_url`` is a link that the sender gave: told on, and never opened by the portal."""

    __tablename__ = "suggestion_source"
    __table_args__ = (
        CheckConstraint("system <> ''", name="system_given"),
        Index("uq_suggestion_source_foreign", "system", "foreign_id", unique=True),
    )

    suggestion_id: Mapped[str] = mapped_column(Id, ForeignKey("suggestion.id"), primary_key=True)
    system: Mapped[str] = mapped_column(String(SYSTEM_LENGTH))
    foreign_id: Mapped[str | None] = mapped_column(String(FOREIGN_ID_LENGTH))
    address: Mapped[str | None] = mapped_column(String(ADDRESS_LENGTH))
    zipcode: Mapped[str | None] = mapped_column(String(ZIPCODE_LENGTH))
    media_url: Mapped[str | None] = mapped_column(String(LINK_LENGTH))


class SuggestionContact(Base):
    """How to reach who reported without an account, for those who handle the case. Erased when it
    has been over for a while: see ``services.outside``."""

    __tablename__ = "suggestion_contact"
    __table_args__ = (Index("ix_suggestion_contact_received", "received_at"),)

    suggestion_id: Mapped[str] = mapped_column(Id, ForeignKey("suggestion.id"), primary_key=True)
    email: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH))
    first_name: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    last_name: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    phone: Mapped[str | None] = mapped_column(String(PHONE_LENGTH))
    device_id: Mapped[str | None] = mapped_column(String(ACCOUNT_LENGTH))
    account_id: Mapped[str | None] = mapped_column(String(ACCOUNT_LENGTH))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
