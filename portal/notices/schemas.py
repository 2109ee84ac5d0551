"""What the API of notices takes and gives."""

from __future__ import annotations

from marshmallow import fields

from portal.core.schema import (
    Choice,
    Day,
    Flag,
    Identifier,
    Input,
    Instant,
    PageQuery,
    RegionCode,
    Text,
    Whole,
)
from portal.core.summaries import RegionSummary
from portal.notices.rules import (
    LOCALES,
    LONGEST_BODY,
    LONGEST_NUMBER,
    LONGEST_REASON,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    PUBLIC,
    Audience,
)


class NoticesQuery(PageQuery):
    """``region``: what applies there, its own notices and those of the regions above. ``earlier``:
    what is over or withdrawn, instead of what holds."""

    region = RegionCode()
    q = Text(longest=100)
    earlier = Choice(["true", "false"])


class ListedNotice(Input):
    """``locale``: the language of the words, the one asked for if it is written in it. It holds
    through ``ends_on``, and stands at the top through ``pinned_until``."""

    id = Identifier(required=True)
    region = fields.Nested(RegionSummary, required=True)
    status = Choice(sorted(PUBLIC), required=True)
    locale = Choice(LOCALES, required=True)
    title = Text(longest=LONGEST_TITLE, required=True)
    summary = Text(longest=LONGEST_SUMMARY, required=True)
    audiences = fields.List(Choice(Audience), required=True)
    document_number = Text(longest=LONGEST_NUMBER, required=True)
    urgent = Flag(required=True)
    confirm = Flag(required=True)
    published_at = Instant(required=True)
    pinned_until = Day(required=True, allow_none=True)
    ends_on = Day(required=True, allow_none=True)
    withdrawn_reason = Text(longest=LONGEST_REASON, required=True, allow_none=True)


class Notices(Input):
    items = fields.List(fields.Nested(ListedNotice), required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)


class WholeNotice(ListedNotice):
    """``confirmed_at``: when the person asking has confirmed that they read it."""

    body = Text(longest=LONGEST_BODY, required=True)
    confirmed_at = Instant(required=True, allow_none=True)


class ReachOfRegion(Input):
    """``awareness``: confirmed of told, 0 to 1; null where nobody was told."""

    region = fields.Nested(RegionSummary, required=True)
    told = Whole(required=True)
    opened = Whole(required=True)
    confirmed = Whole(required=True)
    awareness = fields.Float(required=True, allow_none=True)


class ReachOfNotice(ReachOfRegion):
    """The same for each region right below."""

    regions = fields.List(fields.Nested(ReachOfRegion), required=True)
