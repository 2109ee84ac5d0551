"""People, what they may do, how they sign in, and what they agreed to."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Counted, Id, RegionCode, UtcDateTime
from portal.core.ids import new_id

_NOT_REVOKED = text("revoked_at IS NULL")
_GIVEN = text("withdrawn_at IS NULL")
_WAITING = text("state = 'waiting'")


class User(Base):
    """A person. ``email`` (case-folded) and ``phone`` (E.164) are confirmed by a code before they
    stand here; either signs in. ``home_region_code`` is claimed until ``home_verified_at``;
    ``work_region_code`` stands here only once it is confirmed."""

    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint(
            "closed_at IS NOT NULL OR email IS NOT NULL OR phone IS NOT NULL", name="reachable"
        ),
        CheckConstraint("locale IN ('zh_Hans', 'en')", name="locale_known"),
        CheckConstraint("mode IN ('standard', 'elder')", name="mode_known"),
        CheckConstraint("theme IN ('auto', 'light', 'dark')", name="theme_known"),
        CheckConstraint(
            "home_verified_at IS NULL OR home_region_code IS NOT NULL", name="verified_somewhere"
        ),
        CheckConstraint(
            "(work_region_code IS NULL) = (work_verified_at IS NULL)", name="works_somewhere"
        ),
        Index("ix_user_account_home", "home_region_code", "id"),
        Index("ix_user_account_work", "work_region_code", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    phone: Mapped[str | None] = mapped_column(String(16), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(10), default="zh_Hans")
    mode: Mapped[str] = mapped_column(String(10), default="standard")
    theme: Mapped[str] = mapped_column(String(10), default="auto")
    member_code: Mapped[str] = mapped_column(String(20), unique=True)
    birth_date: Mapped[date | None]
    home_region_code: Mapped[str | None] = mapped_column(RegionCode, ForeignKey("region.code"))
    home_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    work_region_code: Mapped[str | None] = mapped_column(RegionCode, ForeignKey("region.code"))
    work_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RoleGrant(Base):
    """One role of one person for one scope; revoked, never deleted.

    ``region_code`` is where the scope lies; None for kinds that no room has registered. It is no
    foreign key: giving a role would lock the region's row, which a whole city shares."""

    __tablename__ = "role_grant"
    __table_args__ = (
        Index(
            "uq_role_grant_active",
            "user_id",
            "role",
            "scope_kind",
            "scope_id",
            unique=True,
            sqlite_where=_NOT_REVOKED,
            postgresql_where=_NOT_REVOKED,
        ),
        Index("ix_role_grant_scope", "scope_kind", "scope_id", "role"),
        Index(
            "ix_role_grant_region",
            "region_code",
            "role",
            "id",
            sqlite_where=_NOT_REVOKED,
            postgresql_where=_NOT_REVOKED,
        ),
        Index(
            "ix_role_grant_role",
            "role",
            "id",
            sqlite_where=_NOT_REVOKED,
            postgresql_where=_NOT_REVOKED,
        ),
        CheckConstraint(
            "scope_kind IN ('region', 'organization', 'merchant', 'department')",
            name="scope_kind_known",
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    role: Mapped[str] = mapped_column(String(30))
    scope_kind: Mapped[str] = mapped_column(String(20))
    scope_id: Mapped[str] = mapped_column(String(26))
    region_code: Mapped[str | None] = mapped_column(RegionCode)
    granted_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AccessSession(Base):
    """A sign-in that lasts: a browser's (``web``) or a program's (``token``). Only the SHA-256 of
    its secret is kept. ``hat_id`` is the role the person has put on."""

    __tablename__ = "access_session"
    __table_args__ = (
        CheckConstraint("kind IN ('web', 'token')", name="kind_known"),
        Index("ix_access_session_user", "user_id", "ended_at"),
        Index("ix_access_session_expires", "expires_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(String(10))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    agent: Mapped[str] = mapped_column(String(80))
    hat_id: Mapped[str | None] = mapped_column(Id, ForeignKey("role_grant.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ApiKey(Base):
    """The key of another system, by which it is known; only the SHA-256 of it is kept. Of those in
    force each has a name of its own."""

    __tablename__ = "api_key"
    __table_args__ = (
        Index(
            "uq_api_key_name",
            "name",
            unique=True,
            sqlite_where=_NOT_REVOKED,
            postgresql_where=_NOT_REVOKED,
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(80))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignInFailure(Base):
    """Wrong passwords in a row for one login, known or not, by a keyed hash of it: from one
    network (by a keyed hash too), and from everywhere (an empty one)."""

    __tablename__ = "sign_in_failure"

    login_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    network: Mapped[str] = mapped_column(String(64), primary_key=True, server_default="")
    failures: Mapped[int] = mapped_column(Counted)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OneTimeCode(Base):
    """A code sent to an address, to show that it is one's own. Only a keyed hash is kept, and one
    of the network from which it was asked for."""

    __tablename__ = "one_time_code"
    __table_args__ = (
        CheckConstraint("purpose IN ('register', 'reset', 'address')", name="purpose_known"),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        Index("ix_one_time_code_address", "address", "purpose", "created_at"),
        Index("ix_one_time_code_expires", "expires_at"),
        Index("ix_one_time_code_user", "user_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(254))
    user_id: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    network: Mapped[str] = mapped_column(String(64), server_default="")
    code_hash: Mapped[str] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(Counted, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Consent(Base):
    """An agreement to one use of one's data, by the version of the words shown."""

    __tablename__ = "consent"
    __table_args__ = (
        Index(
            "uq_consent_given",
            "user_id",
            "purpose",
            unique=True,
            sqlite_where=_GIVEN,
            postgresql_where=_GIVEN,
        ),
        CheckConstraint("purpose IN ('service', 'notices', 'statistics')", name="purpose_known"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    version: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PlaceClaim(Base):
    """A person says: I live, or I work, in this community. Its committee or social worker decides.

    ``address`` is where, in words; ``since`` the day from which somebody says they work there."""

    __tablename__ = "place_claim"
    __table_args__ = (
        CheckConstraint("kind IN ('home', 'work')", name="kind_known"),
        CheckConstraint(
            "state IN ('waiting', 'verified', 'declined', 'withdrawn', 'ended')",
            name="state_known",
        ),
        CheckConstraint(
            "(state IN ('verified', 'declined', 'ended')) = (decided_by IS NOT NULL)",
            name="decided_by_whom",
        ),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_when"),
        Index(
            "uq_place_claim_waiting",
            "user_id",
            "kind",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index("ix_place_claim_queue", "region_code", "state", "claimed_at"),
        Index("ix_place_claim_user", "user_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    kind: Mapped[str] = mapped_column(String(4))
    address: Mapped[str] = mapped_column(String(120))
    since: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(10))
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    reason: Mapped[str | None] = mapped_column(String(500))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
