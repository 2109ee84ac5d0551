"""What residents propose, and what the committee answers: options, sentences, covenants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.consultations.forms.setup import YuanField
from portal.consultations.rules.proposals import (
    LONGEST_SENTENCE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_WHY,
    MOST_MERGED,
)
from portal.consultations.services import Proposed
from portal.core.forms import DayField, Form
from portal.core.i18n import lazy_gettext as _l


class ProposalForm(Form):
    """An option as somebody proposes it."""

    title = StringField(
        _l("What do you propose?"),
        [InputRequired(_l("Name it in a few words.")), Length(max=LONGEST_TITLE)],
        description=_l("In a few words, as it would stand on the ballot."),
    )
    text = TextAreaField(
        _l("What exactly, and why?"),
        [Optional(), Length(max=LONGEST_TEXT)],
        description=_l("Everybody can read it, with your name."),
    )
    cost = YuanField(_l("Cost in yuan"), [Optional()])

    def read(self) -> Proposed:
        """What was filled in."""
        return Proposed(title=self.title.data or "", text=self.text.data or "", cost=self.cost.data)


class MergerForm(ProposalForm):
    """Several proposals as one."""

    proposals = SelectMultipleField(
        _l("Which proposals become one?"),
        [InputRequired(_l("Choose two or more proposals that wait."))],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    why = TextAreaField(
        _l("Why together?"),
        [InputRequired(_l("Say why, in a sentence.")), Length(max=LONGEST_WHY)],
        description=_l("Those who proposed them read this before they agree."),
    )

    def offer(self, found: Iterable[Any]) -> None:
        self.proposals.choices = [SelectChoice(each.id, each.title) for each in found]

    def validate_proposals(self, field: SelectMultipleField) -> None:
        if not 2 <= len(field.data or ()) <= MOST_MERGED:
            raise ValidationError(
                _l("Choose %(least)s to %(most)s of them.", least=2, most=MOST_MERGED)
            )


class RefusalForm(Form):
    """Why the committee does not do what somebody proposes."""

    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Say why, in a sentence.")), Length(max=500)],
        description=_l("Everybody can read it, and who proposed it is told."),
    )


class RewordForm(Form):
    """An option's text, written anew. ``seen``: the version that was looked at."""

    text = TextAreaField(
        _l("Text"),
        [InputRequired(_l("Write the text.")), Length(max=LONGEST_TEXT)],
        description=_l("Each line is a paragraph."),
    )
    why = TextAreaField(
        _l("Why is it changed?"),
        [InputRequired(_l("Say why, in a sentence.")), Length(max=LONGEST_WHY)],
        description=_l("It stands beside the new version."),
    )
    seen = HiddenField(validators=[Length(max=9)])


class AmendmentForm(Form):
    """A sentence as somebody would have it; empty, it is taken out."""

    sentence = TextAreaField(
        _l("How should it read?"),
        [Optional(), Length(max=LONGEST_SENTENCE)],
        description=_l("Leave it empty to take the sentence out."),
    )
    why = TextAreaField(
        _l("Why?"), [InputRequired(_l("Say why, in a sentence.")), Length(max=LONGEST_WHY)]
    )


class CovenantForm(Form):
    """A covenant as it was before the portal."""

    text = TextAreaField(
        _l("The covenant as it holds"),
        [InputRequired(_l("Write the text.")), Length(max=LONGEST_TEXT)],
        description=_l("Each line is a paragraph."),
    )
    adopted_on = DayField(_l("It holds since"), [InputRequired(_l("Please give a day."))])
