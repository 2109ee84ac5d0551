"""What the desk fills in while a vote runs, and when it is over."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import FieldList, FormField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from portal.consultations.forms.promises import PromiseForm
from portal.consultations.rules.life import Change
from portal.consultations.schemas import LONGEST_REASONS, MOST_COMMITMENTS
from portal.consultations.services import Promise
from portal.core.errors import DomainError
from portal.core.forms import Form
from portal.core.i18n import lazy_gettext as _l

BLANK_PROMISES = 2
LONGEST_SHARE = 60
SHORTEST_DEPARTURE = 20
"""Characters. Departing from a vote takes more than a word."""


class CancelForm(Form):
    """Why a vote is called off."""

    reason = TextAreaField(
        _l("Reason"), [InputRequired(_l("Say why, in a sentence.")), Length(max=500)]
    )


class RollChangeForm(Form):
    """Somebody to be added to a roll, or taken off it."""

    change = RadioField(
        _l("What is to be done"),
        [InputRequired(_l("Choose one."))],
        choices=[
            SelectChoice(Change.ADDED, _l("Add to the roll")),
            SelectChoice(Change.REMOVED, _l("Take off the roll")),
        ],
    )
    member_code = StringField(
        _l("Member code"),
        [InputRequired(_l("Scan or type the person’s member code.")), Length(max=40)],
        description=_l("It is on the person’s page “My code”."),
    )
    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Say why, in a sentence.")), Length(max=500)],
        description=_l("Everybody can read it: name nobody."),
    )


class MemberForm(Form):
    """Who stands at the polling table."""

    member_code = StringField(
        _l("Member code"),
        [InputRequired(_l("Scan or type the person’s member code.")), Length(max=40)],
        description=_l("It is on the person’s page “My code”."),
    )


class SharesForm(Form):
    """The shares of those trustees who have come together; none where the portal has the key."""

    shares = FieldList(
        StringField(_l("Share of the key"), [Optional(), Length(max=LONGEST_SHARE)]), max_entries=16
    )

    @classmethod
    def of(cls, needed: int | None) -> SharesForm:
        """The form with a field for each share that is needed."""
        form = cls()
        while len(form.shares) < (needed or 0):
            form.shares.append_entry()
        return form

    def read(self) -> list[str]:
        """The shares that were typed in."""
        return [field.data for field in self._typed()]

    def refuse(self, error: DomainError) -> None:
        """A share that is wrong is named by its place among those typed in."""
        for each in error.errors:
            _name, _dot, place = each.field.partition(".")
            if place:
                field = self._typed()[int(place)]
                field.errors = [*field.errors, each.detail]
                self.shares.errors = [*self.shares.errors, each.detail]
            else:
                self.form_errors.append(each.detail)
        if not error.errors:
            self.form_errors.append(error.detail)

    def _typed(self) -> list[StringField]:
        return [field for field in self.shares if field.data]


class DecisionForm(Form):
    """What the committee makes of the outcome."""

    accepted = RadioField(
        _l("Your decision"),
        [InputRequired(_l("Choose one."))],
        choices=[
            SelectChoice("yes", _l("We do what was voted")),
            SelectChoice("no", _l("We depart from what was voted")),
        ],
    )
    reasons = TextAreaField(
        _l("Reasons"),
        [InputRequired(_l("Give your reasons.")), Length(max=LONGEST_REASONS)],
        description=_l(
            "Everybody reads them. Who departs from a vote owes those who voted a full account."
        ),
    )
    commitments = FieldList(
        FormField(PromiseForm), min_entries=BLANK_PROMISES, max_entries=MOST_COMMITMENTS
    )

    def validate_reasons(self, field: TextAreaField) -> None:
        departs = self.accepted.data == "no"
        if departs and field.data and len(field.data) < SHORTEST_DEPARTURE:
            raise ValidationError(_l("Explain in full sentences why you depart from it."))

    def add_rows(self) -> None:
        """More empty lines for promises."""
        for _row in range(min(BLANK_PROMISES, MOST_COMMITMENTS - len(self.commitments))):
            self.commitments.append_entry()

    def promises(self) -> Sequence[Promise]:
        return [entry.form.read() for entry in self.commitments if not entry.form.is_blank]
