"""Where a person lives: claimed by the resident, verified or declined by the community."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.accounts.errors import AlreadyDecided, ClaimWaiting
from portal.accounts.models import HomeClaim, User
from portal.accounts.rules import ClaimState
from portal.accounts.services.findable import make_findable
from portal.core import audit, outbox
from portal.core.clock import now
from portal.core.database import db, on_sqlite
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Permission, Principal
from portal.regions import queries as regions
from portal.regions.rules import Level

LONGEST_ADDRESS = 120
# Literal: once PostgreSQL plans the statement for all values, it cannot match a parameter with the
# index's condition any more.
_WAITING = text(f"state = '{ClaimState.WAITING.value}'")
LONGEST_REASON = 500


def claim_home(actor: Principal, region_code: str, address: str) -> str:
    """Ask a community to confirm that one lives there; returns the claim's id.

    A verified home stays until the new one is verified; an unverified one is replaced at once.

    Raises:
        Invalid: it is not a community, or the verified home already, or the address is missing
            or too long.
        ClaimWaiting: another claim is waiting.
    """
    address = " ".join(address.split())
    if not 0 < len(address) <= LONGEST_ADDRESS:
        raise Invalid.field("address", _l("Write building and door, so that they can find you."))
    _require_community(region_code)
    if actor.verified and actor.home_region == region_code:
        raise Invalid.field("region_code", _l("Your community has confirmed this already."))
    claim_id = new_id()
    statement = (sqlite.insert if on_sqlite() else postgresql.insert)(HomeClaim).values(
        id=claim_id,
        user_id=actor.id,
        region_code=region_code,
        address=address,
        state=ClaimState.WAITING.value,
        claimed_at=now(),
    )
    claimed = db.session.connection().execute(
        statement.on_conflict_do_nothing(index_elements=["user_id"], index_where=_WAITING)
    )
    if not claimed.rowcount:
        raise ClaimWaiting
    db.session.execute(
        update(User)
        .where(User.id == actor.id, User.home_verified_at.is_(None))
        .values(home_region_code=region_code)
    )
    make_findable(actor.id)
    audit.record(actor.id, "home.claimed", "home_claim", claim_id, region_code=region_code)
    return claim_id


def withdraw_claim(actor: Principal, claim_id: str) -> None:
    """Take one's own waiting claim back.

    Raises:
        NotFound: there is no such waiting claim of theirs.
    """
    withdrawn = db.session.connection().execute(
        update(HomeClaim)
        .where(
            HomeClaim.id == claim_id,
            HomeClaim.user_id == actor.id,
            HomeClaim.state == ClaimState.WAITING.value,
        )
        .values(state=ClaimState.WITHDRAWN.value)
    )
    if not withdrawn.rowcount:
        raise NotFound
    db.session.execute(
        update(User)
        .where(User.id == actor.id, User.home_verified_at.is_(None))
        .values(home_region_code=None)
    )
    make_findable(actor.id)
    audit.record(actor.id, "home.withdrawn", "home_claim", claim_id)


def verify_claim(actor: Principal, claim_id: str) -> None:
    """Confirm that the person lives in the community.

    Raises:
        NotFound: there is no such claim where the actor works.
        AlreadyDecided: it is not waiting any more.
    """
    claim = _decide(actor, claim_id, ClaimState.VERIFIED, None)
    db.session.execute(
        update(User)
        .where(User.id == claim.user_id)
        .values(home_region_code=claim.region_code, home_verified_at=now())
    )
    make_findable(claim.user_id)
    audit.record(actor.id, "home.verified", "user", claim.user_id, region_code=claim.region_code)
    outbox.emit(
        "notify",
        user_id=claim.user_id,
        kind="home.verified",
        params={"region_code": claim.region_code},
        url="/me/home",
    )


def decline_claim(actor: Principal, claim_id: str, reason: str) -> None:
    """Say that the person does not live there, or that it could not be found out, and why.

    Raises:
        Invalid: the reason is missing or too long.
        NotFound, AlreadyDecided: as :func:`verify_claim`.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise Invalid.field("reason", _l("Write in a sentence or two why."))
    claim = _decide(actor, claim_id, ClaimState.DECLINED, reason)
    db.session.execute(
        update(User)
        .where(
            User.id == claim.user_id,
            User.home_region_code == claim.region_code,
            User.home_verified_at.is_(None),
        )
        .values(home_region_code=None)
    )
    make_findable(claim.user_id)
    audit.record(actor.id, "home.declined", "user", claim.user_id, region_code=claim.region_code)
    outbox.emit(
        "notify",
        user_id=claim.user_id,
        kind="home.declined",
        params={"region_code": claim.region_code, "reason": reason},
        url="/me/home",
    )


def note_reading(reader: Principal, user_id: str, region_code: str) -> None:
    """Note in the audit log whose page somebody opened: it shows where that person lives, and
    nothing else at the desk tells that it was looked at."""
    audit.record(reader.id, "resident.read", "user", user_id, region_code=region_code)


def _decide(
    actor: Principal, claim_id: str, state: ClaimState, reason: str | None
) -> Row[*tuple[Any, ...]]:
    claim = db.session.execute(
        select(HomeClaim.user_id, HomeClaim.region_code).where(HomeClaim.id == claim_id)
    ).first()
    if claim is None:
        raise NotFound
    path = regions.path_of(claim.region_code)
    if not actor.holds(Permission.RESIDENT_VERIFY, regions=path):
        raise NotFound  # other communities' claims are not theirs to know of
    # Nobody confirms where they live themselves.
    actor.require_that(Permission.RESIDENT_VERIFY, claim.user_id != actor.id)
    decided = db.session.connection().execute(
        update(HomeClaim)
        .where(HomeClaim.id == claim_id, HomeClaim.state == ClaimState.WAITING.value)
        .values(state=state.value, decided_at=now(), decided_by=actor.id, reason=reason)
    )
    if not decided.rowcount:
        raise AlreadyDecided
    return claim


def _require_community(code: str) -> None:
    try:
        level = regions.level_of(code)
    except NotFound:
        level = ""
    if level != Level.COMMUNITY:
        raise Invalid.field("region_code", _l("Choose the community in which you live."))
