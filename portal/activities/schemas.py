"""What the API takes and answers about activities, sign-ups and service records."""

from __future__ import annotations

from marshmallow import fields

from portal.activities.rules import (
    LONGEST_RECORD,
    MOST_PLACES,
    MOST_SHIFTS,
    ActivityStatus,
    Category,
    RecordStatus,
    SignupStatus,
)
from portal.core.schema import (
    Choice,
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
from portal.core.summaries import NameSummary, RegionSummary, TitleSummary


def _reason() -> Text:
    return Text(shortest=1, longest=500, required=True)


# --- what is taken --------------------------------------------------------------------------------


class ActivitiesQuery(PageQuery):
    region = RegionCode()
    category = Choice(Category)
    q = Text(longest=100)
    starts_after = Instant()
    starts_before = Instant()
    status = Choice(ActivityStatus)


class LocationBody(Input):
    name = Text(shortest=1, longest=120, required=True)
    latitude = Number(least=-90, most=90, required=True)
    longitude = Number(least=-180, most=180, required=True)


class ShiftBody(Input):
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    capacity = Whole(least=1, most=MOST_PLACES, required=True)
    heat = Flag(load_default=False)


class ActivityBody(Input):
    title = Text(shortest=1, longest=80, required=True)
    description = Text(shortest=1, longest=5000, required=True)
    category = Choice(Category, required=True)
    organization_id = Identifier(required=True, allow_none=True)
    region_code = RegionCode(required=True)
    location = fields.Nested(LocationBody, allow_none=True, load_default=None)
    shifts = Items(fields.Nested(ShiftBody), least=1, most=MOST_SHIFTS, required=True)
    minimum_age = Whole(least=0, most=120, allow_none=True, load_default=None)
    skills = Text(longest=500, allow_none=True, load_default=None)
    risks = Text(longest=1000, allow_none=True, load_default=None)
    insured = Flag(load_default=False)
    what_to_bring = Text(longest=500, allow_none=True, load_default=None)
    checkin_metres = Whole(least=10, most=100_000, allow_none=True, load_default=None)
    cancellation_hours = Whole(least=0, most=720, load_default=24)


class ReasonBody(Input):
    reason = _reason()


class SignupsQuery(PageQuery):
    status = Choice(SignupStatus)


class CheckinBody(Input):
    code = Text(shortest=1, longest=40, required=True)
    latitude = Number(least=-90, most=90)
    longitude = Number(least=-180, most=180)


class RecordsQuery(PageQuery):
    status = Choice(RecordStatus)
    shift = Identifier()


class ReportBody(Input):
    organization_id = Identifier()
    region_code = RegionCode()
    title = Text(shortest=1, longest=80, required=True)
    started_at = Instant(required=True)
    minutes = Whole(least=1, most=LONGEST_RECORD, required=True)
    description = Text(shortest=1, longest=2000, required=True)
    category = Choice(Category, load_default=Category.OTHER.value)


class ConfirmBody(Input):
    minutes = Whole(least=0, most=LONGEST_RECORD)
    reason = Text(shortest=1, longest=500)


class CorrectBody(Input):
    minutes = Whole(least=0, most=LONGEST_RECORD, required=True)
    reason = _reason()


class PraiseBody(Input):
    score = Whole(least=1, most=5, required=True)
    comment = Text(longest=1000, load_default="")


# --- what is answered -----------------------------------------------------------------------------


class LocationAnswer(Input):
    name = Text(longest=120, required=True)
    latitude = Number(least=-90, most=90, required=True, allow_none=True)
    longitude = Number(least=-180, most=180, required=True, allow_none=True)


class ShiftAnswer(Input):
    id = Identifier(required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    capacity = Whole(least=1, most=MOST_PLACES, required=True)
    places_left = Whole(required=True)
    waitlisted = Whole(required=True)


class ActivityAnswer(Input):
    id = Identifier(required=True)
    title = Text(longest=80, required=True)
    description = Text(longest=5000, required=True)
    category = Choice(Category, required=True)
    status = Choice(ActivityStatus, required=True)
    reason = Text(longest=500, required=True, allow_none=True)
    region = fields.Nested(RegionSummary, required=True)
    organization = fields.Nested(NameSummary, required=True, allow_none=True)
    location = fields.Nested(LocationAnswer, required=True, allow_none=True)
    shifts = fields.List(fields.Nested(ShiftAnswer), required=True)
    points_per_hour = Whole(required=True)
    minimum_age = Whole(most=120, required=True, allow_none=True)
    skills = Text(longest=500, required=True, allow_none=True)
    risks = Text(longest=1000, required=True, allow_none=True)
    insured = Flag(required=True)
    what_to_bring = Text(longest=500, required=True, allow_none=True)
    checkin_metres = Whole(required=True, allow_none=True)
    cancellation_hours = Whole(required=True)


class ActivitiesAnswer(Input):
    items = fields.List(fields.Nested(ActivityAnswer), required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)


class SignupAnswer(Input):
    id = Identifier(required=True)
    shift_id = Identifier(required=True)
    status = Choice(SignupStatus, required=True)


class MySignupAnswer(Input):
    id = Identifier(required=True)
    shift_id = Identifier(required=True)
    activity = fields.Nested(TitleSummary, required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    status = Choice(SignupStatus, required=True)
    position = Whole(least=1, required=True, allow_none=True)


class MySignupsAnswer(Input):
    items = fields.List(fields.Nested(MySignupAnswer), required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)


class CodeAnswer(Input):
    code = Text(longest=10, required=True)
    valid_until = Instant(required=True)


class AttendanceAnswer(Input):
    service_record_id = Identifier(required=True)
    checked_in_at = Instant(required=True)
    checked_out_at = Instant(required=True, allow_none=True)


class RecordAnswer(Input):
    id = Identifier(required=True)
    activity = fields.Nested(TitleSummary, required=True, allow_none=True)
    title = Text(longest=80, required=True)
    shift_id = Identifier(required=True, allow_none=True)
    resident = fields.Nested(NameSummary, required=True)
    minutes = Whole(required=True)
    status = Choice(RecordStatus, required=True)
    points = Whole(required=True)
    started_at = Instant(required=True)
    reason = Text(longest=500, required=True, allow_none=True)


class RecordsAnswer(Input):
    items = fields.List(fields.Nested(RecordAnswer), required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)


class ConfirmedAnswer(Input):
    confirmed = Whole(required=True)
    points = Whole(required=True)


class PraiseAnswer(Input):
    id = Identifier(required=True)
