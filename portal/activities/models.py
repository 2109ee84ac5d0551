"""Activities with their shifts, the sign-ups for them, and the records of service."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.activities.checkin_codes import NUMBERS
from portal.activities.rules import (
    ACTIVE_SIGNUPS,
    MOST_PLACES,
    UNDECIDED_RECORDS,
    WAITING_RECORDS,
    Category,
    Decision,
    RecordStatus,
    SignupStatus,
)
from portal.core.database import Base, Counted, Id, RegionCode, UtcDateTime
from portal.core.ids import new_id


def _among(column: str, values: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


_ACTIVE = text(_among("status", ACTIVE_SIGNUPS))
_WAITING = text("status = 'waitlisted'")
_CONFIRMED = text("status = 'confirmed'")
_UNDECIDED = text(_among("status", UNDECIDED_RECORDS))
_PROVISIONAL = text("status = 'provisional'")
_WAITING_RECORDS = text(_among("status", WAITING_RECORDS))
_OF_A_SHIFT = text("shift_id IS NOT NULL")
_RESERVED = text("reserved_at IS NOT NULL AND released_at IS NULL")


class Activity(Base):
    """Something people can help at. Without an organization its community is the host.

    ``decision`` is what people decided; whether it runs or is over follows from ``first_starts_at``
    and ``last_ends_at``, the bounds of the shifts that take place (``queries.states``).
    ``revision`` counts what calendars must be told. ``reason`` is why it was sent back or
    cancelled."""

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint(_among("decision", Decision), name="decision_known"),
        CheckConstraint(_among("category", Category), name="category_known"),
        CheckConstraint("minimum_age BETWEEN 0 AND 120", name="minimum_age_sane"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place_whole"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_sane"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_sane"),
        CheckConstraint("checkin_metres > 0", name="checkin_metres_positive"),
        CheckConstraint("cancellation_hours BETWEEN 0 AND 720", name="cancellation_hours_sane"),
        CheckConstraint("last_ends_at > first_starts_at", name="ends_after_start"),
        CheckConstraint("decision <> 'cancelled' OR reason IS NOT NULL", name="cancelled_why"),
        Index("ix_activity_region_start", "region_code", "decision", "first_starts_at", "id"),
        Index("ix_activity_region_end", "region_code", "decision", "last_ends_at", "id"),
        Index("ix_activity_start", "decision", "first_starts_at", "id"),
        Index("ix_activity_end", "decision", "last_ends_at", "id"),
        Index("ix_activity_latest", "last_ends_at", "id"),
        Index("ix_activity_organization", "organization_id", "last_ends_at", "id"),
        Index("ix_activity_created_by", "created_by", "id"),
        Index(
            "ix_activity_reserved",
            "last_ends_at",
            "id",
            sqlite_where=_RESERVED,
            postgresql_where=_RESERVED,
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(20))
    organization_id: Mapped[str | None] = mapped_column(Id, ForeignKey("organization.id"))
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    decision: Mapped[str] = mapped_column(String(12), default=Decision.DRAFT)
    reason: Mapped[str | None] = mapped_column(String(500))
    location_name: Mapped[str | None] = mapped_column(String(120))
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    checkin_metres: Mapped[int | None] = mapped_column(Counted)
    minimum_age: Mapped[int | None] = mapped_column(Counted)
    skills: Mapped[str | None] = mapped_column(String(500))
    risks: Mapped[str | None] = mapped_column(String(1000))
    insured: Mapped[bool] = mapped_column(default=False)
    what_to_bring: Mapped[str | None] = mapped_column(String(500))
    cancellation_hours: Mapped[int] = mapped_column(Counted, default=24)
    first_starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Counted, default=0)
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reserved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Shift(Base):
    """A time with places. ``taken`` and ``waiting`` move only together with a sign-up, by one
    guarded update; somebody waits only while every place is taken. ``queue_number`` gives each
    sign-up its place in the order of arrival. ``takes_signups`` is off unless published.
    ``cancelled_at`` and ``reason``: it was called off by itself. ``moved_at``: its times are not
    those for which people signed up before."""

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint(f"capacity BETWEEN 1 AND {MOST_PLACES}", name="capacity_sane"),
        CheckConstraint("taken BETWEEN 0 AND capacity", name="taken_within_capacity"),
        CheckConstraint("waiting >= 0", name="waiting_counted"),
        CheckConstraint("waiting = 0 OR taken = capacity", name="waiting_only_when_full"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint(f"number BETWEEN 0 AND {NUMBERS - 1}", name="number_sane"),
        CheckConstraint("(cancelled_at IS NULL) = (reason IS NULL)", name="cancelled_why"),
        Index("ix_shift_activity", "activity_id", "starts_at"),
        Index("ix_shift_start", "starts_at", "activity_id"),
        Index("ix_shift_region_start", "region_code", "starts_at", "activity_id"),
        Index("ix_shift_number", "number", "ends_at"),
        Index(
            "ix_shift_end",
            "ends_at",
            sqlite_where=text("takes_signups = 1"),
            postgresql_where=text("takes_signups"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    activity_id: Mapped[str] = mapped_column(Id, ForeignKey("activity.id"))
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    number: Mapped[int] = mapped_column(Counted)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    capacity: Mapped[int] = mapped_column(Counted)
    taken: Mapped[int] = mapped_column(Counted, default=0)
    waiting: Mapped[int] = mapped_column(Counted, default=0)
    queue_number: Mapped[int] = mapped_column(Counted, default=0)
    takes_signups: Mapped[bool] = mapped_column(default=False)
    heat: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    moved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(String(500))


class Signup(Base):
    """A person's place, or place in the queue, of one shift. The shift's times stand here too, so
    that overlaps and a person's days are found by one index. ``ended_by_host``: the activity was
    called off, or (then with a ``reason``) this shift was, or the person was taken off it."""

    __tablename__ = "signup"
    __table_args__ = (
        CheckConstraint(_among("status", SignupStatus), name="status_known"),
        CheckConstraint(
            "(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_when"
        ),
        Index(
            "uq_signup_active",
            "shift_id",
            "resident_id",
            unique=True,
            sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
        Index(
            "uq_signup_queue",
            "shift_id",
            "queue_number",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index("ix_signup_resident", "resident_id", "starts_at", "id"),
        Index("ix_signup_shift", "shift_id", "status"),
        Index(
            "ix_signup_due",
            "ends_at",
            sqlite_where=_CONFIRMED,
            postgresql_where=_CONFIRMED,
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    shift_id: Mapped[str] = mapped_column(Id, ForeignKey("shift.id"))
    activity_id: Mapped[str] = mapped_column(Id, ForeignKey("activity.id"))
    resident_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(12))
    queue_number: Mapped[int] = mapped_column(Counted)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    promoted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_late: Mapped[bool] = mapped_column(default=False)
    ended_by_host: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(String(500))


class ServiceRecord(Base):
    """Service that was done: at a shift, or reported afterwards. ``version`` counts its
    corrections; ``credited_minutes`` is what stands there now, NULL before any credit."""

    __tablename__ = "service_record"
    __table_args__ = (
        CheckConstraint(_among("status", RecordStatus), name="status_known"),
        CheckConstraint("minutes BETWEEN 0 AND 1440", name="minutes_sane"),
        CheckConstraint("version >= 0", name="version_counted"),
        CheckConstraint("(shift_id IS NULL) = (activity_id IS NULL)", name="shift_of_activity"),
        CheckConstraint(
            "status NOT IN ('confirmed', 'corrected') OR credited_minutes IS NOT NULL",
            name="confirmed_is_credited",
        ),
        CheckConstraint(
            "(status = 'provisional') = (announced_until IS NOT NULL)", name="announced_until_when"
        ),
        Index(
            "uq_service_record_shift",
            "shift_id",
            "resident_id",
            unique=True,
            sqlite_where=_OF_A_SHIFT,
            postgresql_where=_OF_A_SHIFT,
        ),
        Index("ix_service_record_resident", "resident_id", "id"),
        Index("ix_service_record_organization", "organization_id", "id"),
        Index("ix_service_record_region", "region_code", "id"),
        Index(
            "ix_service_record_undecided",
            "activity_id",
            sqlite_where=_UNDECIDED,
            postgresql_where=_UNDECIDED,
        ),
        Index(
            "ix_service_record_waiting",
            "region_code",
            "id",
            sqlite_where=_WAITING_RECORDS,
            postgresql_where=_WAITING_RECORDS,
        ),
        Index(
            "ix_service_record_displayed",
            "region_code",
            "announced_until",
            "id",
            sqlite_where=_PROVISIONAL,
            postgresql_where=_PROVISIONAL,
        ),
        Index(
            "ix_service_record_announced",
            "announced_until",
            "id",
            sqlite_where=_PROVISIONAL,
            postgresql_where=_PROVISIONAL,
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    activity_id: Mapped[str | None] = mapped_column(Id, ForeignKey("activity.id"))
    shift_id: Mapped[str | None] = mapped_column(Id, ForeignKey("shift.id"))
    organization_id: Mapped[str | None] = mapped_column(Id, ForeignKey("organization.id"))
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    resident_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    title: Mapped[str] = mapped_column(String(80))
    description: Mapped[str | None] = mapped_column(String(2000))
    category: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minutes: Mapped[int] = mapped_column(Counted, default=0)
    status: Mapped[str] = mapped_column(String(12))
    points: Mapped[int] = mapped_column(Counted, default=0)
    credited_minutes: Mapped[int | None] = mapped_column(Counted)
    version: Mapped[int] = mapped_column(Counted, default=0)
    reason: Mapped[str | None] = mapped_column(String(500))
    announced_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EvidencePhoto(Base):
    """A picture sent with hours that were reported afterwards, by its name in the folder."""

    __tablename__ = "evidence_photo"
    __table_args__ = (Index("ix_evidence_photo_record", "record_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    record_id: Mapped[str] = mapped_column(Id, ForeignKey("service_record.id"))
    name: Mapped[str] = mapped_column(String(60), unique=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecordDispute(Base):
    """Somebody says that a record is wrong; the host answers by what becomes of the record."""

    __tablename__ = "record_dispute"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (outcome IS NULL)", name="answered_how"),
        Index("ix_record_dispute_record", "record_id", "id"),
        Index("ix_record_dispute_raised_by", "raised_by", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    record_id: Mapped[str] = mapped_column(Id, ForeignKey("service_record.id"))
    raised_by: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(String(500))
    status_before: Mapped[str] = mapped_column(String(12))
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(12))
    answered_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
