"""What the API takes and gives of talking through: comments, questions, talks, summaries."""

from __future__ import annotations

from marshmallow import fields

from portal.consultations.queries.discussion import Order
from portal.core.moderation import LONGEST_REASON
from portal.core.schema import Choice, Day, Flag, Identifier, Input, Instant, PageQuery, Text, Whole
from portal.core.summaries import NameSummary, TitleSummary

LONGEST_SAID = 4_000
LONGEST_MINUTES = 20_000
LONGEST_POINT = 1_000
LONGEST_SUMMARY = 4_000


class CommentsQuery(PageQuery):
    sort = Choice(Order, load_default=Order.TIME.value)


class NewComment(Input):
    text = Text(shortest=1, longest=LONGEST_SAID, required=True)
    reply_to = Identifier(allow_none=True, load_default=None)


class NewWords(Input):
    """A question to the committee, or its answer."""

    text = Text(shortest=1, longest=LONGEST_SAID, required=True)


class Question(Input):
    """What makes a comment a question to the committee. ``due_on`` is the last day for an answer;
    ``overdue``: it has passed without one."""

    due_on = Day(required=True)
    overdue = Flag(required=True)
    answer = Text(longest=LONGEST_SAID, required=True, allow_none=True)
    answered_at = Instant(required=True, allow_none=True)


class Comment(Input):
    """``text`` is empty where the comment is hidden (but for its author), and ``hidden_reason``
    says why. ``helpful`` is how many find it helpful."""

    id = Identifier(required=True)
    author = fields.Nested(NameSummary, required=True)
    text = Text(longest=LONGEST_SAID, required=True)
    reply_to = Identifier(required=True, allow_none=True)
    created_at = Instant(required=True)
    helpful = Whole(required=True)
    hidden_reason = Text(longest=LONGEST_REASON, required=True, allow_none=True)
    question = fields.Nested(Question, required=True, allow_none=True)


class Comments(Input):
    items = fields.List(fields.Nested(Comment), required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)


# --- talks ----------------------------------------------------------------------------------------


class NewTalk(Input):
    activity_id = Identifier(required=True)


class NewMinutes(Input):
    minutes = Text(shortest=1, longest=LONGEST_MINUTES, required=True)


class NewPoint(Input):
    text = Text(shortest=1, longest=LONGEST_POINT, required=True)
    option_id = Identifier(allow_none=True, load_default=None)


class RaisedPoint(Input):
    id = Identifier(required=True)
    option_id = Identifier(required=True, allow_none=True)
    text = Text(longest=LONGEST_POINT, required=True)


class Talk(Input):
    """A talk before a vote. What stands with its activity is null once that is not public any
    more; ``attended`` is how many people checked in, null before it begins."""

    id = Identifier(required=True)
    activity = fields.Nested(TitleSummary, required=True, allow_none=True)
    place = Text(longest=120, required=True, allow_none=True)
    starts_at = Instant(required=True, allow_none=True)
    ends_at = Instant(required=True, allow_none=True)
    called_off = Flag(required=True)
    attended = Whole(required=True, allow_none=True)
    minutes = Text(longest=LONGEST_MINUTES, required=True, allow_none=True)
    minutes_at = Instant(required=True, allow_none=True)
    points = fields.List(fields.Nested(RaisedPoint), required=True)


class Talks(Input):
    items = fields.List(fields.Nested(Talk), required=True)


# --- the options summed up ------------------------------------------------------------------------


class NewSummary(Input):
    """Every line of a text is a point of its own; an empty one is not written."""

    pros = Text(longest=LONGEST_SUMMARY, load_default="")
    cons = Text(longest=LONGEST_SUMMARY, load_default="")
    cost_note = Text(longest=LONGEST_SUMMARY, load_default="")
    affected = Text(longest=LONGEST_SUMMARY, load_default="")


class OptionTitle(Input):
    id = Identifier(required=True)
    title = Text(longest=200, required=True)


class Summary(Input):
    option = fields.Nested(OptionTitle, required=True)
    pros = Text(longest=LONGEST_SUMMARY, required=True)
    cons = Text(longest=LONGEST_SUMMARY, required=True)
    cost_note = Text(longest=LONGEST_SUMMARY, required=True)
    affected = Text(longest=LONGEST_SUMMARY, required=True)
    written_at = Instant(required=True)


class Summaries(Input):
    items = fields.List(fields.Nested(Summary), required=True)
