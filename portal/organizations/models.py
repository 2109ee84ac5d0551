"""Organizations, invitations to them, praise, and the reputation computed from it.

Who is a member or manager stands in the roles of ``portal.accounts`` alone; how an organization is
regarded, in the praise alone: ``OrganizationReputation`` is a snapshot that can be made again.
``activity_id`` names a thing of an upper room, so the database knows no foreign key for it here.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Counted, Id, RegionCode, UtcDateTime
from portal.core.ids import new_id

_WAITING = text("state = 'waiting'")
_FLAGGED = text("flagged_at IS NOT NULL")
_HOLDS_CODE = text("credit_code IS NOT NULL AND status <> 'declined'")


class Organization(Base):
    """A social organization with its unified social credit code, or an unregistered team."""

    __tablename__ = "organization"
    __table_args__ = (
        CheckConstraint("kind IN ('registered', 'team')", name="kind_known"),
        CheckConstraint(
            "(kind = 'registered') = (credit_code IS NOT NULL)", name="code_of_registered"
        ),
        CheckConstraint("status IN ('pending', 'verified', 'declined')", name="status_known"),
        CheckConstraint(
            "(status = 'verified') = (verified_at IS NOT NULL)", name="verified_at_an_instant"
        ),
        CheckConstraint(
            "(status = 'declined') = (decline_reason IS NOT NULL)", name="declined_for_a_reason"
        ),
        CheckConstraint(
            "status = 'pending' OR (decided_by IS NOT NULL AND decided_at IS NOT NULL)",
            name="decided_by_somebody",
        ),
        Index(
            "uq_organization_credit_code",
            "credit_code",
            unique=True,
            sqlite_where=_HOLDS_CODE,
            postgresql_where=_HOLDS_CODE,
        ),
        Index("ix_organization_list", "status", "name", "id"),
        Index("ix_organization_region", "region_code", "status", "applied_at"),
        Index("ix_organization_applicant", "applied_by"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(10))
    credit_code: Mapped[str | None] = mapped_column(String(18))
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    description: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(10), default="pending")
    applied_by: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decline_reason: Mapped[str | None] = mapped_column(String(500))


class OrganizationInvitation(Base):
    """A manager asked a person to join in a role; the person answers."""

    __tablename__ = "organization_invitation"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'accepted', 'declined', 'withdrawn')", name="state_known"
        ),
        CheckConstraint(
            "role IN ('organization_manager', 'organization_member')", name="role_known"
        ),
        Index(
            "uq_organization_invitation_waiting",
            "organization_id",
            "user_id",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index("ix_organization_invitation_user", "user_id", "state"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    organization_id: Mapped[str] = mapped_column(Id, ForeignKey("organization.id"))
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    role: Mapped[str] = mapped_column(String(30))
    invited_by: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Praise(Base):
    """What one person says about an organization after one of its activities, once.

    ``region_code`` is the organization's. ``flagged_at`` stands from the first flag until a
    moderator has looked; a hidden praise keeps its place and shows only why it is hidden.
    """

    __tablename__ = "praise"
    __table_args__ = (
        UniqueConstraint("activity_id", "author_id", name="uq_praise_once"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score_in_range"),
        CheckConstraint(
            "(hidden_at IS NULL) = (hidden_reason IS NULL)", name="hidden_for_a_reason"
        ),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_at_an_instant"),
        Index("ix_praise_organization", "organization_id", "id"),
        Index("ix_praise_author", "author_id", "organization_id"),
        Index(
            "ix_praise_flagged",
            "region_code",
            "flagged_at",
            sqlite_where=_FLAGGED,
            postgresql_where=_FLAGGED,
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    organization_id: Mapped[str] = mapped_column(Id, ForeignKey("organization.id"))
    activity_id: Mapped[str] = mapped_column(Id)
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    score: Mapped[int] = mapped_column(Counted)
    comment: Mapped[str] = mapped_column(Text)
    as_participant: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    flagged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hidden_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    hidden_reason: Mapped[str | None] = mapped_column(String(500))


class PraiseFlag(Base):
    """Somebody asks the moderators to look at a praise; once each."""

    __tablename__ = "praise_flag"
    __table_args__ = (Index("ix_praise_flag_user", "user_id"),)

    praise_id: Mapped[str] = mapped_column(Id, ForeignKey("praise.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OrganizationReputation(Base):
    """The reputation as computed from the praise at ``computed_at``; see ``rules.Reputation``."""

    __tablename__ = "organization_reputation"
    __table_args__ = (
        CheckConstraint("score BETWEEN 0 AND 100", name="score_in_range"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level_in_range"),
        Index("ix_organization_reputation_computed", "computed_at"),
    )

    organization_id: Mapped[str] = mapped_column(
        Id, ForeignKey("organization.id"), primary_key=True
    )
    score: Mapped[int] = mapped_column(Counted)
    level: Mapped[int] = mapped_column(Counted)
    praises: Mapped[int] = mapped_column(Counted)
    voices: Mapped[int] = mapped_column(Counted)
    participants: Mapped[int] = mapped_column(Counted)
    recent: Mapped[int] = mapped_column(Counted)
    weighed_down: Mapped[bool]
    computed_at: Mapped[datetime] = mapped_column(UtcDateTime)
