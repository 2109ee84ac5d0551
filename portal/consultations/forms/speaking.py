"""What somebody says, and the receipt that somebody looks for."""

from __future__ import annotations

from wtforms import StringField, TextAreaField
from wtforms.fields import HiddenField
from wtforms.validators import InputRequired, Length

from portal.consultations.schemas import LONGEST_SAID
from portal.core.forms import Form
from portal.core.i18n import lazy_gettext as _l

LONGEST_ID = 26
LONGEST_RECEIPT = 60


class CommentForm(Form):
    """Something said to a consultation, perhaps in reply."""

    text = TextAreaField(
        _l("What would you like to say?"),
        [InputRequired(_l("Write something first.")), Length(max=LONGEST_SAID)],
        description=_l("Everybody can read it, with your name."),
    )
    reply_to = HiddenField(validators=[Length(max=LONGEST_ID)])


class QuestionForm(Form):
    """A question that the committee must answer."""

    text = TextAreaField(
        _l("What would you like to know?"),
        [InputRequired(_l("Write your question first.")), Length(max=LONGEST_SAID)],
        description=_l("Everybody can read it, with your name, and the answer too."),
    )


class AnswerForm(Form):
    """The committee's answer to a question."""

    text = TextAreaField(
        _l("Your answer"),
        [InputRequired(_l("Write what you want to say.")), Length(max=LONGEST_SAID)],
        description=_l("Everybody reads it below the question. It cannot be changed afterwards."),
    )


class ReceiptForm(Form):
    """A receipt as it was kept: in any case, with spaces, look-alikes forgiven."""

    receipt = StringField(
        _l("Your receipt"),
        [InputRequired(_l("Type your receipt.")), Length(max=LONGEST_RECEIPT)],
        description=_l("26 letters and digits. Spaces and small letters do no harm."),
    )
