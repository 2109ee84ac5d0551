"""What is filled in at the desks of dispatchers, departments and supervisors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import IO, Any

from flask_wtf.file import MultipleFileField
from wtforms import (
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    widgets,
)
from wtforms.validators import InputRequired, Length, Optional

from portal.core.clock import clock
from portal.core.forms import DayField, Form, half_width
from portal.core.i18n import lazy_gettext as _l
from portal.suggestions.rules.machine import Outcome
from portal.suggestions.schemas import LONGEST_ANSWER, LONGEST_REASON, MOST_CALLED
from portal.suggestions.words import OUTCOMES

NUMBER_LENGTH = 20
_DEPARTMENT = _l("Department")


class DispatchForm(Form):
    """To which department, with a word on the way."""

    department_id = SelectField(_DEPARTMENT, [InputRequired(_l("Choose a department."))])
    note = StringField(_l("A word to the department"), [Optional(), Length(max=LONGEST_REASON)])

    def offer(self, departments: Mapping[str, str], proposed: str | None) -> None:
        """The departments to choose from, by id; the proposed one stands there already."""
        self.department_id.choices = [
            SelectChoice(value=each, label=name) for each, name in departments.items()
        ]
        if proposed is not None and not self.is_submitted():
            self.department_id.data = proposed


class ReturnForm(Form):
    """Why it is not ours, and whose it might be."""

    reason = TextAreaField(
        _l("Why it is not for your department"),
        [InputRequired(_l("Say why you give it back.")), Length(max=LONGEST_REASON)],
        description=_l("Everybody who may read the case reads this."),
    )
    proposed_department_id = SelectField(
        _l("Whose it is, as far as you know"),
        [InputRequired(_l("Name the department that it is for."))],
    )

    def offer(self, departments: Sequence[Any], own: str | None) -> None:
        """The departments that may be named: all but one's own."""
        others = [each for each in departments if each.id != own]
        self.proposed_department_id.choices = _choices(others)


class WithPhotos(Form):
    """Words that can come with pictures of the work."""

    photos = MultipleFileField(
        _l("Photos of the work"),
        description=_l("At most six in all. Places and times in the files are taken out."),
    )

    @property
    def streams(self) -> list[IO[bytes]]:
        """The pictures that were sent."""
        return [each.stream for each in self.photos.data or () if getattr(each, "filename", "")]


class ProgressForm(WithPhotos):
    """How it goes on."""

    note = TextAreaField(
        _l("What was done, and what comes next"),
        [InputRequired(_l("Say how it goes on.")), Length(max=LONGEST_REASON)],
        description=_l("Everybody who may read the case reads this."),
    )


class AnswerForm(WithPhotos):
    """What became of it."""

    outcome = RadioField(
        _l("What became of it"),
        [InputRequired(_l("Choose what became of it."))],
        choices=[SelectChoice(value=str(each), label=OUTCOMES[each]) for each in Outcome],
    )
    text = TextAreaField(
        _l("Your answer"),
        [InputRequired(_l("Write your answer.")), Length(max=LONGEST_ANSWER)],
        description=_l("Plain words: what was done, by whom, what happens next."),
    )


class ReasonForm(Form):
    """Why."""

    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Give a reason.")), Length(max=LONGEST_REASON)],
        description=_l("Everybody who may read the case reads this."),
    )


class MergeForm(Form):
    """Into which case."""

    number = StringField(
        _l("Number of the other case"),
        [InputRequired(_l("Write the other case’s number.")), Length(max=NUMBER_LENGTH)],
        filters=[lambda text: half_width(text).replace(" ", "") if text else text],
        description=_l("As in 20261122-480213. That one stays and leads; this one follows it."),
    )


class WhistleForm(Form):
    """Whom to call, and by when they must report in."""

    department_ids = SelectMultipleField(
        _l("Departments to call"),
        [
            InputRequired(_l("Choose at least one department.")),
            Length(max=MOST_CALLED, message=_l("These are too many departments.")),
        ],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
        description=_l("Each has a part of its own. The lead answers when all parts are done."),
    )
    report_on = DayField(_l("Report in by"), [InputRequired(_l("Give a day."))])
    report_time = TimeField(_l("Time"), [InputRequired(_l("Give a time like 14:30."))])

    def offer(self, departments: Sequence[Any], lead: str | None) -> None:
        """The departments that may be called: all but the lead."""
        others = [each for each in departments if each.id != lead]
        self.department_ids.choices = _choices(others)

    def begin_with(self, day: date, hour: time) -> None:
        """What stands there at first."""
        if not self.is_submitted():
            self.report_on.data, self.report_time.data = day, hour

    @property
    def report_by(self) -> datetime:
        """The instant that was given, in the portal's time zone."""
        return datetime.combine(self.report_on.data, self.report_time.data, clock.zone)


def _choices(departments: Sequence[Any]) -> list[SelectChoice]:
    return [SelectChoice(value=each.id, label=each.name) for each in departments]
