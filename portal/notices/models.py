"""Notices, their words in each language, who was told of them, and how many of each region."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Counted, Id, Json, RegionCode, UtcDateTime
from portal.core.ids import new_id
from portal.notices.rules import (
    LOCALES,
    LONGEST_NUMBER,
    LONGEST_REASON,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    Status,
)

_STATES = ", ".join(repr(str(each)) for each in Status)
_LOCALES = ", ".join(repr(each) for each in LOCALES)
_PUBLISHED = text("status = 'published'")
_SCHEDULED = text("status = 'scheduled'")
_PINNED = text("status = 'published' AND pinned_until IS NOT NULL")


def _partial(name: str, *columns: str, where: Any) -> Index:
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class Notice(Base):
    """What a region makes known. ``audiences`` are told of it, everybody can read it.
    ``publish_at``: when it appears by itself. It stands among the current ones through ``ends_on``,
    and at the top through ``pinned_until``. Once published it is not changed: it is withdrawn, with
    a reason that is shown."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(f"status IN ({_STATES})", name="status_known"),
        CheckConstraint(
            "status <> 'scheduled' OR publish_at IS NOT NULL", name="scheduled_for_a_time"
        ),
        CheckConstraint(
            "(status IN ('published', 'withdrawn')) = (published_at IS NOT NULL)",
            name="published_at_a_time",
        ),
        CheckConstraint(
            "(status = 'withdrawn') = (withdrawn_at IS NOT NULL) "
            "AND (withdrawn_at IS NULL) = (withdrawn_reason IS NULL)",
            name="withdrawn_for_a_reason",
        ),
        Index("ix_notice_region", "region_code", "id"),
        _partial("ix_notice_current", "region_code", "published_at", "id", where=_PUBLISHED),
        Index("ix_notice_published", "published_at", "id"),
        _partial("ix_notice_due", "publish_at", "id", where=_SCHEDULED),
        _partial("ix_notice_pinned", "region_code", "pinned_until", where=_PINNED),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    status: Mapped[str] = mapped_column(String(10))
    audiences: Mapped[list[str]] = mapped_column(Json)
    document_number: Mapped[str] = mapped_column(String(LONGEST_NUMBER))
    urgent: Mapped[bool]
    confirm: Mapped[bool]
    publish_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pinned_until: Mapped[date | None]
    ends_on: Mapped[date | None]
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str | None] = mapped_column(String(LONGEST_REASON))


class NoticeText(Base):
    """A notice in one language: ``summary`` in plain words, ``body`` in full."""

    __tablename__ = "notice_text"
    __table_args__ = (CheckConstraint(f"locale IN ({_LOCALES})", name="locale_known"),)

    notice_id: Mapped[str] = mapped_column(Id, ForeignKey("notice.id"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(10), primary_key=True)
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    summary: Mapped[str] = mapped_column(String(LONGEST_SUMMARY))
    body: Mapped[str] = mapped_column(Text)


class NoticeReader(Base):
    """Somebody who was told of a notice, counted in ``region_code``: a resident's community, else
    the region of the organization, shop or task for which they were told."""

    __tablename__ = "notice_reader"
    __table_args__ = (
        CheckConstraint("confirmed_at IS NULL OR opened_at IS NOT NULL", name="opened_first"),
        Index("ix_notice_reader_user", "user_id", "notice_id"),
    )

    notice_id: Mapped[str] = mapped_column(Id, ForeignKey("notice.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"), primary_key=True)
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class NoticeReach(Base):
    """How many readers of a notice there are in a region, and how many of them opened and confirmed
    it: the sums of ``NoticeReader``, kept with every change of it. Closed accounts stay
    counted."""

    __tablename__ = "notice_reach"
    __table_args__ = (
        CheckConstraint(
            "told >= opened AND opened >= confirmed AND confirmed >= 0", name="counts_in_order"
        ),
    )

    notice_id: Mapped[str] = mapped_column(Id, ForeignKey("notice.id"), primary_key=True)
    region_code: Mapped[str] = mapped_column(
        RegionCode, ForeignKey("region.code"), primary_key=True
    )
    told: Mapped[int] = mapped_column(Counted)
    opened: Mapped[int] = mapped_column(Counted)
    confirmed: Mapped[int] = mapped_column(Counted)
