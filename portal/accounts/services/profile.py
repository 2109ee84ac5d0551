"""What a person says about themselves, and how pages look to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts import letters
from portal.accounts.addresses import Address
from portal.accounts.errors import LastSignInWay, LoginTaken
from portal.accounts.models import User
from portal.accounts.rules import CodePurpose
from portal.accounts.services import codes
from portal.accounts.services.findable import make_findable
from portal.accounts.services.passwords import require_password
from portal.accounts.services.registration import checked_birth_date, clean_name, user_id_at
from portal.accounts.services.sessions import end_other_sessions
from portal.core import audit
from portal.core.database import db
from portal.core.errors import Invalid
from portal.core.i18n import lazy_gettext as _l
from portal.core.messages import Channel
from portal.core.permissions import Principal
from portal.core.unit_of_work import unit_of_work


def update_profile(actor: Principal, name: str, birth_date: date | None) -> None:
    """Change name and day of birth.

    Raises:
        Invalid: one of them cannot be taken.
    """
    plain = clean_name(name)
    _set(actor.id, name=plain, birth_date=checked_birth_date(birth_date))
    make_findable(actor.id)
    audit.record(actor.id, "profile.changed", "user", actor.id)


def set_display(user_id: str, **chosen: str) -> None:
    """Keep the language, mode or theme that a person chose; the values are checked by the form."""
    _set(user_id, **chosen)


def request_address(
    actor: Principal, address: Address, password: str, locale: str, *, network: str = ""
) -> str:
    """Send a code to a further address of one's own; returns the id under which it is typed in.
    An address that belongs to somebody is not told about, and its code is never right.

    Opens its own unit of work, after the password is checked: a session left open is not enough
    to take an account over.

    Raises:
        Invalid: the password is wrong, or no message of this kind can be sent.
        TooManyRequests: the address got several codes within the hour.
    """
    require_password(actor, password)
    with unit_of_work():
        return codes.issue(
            CodePurpose.ADDRESS,
            address,
            locale=locale,
            network=network,
            user_id=actor.id,
            decoy=user_id_at(address) is not None,
        )


def confirm_address(actor: Principal, code_id: str, typed_code: str) -> Address:
    """Add, or put in the place of the old one, an address proved by a code. Other sessions and
    tokens end, and the address that was there before is told.

    Opens its own units of work: a wrong code is counted.

    Raises:
        WrongCode, CodeExpired: the address is not proved.
        LoginTaken: somebody has made an account with it meanwhile.
    """
    proof = codes.check(CodePurpose.ADDRESS, code_id, typed_code)
    if proof.user_id != actor.id:
        raise Invalid.field("code", _l("This code was sent to somebody else."))
    with unit_of_work():
        codes.use(proof)
        before = _reached_at(actor.id)
        try:
            _set(actor.id, **{_column(proof.address.channel): proof.address.value})
        except IntegrityError as error:  # the address is unique: the database decides
            raise LoginTaken from error
        _note_change(actor, proof.address, before)
    return proof.address


def _note_change(actor: Principal, fresh: Address, before: _Reached) -> None:
    old = before.by.get(fresh.channel)
    if old == fresh:
        return
    deed = "address.replaced" if old else "address.added"
    audit.record(actor.id, deed, "user", actor.id, channel=fresh.channel)
    end_other_sessions(actor.id, keep=actor.session_id)
    told = old or next(iter(before.by.values()), None)
    if told:
        letters.send_address_changed(told, fresh, before.locale, replaced=told == old)


def remove_address(actor: Principal, channel: Channel) -> None:
    """Remove the e-mail address or the number, if the other is there.

    Raises:
        LastSignInWay: it is the only one.
    """
    other = User.phone if channel is Channel.EMAIL else User.email
    before = _reached_at(actor.id)
    removed = db.session.connection().execute(
        update(User)
        .where(User.id == actor.id, other.is_not(None))
        .values(**{_column(channel): None})
    )
    if not removed.rowcount:
        raise LastSignInWay
    audit.record(actor.id, "address.removed", "user", actor.id, channel=channel)
    if channel in before.by:
        letters.send_address_removed(before.by[channel], before.locale)


@dataclass(frozen=True)
class _Reached:
    """Where a person is reached, e-mail first, and in which language."""

    by: dict[Channel, Address]
    locale: str


def _reached_at(user_id: str) -> _Reached:
    row = db.session.execute(
        select(User.email, User.phone, User.locale).where(User.id == user_id)
    ).one()
    there = ((Channel.EMAIL, row.email), (Channel.SMS, row.phone))
    return _Reached({each: Address(each, value) for each, value in there if value}, row.locale)


def _set(user_id: str, **values: Any) -> None:
    db.session.execute(update(User).where(User.id == user_id).values(**values))


def _column(channel: Channel) -> str:
    return "email" if channel is Channel.EMAIL else "phone"
