"""The forms of this room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms.fields.choices import SelectChoice

from portal.core.forms import Form, MultiCheckboxField
from portal.core.i18n import lazy_gettext as _l
from portal.notifications.kinds import KINDS, TOPICS, Kind, Topic


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
