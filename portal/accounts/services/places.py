"""Where a person lives and works: claimed by them, verified or declined by the community."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.accounts.errors import AlreadyDecided, ClaimWaiting
from portal.accounts.models import PlaceClaim, User
from portal.accounts.queries.belonging import PLACES
from portal.accounts.rules import Belonging, ClaimState
from portal.accounts.services.findable import make_findable
from portal.core import audit, outbox
from portal.core.clock import now, today
from portal.core.database import db, on_sqlite
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Permission, Principal
from portal.regions import queries as regions
from portal.regions.rules import Level

LONGEST_ADDRESS = 120
LONGEST_REASON = 500
# Literal: once PostgreSQL plans the statement for all values, it cannot match a parameter with the
# index's condition any more.
_WAITING = text(f"state = '{ClaimState.WAITING.value}'")
_CONFIRMED_ALREADY = _l("Your community has confirmed this already.")


@dataclass(frozen=True)
class _Ask:
    """What a claim of one kind asks for, and how it is said if that is missing."""

    address: Any
    community: Any


_ASKS = {
    Belonging.HOME: _Ask(
        _l("Write building and door, so that they can find you."),
        _l("Choose the community in which you live."),
    ),
    Belonging.WORK: _Ask(
        _l("Write the shop, firm or office and its street, so that they can find it."),
        _l("Choose the community in which you work."),
    ),
}


def claim_home(actor: Principal, region_code: str, address: str) -> str:
    """Ask a community to confirm that one lives there; returns the claim's id.

    A verified home stays until the new one is verified; an unverified one is replaced at once.

    Raises:
        Invalid: it is not a community, or the verified home already, or the address is missing
            or too long.
        ClaimWaiting: another claim of a home is waiting.
    """
    if actor.verified and actor.home_region == region_code:
        raise Invalid.field("region_code", _CONFIRMED_ALREADY)
    claim_id = _claim(actor, Belonging.HOME, region_code, address, None)
    _set_unverified_home(actor.id, region_code)
    return claim_id


def claim_work(actor: Principal, region_code: str, address: str, since: date) -> str:
    """Ask a community to confirm that one works there; returns the claim's id.

    A confirmed workplace stays until the new one is confirmed: nobody has two.

    Args:
        actor: whose claim it is.
        region_code: the community's.
        address: where, in words.
        since: the day from which they have worked there.

    Raises:
        Invalid: it is not a community, or the confirmed workplace already, the words are missing
            or too long, or the day has not come.
        ClaimWaiting: another claim of a workplace is waiting.
    """
    if region_code in actor.work_path[-1:]:
        raise Invalid.field("region_code", _CONFIRMED_ALREADY)
    if since > today():
        raise Invalid.field("since", _l("Claim it once you work there."))
    return _claim(actor, Belonging.WORK, region_code, address, since)


def withdraw_claim(actor: Principal, claim_id: str) -> None:
    """Take one's own waiting claim back.

    Raises:
        NotFound: there is no such waiting claim of theirs.
    """
    waiting = PlaceClaim.state == ClaimState.WAITING.value
    kind = _leave(actor, claim_id, "withdrawn", waiting, state=ClaimState.WITHDRAWN.value)
    if kind is Belonging.HOME:
        _set_unverified_home(actor.id, None)


def end_work(actor: Principal, claim_id: str) -> None:
    """Say that one does not work there any more. Rolls that are fixed stay as they are.

    Raises:
        NotFound: there is no such confirmed workplace of theirs.
    """
    held = (PlaceClaim.state == ClaimState.VERIFIED.value) & (
        PlaceClaim.kind == Belonging.WORK.value
    )
    _leave(actor, claim_id, "ended", held, state=ClaimState.ENDED.value, ended_at=now())
    db.session.execute(
        update(User).where(User.id == actor.id).values(work_region_code=None, work_verified_at=None)
    )


def verify_claim(actor: Principal, claim_id: str) -> None:
    """Confirm that the person lives, or works, in the community.

    Raises:
        NotFound: there is no such claim where the actor works.
        AlreadyDecided: it is not waiting any more.
    """
    claim = _decide(actor, claim_id, ClaimState.VERIFIED, None)
    kind = Belonging(claim.kind)
    if kind is Belonging.WORK:
        _end_former_workplace(claim.user_id, claim_id)
    place, verified_at = PLACES[kind]
    db.session.execute(
        update(User)
        .where(User.id == claim.user_id)
        .values({place: claim.region_code, verified_at: now()})
    )
    _tell(actor, claim, "verified")


def decline_claim(actor: Principal, claim_id: str, reason: str) -> None:
    """Say that the person does not live or work there, or that it could not be found out, and why.

    Raises:
        Invalid: the reason is missing or too long.
        NotFound, AlreadyDecided: as :func:`verify_claim`.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise Invalid.field("reason", _l("Write in a sentence or two why."))
    claim = _decide(actor, claim_id, ClaimState.DECLINED, reason)
    if claim.kind == Belonging.HOME:
        _set_unverified_home(claim.user_id, None)
    _tell(actor, claim, "declined", reason=reason)


def note_reading(reader: Principal, user_id: str, region_code: str) -> None:
    """Note in the audit log whose page somebody opened: it shows where that person lives or works,
    and nothing else at the desk tells that it was looked at."""
    audit.record(reader.id, "resident.read", "user", user_id, region_code=region_code)


# --- inside ---------------------------------------------------------------------------------------


def _claim(
    actor: Principal, kind: Belonging, region_code: str, address: str, since: date | None
) -> str:
    address = " ".join(address.split())
    if not 0 < len(address) <= LONGEST_ADDRESS:
        raise Invalid.field("address", _ASKS[kind].address)
    if not _is_community(region_code):
        raise Invalid.field("region_code", _ASKS[kind].community)
    claim_id = new_id()
    statement = (sqlite.insert if on_sqlite() else postgresql.insert)(PlaceClaim).values(
        id=claim_id,
        user_id=actor.id,
        kind=kind.value,
        region_code=region_code,
        address=address,
        since=since,
        state=ClaimState.WAITING.value,
        claimed_at=now(),
    )
    claimed = db.session.connection().execute(
        statement.on_conflict_do_nothing(index_elements=["user_id", "kind"], index_where=_WAITING)
    )
    if not claimed.rowcount:
        raise ClaimWaiting
    audit.record(actor.id, f"{kind}.claimed", f"{kind}_claim", claim_id, region_code=region_code)
    return claim_id


def _set_unverified_home(user_id: str, region_code: str | None) -> None:
    """Where somebody says that they live, until it is confirmed; a confirmed home stays."""
    db.session.execute(
        update(User)
        .where(User.id == user_id, User.home_verified_at.is_(None))
        .values(home_region_code=region_code)
    )
    make_findable(user_id)


def _leave(actor: Principal, claim_id: str, deed: str, guard: Any, **values: Any) -> Belonging:
    """Write to one's own claim, where the guard lets it, and into the log; returns what it was
    about."""
    claim = (
        db.session.connection()
        .execute(
            update(PlaceClaim)
            .where(PlaceClaim.id == claim_id, PlaceClaim.user_id == actor.id, guard)
            .values(**values)
            .returning(PlaceClaim.kind, PlaceClaim.region_code)
        )
        .first()
    )
    if claim is None:
        raise NotFound
    kind, where = Belonging(claim.kind), claim.region_code
    audit.record(actor.id, f"{kind}.{deed}", f"{kind}_claim", claim_id, region_code=where)
    return kind


def _end_former_workplace(user_id: str, claim_id: str) -> None:
    db.session.execute(
        update(PlaceClaim)
        .where(
            PlaceClaim.user_id == user_id,
            PlaceClaim.kind == Belonging.WORK.value,
            PlaceClaim.state == ClaimState.VERIFIED.value,
            PlaceClaim.id != claim_id,
        )
        .values(state=ClaimState.ENDED.value, ended_at=now())
    )


def _decide(
    actor: Principal, claim_id: str, state: ClaimState, reason: str | None
) -> Row[*tuple[Any, ...]]:
    claim = db.session.execute(
        select(PlaceClaim.user_id, PlaceClaim.region_code, PlaceClaim.kind).where(
            PlaceClaim.id == claim_id
        )
    ).first()
    if claim is None:
        raise NotFound
    path = regions.path_of(claim.region_code)
    if not actor.holds(Permission.RESIDENT_VERIFY, regions=path):
        raise NotFound  # other communities' claims are not theirs to know of
    # Nobody confirms where they live or work themselves.
    actor.require_that(Permission.RESIDENT_VERIFY, claim.user_id != actor.id)
    decided = db.session.connection().execute(
        update(PlaceClaim)
        .where(PlaceClaim.id == claim_id, PlaceClaim.state == ClaimState.WAITING.value)
        .values(state=state.value, decided_at=now(), decided_by=actor.id, reason=reason)
    )
    if not decided.rowcount:
        raise AlreadyDecided
    return claim


def _tell(actor: Principal, claim: Row[*tuple[Any, ...]], what: str, **params: str) -> None:
    """Write down what was decided, and tell the person."""
    make_findable(claim.user_id)
    deed, region_code = f"{claim.kind}.{what}", claim.region_code
    audit.record(actor.id, deed, "user", claim.user_id, region_code=region_code)
    outbox.emit(
        "notify",
        user_id=claim.user_id,
        kind=deed,
        params={"region_code": region_code, **params},
        url=f"/me/{claim.kind}",
    )


def _is_community(code: str) -> bool:
    try:
        return regions.level_of(code) == Level.COMMUNITY
    except NotFound:
        return False
