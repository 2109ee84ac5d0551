"""What the committee fills in to let a vote go on for longer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wtforms import TextAreaField, TimeField
from wtforms.validators import InputRequired, Length

from portal.core.clock import clock
from portal.core.errors import DomainError
from portal.core.forms import DayField, Form
from portal.core.i18n import lazy_gettext as _l


class ExtensionForm(Form):
    """A later end, and why."""

    closes_on = DayField(_l("Voting closes on"), [InputRequired(_l("Choose a day."))])
    closes_time = TimeField(_l("at"), [InputRequired(_l("Give the time."))])
    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Say why, in a sentence.")), Length(max=500)],
        description=_l("Everybody on the roll is told, and it stands on the page of the vote."),
    )

    @property
    def closes_at(self) -> datetime:
        return datetime.combine(self.closes_on.data, self.closes_time.data, clock.zone)

    def refuse(self, error: DomainError) -> None:
        """Show a refusal of the new end beside its day."""
        for each in error.errors:
            target: Any = self.closes_on if each.field == "closes_at" else self._fields[each.field]
            target.errors = [*target.errors, each.detail]
        if not error.errors:
            self.form_errors.append(error.detail)
