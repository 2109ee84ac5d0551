"""What is filled in to ask the committee, and to answer."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from portal.core.forms import Form
from portal.core.i18n import lazy_gettext as _l
from portal.supervision.schemas import LONGEST_ANSWER, LONGEST_QUESTION


class QuestionForm(Form):
    """A question to the committee."""

    text = TextAreaField(
        _l("Your question to the committee"),
        [InputRequired(_l("Write your question.")), Length(max=LONGEST_QUESTION)],
        description=_l("Everybody reads it with your name, and the answer too."),
    )


class AnswerForm(Form):
    """The committee's answer."""

    text = TextAreaField(
        _l("Your answer"),
        [InputRequired(_l("Write your answer.")), Length(max=LONGEST_ANSWER)],
        description=_l("It is public and cannot be changed afterwards."),
    )
