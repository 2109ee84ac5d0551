"""Consultations: what is voted on, who may vote, the sealed ballots, the board.

Nothing leads from a row of the roll to an envelope, or from an envelope to a line of the board:
no common key, no time, no order. Why each column is what it is: docs/decisions/0023.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.consultations.board import Disclosure
from portal.consultations.rules.ballots import Method
from portal.consultations.rules.life import Change, Status, Way
from portal.core.database import Base, Counted, Id, Json, RegionCode, UtcDateTime
from portal.core.ids import new_id

HASH = String(64)
SLOT_BYTES = 16


def _among(column: str, values: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


_CHOICES = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_UNREWARDED = text("closed_at IS NOT NULL AND rewarded_at IS NULL")
_VOTED = text("voted_on IS NOT NULL")
_FRESH = text("fresh")
_FRESH_ON_SQLITE = text("fresh = 1")
_BY_NUMBER = {"sqlite_with_rowid": False}
"""Rows lie in the order of their keys, which are random, and have no number beside them."""


class Consultation(Base):
    """A question put to a region. ``opens_at`` and ``closes_at`` are kept by the clock;
    ``opened_at`` and ``closed_at`` are when it really happened. ``sealed_at``: no ballot any more,
    the count has begun. ``roll_salt`` makes the keys of the roll; ``opening_roll_hash`` is the
    roll's as it was opened, ``roll_hash`` as it is now. ``reminded_at``: who had not voted by then
    was told; ``rewarded_at``: who took part has had their points. ``reason`` is why it was
    cancelled."""

    __tablename__ = "consultation"
    __table_args__ = (
        CheckConstraint(_among("status", Status), name="status_known"),
        CheckConstraint(_among("method", Method), name="method_known"),
        CheckConstraint(_among("disclosure", Disclosure), name="disclosure_known"),
        CheckConstraint("quorum BETWEEN 0 AND 1", name="quorum_is_a_share"),
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
        CheckConstraint("status <> 'decided' OR accepted IS NOT NULL", name="decided_how"),
        CheckConstraint("(accepted IS NULL) = (decided_at IS NULL)", name="decided_when"),
        CheckConstraint("(accepted IS NULL) = (reasons IS NULL)", name="decided_why"),
        CheckConstraint("status <> 'cancelled' OR reason IS NOT NULL", name="cancelled_why"),
        Index("ix_consultation_region", "region_code", "status", "id"),
        Index("ix_consultation_status", "status", "id"),
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
    disclosure: Mapped[str] = mapped_column(String(10))
    minimum_age: Mapped[int | None] = mapped_column(Counted)
    verified_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
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


class ConsultationOption(Base):
    """One thing to choose, in the printed order. ``cost`` is in minor units."""

    __tablename__ = "consultation_option"
    __table_args__ = (
        CheckConstraint("cost >= 0", name="cost_not_negative"),
        CheckConstraint("position >= 0", name="position_counted"),
        Index("uq_consultation_option_position", "consultation_id", "position", unique=True),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(Id, ForeignKey("consultation.id"))
    position: Mapped[int] = mapped_column(Counted)
    title: Mapped[str] = mapped_column(String(200))
    cost: Mapped[int | None] = mapped_column(Counted)


class RollEntry(Base):
    """Somebody who may vote, by a key that says nothing of the order of the accounts.

    ``voted_on`` is a day, never an instant. ``home_code`` is where the person lived at opening.
    ``marked_by`` is who took a ballot on paper. ``fresh``: voted since the last stirring."""

    __tablename__ = "roll_entry"
    __table_args__ = (
        CheckConstraint(_among("way", Way), name="way_known"),
        CheckConstraint("(voted_on IS NULL) = (way IS NULL)", name="voted_some_way"),
        CheckConstraint(
            "(marked_by IS NOT NULL) = (way IS NOT NULL AND way = 'paper')", name="paper_by_whom"
        ),
        Index("uq_roll_entry_resident", "resident_id", "consultation_id", unique=True),
        Index(
            "ix_roll_entry_voted",
            "consultation_id",
            "way",
            sqlite_where=_VOTED,
            postgresql_where=_VOTED,
        ),
        Index(
            "ix_roll_entry_fresh",
            "consultation_id",
            sqlite_where=_FRESH_ON_SQLITE,
            postgresql_where=_FRESH,
        ),
        _BY_NUMBER,
    )

    consultation_id: Mapped[str] = mapped_column(
        Id, ForeignKey("consultation.id"), primary_key=True
    )
    key: Mapped[str] = mapped_column(HASH, primary_key=True)
    resident_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    home_code: Mapped[str] = mapped_column(RegionCode)
    voted_on: Mapped[date | None]
    way: Mapped[str | None] = mapped_column(String(6))
    marked_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    fresh: Mapped[bool] = mapped_column(default=False)


class RollChange(Base):
    """A change of a roll after opening: public and counted, never taken back."""

    __tablename__ = "roll_change"
    __table_args__ = (
        CheckConstraint(_among("change", Change), name="change_known"),
        Index("ix_roll_change_consultation", "consultation_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(Id, ForeignKey("consultation.id"))
    key: Mapped[str] = mapped_column(HASH)
    change: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(500))
    changed_by: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    changed_on: Mapped[date]


class UrnEnvelope(Base):
    """A sealed ballot under a random number. All of a consultation have the same length."""

    __tablename__ = "urn_envelope"
    __table_args__ = (
        Index(
            "ix_urn_envelope_fresh",
            "consultation_id",
            sqlite_where=_FRESH_ON_SQLITE,
            postgresql_where=_FRESH,
        ),
        _BY_NUMBER,
    )

    consultation_id: Mapped[str] = mapped_column(
        Id, ForeignKey("consultation.id"), primary_key=True
    )
    slot: Mapped[bytes] = mapped_column(LargeBinary(SLOT_BYTES), primary_key=True)
    envelope: Mapped[bytes] = mapped_column(LargeBinary)
    fresh: Mapped[bool] = mapped_column(default=True)


class PaperTally(Base):
    """The paper ballots as one person entered them, sealed; a second entry replaces the first."""

    __tablename__ = "paper_tally"
    __table_args__ = (CheckConstraint("ballots >= 0", name="ballots_counted"),)

    consultation_id: Mapped[str] = mapped_column(
        Id, ForeignKey("consultation.id"), primary_key=True
    )
    by_user_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"), primary_key=True)
    envelope: Mapped[bytes] = mapped_column(LargeBinary)
    ballots: Mapped[int] = mapped_column(Counted)


class BallotKey(Base):
    """What opens the urn, itself sealed: under the portal's secret, or under one that trustees
    hold in ``shares``, of which ``needed`` bring it back. Gone with the closing."""

    __tablename__ = "ballot_key"

    consultation_id: Mapped[str] = mapped_column(
        Id, ForeignKey("consultation.id"), primary_key=True
    )
    sealed_private_key: Mapped[bytes] = mapped_column(LargeBinary)
    share_hashes: Mapped[list[str] | None] = mapped_column(Json)


class BoardLine(Base):
    """One line of the board, written once. ``part`` is ``entries``, or ``receipts`` and
    ``choices`` where the two stand apart."""

    __tablename__ = "board_line"
    __table_args__ = (
        CheckConstraint("part IN ('entries', 'receipts', 'choices')", name="part_known"),
        CheckConstraint("(part = 'choices') = (receipt IS NULL)", name="receipt_where_due"),
        CheckConstraint("(part = 'receipts') = (choices IS NULL)", name="choices_where_due"),
        CheckConstraint("position >= 0", name="position_counted"),
    )

    consultation_id: Mapped[str] = mapped_column(
        Id, ForeignKey("consultation.id"), primary_key=True
    )
    part: Mapped[str] = mapped_column(String(8), primary_key=True)
    position: Mapped[int] = mapped_column(Counted, primary_key=True, autoincrement=False)
    receipt: Mapped[str | None] = mapped_column(String(40))
    choices: Mapped[Any | None] = mapped_column(_CHOICES)
    previous_hash: Mapped[str] = mapped_column(HASH)
    hash: Mapped[str] = mapped_column(HASH)


class ConsultationCount(Base):
    """What the count says, as the API tells it: made from the board, and at any time again."""

    __tablename__ = "consultation_count"

    consultation_id: Mapped[str] = mapped_column(
        Id, ForeignKey("consultation.id"), primary_key=True
    )
    tally: Mapped[dict[str, Any]] = mapped_column(Json)


class CountProgress(Base):
    """How far a count has come: ``opened`` of ``envelopes``, and how often equal shares were
    raised (``increases``)."""

    __tablename__ = "count_progress"

    consultation_id: Mapped[str] = mapped_column(
        Id, ForeignKey("consultation.id"), primary_key=True
    )
    envelopes: Mapped[int] = mapped_column(Counted)
    opened: Mapped[int] = mapped_column(Counted)
    increases: Mapped[int] = mapped_column(Counted)


class Commitment(Base):
    """What was promised with a decision: who sees to it, and until when."""

    __tablename__ = "commitment"
    __table_args__ = (Index("uq_commitment_position", "consultation_id", "position", unique=True),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    consultation_id: Mapped[str] = mapped_column(Id, ForeignKey("consultation.id"))
    position: Mapped[int] = mapped_column(Counted)
    title: Mapped[str] = mapped_column(String(200))
    owner: Mapped[str] = mapped_column(String(80))
    due_on: Mapped[date]


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
