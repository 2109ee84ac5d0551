"""What the API takes and gives of files: votes for study, results as open data."""

from __future__ import annotations

from marshmallow import fields

from portal.consultations.rules.ballots import Method
from portal.consultations.rules.life import Status
from portal.consultations.schemas import HASH_PATTERN
from portal.consultations.services.studies import LONGEST_TITLE, MOST_BYTES
from portal.core.schema import (
    Choice,
    Flag,
    Identifier,
    Input,
    Instant,
    Money,
    Number,
    PageQuery,
    RegionCode,
    Text,
    Whole,
)
from portal.core.summaries import RegionSummary


class NewStudy(Input):
    """``file`` is the text of a ``.pb`` file. Without a title the study has the file’s."""

    region_code = RegionCode(required=True)
    method = Choice(Method, required=True)
    title = Text(longest=LONGEST_TITLE, load_default="")
    file = Text(shortest=1, longest=MOST_BYTES, required=True)


class ResultsQuery(PageQuery):
    region = RegionCode()


class OptionResult(Input):
    """``votes`` of a ranked count are those of the last round the option was in."""

    option_id = Identifier(required=True)
    title = Text(longest=200, required=True)
    cost = fields.Nested(Money, required=True, allow_none=True)
    votes = Whole(required=True)
    chosen = Flag(required=True)


class VoteResult(Input):
    """A counted vote in numbers. ``accepted``: what the committee made of it, null before it has
    decided."""

    id = Identifier(required=True)
    title = Text(longest=80, required=True)
    region = fields.Nested(RegionSummary, required=True)
    method = Choice(Method, required=True)
    status = Choice(Status, required=True)
    opened_at = Instant(required=True)
    closed_at = Instant(required=True)
    budget = fields.Nested(Money, required=True, allow_none=True)
    roll = Whole(required=True)
    voted = Whole(required=True)
    voted_online = Whole(required=True)
    voted_on_paper = Whole(required=True)
    blank = Whole(required=True)
    quorum = Number(least=0, most=1, required=True)
    quorum_met = Flag(required=True)
    accepted = Flag(required=True, allow_none=True)
    head_hash = Text(shortest=64, longest=64, pattern=HASH_PATTERN, required=True)
    options = fields.List(fields.Nested(OptionResult), required=True)


class VoteResults(Input):
    items = fields.List(fields.Nested(VoteResult), required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)


class AreaTurnout(Input):
    """A part of the roll: who lives in a region, or (null) only works where the vote is. Both
    numbers are null where they would point at single people."""

    region = fields.Nested(RegionSummary, required=True, allow_none=True)
    roll = Whole(required=True, allow_none=True)
    voted = Whole(required=True, allow_none=True)


class Turnout(Input):
    """Nothing where all of the roll are of one part."""

    areas = fields.List(fields.Nested(AreaTurnout), required=True)
