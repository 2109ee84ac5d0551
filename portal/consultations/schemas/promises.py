"""What the API takes and gives about what was promised after a vote."""

from __future__ import annotations

from marshmallow import fields

from portal.consultations.rules.commitments import ChangeKind, Shown, State
from portal.core.schema import (
    Choice,
    Day,
    Flag,
    Identifier,
    Input,
    Instant,
    Items,
    Money,
    PageQuery,
    RegionCode,
    Text,
    Whole,
)
from portal.core.summaries import RegionSummary, TitleSummary

MOST_COMMITMENTS = 50
MOST_STEPS = 20
LONGEST_NOTE = 2_000
LONGEST_GIVING_UP = 1_000


class NewMilestone(Input):
    title = Text(shortest=1, longest=200, required=True)
    due_on = Day(required=True)


class NewCommitment(Input):
    title = Text(shortest=1, longest=200, required=True)
    owner = Text(shortest=1, longest=80, required=True)
    due_on = Day(required=True)
    budget = fields.Nested(Money, allow_none=True, load_default=None)
    milestones = Items(fields.Nested(NewMilestone), most=MOST_STEPS, load_default=())


class CommitmentNote(Input):
    text = Text(shortest=1, longest=LONGEST_NOTE, required=True)


class NewDueDay(Input):
    due_on = Day(required=True)
    reason = Text(shortest=1, longest=LONGEST_GIVING_UP, required=True)


class GivingUp(Input):
    reason = Text(shortest=1, longest=LONGEST_GIVING_UP, required=True)


class NewFollowing(Input):
    follows = Flag(required=True)


class CommitmentsQuery(PageQuery):
    region = RegionCode()
    state = Choice(Shown)


class MilestoneOfCommitment(Input):
    id = Identifier(required=True)
    title = Text(longest=200, required=True)
    due_on = Day(required=True)
    done_on = Day(required=True, allow_none=True)


class Commitment(Input):
    """``late``: still open after its day. ``reason`` is why it was given up."""

    id = Identifier(required=True)
    consultation = fields.Nested(TitleSummary, required=True)
    region = fields.Nested(RegionSummary, required=True)
    title = Text(longest=200, required=True)
    owner = Text(longest=80, required=True)
    due_on = Day(required=True)
    budget = fields.Nested(Money, required=True, allow_none=True)
    state = Choice(State, required=True)
    late = Flag(required=True)
    settled_at = Instant(required=True, allow_none=True)
    reason = Text(longest=LONGEST_GIVING_UP, required=True, allow_none=True)
    milestones = fields.List(fields.Nested(MilestoneOfCommitment), required=True)


class CommitmentCounts(Input):
    open = Whole(required=True)
    late = Whole(required=True)
    kept = Whole(required=True)
    given_up = Whole(required=True)


class Commitments(Input):
    items = fields.List(fields.Nested(Commitment), required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)
    counts = fields.Nested(CommitmentCounts, required=True)


class ChangeOfCommitment(Input):
    """``text``: the note, the reason or the step; ``was_on`` the day before a new one."""

    kind = Choice(ChangeKind, required=True)
    text = Text(longest=LONGEST_NOTE, required=True)
    was_on = Day(required=True, allow_none=True)
    due_on = Day(required=True, allow_none=True)
    made_at = Instant(required=True)


class CommitmentWithChanges(Commitment):
    changes = fields.List(fields.Nested(ChangeOfCommitment), required=True)


class Following(Input):
    follows = Flag(required=True)
