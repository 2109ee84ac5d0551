"""What the API takes and answers about points, hours and budgets."""

from __future__ import annotations

from marshmallow import fields

from portal.core.schema import (
    LARGEST,
    Choice,
    Day,
    Identifier,
    Input,
    Instant,
    Items,
    Text,
    Whole,
)

MOST_ALLOCATED = 1_000_000_000
LONGEST_MEMO = 200
LONGEST_MESSAGE = 100
RESIDENT_KINDS = ("award", "redemption", "refund", "expiry", "gift", "correction")


class Expiring(Input):
    amount = Whole(least=1, required=True)
    expires_on = Day(required=True)


class PointsAnswer(Input):
    balance = Whole(required=True)
    held = Whole(required=True)
    expiring = fields.List(fields.Nested(Expiring), required=True)


class Entry(Input):
    id = Text(shortest=28, longest=40, required=True)
    transaction_id = Identifier(required=True)
    kind = Choice(RESIDENT_KINDS, required=True)
    amount = Whole(least=-LARGEST, required=True)
    memo = Text(longest=2_000, required=True)
    created_at = Instant(required=True)


class EntriesAnswer(Input):
    items = Items(fields.Nested(Entry), most=100, required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)


class Gift(Input):
    to_member = Text(shortest=1, longest=40, required=True)
    amount = Whole(least=1, required=True)
    message = Text(longest=LONGEST_MESSAGE, load_default="")


class GiftAnswer(Input):
    transaction_id = Identifier(required=True)


class HoursAnswer(Input):
    minutes_confirmed = Whole(required=True)
    minutes_pending = Whole(required=True)


class BudgetAnswer(Input):
    balance = Whole(required=True)
    held = Whole(required=True)
    received = Whole(required=True)
    passed_on = Whole(required=True)
    awarded = Whole(required=True)


class Allocation(Input):
    amount = Whole(least=1, most=MOST_ALLOCATED, required=True)
    memo = Text(longest=LONGEST_MEMO, required=True)
    fund_id = Identifier()


class AllocationAnswer(Input):
    transaction_id = Identifier(required=True)
    balance = Whole(required=True)


class BudgetLine(Input):
    """Points that a region was given: out of the budget above it, or made for a city."""

    id = Identifier(required=True)
    amount = Whole(least=1, required=True)
    memo = Text(longest=2_000, required=True)
    created_at = Instant(required=True)


class BudgetLines(Input):
    items = Items(fields.Nested(BudgetLine), most=100, required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)
