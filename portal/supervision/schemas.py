"""What the API of supervision takes and gives."""

from __future__ import annotations

from marshmallow import fields

from portal.core.moderation import LONGEST_REASON
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
from portal.core.summaries import NameSummary, RegionSummary
from portal.supervision.rules import Asked, Subject

LONGEST_QUESTION = 2_000
LONGEST_ANSWER = 8_000
SUBJECT_ID = "^[0-9A-Za-z_.:-]{1,80}$"


class QuestionsQuery(PageQuery):
    region = RegionCode()
    state = Choice(Asked)


class NewQuestion(Input):
    """``of`` is a region's code (budget), the id of a line of its budget (booking),
    ``region:key`` (rule) or the id of a consultation (decision)."""

    about = Choice(Subject, required=True)
    of = Text(shortest=1, longest=80, pattern=SUBJECT_ID, required=True)
    text = Text(shortest=1, longest=LONGEST_QUESTION, required=True)


class NewAnswer(Input):
    text = Text(shortest=1, longest=LONGEST_ANSWER, required=True)


class Question(Input):
    """``author``: null once the account is closed. ``overdue``: unanswered after its day. ``text``
    is empty where the question is hidden (but for its author), and ``hidden_reason`` says why."""

    id = Identifier(required=True)
    about = Choice(Subject, required=True)
    of = Text(longest=80, required=True)
    region = fields.Nested(RegionSummary, required=True)
    text = Text(longest=LONGEST_QUESTION, required=True)
    author = fields.Nested(NameSummary, required=True, allow_none=True)
    asked_at = Instant(required=True)
    due_on = Day(required=True)
    overdue = Flag(required=True)
    answer = Text(longest=LONGEST_ANSWER, required=True, allow_none=True)
    answered_at = Instant(required=True, allow_none=True)
    hidden_reason = Text(longest=LONGEST_REASON, required=True, allow_none=True)


class QuestionCounts(Input):
    open = Whole(required=True)
    overdue = Whole(required=True)
    answered = Whole(required=True)
    hidden = Whole(required=True)


class Questions(Input):
    items = fields.List(fields.Nested(Question), required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)
    counts = fields.Nested(QuestionCounts, required=True)
