"""Merchants, offers and vouchers by JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.core.access import current_principal, the_principal
from portal.core.clock import now, rfc3339
from portal.core.endpoint import ApiBlueprint
from portal.core.errors import Invalid
from portal.core.i18n import lazy_gettext as _l
from portal.core.limits import CODES, limit
from portal.core.permissions import Permission
from portal.core.summaries import region_of
from portal.market import codes, queries, schemas, services
from portal.market.rules import (
    ALWAYS,
    Hours,
    Kind,
    clock_text,
    displayed_status,
    displayed_voucher_status,
    hours_of,
    minute_of,
    weekday_bits,
)

api = ApiBlueprint("market", __name__, tag="Market")


# --- merchants ------------------------------------------------------------------------------


@api.read(
    "/merchants",
    permission=Permission.PUBLIC,
    answer=schemas.Merchants,
    query=schemas.MerchantsQuery,
)
def list_merchants(query: dict[str, Any]) -> dict[str, Any]:
    """Verified merchants, of one region and below if it is named."""
    page = queries.merchants_page(**query)
    recognized = queries.recognition([row.id for row in page.items])
    return page.as_json(lambda row: _merchant(row, recognized[row.id]))


@api.read("/merchants/<id:merchant_id>", permission=Permission.PUBLIC, answer=schemas.Merchant)
def read_merchant(merchant_id: str) -> dict[str, Any]:
    """One merchant."""
    row = queries.merchant(current_principal(), merchant_id)
    return _merchant(row, queries.recognition([merchant_id])[merchant_id])


def _merchant(row: Any, recognized: queries.Recognition) -> dict[str, Any]:
    location = None
    if row.latitude is not None:
        location = {
            "name": row.place_name,
            "latitude": row.latitude,
            "longitude": row.longitude,
        }
    return {
        "id": row.id,
        "name": row.name,
        "category": row.category,
        "region": region_of(row),
        "location": location,
        "recognition": {
            "neighbours_served": recognized.neighbours_served,
            "thanks": recognized.thanks,
        },
    }


# --- offers ---------------------------------------------------------------------------------


@api.read("/offers", permission=Permission.PUBLIC, answer=schemas.Offers, query=schemas.OffersQuery)
def list_offers(query: dict[str, Any]) -> dict[str, Any]:
    """Published offers; who owns a merchant sees the others of it too."""
    return queries.offers_page(current_principal(), **query).as_json(_offer)


@api.read("/offers/<id:offer_id>", permission=Permission.PUBLIC, answer=schemas.Offer)
def read_offer(offer_id: str) -> dict[str, Any]:
    """One offer."""
    return _offer(queries.offer(current_principal(), offer_id))


@api.write(
    "/merchants/<id:merchant_id>/offers",
    permission=Permission.OFFER_MANAGE,
    body=schemas.NewOffer,
    answer=schemas.Offer,
    status=201,
)
def create_offer(merchant_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Write a draft of an offer."""
    return _as_it_is(services.create_offer(the_principal(), merchant_id, _offer_data(body)))


def _offer_data(body: dict[str, Any]) -> services.OfferData:
    price, hours = body.pop("price"), body.pop("valid_hours")
    return services.OfferData(
        **{**body, "kind": Kind(body["kind"])},
        price_amount=price["amount"] if price else None,
        hours=_hours(hours) if hours else ALWAYS,
    )


def _hours(given: Mapping[str, Any]) -> Hours:
    opens, closes = minute_of(given["opens"]), minute_of(given["closes"])
    if opens >= closes:
        raise Invalid.field("valid_hours.closes", _l("The end must be after the beginning."))
    return Hours(weekday_bits(given["weekdays"]), opens, closes)


@api.write(
    "/offers/<id:offer_id>/publish",
    permission=Permission.OFFER_MANAGE,
    answer=schemas.Offer,
    refusals=("wrong_state",),
)
def publish_offer(offer_id: str) -> dict[str, Any]:
    """Publish an offer: it goes into review first unless the merchant is trusted."""
    services.publish_offer(the_principal(), offer_id)
    return _as_it_is(offer_id)


@api.write(
    "/offers/<id:offer_id>/withdraw",
    permission=Permission.OFFER_MANAGE,
    answer=schemas.Offer,
    refusals=("wrong_state",),
)
def withdraw_offer(offer_id: str) -> dict[str, Any]:
    """Take an offer back; vouchers that are out stay good."""
    services.withdraw_offer(the_principal(), offer_id)
    return _as_it_is(offer_id)


@api.write(
    "/offers/<id:offer_id>/approve",
    permission=Permission.OFFER_REVIEW,
    answer=schemas.Offer,
    refusals=("wrong_state",),
)
def approve_offer(offer_id: str) -> dict[str, Any]:
    """Publish an offer that is in review."""
    services.approve_offer(the_principal(), offer_id)
    return _as_it_is(offer_id)


@api.write(
    "/offers/<id:offer_id>/send-back",
    permission=Permission.OFFER_REVIEW,
    body=schemas.Reason,
    answer=schemas.Offer,
    refusals=("wrong_state",),
)
def send_back_offer(offer_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Send an offer in review back to its owner: as a draft, or withdrawn if it was public."""
    services.send_back_offer(the_principal(), offer_id, body["reason"])
    return _as_it_is(offer_id)


def _as_it_is(offer_id: str) -> dict[str, Any]:
    """The offer after a deed, also where whoever did it may not see it any more."""
    return _offer(queries.offer_as_it_is(offer_id))


def _offer(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "merchant": {"id": row.merchant_id, "name": row.merchant_name},
        "title": row.title,
        "description": row.description,
        "kind": row.kind,
        "points": row.points,
        "price": {"amount": row.price_amount, "currency": "CNY"} if row.price_amount else None,
        "stock_left": row.stock_left,
        "per_resident_limit": row.per_resident_limit,
        "valid_from": rfc3339(row.valid_from),
        "valid_until": rfc3339(row.valid_until) if row.valid_until else None,
        "valid_hours": _valid_hours(hours_of(row)),
        "status": displayed_status(row.status, row.valid_until, now()),
    }


def _valid_hours(hours: Hours) -> dict[str, Any] | None:
    if hours.always:
        return None
    return {
        "weekdays": hours.days(),
        "opens": clock_text(hours.opens),
        "closes": clock_text(hours.closes),
    }


# --- vouchers -------------------------------------------------------------------------------


def _code(answer: Mapping[str, Any]) -> str:
    return codes.code_of(answer["id"])


@api.write(
    "/offers/<id:offer_id>/vouchers",
    permission=Permission.SIGNED_IN,
    answer=schemas.Voucher,
    status=201,
    refusals=("insufficient_points", "out_of_stock", "limit_reached", "offer_closed"),
    secrets={"code": _code},
)
def issue_voucher(offer_id: str) -> dict[str, Any]:
    """Exchange points for a voucher."""
    return _voucher(services.issue_voucher(the_principal(), offer_id))


@api.read(
    "/me/vouchers",
    permission=Permission.SIGNED_IN,
    answer=schemas.Vouchers,
    query=schemas.VouchersQuery,
)
def list_vouchers(query: dict[str, Any]) -> dict[str, Any]:
    """My vouchers with their codes, newest first."""
    return queries.vouchers_page(the_principal().id, **query).as_json(_voucher)


@api.write(
    "/vouchers/<id:voucher_id>/cancel",
    permission=Permission.SIGNED_IN,
    answer=schemas.Voucher,
    refusals=("not_cancellable",),
    secrets={"code": _code},
)
def cancel_voucher(voucher_id: str) -> dict[str, Any]:
    """Give a voucher back; its points return to where they came from."""
    actor = the_principal()
    services.cancel_voucher(actor, voucher_id)
    return _voucher(queries.voucher_of(actor.id, voucher_id))


def _voucher(voucher: Any) -> dict[str, Any]:
    return {
        "id": voucher.id,
        "code": codes.code_of(voucher.id),
        "offer": {"id": voucher.offer_id, "title": voucher.title},
        "points": voucher.points,
        "status": displayed_voucher_status(voucher.status, voucher.expires_at, now()),
        "expires_at": rfc3339(voucher.expires_at),
    }


@api.write(
    "/vouchers/redeem",
    permission=Permission.VOUCHER_REDEEM,
    body=schemas.Code,
    answer=schemas.RedeemedVoucher,
    refusals=(
        "unknown_voucher",
        "already_redeemed",
        "voucher_expired",
        "voucher_cancelled",
        "outside_valid_hours",
    ),
)
@limit(CODES)
def redeem_voucher(body: dict[str, Any]) -> dict[str, Any]:
    """Redeem a voucher at the till of the merchant it is for."""
    redeemed = services.redeem_voucher(the_principal(), body["code"])
    return {
        "id": redeemed.id,
        "offer": {"id": redeemed.offer_id, "title": redeemed.title},
        "points": redeemed.points,
        "status": "redeemed",
        "redeemed_at": rfc3339(redeemed.redeemed_at),
    }
