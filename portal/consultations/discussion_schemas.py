"""What the API takes and gives of talking through: comments, questions, talks, summaries."""

from __future__ import annotations

from marshmallow import fields

from portal.consultations.queries.discussion import Order
from portal.core.schema import Choice, Day, Flag, Identifier, Input, Instant, PageQuery, Text, Whole
from portal.core.summaries import NameSummary

LONGEST_SAID = 4_000
LONGEST_REASON = 500


class CommentsQuery(PageQuery):
    sort = Choice(Order, load_default=Order.TIME.value)


class NewComment(Input):
    text = Text(shortest=1, longest=LONGEST_SAID, required=True)
    reply_to = Identifier(allow_none=True, load_default=None)


class NewWords(Input):
    """A question to the committee, or its answer."""

    text = Text(shortest=1, longest=LONGEST_SAID, required=True)


class WhatIsWrong(Input):
    """Why a comment is to be looked at, or hidden."""

    reason = Text(shortest=1, longest=LONGEST_REASON, required=True)


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
