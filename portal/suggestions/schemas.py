"""What the API of suggestions takes and gives."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from portal.core.schema import (
    Choice,
    Day,
    Flag,
    Identifier,
    Input,
    Instant,
    Items,
    Number,
    PageQuery,
    RegionCode,
    Text,
    Whole,
)
from portal.core.summaries import NameSummary, RegionSummary
from portal.suggestions.models import sources
from portal.suggestions.models.cases import TITLE_LENGTH
from portal.suggestions.models.catalogue import CODE_LENGTH, NAME_LENGTH
from portal.suggestions.rules.machine import By, Event, Outcome, Status
from portal.suggestions.rules.taking_in import Visibility
from portal.suggestions.rules.working_days import MOST_WORKING_DAYS

LONGEST_DESCRIPTION = 8_000
LONGEST_REASON = 2_000
LONGEST_ANSWER = 8_000
LONGEST_QUESTION = 200
MOST_CALLED = 20
CODE_PATTERN = "^[a-z0-9_-]{1,40}$"
NUMBER_PATTERN = "^[0-9]{8}-[0-9]{6}$"


class CategoryCode(Text):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(shortest=1, longest=CODE_LENGTH, pattern=CODE_PATTERN, **kwargs)


class Reason(Text):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(shortest=1, longest=LONGEST_REASON, **kwargs)


class RegionQuery(PageQuery):
    region = RegionCode()


class SuggestionsQuery(PageQuery):
    """``overdue``: ``true`` or ``false``."""

    region = RegionCode()
    status = Choice(Status)
    category = CategoryCode()
    q = Text(longest=100)
    overdue = Choice(["true", "false"])


class StatisticsQuery(Input):
    """``from`` and ``to`` are the days of receipt, both inclusive."""

    region = RegionCode()
    department = Identifier()
    category = CategoryCode()
    first_day = Day(data_key="from")
    last_day = Day(data_key="to")


class NewSuggestion(Input):
    """``anonymous``: nobody is told who asks."""

    category = CategoryCode(required=True)
    title = Text(shortest=1, longest=TITLE_LENGTH, required=True)
    description = Text(shortest=1, longest=LONGEST_DESCRIPTION, required=True)
    region_code = RegionCode(required=True)
    latitude = Number(least=-90, most=90, load_default=None)
    longitude = Number(least=-180, most=180, load_default=None)
    visibility = Choice(Visibility, load_default=Visibility.PUBLIC.value)
    anonymous = Flag(load_default=False)


class Dispatching(Input):
    department_id = Identifier(required=True)
    note = Text(longest=LONGEST_REASON, load_default="")


class WithReason(Input):
    reason = Reason(required=True)


class Returning(Input):
    reason = Reason(required=True)
    proposed_department_id = Identifier(load_default=None)


class WithNote(Input):
    note = Reason(required=True)


class Answering(Input):
    outcome = Choice(Outcome, required=True)
    text = Text(shortest=1, longest=LONGEST_ANSWER, required=True)


class Judging(Input):
    score = Whole(least=1, most=5, required=True)


class Merging(Input):
    into = Identifier(required=True)


class Whistling(Input):
    department_ids = Items(Identifier(), least=1, most=MOST_CALLED, required=True)
    report_by = Instant(required=True)


class Received(Input):
    id = Identifier(required=True)
    number = Text(longest=16, pattern=NUMBER_PATTERN, required=True)
    status = Choice([Status.RECEIVED], required=True)
    due_at = Instant(required=True)


class HistoryEntry(Input):
    at = Instant(required=True)
    event = Choice(Event, required=True)
    by_role = Choice(By, required=True)
    note = Text(longest=LONGEST_ANSWER, required=True, allow_none=True)
    from_department = fields.Nested(NameSummary, required=True, allow_none=True)
    to_department = fields.Nested(NameSummary, required=True, allow_none=True)


class CategorySummary(Input):
    code = CategoryCode(required=True)
    name = Text(longest=NAME_LENGTH, required=True)


class Photo(Input):
    """A picture of a case: of the report, or of a department's work. Both addresses answer WebP to
    whoever may see the case."""

    id = Identifier(required=True)
    url = Text(longest=200, required=True)
    thumbnail_url = Text(longest=200, required=True)
    by_role = Choice(By, required=True)
    at = Instant(required=True)


class Contact(Input):
    """``system``: the one by which it came (a hotline, an app). The rest is null where it was not
    said."""

    system = Text(longest=sources.SYSTEM_LENGTH, required=True)
    email = Text(longest=sources.EMAIL_LENGTH, required=True, allow_none=True)
    first_name = Text(longest=sources.NAME_LENGTH, required=True, allow_none=True)
    last_name = Text(longest=sources.NAME_LENGTH, required=True, allow_none=True)
    phone = Text(longest=sources.PHONE_LENGTH, required=True, allow_none=True)


class PhotoQuery(Input):
    size = Choice(["full", "small"], load_default="full")


class Suggestion(Input):
    """``overdue``: unanswered or reopened, and past ``due_at``. ``supporters``: different people,
    those of suggestions merged into this one among them."""

    id = Identifier(required=True)
    number = Text(longest=16, pattern=NUMBER_PATTERN, required=True)
    title = Text(longest=TITLE_LENGTH, required=True)
    description = Text(longest=LONGEST_DESCRIPTION, required=True)
    category = fields.Nested(CategorySummary, required=True)
    region = fields.Nested(RegionSummary, required=True)
    status = Choice(Status, required=True)
    department = fields.Nested(NameSummary, required=True, allow_none=True)
    due_at = Instant(required=True)
    overdue = Flag(required=True)
    supporters = Whole(required=True)
    history = fields.List(fields.Nested(HistoryEntry), required=True)
    photos = fields.List(fields.Nested(Photo), required=True)


class Suggestions(Input):
    items = fields.List(fields.Nested(Suggestion), required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)


class Department(Input):
    id = Identifier(required=True)
    name = Text(longest=NAME_LENGTH, required=True)
    region = fields.Nested(RegionSummary, required=True)


class Departments(Input):
    items = fields.List(fields.Nested(Department), required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)


class AttributeValue(Input):
    key = Text(longest=NAME_LENGTH, required=True)
    name = Text(longest=NAME_LENGTH, required=True)


class Attribute(Input):
    """A question of a category's form, as Open311 defines it."""

    code = CategoryCode(required=True)
    datatype = Choice(
        ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"],
        required=True,
    )
    description = Text(longest=LONGEST_QUESTION, required=True)
    required = Flag(required=True)
    values = fields.List(fields.Nested(AttributeValue), required=True)


class Category(Input):
    """``department``: who is responsible for it, in the region asked about, or null.
    ``photo_needed``: an answer ``done`` needs a photo of the work."""

    code = CategoryCode(required=True)
    name = Text(longest=NAME_LENGTH, required=True)
    department = fields.Nested(NameSummary, required=True, allow_none=True)
    due_working_days = Whole(least=1, most=MOST_WORKING_DAYS, required=True)
    attributes = fields.List(fields.Nested(Attribute), required=True)
    photo_needed = Flag(required=True)


class Categories(Input):
    items = fields.List(fields.Nested(Category), required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)


def _share() -> Number:
    return Number(least=0, most=1, required=True, allow_none=True)


class Rates(Input):
    """Shares from 0 to 1, null where nothing is counted."""

    received = Whole(required=True)
    accepted_rate = _share()
    on_time_rate = _share()
    closed_rate = _share()
    satisfied_rate = _share()
    overdue = Whole(required=True)
