"""What the API takes and gives of regions."""

from __future__ import annotations

from marshmallow import fields

from portal.core.schema import Choice, Input, PageQuery, RegionCode, Text
from portal.regions.rules import Level


class RegionsQuery(PageQuery):
    parent = RegionCode()
    level = Choice(Level)


class Ancestor(Input):
    code = RegionCode(required=True)
    name = Text(longest=100, required=True)
    level = Choice(Level, required=True)


class RegionItem(Ancestor):
    parent_code = RegionCode(required=True, allow_none=True)


class RegionList(Input):
    items = fields.List(fields.Nested(RegionItem), required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)


class RegionDetail(RegionItem):
    ancestors = fields.List(fields.Nested(Ancestor), required=True)
