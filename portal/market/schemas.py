"""What the market's API takes and gives."""

from __future__ import annotations

from marshmallow import fields

from portal.core.schema import (
    Choice,
    Identifier,
    Input,
    Instant,
    Items,
    Money,
    Number,
    PageQuery,
    RegionCode,
    Text,
    Whole,
)
from portal.core.summaries import NameSummary, RegionSummary, TitleSummary
from portal.market.rules import (
    LONGEST_VOUCHER_DAYS,
    USUAL_VOUCHER_DAYS,
    Category,
    Kind,
    OfferStatus,
    VoucherStatus,
)

MOST_POINTS = 1_000_000
MOST_STOCK = 1_000_000
MOST_EACH = 1_000
MOST_PRICE = 10_000_000
TIME_OF_DAY = "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"


class MerchantsQuery(PageQuery):
    region = RegionCode()


class OffersQuery(PageQuery):
    region = RegionCode()
    merchant = Identifier()
    q = Text(longest=100)


class VouchersQuery(PageQuery):
    status = Choice(VoucherStatus)


class Price(Money):
    """A co-payment in minor units."""

    amount = Whole(least=1, most=MOST_PRICE, required=True)


class ValidHours(Input):
    """When vouchers are taken at the till: weekdays (Monday is 1) and the time of the day."""

    weekdays = Items(Whole(least=1, most=7), least=1, most=7, required=True)
    opens = Text(longest=5, pattern=TIME_OF_DAY, required=True)
    closes = Text(longest=5, pattern=TIME_OF_DAY, required=True)


class NewOffer(Input):
    title = Text(shortest=1, longest=80, required=True)
    description = Text(longest=4_000, required=True)
    kind = Choice(Kind, required=True)
    points = Whole(least=1, most=MOST_POINTS, required=True)
    price = fields.Nested(Price, allow_none=True, load_default=None)
    stock = Whole(least=1, most=MOST_STOCK, allow_none=True, load_default=None)
    per_resident_limit = Whole(least=1, most=MOST_EACH, allow_none=True, load_default=None)
    valid_from = Instant(required=True)
    valid_until = Instant(allow_none=True, load_default=None)
    voucher_days = Whole(least=1, most=LONGEST_VOUCHER_DAYS, load_default=USUAL_VOUCHER_DAYS)
    valid_hours = fields.Nested(ValidHours, allow_none=True, load_default=None)


class Reason(Input):
    reason = Text(shortest=1, longest=500, required=True)


class Code(Input):
    code = Text(shortest=1, longest=40, required=True)


# --- answers --------------------------------------------------------------------------------


class Location(Input):
    name = Text(longest=120, required=True)
    latitude = Number(least=-90, most=90, required=True)
    longitude = Number(least=-180, most=180, required=True)


class Recognition(Input):
    neighbours_served = Whole(required=True)
    thanks = Whole(required=True)


class Merchant(Input):
    id = Identifier(required=True)
    name = Text(longest=80, required=True)
    category = Choice(Category, required=True)
    region = fields.Nested(RegionSummary, required=True)
    location = fields.Nested(Location, required=True, allow_none=True)
    recognition = fields.Nested(Recognition, required=True)


class Merchants(Input):
    items = fields.List(fields.Nested(Merchant), required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)


class Offer(Input):
    id = Identifier(required=True)
    merchant = fields.Nested(NameSummary, required=True)
    title = Text(longest=80, required=True)
    description = Text(longest=4_000, required=True)
    kind = Choice(Kind, required=True)
    points = Whole(least=1, required=True)
    price = fields.Nested(Money, required=True, allow_none=True)
    stock_left = Whole(required=True, allow_none=True)
    per_resident_limit = Whole(least=1, required=True, allow_none=True)
    valid_from = Instant(required=True)
    valid_until = Instant(required=True, allow_none=True)
    valid_hours = fields.Nested(ValidHours, required=True, allow_none=True)
    status = Choice(OfferStatus, required=True)


class Offers(Input):
    items = fields.List(fields.Nested(Offer), required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)


class Voucher(Input):
    id = Identifier(required=True)
    code = Text(longest=40, required=True)
    offer = fields.Nested(TitleSummary, required=True)
    points = Whole(least=1, required=True)
    status = Choice(VoucherStatus, required=True)
    expires_at = Instant(required=True)


class Vouchers(Input):
    items = fields.List(fields.Nested(Voucher), required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)


class RedeemedVoucher(Input):
    id = Identifier(required=True)
    offer = fields.Nested(TitleSummary, required=True)
    points = Whole(least=1, required=True)
    status = Choice([VoucherStatus.REDEEMED], required=True)
    redeemed_at = Instant(required=True)
