"""Cases: what was reported, and the fold of its events; parts of called departments; supporters."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Counted, Id, Json, RegionCode, UtcDateTime
from portal.core.ids import new_id
from portal.suggestions.models.catalogue import CODE_LENGTH
from portal.suggestions.models.columns import among, words
from portal.suggestions.rules.fold import MOST_LEVEL
from portal.suggestions.rules.machine import OPEN, Outcome, Status
from portal.suggestions.rules.taking_in import Channel, Visibility

TITLE_LENGTH = 100
_OPEN = text(among("status", OPEN))
_TO_REMIND = text(f"remind_at IS NOT NULL AND {among('status', OPEN)}")
_TO_ESCALATE = text(f"escalate_at IS NOT NULL AND {among('status', OPEN)}")
_ANSWERED = text("status = 'answered'")
_WITH_ONE = words({Status.DISPATCHED, Status.ACCEPTED, Status.IN_PROGRESS})

ON_THE_MAP = text(f"visibility = 'public' AND latitude IS NOT NULL AND {among('status', OPEN)}")
"""What a map shows. Its queries say the same words, or SQLite would not take a partial index."""

_COUNTED = (
    "region_code",
    "received_on",
    "visibility",
    "status",
    "category_code",
    "department_id",
    "due_at",
    "first_accepted_at",
    "first_answered_at",
    "score",
)
"""All that statistics look at: they read the index alone, a fifth of what the rows would take."""

_MAPPED = ("region_code", "latitude", "longitude", "status", "due_at", "id")
"""All that a map is drawn from: it reads the index alone."""


def _partial(name: str, *columns: str, where: Any) -> Index:
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class Suggestion(Base):
    """From ``status`` to ``open_parts`` the fold of the first ``position`` events. ``reported_by``
    is empty for who has no account, or none any more. ``filed_by``: who took it down for somebody.
    ``supporters``: different people of this case and of those merged here. ``merged_here``: so
    many cases were merged into this one."""

    __tablename__ = "suggestion"
    __table_args__ = (
        CheckConstraint(among("status", Status), name="status_known"),
        CheckConstraint(among("visibility", Visibility), name="visibility_known"),
        CheckConstraint(among("channel", Channel), name="channel_known"),
        CheckConstraint(among("outcome", Outcome), name="outcome_known"),
        CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL) AND latitude BETWEEN -90 AND 90 "
            "AND longitude BETWEEN -180 AND 180",
            name="place_whole",
        ),
        CheckConstraint(f"level BETWEEN 0 AND {MOST_LEVEL}", name="level_known"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score_known"),
        CheckConstraint("due_working_days > 0", name="due_later"),
        CheckConstraint(
            "position > 0 AND returns >= 0 AND reopenings >= 0 AND open_parts >= 0 "
            "AND supporters >= 0 AND merged_here >= 0",
            name="counts_not_negative",
        ),
        CheckConstraint(
            "(status = 'merged') = (merged_into IS NOT NULL) "
            "AND (merged_into IS NULL) = (merged_from IS NULL) AND merged_into <> id",
            name="merged_somewhere",
        ),
        CheckConstraint("status <> 'merged' OR merged_here = 0", name="groups_one_deep"),
        CheckConstraint(
            f"status NOT IN ({_WITH_ONE}) OR department_id IS NOT NULL", name="somebody_has_it"
        ),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_at_a_time"),
        CheckConstraint("status <> 'closed' OR open_parts = 0", name="closed_with_all_parts"),
        Index("ix_suggestion_received", "received_at", "id"),
        Index("ix_suggestion_region", "region_code", "received_at", "id"),
        Index("ix_suggestion_status", "status", "received_at", "id"),
        Index("ix_suggestion_category", "category_code", "received_at", "id"),
        Index("ix_suggestion_department", "department_id", "status", "due_at", "id"),
        Index("ix_suggestion_reporter", "reported_by", "received_at", "id"),
        Index("ix_suggestion_filer", "filed_by", "id"),
        Index("ix_suggestion_counts", *_COUNTED),
        Index("ix_suggestion_merged", "merged_into"),
        _partial("ix_suggestion_map", *_MAPPED, where=ON_THE_MAP),
        Index("ix_suggestion_place", "latitude", "longitude"),
        _partial("ix_suggestion_due", "due_at", "id", where=_OPEN),
        _partial("ix_suggestion_remind", "remind_at", "id", where=_TO_REMIND),
        _partial("ix_suggestion_escalate", "escalate_at", "id", where=_TO_ESCALATE),
        _partial("ix_suggestion_silent", "judge_until", "id", where=_ANSWERED),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    category_code: Mapped[str] = mapped_column(
        String(CODE_LENGTH), ForeignKey("suggestion_category.code")
    )
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    description: Mapped[str] = mapped_column(Text)
    attributes: Mapped[dict[str, Any]] = mapped_column(Json)
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    visibility: Mapped[str] = mapped_column(String(12))
    anonymous: Mapped[bool]
    channel: Mapped[str] = mapped_column(String(8))
    reported_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    filed_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_on: Mapped[date]
    due_working_days: Mapped[int] = mapped_column(Counted)

    status: Mapped[str] = mapped_column(String(12))
    position: Mapped[int] = mapped_column(Counted)
    department_id: Mapped[str | None] = mapped_column(Id, ForeignKey("department.id"))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    level: Mapped[int] = mapped_column(Counted)
    returns: Mapped[int] = mapped_column(Counted)
    reopenings: Mapped[int] = mapped_column(Counted)
    first_accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    judge_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_way: Mapped[str | None] = mapped_column(String(12))
    score: Mapped[int | None] = mapped_column(Counted)
    outcome: Mapped[str | None] = mapped_column(String(16))
    merged_into: Mapped[str | None] = mapped_column(Id, ForeignKey("suggestion.id"))
    merged_from: Mapped[str | None] = mapped_column(String(12))
    open_parts: Mapped[int] = mapped_column(Counted)

    supporters: Mapped[int] = mapped_column(Counted)
    merged_here: Mapped[int] = mapped_column(Counted)
    remind_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    escalate_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SuggestionPart(Base):
    """What a called department has to do in a case: the fold of the events that name it. It came
    late where ``reported_at`` is after ``report_by``."""

    __tablename__ = "suggestion_part"
    __table_args__ = (
        CheckConstraint("done_at IS NULL OR reported_at IS NOT NULL", name="reported_before_done"),
        Index("ix_suggestion_part_department", "department_id", "done_at", "suggestion_id"),
    )

    suggestion_id: Mapped[str] = mapped_column(Id, ForeignKey("suggestion.id"), primary_key=True)
    department_id: Mapped[str] = mapped_column(Id, ForeignKey("department.id"), primary_key=True)
    report_by: Mapped[datetime] = mapped_column(UtcDateTime)
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SuggestionSupporter(Base):
    """Somebody who wants the same. A row stays with the case it was written for, also when that is
    merged."""

    __tablename__ = "suggestion_supporter"
    __table_args__ = (Index("ix_suggestion_supporter_user", "user_id", "suggestion_id"),)

    suggestion_id: Mapped[str] = mapped_column(Id, ForeignKey("suggestion.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"), primary_key=True)
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    supported_at: Mapped[datetime] = mapped_column(UtcDateTime)
