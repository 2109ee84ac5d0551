"""What the committee fills in about what it promised."""

from __future__ import annotations

from typing import Any

from wtforms import FieldList, FormField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.consultations.forms.setup import YuanField
from portal.consultations.schemas import LONGEST_GIVING_UP, LONGEST_NOTE
from portal.consultations.services import Milestone, Promise
from portal.core.clock import today
from portal.core.forms import DayField, Form
from portal.core.i18n import lazy_gettext as _l

BLANK_MILESTONES = 2
_INCOMPLETE = _l("Fill in the whole line, or leave it empty.")
_PAST = _l("This lies in the past.")


class MilestoneForm(Form):
    """A step on the way; left empty it is none."""

    title = StringField(_l("Step on the way"), [Optional(), Length(max=200)])
    due_on = DayField(_l("By when"), [Optional()])

    @property
    def is_blank(self) -> bool:
        return not any((self.title.data, self.due_on.data, self.due_on.errors))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        return valid and (self.is_blank or _whole(self.title, self.due_on))


class PromiseForm(Form):
    """What will be done; left empty it is nothing."""

    title = StringField(_l("What will be done"), [Optional(), Length(max=200)])
    owner = StringField(_l("Who sees to it"), [Optional(), Length(max=80)])
    due_on = DayField(_l("By when"), [Optional()])
    budget = YuanField(
        _l("Money set aside, in yuan"), [Optional()], description=_l("If it costs something.")
    )
    milestones = FieldList(FormField(MilestoneForm), min_entries=BLANK_MILESTONES, max_entries=20)

    @property
    def is_blank(self) -> bool:
        fields = (self.title, self.owner, self.due_on, self.budget)
        return not (
            any(field.data or field.errors for field in fields)
            or any(not entry.form.is_blank for entry in self.milestones)
        )

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if self.is_blank:
            return valid
        return _whole(self.title, self.owner, self.due_on) and valid

    def read(self) -> Promise:
        filled = (entry.form for entry in self.milestones if not entry.form.is_blank)
        return Promise(
            title=self.title.data,
            owner=self.owner.data,
            due_on=self.due_on.data,
            budget=self.budget.data,
            milestones=[
                Milestone(title=each.title.data, due_on=each.due_on.data) for each in filled
            ],
        )


class NoteForm(Form):
    """How far it has come."""

    text = TextAreaField(
        _l("What there is to say"),
        [InputRequired(_l("Say how far it has come.")), Length(max=LONGEST_NOTE)],
        description=_l("Everybody reads it, and everybody who took part in the vote is told."),
    )


class KeptForm(NoteForm):
    """That it is done."""

    text = TextAreaField(
        _l("What was done"),
        [InputRequired(_l("Say what was done.")), Length(max=LONGEST_NOTE)],
        description=_l("Where can people see it? What did it cost?"),
    )


class MoveForm(Form):
    """Another day."""

    due_on = DayField(_l("New day"), [InputRequired(_l("Choose a day."))])
    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Say why, in a sentence.")), Length(max=LONGEST_GIVING_UP)],
        description=_l("It stands beside the new day, and the earlier day stays to be seen."),
    )


class StepForm(Form):
    """One more step on the way."""

    title = StringField(
        _l("Step on the way"), [InputRequired(_l("Say what the step is.")), Length(max=200)]
    )
    due_on = DayField(_l("By when"), [InputRequired(_l("Choose a day."))])


class GiveUpForm(Form):
    """Why it will not be done."""

    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Say why, in a sentence.")), Length(max=LONGEST_GIVING_UP)],
        description=_l("Those who voted were promised this. Say why they will not get it."),
    )


def _whole(*fields: Any) -> bool:
    """Whether all of these are filled in, and their days are to come; what is not is said."""
    valid = True
    for field in fields:
        wrong = _INCOMPLETE if not field.data else None
        if isinstance(field, DayField) and field.data and field.data < today():
            wrong = _PAST
        if wrong is not None and not field.errors:
            field.errors = [*field.errors, wrong]
        valid = valid and not field.errors
    return valid
