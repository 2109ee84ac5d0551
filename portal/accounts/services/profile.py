"""What a person says about themselves, how pages look to them, and leaving."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts import credentials
from portal.accounts.addresses import Address
from portal.accounts.errors import LastSignInWay, LoginTaken
from portal.accounts.models import Consent, HomeClaim, RoleGrant, User
from portal.accounts.rules import ClaimState, CodePurpose
from portal.accounts.services import codes
from portal.accounts.services.registration import checked_birth_date, clean_name, user_id_at
from portal.accounts.services.sessions import end_other_sessions
from portal.core import audit, outbox
from portal.core.clock import now
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
    _set(actor.id, name=clean_name(name), birth_date=checked_birth_date(birth_date))
    audit.record(actor.id, "profile.changed", "user", actor.id)


def set_display(user_id: str, **chosen: str) -> None:
    """Keep the language, mode or theme that a person chose; the values are checked by the form."""
    _set(user_id, **chosen)


def request_address(actor: Principal, address: Address, locale: str) -> str:
    """Send a code to a further address of one's own; returns the id under which it is typed in.
    An address that belongs to somebody is not told about, and its code is never right."""
    taken = user_id_at(address) is not None
    return codes.issue(CodePurpose.ADDRESS, address, locale=locale, user_id=actor.id, decoy=taken)


def confirm_address(actor: Principal, code_id: str, typed_code: str) -> Address:
    """Add, or put in the place of the old one, an address proved by a code.

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
        try:
            _set(actor.id, **{_column(proof.address.channel): proof.address.value})
        except IntegrityError as error:  # the address is unique: the database decides
            raise LoginTaken from error
        audit.record(actor.id, "address.added", "user", actor.id, channel=proof.address.channel)
    return proof.address


def remove_address(actor: Principal, channel: Channel) -> None:
    """Remove the e-mail address or the number, if the other is there.

    Raises:
        LastSignInWay: it is the only one.
    """
    other = User.phone if channel is Channel.EMAIL else User.email
    removed = db.session.connection().execute(
        update(User)
        .where(User.id == actor.id, other.is_not(None))
        .values(**{_column(channel): None})
    )
    if not removed.rowcount:
        raise LastSignInWay
    audit.record(actor.id, "address.removed", "user", actor.id, channel=channel)


def close_account(actor: Principal, password: str) -> None:
    """Close one's own account: nothing of the person is left but an id and what the books need.

    Opens its own unit of work, after the password is checked. Other rooms hear of it by the
    outbox (``account.closed``).

    Raises:
        Invalid: the password is wrong.
    """
    held = db.session.execute(
        select(User.password_hash).where(User.id == actor.id)
    ).scalar_one_or_none()
    db.session.rollback()  # no connection is held while the processor works
    if not credentials.is_right(held, password):
        raise Invalid.field("password", _l("This is not your current password."))
    with unit_of_work():
        _close(actor.id)


def _close(user_id: str) -> None:
    present = now()
    _set(
        user_id,
        name="—",
        email=None,
        phone=None,
        password_hash=None,
        birth_date=None,
        home_region_code=None,
        home_verified_at=None,
        closed_at=present,
    )
    end_other_sessions(user_id, keep=None)
    db.session.execute(
        update(RoleGrant)
        .where(RoleGrant.user_id == user_id, RoleGrant.revoked_at.is_(None))
        .values(revoked_at=present, revoked_by=user_id)
    )
    db.session.execute(
        update(Consent)
        .where(Consent.user_id == user_id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=present)
    )
    waiting = HomeClaim.state == ClaimState.WAITING.value
    db.session.execute(
        update(HomeClaim)
        .where(HomeClaim.user_id == user_id)
        .values(
            address="—",
            state=case((waiting, ClaimState.WITHDRAWN.value), else_=HomeClaim.state),
        )
    )
    audit.record(user_id, "account.closed", "user", user_id)
    outbox.emit("account.closed", user_id=user_id)


def _set(user_id: str, **values: Any) -> None:
    db.session.execute(update(User).where(User.id == user_id).values(**values))


def _column(channel: Channel) -> str:
    return "email" if channel is Channel.EMAIL else "phone"
