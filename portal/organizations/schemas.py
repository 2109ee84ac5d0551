"""What the API takes and answers about organizations."""

from __future__ import annotations

from marshmallow import fields

from portal.core.schema import (
    Choice,
    Flag,
    Identifier,
    Input,
    Items,
    PageQuery,
    RegionCode,
    Text,
    Whole,
)
from portal.core.summaries import RegionSummary


class OrganizationsQuery(PageQuery):
    region = RegionCode()
    q = Text(longest=100)


class ReputationAnswer(Input):
    score = Whole(least=0, most=100, required=True)
    level = Whole(least=1, most=5, required=True)
    praises = Whole(required=True)
    explanation = Text(longest=1000, required=True)


class OrganizationAnswer(Input):
    id = Identifier(required=True)
    name = Text(longest=80, required=True)
    kind = Choice(["registered", "team"], required=True)
    region = fields.Nested(RegionSummary, required=True)
    verified = Flag(required=True)
    reputation = fields.Nested(ReputationAnswer, required=True)


class OrganizationsAnswer(Input):
    items = Items(fields.Nested(OrganizationAnswer), most=100, required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)
