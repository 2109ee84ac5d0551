"""What is filled in to object to what somebody said, and to hide it."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from portal.core.forms import Form
from portal.core.i18n import lazy_gettext as _l
from portal.core.moderation import LONGEST_REASON


class FlagForm(Form):
    """What is wrong with it."""

    reason = TextAreaField(
        _l("What is wrong with it?"),
        [
            InputRequired(_l("Write in a sentence what is wrong with it.")),
            Length(max=LONGEST_REASON),
        ],
        description=_l("Only those who look into it read this."),
    )


class HideForm(Form):
    """Why it is hidden."""

    reason = TextAreaField(
        _l("Why is it hidden?"),
        [InputRequired(_l("Write in a sentence why it is hidden.")), Length(max=LONGEST_REASON)],
        description=_l("Everybody reads this in its place."),
    )
