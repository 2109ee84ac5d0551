"""People: names, contacts, what they agreed to. Contacts go only to who asked by a reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from portal.accounts.addresses import Address
from portal.accounts.models import AccessSession, Consent, User
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.ids import has_valid_check_digit, normalized_code
from portal.core.messages import Channel
from portal.regions import queries as regions
from portal.regions.models import Region

_OPEN = User.closed_at.is_(None)


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
    found = member_by_code(code)
    return found[0] if found else None


def member_by_code(code: str) -> tuple[str, str | None] | None:
    """The id of whose member code this is, as typed or scanned, and the home that they claim or
    have had verified; None if it is nobody's."""
    plain = normalized_code(code)
    if not has_valid_check_digit(plain):
        return None
    row = db.session.execute(
        select(User.id, User.home_region_code).where(User.member_code == plain, _OPEN)
    ).one_or_none()
    return (row.id, row.home_region_code) if row else None


def user_id_by_address(address: Address) -> str | None:
    """Whose e-mail address or number this is. Never tell a stranger."""
    column = User.email if address.channel is Channel.EMAIL else User.phone
    return db.session.execute(
        select(User.id).where(column == address.value, _OPEN)
    ).scalar_one_or_none()


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


def closed_among(ids: Iterable[str]) -> set[str]:
    """Which of some accounts are closed."""
    rows = db.session.execute(
        select(User.id).where(User.id.in_(set(ids)), User.closed_at.is_not(None))
    )
    return set(rows.scalars())


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
            User.work_region_code,
            User.work_verified_at,
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


def age_on(birth_date: date, day: date) -> int:
    """Completed years of age on a day."""
    before_birthday = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - before_birthday


def _addresses(row: Row[*tuple[Any, ...]]) -> tuple[Address, ...]:
    found = ((Channel.EMAIL, row.email), (Channel.SMS, row.phone))
    return tuple(Address(channel, value) for channel, value in found if value)
