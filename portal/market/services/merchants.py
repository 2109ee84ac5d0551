"""Merchants: registering, verifying, trusting, and who works there."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.accounts import queries as accounts
from portal.accounts import services as account_services
from portal.core import audit, outbox, search
from portal.core.clock import now
from portal.core.database import db, on_sqlite
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Permission, Principal, Role, ScopeKind
from portal.market import queries
from portal.market.errors import AlreadyRegistered, LastOwner
from portal.market.models import Merchant
from portal.market.queries.desk import SEARCH_KIND
from portal.market.rules import Category, MerchantStatus, credit_code
from portal.points.errors import UnknownMember
from portal.regions import queries as regions
from portal.regions.rules import Level

STAFF_ROLES = (Role.MERCHANT_OWNER, Role.MERCHANT_STAFF)


@dataclass(frozen=True, kw_only=True)
class MerchantData:
    """What a merchant says of itself. Without ``credit_code`` it is a stall that needs no licence.
    Latitude and longitude come together, and with a ``place_name``."""

    name: str
    category: Category
    region_code: str
    credit_code: str | None = None
    description: str = ""
    place_name: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    phone: str | None = None
    opening_hours: str = ""


def register_merchant(actor: Principal, data: MerchantData) -> str:
    """Register a merchant, whose owner the registering person becomes; returns its id. It is public
    once its committee has verified it.

    Raises:
        Invalid: the credit code is wrong, or the region is no community.
        AlreadyRegistered: the credit code belongs to another merchant.
    """
    merchant_id, instant = new_id(), now()
    values = _checked(data)
    _write_new(
        {
            **values,
            "id": merchant_id,
            "status": MerchantStatus.PENDING,
            "trusted": False,
            "registered_by": actor.id,
            "registered_at": instant,
        }
    )
    account_services.grant_role(
        actor.id, actor.id, Role.MERCHANT_OWNER, ScopeKind.MERCHANT, merchant_id
    )
    search.index(SEARCH_KIND, merchant_id, data.name, data.description)
    audit.record(
        actor.id, "merchant.registered", "merchant", merchant_id, region_code=data.region_code
    )
    return merchant_id


def _write_new(values: dict[str, object]) -> None:
    insert = sqlite.insert if on_sqlite() else postgresql.insert
    statement = insert(Merchant).values(values).on_conflict_do_nothing()
    if not db.session.connection().execute(statement).rowcount:
        raise AlreadyRegistered


def _checked(data: MerchantData) -> dict[str, object]:
    """The columns that the person's own words fill."""
    try:
        plain = credit_code(data.credit_code) if data.credit_code else None
    except ValueError as error:
        raise Invalid.field(
            "credit_code", _l("This is not a valid credit code: 18 characters from the licence.")
        ) from error
    try:
        level = regions.level_of(data.region_code)
    except NotFound as error:
        raise Invalid.field("region_code", _l("There is no such region.")) from error
    if level not in (Level.COMMUNITY, Level.GRID):
        raise Invalid.field("region_code", _l("Choose the community where the shop is."))
    return {
        "name": data.name,
        "credit_code": plain,
        "category": data.category,
        "region_code": data.region_code,
        "description": data.description,
        "place_name": data.place_name,
        "latitude": data.latitude,
        "longitude": data.longitude,
        "phone": data.phone,
        "opening_hours": data.opening_hours,
    }


def change_merchant(actor: Principal, merchant_id: str, data: MerchantData) -> None:
    """Change what a merchant says of itself. Once verified, its name, credit code and region stay
    as they were verified; a declined one waits to be verified again.

    Raises:
        NotFound, Forbidden: it is not the person's.
        Invalid, AlreadyRegistered: as for registering.
    """
    row = queries.merchant_in_charge(actor, Permission.MERCHANT_MANAGE, merchant_id)
    values = _checked(data)
    if row.status == MerchantStatus.VERIFIED:
        for fixed in ("name", "credit_code", "region_code"):
            values.pop(fixed)
    else:
        _refuse_taken_code(values["credit_code"], merchant_id)
        values |= {"status": MerchantStatus.PENDING, "declined_reason": None}
        account_services.scope_moved(ScopeKind.MERCHANT, merchant_id, data.region_code)
    db.session.execute(update(Merchant).where(Merchant.id == merchant_id).values(values))
    name = row.name if row.status == MerchantStatus.VERIFIED else data.name
    search.index(SEARCH_KIND, merchant_id, name, data.description)
    audit.record(actor.id, "merchant.changed", "merchant", merchant_id, region_code=row.region_code)


def _refuse_taken_code(code: object, merchant_id: str) -> None:
    taken = select(Merchant.id).where(Merchant.credit_code == code, Merchant.id != merchant_id)
    if code and db.session.execute(taken).first():
        raise AlreadyRegistered


def verify_merchant(actor: Principal, merchant_id: str) -> None:
    """The committee confirms that a merchant exists and is what it says.

    Raises:
        NotFound, Forbidden: it is not of the person's region.
        WrongState: it is verified already.
    """
    row = queries.merchant_in_charge(actor, Permission.MERCHANT_VERIFY, merchant_id)
    _move(
        merchant_id,
        (MerchantStatus.PENDING, MerchantStatus.DECLINED),
        status=MerchantStatus.VERIFIED,
        verified_at=now(),
        verified_by=actor.id,
        declined_reason=None,
    )
    audit.record(
        actor.id, "merchant.verified", "merchant", merchant_id, region_code=row.region_code
    )
    _tell_owners(merchant_id, "merchant.verified", merchant=row.name)


def decline_merchant(actor: Principal, merchant_id: str, reason: str) -> None:
    """The committee does not verify a merchant, or no longer, and says why; the owner may correct
    it. Its offers leave the board with it; vouchers that are out stay good.

    Raises:
        NotFound, Forbidden: it is not of the person's region.
        WrongState: it is declined already.
    """
    row = queries.merchant_in_charge(actor, Permission.MERCHANT_VERIFY, merchant_id)
    _move(
        merchant_id,
        (MerchantStatus.PENDING, MerchantStatus.VERIFIED),
        status=MerchantStatus.DECLINED,
        declined_reason=reason,
        verified_at=None,
        trusted=False,
    )
    audit.record(
        actor.id,
        "merchant.declined",
        "merchant",
        merchant_id,
        region_code=row.region_code,
        reason=reason,
    )
    _tell_owners(merchant_id, "merchant.declined", merchant=row.name, reason=reason)


def set_trusted(actor: Principal, merchant_id: str, *, trusted: bool) -> None:
    """Let a merchant publish without review, or no longer.

    Raises:
        NotFound, Forbidden: it is not of the person's region.
        WrongState: it is not verified.
    """
    row = queries.merchant_in_charge(actor, Permission.MERCHANT_VERIFY, merchant_id)
    _move(merchant_id, (MerchantStatus.VERIFIED,), trusted=trusted)
    audit.record(
        actor.id,
        "merchant.trusted" if trusted else "merchant.trust_ended",
        "merchant",
        merchant_id,
        region_code=row.region_code,
    )


def _move(merchant_id: str, states: tuple[MerchantStatus, ...], **values: object) -> None:
    moved = db.session.connection().execute(
        update(Merchant)
        .where(Merchant.id == merchant_id, Merchant.status.in_(states))
        .values(**values)
    )
    if not moved.rowcount:
        raise WrongState


def _tell_owners(merchant_id: str, kind: str, **params: str) -> None:
    for user_id in accounts.holders_of(Role.MERCHANT_OWNER, ScopeKind.MERCHANT, merchant_id):
        outbox.emit(
            "notify",
            user_id=user_id,
            kind=kind,
            params=params,
            url=f"/my-shops/{merchant_id}",
        )


def add_staff(actor: Principal, merchant_id: str, member_code: str, role: Role) -> None:
    """Let somebody work at a merchant's till, or own it too; they are named by their member code.

    Raises:
        NotFound, Forbidden: the merchant is not the person's.
        UnknownMember: nobody has this code.
    """
    row = queries.merchant_in_charge(actor, Permission.MERCHANT_MANAGE, merchant_id)
    user_id = accounts.user_id_by_member_code(member_code)
    if user_id is None:
        raise UnknownMember
    account_services.grant_role(
        actor.id, user_id, _staff_role(role), ScopeKind.MERCHANT, merchant_id
    )
    outbox.emit(
        "notify",
        user_id=user_id,
        kind="role.granted",
        params={"role": role.value, "scope": row.name},
        url="/till",
    )


def remove_staff(actor: Principal, merchant_id: str, user_id: str, role: Role) -> None:
    """Take a role at a merchant from somebody.

    Raises:
        NotFound, Forbidden: the merchant is not the person's, or nobody there has this role.
        LastOwner: nobody would own it any more.
    """
    queries.merchant_in_charge(actor, Permission.MERCHANT_MANAGE, merchant_id)
    queries.hold_people_of([merchant_id])
    holders = accounts.holders_of(_staff_role(role), ScopeKind.MERCHANT, merchant_id)
    if user_id not in holders:
        raise NotFound
    if role is Role.MERCHANT_OWNER and len(holders) == 1:
        raise LastOwner
    account_services.revoke_role(actor.id, user_id, role, ScopeKind.MERCHANT, merchant_id)


def _staff_role(role: Role) -> Role:
    if role not in STAFF_ROLES:
        raise Invalid.field("role", _l("Choose owner or staff."))
    return role
