"""Offers: from a draft to the notice board and off it again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import case, insert, update

from portal.accounts import queries as accounts
from portal.core import audit, outbox, search
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import FieldError, Forbidden, Invalid, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Permission, Principal, Role, ScopeKind
from portal.market import queries
from portal.market.models import Offer
from portal.market.queries.offers import OfferRow
from portal.market.rules import (
    ALWAYS,
    USUAL_VOUCHER_DAYS,
    Hours,
    Kind,
    MerchantStatus,
    OfferStatus,
    offers_leading_to,
)
from portal.regions.rules import codes_of


@dataclass(frozen=True, kw_only=True)
class OfferData:
    """What a merchant offers. ``price_amount`` is a co-payment in minor units of CNY, ``stock`` how
    many there are (None: as many as wanted), ``hours`` when its vouchers are taken."""

    title: str
    description: str
    kind: Kind
    points: int
    valid_from: datetime
    price_amount: int | None = None
    stock: int | None = None
    per_resident_limit: int | None = None
    valid_until: datetime | None = None
    voucher_days: int = USUAL_VOUCHER_DAYS
    hours: Hours = ALWAYS


def create_offer(actor: Principal, merchant_id: str, data: OfferData) -> str:
    """Write a draft; returns its id.

    Raises:
        NotFound, Forbidden: the merchant is not the person's.
        Invalid: the times run backward, or the title is empty.
    """
    merchant = queries.merchant(actor, merchant_id)
    actor.require(Permission.OFFER_MANAGE, merchant=merchant_id)
    offer_id = new_id()
    row = {
        **_columns(data),
        "id": offer_id,
        "merchant_id": merchant_id,
        "region_code": merchant.region_code,
        "status": OfferStatus.DRAFT,
        "created_by": actor.id,
        "created_at": now(),
    }
    db.session.execute(insert(Offer), [row])
    audit.record(actor.id, "offer.created", "offer", offer_id, region_code=merchant.region_code)
    return offer_id


def _columns(data: OfferData) -> dict[str, object]:
    _check(data)
    columns = asdict(data)
    del columns["hours"]
    return {
        **columns,
        "stock_left": data.stock,
        "weekdays": data.hours.weekdays,
        "opens_minute": data.hours.opens,
        "closes_minute": data.hours.closes,
    }


def _check(data: OfferData) -> None:
    errors = []
    if not data.title.strip():
        errors.append(FieldError("title", _l("Say in a few words what it is.")))
    if data.valid_until is not None and data.valid_until <= data.valid_from:
        errors.append(FieldError("valid_until", _l("It must end after it begins.")))
    if not data.hours.weekdays:
        errors.append(FieldError("weekdays", _l("Choose at least one day.")))
    if data.hours.opens >= data.hours.closes:
        errors.append(FieldError("closes", _l("The end must be after the beginning.")))
    if errors:
        raise Invalid(errors=errors)


def change_offer(actor: Principal, offer_id: str, data: OfferData) -> None:
    """Rewrite a draft. What was public once is not rewritten: residents hold vouchers for it.

    Raises:
        NotFound, Forbidden: it is not the person's.
        WrongState: it is no draft, or was public before.
        Invalid: as for a new one.
    """
    offer = _own_offer(actor, offer_id)
    changed = db.session.connection().execute(
        update(Offer)
        .where(
            Offer.id == offer_id,
            Offer.status == OfferStatus.DRAFT,
            Offer.published_at.is_(None),
        )
        .values(_columns(data))
    )
    if not changed.rowcount:
        raise WrongState
    audit.record(actor.id, "offer.changed", "offer", offer_id, region_code=offer.region_code)


def _own_offer(actor: Principal, offer_id: str) -> OfferRow:
    offer = queries.offer(actor, offer_id)
    actor.require(Permission.OFFER_MANAGE, merchant=offer.merchant_id)
    return offer


def publish_offer(actor: Principal, offer_id: str) -> OfferStatus:
    """Bring an offer before the committee or, for a trusted merchant, before the public; returns
    its new state.

    Raises:
        NotFound, Forbidden: it is not the person's, or the merchant is not verified yet.
        WrongState: it is in review or public already, or over.
    """
    offer = _own_offer(actor, offer_id)
    if offer.merchant_status != MerchantStatus.VERIFIED:
        raise Forbidden(_l("The shop must be verified by its committee first."))
    if offer.valid_until is not None and offer.valid_until <= now():
        raise WrongState(_l("Its last day is over. Make a new offer with another date."))
    if offer.merchant_trusted:
        _move(offer_id, OfferStatus.PUBLISHED, published_at=now(), review_reason=None)
        _make_findable(offer)
        state = OfferStatus.PUBLISHED
    else:
        _move(offer_id, OfferStatus.IN_REVIEW, submitted_at=now(), review_reason=None)
        state = OfferStatus.IN_REVIEW
    audit.record(actor.id, f"offer.{state.value}", "offer", offer_id, region_code=offer.region_code)
    return state


def withdraw_offer(actor: Principal, offer_id: str) -> None:
    """Take an offer off the board; vouchers that are out stay good.

    Raises:
        NotFound, Forbidden: it is not the person's.
        WrongState: it is withdrawn or over already.
    """
    offer = _own_offer(actor, offer_id)
    _move(offer_id, OfferStatus.WITHDRAWN)
    search.index("offer", offer_id)
    audit.record(actor.id, "offer.withdrawn", "offer", offer_id, region_code=offer.region_code)


def approve_offer(actor: Principal, offer_id: str) -> None:
    """The committee puts an offer on the board.

    Raises:
        NotFound, Forbidden: it is not of the person's region.
        WrongState: it is not in review.
    """
    offer = _reviewed_offer(actor, offer_id)
    _move(offer_id, OfferStatus.PUBLISHED, only_from=OfferStatus.IN_REVIEW, published_at=now())
    _make_findable(offer)
    audit.record(actor.id, "offer.approved", "offer", offer_id, region_code=offer.region_code)
    _tell_owners(offer, "offer.approved", offer=offer.title)


def send_back_offer(actor: Principal, offer_id: str, reason: str) -> None:
    """The committee sends an offer back to its owner and says why: as a draft, or off the board
    as it was if it has been public before.

    Raises:
        NotFound, Forbidden: it is not of the person's region.
        WrongState: it is not in review.
    """
    offer = _reviewed_offer(actor, offer_id)
    returned = case((Offer.published_at.is_(None), OfferStatus.DRAFT), else_=OfferStatus.WITHDRAWN)
    _change_from([OfferStatus.IN_REVIEW], offer_id, status=returned, review_reason=reason)
    audit.record(
        actor.id,
        "offer.sent_back",
        "offer",
        offer_id,
        region_code=offer.region_code,
        reason=reason,
    )
    _tell_owners(offer, "offer.sent_back", offer=offer.title, reason=reason)


def _reviewed_offer(actor: Principal, offer_id: str) -> OfferRow:
    offer = queries.offer(actor, offer_id)
    actor.require(Permission.OFFER_REVIEW, regions=codes_of(offer.region_path))
    return offer


def _move(
    offer_id: str, target: OfferStatus, *, only_from: OfferStatus | None = None, **values: object
) -> None:
    states = [only_from] if only_from else offers_leading_to(target)
    _change_from(states, offer_id, status=target, **values)


def _change_from(states: Iterable[OfferStatus], offer_id: str, **values: object) -> None:
    changed = db.session.connection().execute(
        update(Offer).where(Offer.id == offer_id, Offer.status.in_(states)).values(**values)
    )
    if not changed.rowcount:
        raise WrongState


def _make_findable(offer: OfferRow) -> None:
    search.index("offer", offer.id, offer.title, offer.merchant_name, offer.description)


def _tell_owners(row: OfferRow, kind: str, **params: str) -> None:
    owners = accounts.holders_of(Role.MERCHANT_OWNER, ScopeKind.MERCHANT, row.merchant_id)
    for user_id in owners:
        outbox.emit("notify", user_id=user_id, kind=kind, params=params, url=f"/my-offers/{row.id}")
