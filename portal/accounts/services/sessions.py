"""Opening and ending sign-ins: a browser's session, a program's token, both one row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.accounts import credentials
from portal.accounts.addresses import Address, understood
from portal.accounts.errors import InvalidCredentials, Locked
from portal.accounts.models import AccessSession, RoleGrant, SignInFailure, User
from portal.accounts.rules import (
    FAILURES_TO_LOCK,
    FAILURES_TO_LOCK_ANYWHERE,
    SESSION_LIFETIME,
    SessionKind,
    lock_after,
)
from portal.core import audit
from portal.core.clock import now
from portal.core.database import db, on_sqlite
from portal.core.errors import NotFound
from portal.core.ids import new_id
from portal.core.messages import Channel
from portal.core.permissions import Grant, Principal
from portal.core.unit_of_work import unit_of_work

LONGEST_AGENT = 80
_ANYWHERE = ""


@dataclass(frozen=True)
class Opened:
    """A sign-in just opened; ``secret`` is told once and not kept."""

    secret: str
    session_id: str
    user_id: str
    expires_at: datetime


def sign_in(
    login: str, password: str, kind: SessionKind, agent: str = "", *, network: str = ""
) -> Opened:
    """Check a password and open a session or token.

    Wrong ones are counted by login and ``network`` (:mod:`portal.accounts.networks`), so that who
    guesses elsewhere does not lock the owner out; and, with more patience, by the login alone.

    Opens its own unit of work: the password is worked on outside of any transaction, and a wrong
    one must be counted although the sign-in is refused. An unknown login goes the same way.

    Raises:
        InvalidCredentials: the login is unknown or the password wrong.
        Locked: there were too many wrong ones in a row.
    """
    address = understood(login)
    login_hash = hash_of_login(address.value if address else login.strip().casefold())
    asker = credentials.keyed_hash("network", network)
    _refuse_locked(login_hash, asker)
    user_id, password_hash = _account(address)
    db.session.rollback()  # no connection is held while the processor works
    right = credentials.is_right(password_hash, password)
    fresh_hash = None
    if right and credentials.needs_rehash(password_hash or ""):
        fresh_hash = credentials.hash_password(password)
    with unit_of_work():
        if not right or user_id is None:
            _count_failures(login_hash, asker)
        else:
            _forget_failures(login_hash, asker)
            _keep_hash(user_id, fresh_hash)
            return open_session(user_id, kind, agent)
    raise InvalidCredentials


def open_session(user_id: str, kind: SessionKind, agent: str = "") -> Opened:
    """Open a session for somebody who has shown who they are, in the transaction at hand."""
    secret, session_id, present = credentials.new_secret(), new_id(), now()
    opened = Opened(secret, session_id, user_id, present + SESSION_LIFETIME)
    row = {
        "id": session_id,
        "user_id": user_id,
        "kind": kind.value,
        "secret_hash": credentials.secret_hash(secret),
        "agent": agent[:LONGEST_AGENT],
        "created_at": present,
        "last_seen_at": present,
        "expires_at": opened.expires_at,
    }
    db.session.execute(insert(AccessSession), [row])
    return opened


def end_session(user_id: str, session_id: str) -> None:
    """End one of a person's own sessions; it is dead at once.

    Raises:
        NotFound: it is not theirs, or has ended already.
    """
    ended = db.session.connection().execute(
        update(AccessSession)
        .where(
            AccessSession.id == session_id,
            AccessSession.user_id == user_id,
            AccessSession.ended_at.is_(None),
        )
        .values(ended_at=now())
    )
    if not ended.rowcount:
        raise NotFound


def end_other_sessions(user_id: str, keep: str | None) -> int:
    """End all sessions and tokens of a person but one; returns how many."""
    statement = update(AccessSession).where(
        AccessSession.user_id == user_id, AccessSession.ended_at.is_(None)
    )
    if keep:
        statement = statement.where(AccessSession.id != keep)
    return int(db.session.connection().execute(statement.values(ended_at=now())).rowcount)


def wear_hat(actor: Principal, grant: Grant | None) -> None:
    """Choose the role that orders what the person sees; None is the resident.

    Raises:
        NotFound: it is not a role of theirs.
    """
    grant_id = None if grant is None else _own_grant(actor.id, grant)
    db.session.execute(
        update(AccessSession)
        .where(AccessSession.id == actor.session_id, AccessSession.user_id == actor.id)
        .values(hat_id=grant_id)
    )


def forget_failures(user_id: str) -> None:
    """Unlock every login of a person, after they have shown by a code who they are."""
    row = db.session.execute(select(User.email, User.phone).where(User.id == user_id)).one()
    hashes = [hash_of_login(value) for value in row if value]
    forgotten = db.session.connection().execute(
        delete(SignInFailure).where(SignInFailure.login_hash.in_(hashes))
    )
    if forgotten.rowcount:
        audit.record(user_id, "sign_in.unlocked", "user", user_id)


def hash_of_login(login: str) -> str:
    return credentials.keyed_hash("login", login)


def _account(address: Address | None) -> tuple[str | None, str | None]:
    """The id and password hash of an open account; an impossible address asks just the same."""
    column = User.phone if address and address.channel is Channel.SMS else User.email
    row = db.session.execute(
        select(User.id, User.password_hash).where(
            column == (address.value if address else ""), User.closed_at.is_(None)
        )
    ).first()
    return (row.id, row.password_hash) if row else (None, None)


def _refuse_locked(login_hash: str, asker: str) -> None:
    present = now()
    until = db.session.execute(
        select(func.max(SignInFailure.locked_until)).where(
            _failures(login_hash, asker), SignInFailure.locked_until > present
        )
    ).scalar_one()
    if until is not None:
        raise Locked(retry_after=max(1, int((until - present).total_seconds())))


def _failures(login_hash: str, asker: str) -> ColumnElement[bool]:
    """What is counted of a login from one network, and from everywhere."""
    return and_(
        SignInFailure.login_hash == login_hash, SignInFailure.network.in_((asker, _ANYWHERE))
    )


def _count_failures(login_hash: str, asker: str) -> None:
    _count_failure(login_hash, asker, FAILURES_TO_LOCK)
    _count_failure(login_hash, _ANYWHERE, FAILURES_TO_LOCK_ANYWHERE)


def _count_failure(login_hash: str, network: str, locks_every: int) -> None:
    """One more in a row; every so many lock. While locked nothing is counted."""
    present = now()
    connection = db.session.connection()
    statement = (sqlite.insert if on_sqlite() else postgresql.insert)(SignInFailure)
    connection.execute(
        statement.values(
            login_hash=login_hash, network=network, failures=0, last_at=present
        ).on_conflict_do_nothing()
    )
    counted = and_(SignInFailure.login_hash == login_hash, SignInFailure.network == network)
    unlocked = SignInFailure.locked_until.is_(None) | (SignInFailure.locked_until <= present)
    failures = connection.execute(
        update(SignInFailure)
        .where(counted, unlocked)
        .values(failures=SignInFailure.failures + 1, last_at=present, locked_until=None)
        .returning(SignInFailure.failures)
    ).scalar_one_or_none()
    lock = lock_after(failures or 0, locks_every)
    if lock is not None:
        connection.execute(update(SignInFailure).where(counted).values(locked_until=present + lock))
        audit.record(None, "sign_in.locked", "login", login_hash[:16], failures=failures)


def _forget_failures(login_hash: str, asker: str) -> None:
    """Decided at the end: of a hundred guesses sent at once, only as many as one after the other
    would be judged can let somebody in.

    Raises:
        Locked: the login was locked while the password was being worked on.
    """
    unlocked = SignInFailure.locked_until.is_(None) | (SignInFailure.locked_until <= now())
    db.session.execute(delete(SignInFailure).where(_failures(login_hash, asker), unlocked))
    _refuse_locked(login_hash, asker)


def _keep_hash(user_id: str, fresh_hash: str | None) -> None:
    if fresh_hash:
        db.session.execute(update(User).where(User.id == user_id).values(password_hash=fresh_hash))


def _own_grant(user_id: str, grant: Grant) -> str:
    found = db.session.execute(
        select(RoleGrant.id).where(
            RoleGrant.user_id == user_id,
            RoleGrant.role == grant.role.value,
            RoleGrant.scope_kind == grant.kind.value,
            RoleGrant.scope_id == grant.scope_id,
            RoleGrant.revoked_at.is_(None),
        )
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found
