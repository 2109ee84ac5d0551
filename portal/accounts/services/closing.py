"""Closing an account: what must hold at once. The rest follows by the outbox (decision 21)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, delete, select, update

from portal.accounts.errors import StillNeeded
from portal.accounts.models import (
    AccessSession,
    Consent,
    OneTimeCode,
    PlaceClaim,
    RoleGrant,
    SignInFailure,
    User,
)
from portal.accounts.rules import ClaimState
from portal.accounts.scopes import find_scope
from portal.accounts.services.findable import make_findable
from portal.accounts.services.passwords import require_password
from portal.accounts.services.registration import new_member_code
from portal.accounts.services.sessions import hash_of_login
from portal.core import audit, closing, messages, outbox
from portal.core.clock import now
from portal.core.closing import NOBODY
from portal.core.database import db
from portal.core.errors import FieldError, NotFound, Unauthenticated
from portal.core.permissions import Principal, ScopeKind
from portal.core.unit_of_work import unit_of_work

STRAGGLERS = timedelta(minutes=10)
"""After this long no request is at work any more that began before the account was closed."""


def close_account(actor: Principal, password: str) -> None:
    """Close one's own account: nothing of the person is left but an id and what the books need.

    Opens its own unit of work, after the password is checked. Other rooms hear of it by the
    outbox (``account.closed``): at once, and again when whatever was under way has ended.

    Raises:
        Invalid: the password is wrong.
        StillNeeded: somebody or something still depends on the account.
        Unauthenticated: it was closed meanwhile.
    """
    require_password(actor, password)
    with unit_of_work():
        _refuse_while_needed(actor.id)
        _close(actor.id)


def _refuse_while_needed(user_id: str) -> None:
    obstacles = closing.obstacles_of(user_id)
    if obstacles:
        raise StillNeeded(errors=[FieldError("", each.sentence) for each in obstacles])


def _close(user_id: str) -> None:
    present = now()
    reached_at = _addresses(user_id)
    _erase_person(user_id, present)
    make_findable(user_id)
    _end_roles(user_id, present)
    _end_consents(user_id, present)
    _erase_places(user_id)
    _erase_ways_in(user_id, reached_at)
    messages.forget(reached_at)
    audit.record(user_id, "account.closed", "user", user_id)
    outbox.emit("account.closed", user_id=user_id)
    outbox.emit_after(STRAGGLERS, "account.closed", user_id=user_id)


def _addresses(user_id: str) -> list[str]:
    """Where the person is reached, and where they lately wanted to be."""
    row = db.session.execute(
        select(User.email, User.phone)
        .where(User.id == user_id, User.closed_at.is_(None))
        .with_for_update()
    ).first()
    if row is None:
        raise Unauthenticated
    asked_for = db.session.execute(
        select(OneTimeCode.address).where(OneTimeCode.user_id == user_id)
    ).scalars()
    return [address for address in (*row, *asked_for) if address]


def _erase_person(user_id: str, present: datetime) -> None:
    """The member code is drawn anew: an old card leads nowhere, and nobody keeps what it said."""
    db.session.execute(
        update(User)
        .where(User.id == user_id)
        .values(
            name=NOBODY,
            email=None,
            phone=None,
            password_hash=None,
            birth_date=None,
            home_region_code=None,
            home_verified_at=None,
            work_region_code=None,
            work_verified_at=None,
            member_code=new_member_code(),
            locale="zh_Hans",
            mode="standard",
            theme="auto",
            closed_at=present,
        )
    )


def _end_roles(user_id: str, present: datetime) -> None:
    ended = (
        db.session.connection()
        .execute(
            update(RoleGrant)
            .where(RoleGrant.user_id == user_id, RoleGrant.revoked_at.is_(None))
            .values(revoked_at=present, revoked_by=user_id)
            .returning(RoleGrant.role, RoleGrant.scope_kind, RoleGrant.scope_id)
        )
        .all()
    )
    for grant in ended:
        audit.record(
            user_id,
            "role.revoked",
            "user",
            user_id,
            region_code=_region_of(ScopeKind(grant.scope_kind), grant.scope_id),
            role=grant.role,
            scope=f"{grant.scope_kind}:{grant.scope_id}",
        )


def _region_of(kind: ScopeKind, scope_id: str) -> str | None:
    try:
        return find_scope(kind, scope_id).region_code
    except NotFound:  # the role outlived what it was for
        return None


def _end_consents(user_id: str, present: datetime) -> None:
    db.session.execute(
        update(Consent)
        .where(Consent.user_id == user_id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=present)
    )


def _erase_places(user_id: str) -> None:
    waiting = PlaceClaim.state == ClaimState.WAITING.value
    db.session.execute(
        update(PlaceClaim)
        .where(PlaceClaim.user_id == user_id)
        .values(
            address=NOBODY,
            since=None,
            reason=None,
            state=case((waiting, ClaimState.WITHDRAWN.value), else_=PlaceClaim.state),
        )
    )


def _erase_ways_in(user_id: str, reached_at: list[str]) -> None:
    """Sessions and tokens with what they say of devices, codes under way, counted failures."""
    hashes = [hash_of_login(address) for address in reached_at]
    for statement in (
        delete(AccessSession).where(AccessSession.user_id == user_id),
        delete(OneTimeCode).where(OneTimeCode.address.in_(reached_at)),
        delete(OneTimeCode).where(OneTimeCode.user_id == user_id),
        delete(SignInFailure).where(SignInFailure.login_hash.in_(hashes)),
    ):
        db.session.execute(statement)
