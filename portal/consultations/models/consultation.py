"""What is voted on, and how far it has come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.consultations.board import Disclosure
from portal.consultations.models.columns import HASH, among
from portal.consultations.rules.ballots import Method
from portal.consultations.rules.life import Status
from portal.consultations.rules.majority import Majority
from portal.core.database import Base, Counted, Id, RegionCode, UtcDateTime
from portal.core.ids import new_id

_STUDY = text("is_study")
_STUDY_ON_SQLITE = text("is_study = 1")
_UNREWARDED = text("closed_at IS NOT NULL AND rewarded_at IS NULL")


class Consultation(Base):
    """A question put to a region. ``opens_at`` and ``closes_at`` are kept by the clock;
    ``opened_at`` and ``closed_at`` are when it really happened. ``sealed_at``: no ballot any more,
    the count has begun. ``roll_salt`` makes the keys of the roll; ``opening_roll_hash`` is the
    roll's as it was opened, ``roll_hash`` as it is now. ``reminded_at``: who had not voted by then
    was told; ``rewarded_at``: who took part has had their points. ``reason`` is why it was
    cancelled. ``answer_threshold``: a proposal with so many supporters must be answered before
    voting opens. ``about_covenant``: what wins becomes the wording of the region's covenant.
    ``roll_by_home``, ``roll_by_work``: who lives, who works in the region may vote.
    ``is_study``: a vote of others, out of a file and counted here; it has no roll, and
    ``roll_size`` is the number of its ballots."""

    __tablename__ = "consultation"
    __table_args__ = (
        CheckConstraint(among("status", Status), name="status_known"),
        CheckConstraint(among("method", Method), name="method_known"),
        CheckConstraint(among("disclosure", Disclosure), name="disclosure_known"),
        CheckConstraint("quorum BETWEEN 0 AND 1", name="quorum_is_a_share"),
        CheckConstraint(among("majority", Majority), name="majority_known"),
        CheckConstraint("max_choices >= 1", name="max_choices_positive"),
        CheckConstraint("budget >= 0", name="budget_not_negative"),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("trustees_needed BETWEEN 1 AND trustees", name="trustees_enough"),
        CheckConstraint("(trustees IS NULL) = (trustees_needed IS NULL)", name="trustees_whole"),
        CheckConstraint(
            "(opened_at IS NULL) = (roll_hash IS NULL)"
            " AND (opened_at IS NULL) = (roll_salt IS NULL)"
            " AND (opened_at IS NULL) = (opening_roll_hash IS NULL)"
            " AND (opened_at IS NULL) = (roll_size IS NULL)",
            name="opened_with_a_roll",
        ),
        CheckConstraint(
            "status NOT IN ('open', 'closed', 'decided') OR opened_at IS NOT NULL",
            name="open_since",
        ),
        CheckConstraint(
            "(status IN ('closed', 'decided')) = (head_hash IS NOT NULL)"
            " AND (status IN ('closed', 'decided')) = (closed_at IS NOT NULL)",
            name="closed_with_a_board",
        ),
        CheckConstraint("roll_by_home OR roll_by_work", name="roll_by_something"),
        CheckConstraint("status <> 'decided' OR accepted IS NOT NULL", name="decided_how"),
        CheckConstraint("answer_threshold >= 1", name="answer_threshold_positive"),
        CheckConstraint("(accepted IS NULL) = (decided_at IS NULL)", name="decided_when"),
        CheckConstraint("(accepted IS NULL) = (reasons IS NULL)", name="decided_why"),
        CheckConstraint("status <> 'cancelled' OR reason IS NOT NULL", name="cancelled_why"),
        Index("ix_consultation_region", "region_code", "status", "id"),
        Index("ix_consultation_status", "status", "id"),
        Index(
            "ix_consultation_study",
            "region_code",
            "id",
            sqlite_where=_STUDY_ON_SQLITE,
            postgresql_where=_STUDY,
        ),
        Index("ix_consultation_created_by", "created_by", "id"),
        Index(
            "ix_consultation_unrewarded",
            "id",
            sqlite_where=_UNREWARDED,
            postgresql_where=_UNREWARDED,
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(String(80))
    question: Mapped[str] = mapped_column(Text)
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    method: Mapped[str] = mapped_column(String(20))
    max_choices: Mapped[int | None] = mapped_column(Counted)
    budget: Mapped[int | None] = mapped_column(Counted)
    quorum: Mapped[float] = mapped_column(Float, default=0.0)
    majority: Mapped[str] = mapped_column(String(16), server_default=Majority.NONE)
    disclosure: Mapped[str] = mapped_column(String(10))
    minimum_age: Mapped[int | None] = mapped_column(Counted)
    verified_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    roll_by_home: Mapped[bool] = mapped_column(default=True, server_default=true())
    roll_by_work: Mapped[bool] = mapped_column(default=False, server_default=false())
    trustees: Mapped[int | None] = mapped_column(Counted)
    trustees_needed: Mapped[int | None] = mapped_column(Counted)
    status: Mapped[str] = mapped_column(String(10), default=Status.DRAFT)
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    discussion_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    roll_salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    roll_size: Mapped[int | None] = mapped_column(Counted)
    roll_hash: Mapped[str | None] = mapped_column(HASH)
    opening_roll_hash: Mapped[str | None] = mapped_column(HASH)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    envelope_bytes: Mapped[int | None] = mapped_column(Counted)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    head_hash: Mapped[str | None] = mapped_column(HASH)
    rewarded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted: Mapped[bool | None]
    reasons: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    reason: Mapped[str | None] = mapped_column(String(500))
    proposals_allowed: Mapped[bool] = mapped_column(default=False, server_default=false())
    answer_threshold: Mapped[int | None] = mapped_column(Counted)
    about_covenant: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_study: Mapped[bool] = mapped_column(default=False, server_default=false())


class ConsultationOption(Base):
    """One thing to choose, in the printed order. ``cost`` is in minor units; ``version`` numbers
    the wording of its text, 0 where it has none."""

    __tablename__ = "consultation_option"
    __table_args__ = (
        CheckConstraint("cost >= 0", name="cost_not_negative"),
        CheckConstraint("position >= 0", name="position_counted"),
        CheckConstraint("version >= 0", name="version_counted"),
        Index("uq_consultation_option_position", "consultation_id", "position", unique=True),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(Id, ForeignKey("consultation.id"))
    position: Mapped[int] = mapped_column(Counted)
    title: Mapped[str] = mapped_column(String(200))
    cost: Mapped[int | None] = mapped_column(Counted)
    version: Mapped[int] = mapped_column(Counted, default=0, server_default="0")
