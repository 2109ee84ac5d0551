"""Sealed ballots, and what opens them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.consultations.models.columns import BY_KEY, fresh_index
from portal.core.database import Base, Counted, Id, Json

SLOT_BYTES = 16


class UrnEnvelope(Base):
    """A sealed ballot under a random number. All of a consultation have the same length."""

    __tablename__ = "urn_envelope"
    __table_args__ = (
        fresh_index("urn_envelope"),
        BY_KEY,
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
