"""What can be read of people. Names and contacts go only to who asked for them by a reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, or_, select

from portal.accounts.addresses import Address
from portal.accounts.models import AccessSession, Consent, HomeClaim, RoleGrant, User
from portal.accounts.rules import ClaimState
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.ids import has_valid_check_digit, normalized_code
from portal.core.messages import Channel
from portal.core.pagination import DEFAULT_LIMIT, Page, fetch_page
from portal.core.permissions import Permission, Principal, Role, ScopeKind
from portal.regions import queries as regions
from portal.regions.models import Region

_OPEN = User.closed_at.is_(None)
_ACTIVE = RoleGrant.revoked_at.is_(None)


@dataclass(frozen=True)
class Contact:
    """How messages reach a person, and in which language."""

    user_id: str
    locale: str
    addresses: tuple[Address, ...]


def display_names(ids: Iterable[str | None]) -> dict[str, str]:
    """The names of some people by their ids; unknown ids are left out."""
    wanted = {each for each in ids if each}
    if not wanted:
        return {}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def user_id_by_member_code(code: str) -> str | None:
    """Whose member code this is, as typed or scanned; None if it is nobody's."""
    plain = normalized_code(code)
    if not has_valid_check_digit(plain):
        return None
    return db.session.execute(
        select(User.id).where(User.member_code == plain, _OPEN)
    ).scalar_one_or_none()


def user_id_by_address(address: Address) -> str | None:
    """Whose e-mail address or number this is. Never tell a stranger."""
    column = User.email if address.channel is Channel.EMAIL else User.phone
    return db.session.execute(
        select(User.id).where(column == address.value, _OPEN)
    ).scalar_one_or_none()


def holders_of(role: Role | str, scope_kind: ScopeKind | str, scope_id: str) -> list[str]:
    """Who holds a role for exactly this scope, those who have had it longest first."""
    rows = db.session.execute(
        select(RoleGrant.user_id)
        .where(
            RoleGrant.scope_kind == str(scope_kind),
            RoleGrant.scope_id == scope_id,
            RoleGrant.role == str(role),
            _ACTIVE,
        )
        .order_by(RoleGrant.id)
    )
    return list(rows.scalars())


def residents_of(region_code: str) -> list[str]:
    """Verified residents of a region and all below it."""
    rows = db.session.execute(
        select(User.id)
        .join(Region, Region.code == User.home_region_code)
        .where(regions.within(region_code), User.home_verified_at.is_not(None), _OPEN)
        .order_by(User.id)
    )
    return list(rows.scalars())


def facts_of(user_id: str) -> Row[*tuple[Any, ...]]:
    """``id, name, birth_date, locale, member_code, home_region_code, home_verified_at`` of one.

    Raises:
        NotFound: there is no such open account.
    """
    row = db.session.execute(
        select(
            User.id,
            User.name,
            User.birth_date,
            User.locale,
            User.member_code,
            User.home_region_code,
            User.home_verified_at,
        ).where(User.id == user_id, _OPEN)
    ).first()
    if row is None:
        raise NotFound
    return row


def contacts_of(ids: Iterable[str]) -> list[Contact]:
    """How to reach some people, those with closed accounts left out."""
    rows = db.session.execute(
        select(User.id, User.locale, User.email, User.phone).where(User.id.in_(set(ids)), _OPEN)
    )
    return [Contact(row.id, row.locale, _addresses(row)) for row in rows]


def profile_of(user_id: str) -> Row[*tuple[Any, ...]]:
    """All that a person may see of their own account."""
    return db.session.execute(
        select(
            User.id,
            User.name,
            User.email,
            User.phone,
            User.locale,
            User.mode,
            User.theme,
            User.member_code,
            User.birth_date,
            User.home_region_code,
            User.home_verified_at,
            User.created_at,
        ).where(User.id == user_id)
    ).one()


def sessions_of(user_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """A person's open sessions and tokens, the last used first."""
    return db.session.execute(
        select(
            AccessSession.id,
            AccessSession.kind,
            AccessSession.agent,
            AccessSession.created_at,
            AccessSession.last_seen_at,
        )
        .where(
            AccessSession.user_id == user_id,
            AccessSession.ended_at.is_(None),
            AccessSession.expires_at > now(),
        )
        .order_by(AccessSession.last_seen_at.desc(), AccessSession.id.desc())
        .limit(100)
    ).all()


def consents_of(user_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """Every consent a person gave, newest first, withdrawn ones too."""
    return db.session.execute(
        select(Consent.purpose, Consent.version, Consent.given_at, Consent.withdrawn_at)
        .where(Consent.user_id == user_id)
        .order_by(Consent.given_at.desc(), Consent.id.desc())
    ).all()


def consenting(ids: Iterable[str], purpose: str) -> set[str]:
    """Which of some people have agreed to a purpose."""
    rows = db.session.execute(
        select(Consent.user_id).where(
            Consent.user_id.in_(set(ids)),
            Consent.purpose == purpose,
            Consent.withdrawn_at.is_(None),
        )
    )
    return set(rows.scalars())


def claims_of(user_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """A person's own claims of a home, newest first."""
    return db.session.execute(
        select(
            HomeClaim.id,
            HomeClaim.region_code,
            Region.name.label("region_name"),
            HomeClaim.address,
            HomeClaim.state,
            HomeClaim.claimed_at,
            HomeClaim.decided_at,
            HomeClaim.reason,
        )
        .join(Region, Region.code == HomeClaim.region_code)
        .where(HomeClaim.user_id == user_id)
        .order_by(HomeClaim.id.desc())
        .limit(20)
    ).all()


def claims_waiting(
    actor: Principal, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """Claims that the actor may decide, the oldest first."""
    statement = (
        select(
            HomeClaim.id,
            HomeClaim.claimed_at,
            HomeClaim.address,
            HomeClaim.region_code,
            Region.name.label("region_name"),
            User.name,
            User.birth_date,
        )
        .join(User, User.id == HomeClaim.user_id)
        .join(Region, Region.code == HomeClaim.region_code)
        .where(HomeClaim.state == ClaimState.WAITING.value, _where_verifying(actor))
    )
    return fetch_page(statement, [HomeClaim.id], name="claims", cursor=cursor, limit=limit)


def count_claims_waiting(actor: Principal) -> int:
    """How many claims wait for the actor."""
    return db.session.execute(
        select(func.count())
        .select_from(HomeClaim)
        .join(Region, Region.code == HomeClaim.region_code)
        .where(HomeClaim.state == ClaimState.WAITING.value, _where_verifying(actor))
    ).scalar_one()


def claim_to_decide(actor: Principal, claim_id: str) -> Row[*tuple[Any, ...]]:
    """One claim where the actor verifies, whatever its state.

    Raises:
        NotFound: there is none there.
    """
    row = db.session.execute(
        select(
            HomeClaim.id,
            HomeClaim.state,
            HomeClaim.claimed_at,
            HomeClaim.address,
            HomeClaim.region_code,
            HomeClaim.user_id,
            Region.name.label("region_name"),
            User.name,
            User.birth_date,
        )
        .join(User, User.id == HomeClaim.user_id)
        .join(Region, Region.code == HomeClaim.region_code)
        .where(HomeClaim.id == claim_id, _where_verifying(actor))
    ).first()
    if row is None:
        raise NotFound
    return row


def hats_of(user_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """``id, role, scope_kind, scope_id`` of the roles a person can put on, oldest first."""
    return db.session.execute(
        select(RoleGrant.id, RoleGrant.role, RoleGrant.scope_kind, RoleGrant.scope_id)
        .where(RoleGrant.user_id == user_id, _ACTIVE)
        .order_by(RoleGrant.id)
    ).all()


def grants_within(
    actor: Principal, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Any]:
    """Roles for regions in the actor's part of the city, newest first."""
    codes = actor.scopes(Permission.ROLE_GRANT, ScopeKind.REGION)
    statement = (
        select(
            RoleGrant.id,
            RoleGrant.role,
            RoleGrant.scope_kind,
            RoleGrant.scope_id,
            RoleGrant.granted_at,
            RoleGrant.user_id,
            User.name,
            Region.name.label("scope_name"),
        )
        .join(User, User.id == RoleGrant.user_id)
        .join(Region, Region.code == RoleGrant.scope_id)
        .where(
            RoleGrant.scope_kind == ScopeKind.REGION.value,
            _ACTIVE,
            or_(*(regions.within(code) for code in codes)),
        )
    )
    return fetch_page(
        statement, [RoleGrant.id], name="grants", cursor=cursor, limit=limit, descending=True
    )


def age_on(birth_date: date, day: date) -> int:
    """Completed years of age on a day."""
    before_birthday = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - before_birthday


def _where_verifying(actor: Principal) -> Any:
    codes = actor.scopes(Permission.RESIDENT_VERIFY, ScopeKind.REGION)
    return or_(*(regions.within(code) for code in codes))


def _addresses(row: Row[*tuple[Any, ...]]) -> tuple[Address, ...]:
    found = ((Channel.EMAIL, row.email), (Channel.SMS, row.phone))
    return tuple(Address(channel, value) for channel, value in found if value)
