"""The forms of this room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import BooleanField, RadioField
from wtforms.fields import TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from portal.core.forms import Form, MultiCheckboxField
from portal.core.i18n import lazy_gettext as _l
from portal.notifications.kinds import KINDS, TOPICS, Kind, Topic
from portal.notifications.rules import Habit


class EmailForm(Form):
    """One group of boxes for each topic of which a person can be told; a ticked one means e-mail.

    ``kinds`` are those that the person chooses among: the others are no fields, and keep what was
    chosen about them.
    """

    activities = MultiCheckboxField(TOPICS[Topic.ACTIVITIES])
    service = MultiCheckboxField(TOPICS[Topic.SERVICE])
    points = MultiCheckboxField(TOPICS[Topic.POINTS])
    vouchers = MultiCheckboxField(TOPICS[Topic.VOUCHERS])
    organizations = MultiCheckboxField(TOPICS[Topic.ORGANIZATIONS])
    shops = MultiCheckboxField(TOPICS[Topic.SHOPS])
    consultations = MultiCheckboxField(TOPICS[Topic.CONSULTATIONS])
    suggestions = MultiCheckboxField(TOPICS[Topic.SUGGESTIONS])
    notices = MultiCheckboxField(TOPICS[Topic.NOTICES])
    tasks = MultiCheckboxField(TOPICS[Topic.TASKS])
    account = MultiCheckboxField(TOPICS[Topic.ACCOUNT])

    intro = _l("What concerns you always stands in your inbox. Tick what comes by e-mail too.")

    def __init__(self, kinds: Iterable[Kind] = tuple(KINDS.values()), **more: Any) -> None:
        super().__init__(**more)
        self.kinds = list(kinds)
        for topic in Topic:
            self[topic.value].flags.required = True  # no tick is an answer as well
            self[topic.value].choices = [
                SelectChoice(kind.name, kind.label) for kind in self.kinds if kind.topic is topic
            ]

    @property
    def groups(self) -> list[MultiCheckboxField]:
        """Those in which there is something to choose."""
        return [self[topic.value] for topic in Topic if self[topic.value].choices]

    def show(self, choices: Mapping[str, bool]) -> None:
        """Tick what is chosen."""
        for topic in Topic:
            self[topic.value].data = [
                kind.name for kind in self.kinds if kind.topic is topic and choices[kind.name]
            ]

    def chosen(self) -> dict[str, bool]:
        """For each of the kinds whether its box is ticked."""
        ticked = {name for topic in Topic for name in self[topic.value].data or ()}
        return {kind.name: kind.name in ticked for kind in self.kinds}


class TimesForm(Form):
    """When somebody wants to be written to."""

    rhythm = RadioField(
        _l("How often"),
        choices=[
            SelectChoice("at_once", _l("At once, a letter for each")),
            SelectChoice("daily", _l("Once a day, at six in the evening, all in one letter")),
        ],
        default="at_once",
    )
    texts = BooleanField(
        _l("What is important by text message too"),
        description=_l("To the mobile number of your account."),
    )
    quiet_from = TimeField(_l("Send nothing from"), [Optional()])
    quiet_until = TimeField(_l("until"), [Optional()])

    intro = _l("What is urgent, such as a danger, is sent at any hour.")

    def validate_quiet_from(self, _field: TimeField) -> None:
        """Quiet hours have a beginning and an end. An optional field is asked where it is given."""
        if self.quiet_from.data is None or self.quiet_until.data is None:
            raise ValidationError(_l("Please give both times, or none."))

    validate_quiet_until = validate_quiet_from

    def show(self, habit: Habit, *, texts: bool) -> None:
        """Show what is chosen, or usual."""
        self.rhythm.data = "daily" if habit.daily else "at_once"
        self.texts.data = texts if habit.texts is None else habit.texts
        self.quiet_from.data, self.quiet_until.data = habit.quiet or (None, None)

    def habit(self, *, has_phone: bool) -> Habit:
        """What is chosen; about text messages nothing, where there is no number."""
        quiet_from, quiet_until = self.quiet_from.data, self.quiet_until.data
        quiet = None if quiet_from is None or quiet_until is None else (quiet_from, quiet_until)
        texts = self.texts.data if has_phone else None
        return Habit(self.rhythm.data == "daily", quiet, texts)
