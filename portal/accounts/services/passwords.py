"""Changing a password, and setting a new one when it is forgotten."""

from __future__ import annotations

from sqlalchemy import Row, select, update

from portal.accounts import credentials, letters
from portal.accounts.addresses import Address
from portal.accounts.models import User
from portal.accounts.rules import CodePurpose
from portal.accounts.services import codes
from portal.accounts.services.registration import require_good_password, user_id_at
from portal.accounts.services.sessions import end_other_sessions, forget_failures
from portal.core import audit
from portal.core.database import db
from portal.core.errors import Invalid, Unauthenticated
from portal.core.i18n import lazy_gettext as _l
from portal.core.messages import Channel
from portal.core.permissions import Principal
from portal.core.unit_of_work import unit_of_work


def require_password(
    actor: Principal, password: str, field: str = "password"
) -> Row[*tuple[str | None, ...]]:
    """Ask for one's own password again: a session left open is not enough for what matters most.
    Returns ``password_hash, email, phone``. Not within a unit of work.

    Raises:
        Invalid: it is wrong (in ``field``), or there is none any more.
    """
    row = db.session.execute(
        select(User.password_hash, User.email, User.phone).where(User.id == actor.id)
    ).one()
    db.session.rollback()  # no connection is held while the processor works
    if not credentials.is_right(row.password_hash, password):
        raise Invalid.field(field, _l("This is not your current password."))
    return row


def change_password(actor: Principal, old: str, new: str) -> int:
    """Change one's own password; all other sessions and tokens end at once. Returns how many.

    Opens its own unit of work, after the hashing.

    Raises:
        Invalid: the old password is wrong, or the new one cannot be taken.
        Unauthenticated: the account was closed meanwhile.
    """
    row = require_password(actor, old, "old_password")
    require_good_password(new, actor.name, row.email or "", row.phone or "")
    password_hash = credentials.hash_password(new)
    with unit_of_work():
        if not _set_password(actor.id, password_hash, seen=row.password_hash):
            raise Unauthenticated
        return end_other_sessions(actor.id, keep=actor.session_id)


def request_reset(
    address: Address, locale: str, public_url: str | None, *, network: str = ""
) -> str:
    """Send a code for a new password; returns the id under which it is typed in. An address
    without an account gets nothing, and who asks sees no difference."""
    user_id = user_id_at(address)
    return codes.issue(
        CodePurpose.RESET,
        address,
        locale=_locale_of(user_id) or locale,
        network=network,
        user_id=user_id,
        public_url=public_url,
        decoy=user_id is None,
    )


def reset_password(code_id: str, typed_code: str, new: str) -> str:
    """Set a new password by a code; every session and token ends, every lock opens. Returns whose.

    Opens its own units of work: a wrong code is counted, and the password is hashed outside.

    Raises:
        WrongCode, CodeExpired: the code does not open this.
        Invalid: the password cannot be taken.
    """
    proof = codes.check(CodePurpose.RESET, code_id, typed_code)
    user_id = proof.user_id or ""  # a decoy is never right
    require_good_password(new, proof.address.value)
    password_hash = credentials.hash_password(new)
    with unit_of_work():
        codes.use(proof)
        _set_password(user_id, password_hash)
        end_other_sessions(user_id, keep=None)
        forget_failures(user_id)
    return user_id


def _set_password(user_id: str, password_hash: str, *, seen: str | None = None) -> bool:
    """``seen``: the hash the old password was held against; of two changes at once one wins."""
    statement = update(User).where(User.id == user_id, User.closed_at.is_(None))
    if seen is not None:
        statement = statement.where(User.password_hash == seen)
    changed = db.session.connection().execute(statement.values(password_hash=password_hash))
    if not changed.rowcount:
        return False
    audit.record(user_id, "password.changed", "user", user_id)
    row = db.session.execute(
        select(User.email, User.phone, User.locale).where(User.id == user_id)
    ).one()
    if row.email:
        letters.send_password_changed(Address(Channel.EMAIL, row.email), row.locale)
    elif row.phone:
        letters.send_password_changed(Address(Channel.SMS, row.phone), row.locale)
    return True


def _locale_of(user_id: str | None) -> str | None:
    return db.session.execute(select(User.locale).where(User.id == user_id)).scalar_one_or_none()
