"""What people fill in around activities."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FloatField,
    FormField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from portal.activities.rules import CATEGORY_NAMES, LONGEST_RECORD, MOST_PLACES, MOST_SHIFTS
from portal.activities.services import ActivityPlan, Location, Report, ShiftPlan
from portal.core.clock import clock
from portal.core.errors import DomainError
from portal.core.forms import DayField, Form, WholeField, half_width, whole_range
from portal.core.i18n import lazy_gettext as _l

BLANK_SHIFTS = 2
_NOTHING = SelectChoice("", _l("Choose one"))
_CATEGORIES = [_NOTHING, *(SelectChoice(value, name) for value, name in CATEGORY_NAMES.items())]


def offer(field: SelectField, choices: Iterable[tuple[str, Any]]) -> None:
    """Fill a select with what there is to choose, an empty choice first."""
    field.choices = [_NOTHING, *(SelectChoice(value, label) for value, label in choices)]


class PositionField(Field):  # type: ignore[misc]
    """A coordinate that the page's script fills in; what is no number is none."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            self.data = float(valuelist[0]) if valuelist else None
        except ValueError:
            self.data = None

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)


class CodeForm(Form):
    """The code on the host's screen, as typed, scanned, or in the address that its QR holds."""

    code = StringField(
        _l("Check-in code"),
        [InputRequired(_l("Type the ten digits on the host’s screen.")), Length(max=400)],
        description=_l("Ten digits. They change every few seconds, so take the newest."),
    )

    latitude = PositionField()
    longitude = PositionField()

    def digits(self) -> str:
        return digits_in(self.code.data or "")

    def position(self) -> tuple[float, float] | None:
        """Latitude and longitude, if a script of the page found them."""
        latitude, longitude = self.latitude.data, self.longitude.data
        if latitude is None or longitude is None:
            return None
        possible = -90 <= latitude <= 90 and -180 <= longitude <= 180
        return (latitude, longitude) if possible else None


def digits_in(text: str) -> str:
    """The digits of a code, out of what was typed or scanned."""
    given = text.rpartition("code=")[2].partition("&")[0]
    return "".join(c for c in half_width(given) if not c.isspace() and c not in "-–")


class MemberForm(Form):
    """The member code that a person shows to the host."""

    code = StringField(
        _l("Member code"),
        [InputRequired(_l("Scan or type the person’s member code.")), Length(max=40)],
        description=_l("It is on the person’s pass and on their page “My code”."),
    )


class ReasonForm(Form):
    """Why something is sent back, called off, refused or disputed."""

    reason = TextAreaField(
        _l("Reason"), [InputRequired(_l("Say why, in a sentence.")), Length(max=500)]
    )


class CorrectForm(ReasonForm):
    """A record's minutes, set right."""

    minutes = WholeField(
        _l("Minutes"), [InputRequired(_l("Give the minutes.")), whole_range(0, LONGEST_RECORD)]
    )


class ConfirmForm(Form):
    """A record to be confirmed, perhaps with other minutes."""

    minutes = WholeField(
        _l("Minutes"), [InputRequired(_l("Give the minutes.")), whole_range(0, LONGEST_RECORD)]
    )
    reason = StringField(
        _l("Why other minutes"),
        [Optional(), Length(max=500)],
        description=_l("Only if you changed them. The person reads this."),
    )


class PraiseForm(Form):
    """How it was."""

    score = RadioField(
        _l("How was it?"),
        [InputRequired(_l("Choose one of the five."))],
        choices=[SelectChoice(str(n)) for n in range(1, 6)],
    )
    comment = TextAreaField(
        _l("In your words"),
        [Optional(), Length(max=1000)],
    )


class ReportForm(Form):
    """Hours that were served without a sign-up."""

    host = SelectField(_l("For whom"), [InputRequired(_l("Choose for whom you did it."))])
    title = StringField(
        _l("What you did"), [InputRequired(_l("Say what you did.")), Length(max=80)]
    )
    category = SelectField(_l("Kind"), [InputRequired(_l("Choose a kind."))], choices=_CATEGORIES)
    day = DayField(_l("Day"), [InputRequired(_l("Choose the day."))])
    begin = TimeField(_l("From"), [InputRequired(_l("Give the time you began."))])
    minutes = WholeField(
        _l("Minutes"), [InputRequired(_l("Give the minutes.")), whole_range(1, LONGEST_RECORD)]
    )
    description = TextAreaField(
        _l("Tell the host about it"),
        [InputRequired(_l("Write a few words.")), Length(max=2000)],
    )
    photos = MultipleFileField(
        _l("Photos"),
        description=_l("JPEG, PNG or WebP. Place and camera data are removed."),
    )

    def read(self) -> Report:
        """What was filled in."""
        kind, _colon, name = (self.host.data or "").partition(":")
        started = datetime.combine(self.day.data, self.begin.data, clock.zone)
        return Report(
            organization_id=name if kind == "organization" else None,
            region_code=name if kind == "region" else None,
            title=self.title.data or "",
            started_at=started,
            minutes=self.minutes.data or 0,
            description=self.description.data or "",
            category=self.category.data,
        )

    def refuse(self, error: DomainError) -> None:
        show_beside(self, error, {"organization_id": "host", "started_at": "day"})


class ShiftForm(Form):
    """One shift; left empty it is none."""

    day = DayField(_l("Day"), [Optional()])
    begin = TimeField(_l("From"), [Optional()])
    end = TimeField(_l("Until"), [Optional()])
    capacity = WholeField(_l("Places"), [Optional(), whole_range(1, MOST_PLACES)])

    @property
    def is_blank(self) -> bool:
        return not any((self.day.data, self.begin.data, self.end.data, self.capacity.data))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if self.is_blank:
            return bool(valid)
        for field in (self.day, self.begin, self.end, self.capacity):
            if field.data is None and not field.errors:
                field.errors = [*field.errors, _l("Fill in the whole shift, or leave it empty.")]
                valid = False
        return bool(valid)

    def read(self) -> ShiftPlan:
        """What was filled in; an end before the beginning is on the next day."""
        begins = datetime.combine(self.day.data, self.begin.data, clock.zone)
        ends = datetime.combine(self.day.data, self.end.data, clock.zone)
        if ends <= begins:
            ends += timedelta(days=1)
        return ShiftPlan(begins, ends, self.capacity.data or 0)


class PlacesForm(Form):
    """How many places a shift has that is under way: its times stay."""

    capacity = WholeField(
        _l("Places"), [InputRequired(_l("Give the places.")), whole_range(1, MOST_PLACES)]
    )


class OneShiftForm(PlacesForm):
    """One shift of an activity that is published."""

    day = DayField(_l("Day"), [InputRequired(_l("Choose the day."))])
    begin = TimeField(_l("From"), [InputRequired(_l("Give the time it begins."))])
    end = TimeField(
        _l("Until"),
        [InputRequired(_l("Give the time it ends."))],
        description=_l("A time before the beginning is on the next day."),
    )

    read = ShiftForm.read

    def refuse(self, error: DomainError) -> None:
        if error.errors:
            show_beside(self, error, {"starts_at": "begin", "ends_at": "end"})
        else:
            super().refuse(error)


class ActivityForm(Form):
    """An activity with its shifts."""

    title = StringField(
        _l("Title"),
        [InputRequired(_l("Give it a title.")), Length(max=80)],
        description=_l("What people do, in a few words: Clean up the park"),
    )
    description = TextAreaField(
        _l("What happens"), [InputRequired(_l("Say what happens.")), Length(max=5000)]
    )
    category = SelectField(_l("Kind"), [InputRequired(_l("Choose a kind."))], choices=_CATEGORIES)
    host = SelectField(_l("Host"), [InputRequired(_l("Choose the host."))])
    region_code = SelectField(_l("Community served"), [InputRequired(_l("Choose the community."))])
    location_name = StringField(
        _l("Where to meet"),
        [Optional(), Length(max=120)],
        description=_l("So that somebody new finds it."),
    )
    latitude = FloatField(_l("Latitude"), [Optional(), NumberRange(-90, 90)])
    longitude = FloatField(_l("Longitude"), [Optional(), NumberRange(-180, 180)])
    checkin_metres = WholeField(
        _l("Check-in only within (metres)"),
        [Optional(), whole_range(10, 100_000)],
        description=_l(
            "Needs the two numbers of the place. Whose phone does not say where it is, you tick "
            "off the list yourself."
        ),
    )
    minimum_age = WholeField(_l("Minimum age"), [Optional(), whole_range(0, 120)])
    skills = StringField(
        _l("Skills needed"),
        [Optional(), Length(max=500)],
        description=_l("Only if nobody can do without them, such as first aid."),
    )
    risks = TextAreaField(_l("Risks"), [Optional(), Length(max=1000)])
    insured = BooleanField(_l("Everybody who takes part is insured"))
    what_to_bring = StringField(_l("What to bring"), [Optional(), Length(max=500)])
    cancellation_hours = WholeField(
        _l("Places can be given back until (hours before)"),
        [InputRequired(_l("Give the hours.")), whole_range(0, 720)],
        default=24,
    )
    shifts = FieldList(FormField(ShiftForm), min_entries=BLANK_SHIFTS, max_entries=MOST_SHIFTS)

    def validate_longitude(self, field: FloatField) -> None:
        if (field.data is None) != (self.latitude.data is None):
            raise ValidationError(_l("Give both numbers of the place, or none."))
        if field.data is not None and not self.location_name.data:
            raise ValidationError(_l("Say in words where it is, too."))

    def validate_shifts(self, field: FieldList) -> None:
        if all(entry.form.is_blank for entry in field):
            field.entries[0].form.day.errors = [_l("Give at least one shift.")]
            raise ValidationError(_l("Give at least one shift."))

    def add_rows(self) -> None:
        """More empty shifts to fill in."""
        for _row in range(min(BLANK_SHIFTS + 1, MOST_SHIFTS - len(self.shifts))):
            self.shifts.append_entry()

    def read(self) -> ActivityPlan:
        """What was filled in."""
        kind, _colon, name = (self.host.data or "").partition(":")
        return ActivityPlan(
            title=self.title.data or "",
            description=self.description.data or "",
            category=self.category.data,
            organization_id=name if kind == "organization" else None,
            region_code=self.region_code.data,
            shifts=tuple(each.form.read() for each in self.shifts if not each.form.is_blank),
            location=self.location(),
            checkin_metres=self.checkin_metres.data,
            minimum_age=self.minimum_age.data,
            skills=self.skills.data or None,
            risks=self.risks.data or None,
            insured=bool(self.insured.data),
            what_to_bring=self.what_to_bring.data or None,
            cancellation_hours=self.cancellation_hours.data or 0,
        )

    def location(self) -> Location | None:
        if not self.location_name.data:
            return None
        return Location(self.location_name.data, self.latitude.data, self.longitude.data)

    def refuse(self, error: DomainError) -> None:
        """Shifts are named by their place among those that are filled in."""
        filled = [each.form for each in self.shifts if not each.form.is_blank]
        rest = []
        for each in error.errors:
            parts = each.field.split(".")
            if parts[0] == "shifts" and len(parts) == 3:
                shift = filled[int(parts[1])]
                target = {"starts_at": shift.begin, "ends_at": shift.end}.get(parts[2], shift.day)
                target.errors = [*target.errors, each.detail]
            else:
                rest.append(each)
        show_beside(
            self,
            DomainError(error.detail, errors=rest) if rest else None,
            {"organization_id": "host"},
        )
        if not error.errors:
            self.form_errors.append(error.detail)


class AmendForm(Form):
    """What may still change once people have signed up."""

    description = TextAreaField(
        _l("What happens"), [InputRequired(_l("Say what happens.")), Length(max=5000)]
    )
    location_name = StringField(_l("Where to meet"), [Optional(), Length(max=120)])
    latitude = FloatField(_l("Latitude"), [Optional(), NumberRange(-90, 90)])
    longitude = FloatField(_l("Longitude"), [Optional(), NumberRange(-180, 180)])
    what_to_bring = StringField(_l("What to bring"), [Optional(), Length(max=500)])
    risks = TextAreaField(_l("Risks"), [Optional(), Length(max=1000)])

    validate_longitude = ActivityForm.validate_longitude
    location = ActivityForm.location


def show_beside(form: Form, error: DomainError | None, names: dict[str, str]) -> None:
    """Show a refusal beside the fields of this form that stand for those it names."""
    for each in error.errors if error else ():
        name = each.field.split(".")[0]
        target = form._fields.get(names.get(name, name))
        if target is not None:
            target.errors = [*target.errors, each.detail]
        else:
            form.form_errors.append(each.detail)
