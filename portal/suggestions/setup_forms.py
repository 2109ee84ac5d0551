"""What an administrator fills in to set up departments, categories, rules and working days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import (
    BooleanField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional, Regexp

from portal.core.forms import DayField, Form, WholeField, whole_range
from portal.core.i18n import lazy_gettext as _l
from portal.suggestions.models.catalogue import CODE_LENGTH, NAME_LENGTH
from portal.suggestions.models.dispatching import WORDS_LENGTH
from portal.suggestions.rules import questions
from portal.suggestions.rules.working_days import MOST_WORKING_DAYS
from portal.suggestions.schemas import CODE_PATTERN

LONGEST_QUESTIONS = 8_000
_FAULTS: dict[questions.Fault, Any] = {
    questions.Fault.FORM: _l("Line %(line)s needs four or five parts, with vertical bars between "
                             "them."),
    questions.Fault.CODE: _l("Line %(line)s: the code is missing, is there twice, or has other "
                             "signs than a to z, digits, - and _."),
    questions.Fault.DATATYPE: _l("Line %(line)s: this kind of answer is not known."),
    questions.Fault.NEEDED: _l("Line %(line)s: say required or optional."),
    questions.Fault.WORDS: _l("Line %(line)s: the question is missing or too long."),
    questions.Fault.VALUES: _l("Line %(line)s: a list needs choices as in dark=It is dark, and "
                               "nothing else has any."),
    questions.Fault.TOO_MANY: _l("Line %(line)s: these are too many questions."),
}  # fmt: skip


class DepartmentForm(Form):
    """A department's name."""

    name = StringField(
        _l("Name of the department"),
        [InputRequired(_l("Write the department’s name.")), Length(max=NAME_LENGTH)],
    )


class CategoryForm(Form):
    """A category, but for its code."""

    name = StringField(
        _l("Name of the category"),
        [InputRequired(_l("Write the category’s name.")), Length(max=NAME_LENGTH)],
    )
    due_working_days = WholeField(
        _l("Working days until an answer is due"),
        [InputRequired(_l("Give a number of days.")), whole_range(1, MOST_WORKING_DAYS)],
        description=_l("Cases that are there already keep their dates."),
    )
    department_id = SelectField(
        _l("Department that answers"),
        [Optional()],
        description=_l("Where no region has named another one."),
    )
    anonymous_allowed = BooleanField(_l("People may report without giving their name"))
    is_works = BooleanField(_l("These are works: an answer that says “done” needs a photo"))
    attributes = TextAreaField(
        _l("Questions of its form"),
        [Optional(), Length(max=LONGEST_QUESTIONS)],
        description=_l(
            "One a line, its parts with a vertical bar between them: code, kind of answer, "
            "required or optional, question, choices. Kinds: string, text, number, datetime, "
            "singlevaluelist, multivaluelist. Choices as in dark=It is dark, loud=It hums."
        ),
    )

    def offer(self, departments: Sequence[Any]) -> None:
        """The departments to choose from."""
        self.department_id.choices = [
            SelectChoice(value="", label=_l("Nobody for everywhere")),
            *_choices(departments),
        ]

    def validate_attributes(self, field: Any) -> None:
        """Say which line is wrong, and why."""
        try:
            questions.read(field.data or "")
        except questions.Unreadable as error:
            words = str(_FAULTS[error.fault]) % {"line": error.line}
            raise ValidationError(words) from error


class NewCategoryForm(CategoryForm):
    """A category with its code."""

    code = StringField(
        _l("Code of the category"),
        [
            InputRequired(_l("Write a code.")),
            Length(max=CODE_LENGTH),
            Regexp(CODE_PATTERN, message=_l("Only a to z, digits, - and _ are allowed here.")),
        ],
        description=_l("Other systems know the category by it. It is never changed."),
    )


class ResponsibleForm(Form):
    """Who answers for a category in a region."""

    department_id = SelectField(
        _l("Department that answers here"), [InputRequired(_l("Choose a department."))]
    )

    def offer(self, departments: Sequence[Any]) -> None:
        """The departments to choose from."""
        self.department_id.choices = _choices(departments)


class RuleForm(Form):
    """By which rule a department is proposed."""

    category = SelectField(_l("Category"), [Optional()])
    words = StringField(
        _l("Words, one of which stands in the report"),
        [Optional(), Length(max=WORDS_LENGTH)],
        description=_l("Parted by spaces. Leave it empty where the words do not matter."),
    )
    department_id = SelectField(
        _l("Department to propose"), [InputRequired(_l("Choose a department."))]
    )

    def offer(self, categories: Sequence[Any], departments: Sequence[Any]) -> None:
        """What to choose from."""
        self.category.choices = [
            SelectChoice(value="", label=_l("Any category")),
            *(SelectChoice(value=each.code, label=each.name) for each in categories),
        ]
        self.department_id.choices = _choices(departments)


class WorkingDayForm(Form):
    """Whether a day is worked."""

    day = DayField(_l("Day"), [InputRequired(_l("Give a day."))])
    is_worked = RadioField(
        _l("On this day"),
        [InputRequired(_l("Choose one of them."))],
        choices=[
            SelectChoice(value="no", label=_l("nobody works: a holiday")),
            SelectChoice(value="yes", label=_l("people work, though it is a weekend")),
        ],
    )
    note = StringField(
        _l("What day it is"),
        [InputRequired(_l("Write what day it is.")), Length(max=NAME_LENGTH)],
    )


def _choices(departments: Sequence[Any]) -> list[SelectChoice]:
    return [SelectChoice(value=each.id, label=each.name) for each in departments]
