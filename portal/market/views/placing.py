"""Where a shop is, drawn beside what else stands in its community."""

from __future__ import annotations

from collections.abc import Sequence

from portal.market import queries
from portal.market.forms import MerchantForm
from portal.regions.drawing import Plan, Position, around, drawn
from portal.regions.landmarks import Landmark, landmarks_of


def landmarks(region_code: str, limit: int) -> Sequence[Landmark]:
    """The shops of a community, for whoever draws it."""
    rows = queries.located_in(region_code, limit)
    return [Landmark("shop", row.id, row.name, row.latitude, row.longitude) for row in rows]


def plan_of(shop: queries.MerchantRow) -> Plan | None:
    """The plan around a shop as it is registered; None where it does not say where it is."""
    here = _position(shop.latitude, shop.longitude)
    return _plan(shop.region_code, here, shop.id) if here else None


def plan_for_visitors(shop: queries.MerchantRow) -> Plan | None:
    """The plan on a shop's public page; None where it would show nothing."""
    here = _position(shop.latitude, shop.longitude)
    return around(shop.region_code, here, own=lambda each: each.id == shop.id)


def plan_beside(form: MerchantForm, region_code: str, merchant_id: str | None) -> Plan | None:
    """The plan beside the fields, around what stands in them; None where nothing is known of the
    community."""
    return _plan(region_code, _position(form.latitude.data, form.longitude.data), merchant_id)


def _plan(region_code: str, here: Position | None, merchant_id: str | None) -> Plan | None:
    return drawn(landmarks_of(region_code, without=merchant_id), here)


def _position(latitude: float | None, longitude: float | None) -> Position | None:
    if latitude is None or longitude is None:
        return None
    possible = -90 <= latitude <= 90 and -180 <= longitude <= 180
    return (latitude, longitude) if possible else None
