"""The forms of this room."""

from __future__ import annotations

from typing import Any

from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.forms import Form
from portal.core.i18n import lazy_gettext as _l
from portal.notices.kinds import KINDS, TOPICS, Topic


class MultiCheckboxField(SelectMultipleField):  # type: ignore[misc]
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.flags.required = True  # no tick is an answer as well: nothing here is left out


def _choices(topic: Topic) -> list[SelectChoice]:
    return [SelectChoice(name, kind.label) for name, kind in KINDS.items() if kind.topic is topic]


class EmailForm(Form):
    """One group of boxes for each topic; a ticked one means e-mail."""

    activities = MultiCheckboxField(TOPICS[Topic.ACTIVITIES], choices=_choices(Topic.ACTIVITIES))
    service = MultiCheckboxField(TOPICS[Topic.SERVICE], choices=_choices(Topic.SERVICE))
    points = MultiCheckboxField(TOPICS[Topic.POINTS], choices=_choices(Topic.POINTS))
    vouchers = MultiCheckboxField(TOPICS[Topic.VOUCHERS], choices=_choices(Topic.VOUCHERS))
    organizations = MultiCheckboxField(
        TOPICS[Topic.ORGANIZATIONS], choices=_choices(Topic.ORGANIZATIONS)
    )
    shops = MultiCheckboxField(TOPICS[Topic.SHOPS], choices=_choices(Topic.SHOPS))
    account = MultiCheckboxField(TOPICS[Topic.ACCOUNT], choices=_choices(Topic.ACCOUNT))

    intro = _l("What concerns you always stands in your inbox. Tick what comes by e-mail too.")

    @property
    def groups(self) -> list[MultiCheckboxField]:
        return [self[topic.value] for topic in Topic]

    def show(self, choices: dict[str, bool]) -> None:
        """Tick what is chosen."""
        for topic in Topic:
            self[topic.value].data = [
                name for name, kind in KINDS.items() if kind.topic is topic and choices[name]
            ]

    def chosen(self) -> dict[str, bool]:
        """For each kind whether its box is ticked."""
        ticked = {name for topic in Topic for name in self[topic.value].data or ()}
        return {name: name in ticked for name in KINDS}
