"""Becoming a member: an address is proved by a code, then the account is made."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from portal.accounts import credentials, letters
from portal.accounts.addresses import Address
from portal.accounts.errors import ConsentNeeded, LoginTaken
from portal.accounts.models import User
from portal.accounts.rules import (
    LONGEST_NAME,
    MEMBER_CODE_LENGTH,
    PURPOSES,
    CodePurpose,
    SessionKind,
    password_problem,
)
from portal.accounts.services import codes
from portal.accounts.services.consents import give_consent
from portal.accounts.services.sessions import Opened, open_session
from portal.core import audit
from portal.core.clock import now, today
from portal.core.database import db, on_sqlite
from portal.core.errors import Invalid
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id, random_code, with_check_digit
from portal.core.messages import Channel
from portal.core.unit_of_work import unit_of_work

EARLIEST_BIRTH = date(1900, 1, 1)


def request_registration(address: Address, locale: str, *, network: str = "") -> str:
    """Send a code for a new account; returns the id under which it is typed in.

    An address that has an account gets a word about that instead; who asks sees no difference.
    """
    taken = user_id_at(address) is not None
    code_id = codes.issue(
        CodePurpose.REGISTER, address, locale=locale, network=network, decoy=taken
    )
    if taken:
        letters.send_already_registered(address, locale)
    return code_id


def register(
    code_id: str,
    typed_code: str,
    *,
    name: str,
    password: str,
    purposes: Collection[str],
    locale: str,
    birth_date: date | None = None,
    agent: str = "",
) -> Opened:
    """Make the account and sign its owner in.

    Opens its own units of work: a wrong code is counted, and the password is hashed outside.

    Raises:
        WrongCode, CodeExpired: the address is not proved.
        ConsentNeeded: the consent without which there is no account was not given.
        Invalid: the name, the day of birth or the password cannot be taken.
        LoginTaken: the address has an account by now.
    """
    _require_needed(purposes)
    proof = codes.check(CodePurpose.REGISTER, code_id, typed_code)
    require_good_password(password, name, proof.address.value)
    password_hash = credentials.hash_password(password)
    with unit_of_work():
        codes.use(proof)
        user_id = create_user(
            proof.address, name, password_hash, locale=locale, birth_date=birth_date
        )
        for purpose in purposes:
            give_consent(user_id, purpose)
        return open_session(user_id, SessionKind.WEB, agent)


def create_user(
    address: Address,
    name: str,
    password_hash: str | None,
    *,
    locale: str = "zh_Hans",
    birth_date: date | None = None,
    actor_id: str | None = None,
) -> str:
    """Make an account at a proved address, in the transaction at hand; returns its id.

    Raises:
        Invalid: the name or the day of birth cannot be taken.
        LoginTaken: the address has an account.
    """
    user_id = new_id()
    row: dict[str, Any] = {
        "id": user_id,
        "name": clean_name(name),
        "email": address.value if address.channel is Channel.EMAIL else None,
        "phone": address.value if address.channel is Channel.SMS else None,
        "password_hash": password_hash,
        "locale": locale,
        "mode": "standard",
        "theme": "auto",
        "member_code": new_member_code(),
        "birth_date": checked_birth_date(birth_date),
        "created_at": now(),
    }
    statement = (sqlite.insert if on_sqlite() else postgresql.insert)(User)
    made = db.session.connection().execute(statement.values(**row).on_conflict_do_nothing())
    if not made.rowcount:
        raise LoginTaken
    audit.record(actor_id or user_id, "user.created", "user", user_id)
    return user_id


def user_id_at(address: Address) -> str | None:
    """Whose address this is, among open accounts."""
    column = User.email if address.channel is Channel.EMAIL else User.phone
    return db.session.execute(
        select(User.id).where(column == address.value, User.closed_at.is_(None))
    ).scalar_one_or_none()


def new_member_code() -> str:
    """The code of a card: random, and a digit that catches typing errors."""
    return with_check_digit(random_code(MEMBER_CODE_LENGTH))


def clean_name(name: str) -> str:
    """A name without spaces around or control characters in it.

    Raises:
        Invalid: nothing is left, or it is too long.
    """
    plain = " ".join(name.split())
    if not plain or not plain.isprintable():
        raise Invalid.field("name", _l("Write the name by which people know you."))
    if len(plain) > LONGEST_NAME:
        raise Invalid.field("name", _l("Use at most %(most)s characters.", most=LONGEST_NAME))
    return plain


def checked_birth_date(day: date | None) -> date | None:
    if day is not None and not EARLIEST_BIRTH <= day <= today():
        raise Invalid.field("birth_date", _l("This cannot be a day of birth."))
    return day


def require_good_password(password: str, *personal: str) -> None:
    problem = password_problem(password, personal)
    if problem is not None:
        raise Invalid.field("password", problem)


def _require_needed(purposes: Collection[str]) -> None:
    if any(each.needed and each.name not in purposes for each in PURPOSES):
        raise ConsentNeeded
