"""What residents fill in around suggestions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    FloatField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from portal.core.forms import DayField, Form
from portal.core.i18n import lazy_gettext as _l
from portal.suggestions.rules.attributes import (
    LONGEST_STRING,
    LONGEST_TEXT,
    Fault,
    Kind,
    asks,
    read_answers,
)
from portal.suggestions.rules.taking_in import Channel, Visibility, title_of
from portal.suggestions.schemas import LONGEST_DESCRIPTION, LONGEST_REASON
from portal.suggestions.services import Report

_ANSWER = "answer_"
Position = tuple[float, float]

_FAULTS: dict[Fault, Any] = {
    Fault.MISSING: _l("Please answer this."),
    Fault.UNKNOWN: _l("Nobody asked this."),
    Fault.ONE_ONLY: _l("Please choose one."),
    Fault.NO_NUMBER: _l("Please write a number."),
    Fault.NO_DATE: _l("Please give a day."),
    Fault.NOT_LISTED: _l("Please choose something from the list."),
    Fault.TOO_LONG: _l("This is too long."),
}
"""What is wrong with an answer, in words."""


class JudgeForm(Form):
    """How good an answer was."""

    score = RadioField(
        _l("How happy are you with what was done?"),
        [InputRequired(_l("Choose one of the five."))],
        choices=[SelectChoice(str(n)) for n in range(1, 6)],
    )


class ReopenForm(Form):
    """Why it is not done."""

    reason = TextAreaField(
        _l("What is still missing?"),
        [InputRequired(_l("Say what is still missing.")), Length(max=LONGEST_REASON)],
        description=_l("Everybody who can see the suggestion can read this."),
    )


class ReportForm(Form):
    """What somebody reports. ``looked``: others that say the same were shown; ``publish``: what
    looks like personal data may be read by everybody."""

    description = TextAreaField(
        _l("What is it about?"),
        [
            InputRequired(_l("Say in a few words what it is about.")),
            Length(max=LONGEST_DESCRIPTION),
        ],
        description=_l(
            "What you see, and where: “The lamp before house 3 has been out for a week.”"
        ),
    )
    photos = MultipleFileField(
        _l("Photos"), description=_l("Up to six. Place and camera data are removed.")
    )
    region_code = SelectField(_l("Where is it?"), [InputRequired(_l("Choose where it is."))])
    near = SelectField(_l("Close to"), [Optional()], description=_l("If something known is near."))
    latitude = FloatField(_l("Latitude"), [Optional(), NumberRange(-90, 90)])
    longitude = FloatField(_l("Longitude"), [Optional(), NumberRange(-180, 180)])
    visibility = RadioField(
        _l("Who can read it?"),
        [InputRequired(_l("Choose who can read it."))],
        choices=[
            SelectChoice(
                Visibility.PUBLIC,
                _l("Everybody. Neighbours can support it. Your name is not shown."),
            ),
            SelectChoice(
                Visibility.CONFIDENTIAL, _l("Only those who work on it. For quarrels and worries.")
            ),
        ],
        default=Visibility.PUBLIC,
    )
    anonymous = BooleanField(_l("Do not tell those who work on it who I am"))
    looked = HiddenField()
    publish = BooleanField(_l("Everybody may read this"))

    questions: Sequence[Mapping[str, Any]] = ()
    category = ""
    channel = Channel.PAGE

    def __init__(self, *values: Any, **more: Any) -> None:
        super().__init__(*values, **more)
        self.photo_faults: list[str] = []
        """What was wrong with the pictures, found while they were read."""

    def validate_photos(self, _field: Any) -> None:
        if self.photo_faults:
            raise ValidationError(" ".join(self.photo_faults))

    def validate_latitude(self, _field: FloatField) -> None:
        if self.longitude.data is None:
            raise ValidationError(_l("Give both numbers of the place, or none."))

    def validate_longitude(self, _field: FloatField) -> None:
        if self.latitude.data is None:
            raise ValidationError(_l("Give both numbers of the place, or none."))

    def place_at(self, regions: Iterable[tuple[str, str]], near: Iterable[tuple[str, str]]) -> None:
        """Offer where it may be: regions by code, and what stands there by its position."""
        self.region_code.choices = [SelectChoice(code, name) for code, name in regions]
        self.near.choices = [
            SelectChoice("", _l("Nothing of these")),
            *(SelectChoice(position, name) for position, name in near),
        ]

    @property
    def position(self) -> Position | None:
        """The two numbers that were given, else the place of what it is close to."""
        if self.latitude.data is not None and self.longitude.data is not None:
            return self.latitude.data, self.longitude.data
        if not self.near.data:
            return None
        latitude, _comma, longitude = self.near.data.partition(",")
        return float(latitude), float(longitude)

    @property
    def kind(self) -> str:
        """The code of the category."""
        return self.category

    @property
    def answer_fields(self) -> list[Any]:
        """The fields of the category's own questions."""
        return [self[_ANSWER + each["code"]] for each in self.questions]

    def read(self) -> Report:
        """What was filled in."""
        latitude, longitude = self.position or (None, None)
        return Report(
            category=self.kind,
            title=title_of(self.description.data),
            description=self.description.data,
            region_code=self.region_code.data,
            latitude=latitude,
            longitude=longitude,
            visibility=Visibility(self.visibility.data),
            anonymous=bool(self.anonymous and self.anonymous.data),
            channel=self.channel,
            attributes=read_answers(self.questions, self._given()).values,
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask every field, and hold the answers against the category's questions."""
        valid = super().validate(extra_validators)
        faults = read_answers(self.questions, self._given()).faults
        for code, fault in faults.items():
            field = self[_ANSWER + code]
            field.errors = [*field.errors, _FAULTS[fault]] if not field.errors else field.errors
        return valid and not faults

    def _given(self) -> dict[str, list[str]]:
        """The answers as texts, by the questions' codes."""
        return {each["code"]: _texts(self[_ANSWER + each["code"]].data) for each in self.questions}


class CounterForm(ReportForm):
    """What a social worker takes down for somebody."""

    member_code = StringField(
        _l("Member code of the resident"),
        [Optional(), Length(max=40)],
        description=_l("Then they find it among their own. Leave it empty for anybody else."),
    )
    channel = Channel.DESK


class PatrolForm(ReportForm):
    """What a grid worker sees. The words may be few: the picture says more."""

    category_code = RadioField(_l("What is it?"), [InputRequired(_l("Choose what it is."))])
    channel = Channel.PATROL

    @property
    def kind(self) -> str:
        return str(self.category_code.data)


def report_form(kind: type[ReportForm], category: Any) -> type[ReportForm]:
    """The form of a category, with its own questions as fields."""
    questions = tuple(each for each in category.attributes if asks(each))
    fields = {_ANSWER + each["code"]: _field(each) for each in questions}
    more = {"questions": questions, "category": category.code}
    return type(kind.__name__, (kind,), {**fields, **more})


def _field(question: Mapping[str, Any]) -> Any:
    """The field of a question, as Open311 names its kinds."""
    needed = InputRequired(_l("Please answer this.")) if question.get("required") else Optional()
    label, kind = question["description"], Kind(question["datatype"])
    offered = [SelectChoice(each["key"], each["name"]) for each in question.get("values") or ()]
    if kind is Kind.ONE:
        return RadioField(label, [needed], choices=offered)
    if kind is Kind.SEVERAL:
        return SelectMultipleField(label, [needed], choices=offered)
    if kind is Kind.DATETIME:
        return DayField(label, [needed])
    if kind is Kind.TEXT:
        return TextAreaField(label, [needed, Length(max=LONGEST_TEXT)])
    return StringField(label, [needed, Length(max=LONGEST_STRING)])


def _texts(answer: Any) -> list[str]:
    given = answer if isinstance(answer, list) else [answer]
    texts = [each.isoformat() if isinstance(each, date) else each for each in given]
    return [each for each in texts if each]
