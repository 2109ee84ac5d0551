"""What people fill in about points: gifts, budgets, rules."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, HiddenField, StringField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal.core.clock import today
from portal.core.forms import DayField, Form, WholeField, half_width, whole_range
from portal.core.i18n import lazy_gettext as _l
from portal.points.schemas import LONGEST_MEMO, LONGEST_MESSAGE, MOST_ALLOCATED

MOST_GIVEN = 1_000_000


def _plain_digits(text: str | None) -> str | None:
    return half_width(text).replace(" ", "") if text else text


class GiftForm(Form):
    """Whom to give how much."""

    to_member = StringField(
        _l("Member code"),
        [DataRequired(_l("Scan the code the other shows you, or type it.")), Length(max=40)],
        description=_l("The other finds it under Me, My code."),
    )
    amount = WholeField(
        _l("Points"),
        [InputRequired(_l("Say how many points.")), whole_range(1, MOST_GIVEN)],
    )
    message = StringField(_l("A few words"), [Optional(), Length(max=LONGEST_MESSAGE)])


class GiftConfirmForm(Form):
    """The gift that was looked at a moment ago."""

    to_member = HiddenField(validators=[InputRequired(), Length(max=40)])
    amount = WholeField(widget=HiddenField.widget, validators=[InputRequired()])
    message = HiddenField(validators=[Length(max=LONGEST_MESSAGE)])


class AllocationForm(Form):
    """Points for a region's budget."""

    amount = WholeField(
        _l("Points"),
        [InputRequired(_l("Say how many points.")), whole_range(1, MOST_ALLOCATED)],
    )
    memo = StringField(
        _l("What for"),
        [DataRequired(_l("Say what the points are for.")), Length(max=LONGEST_MEMO)],
        description=_l("It is shown in the public book beside the amount."),
    )


class RuleForm(Form):
    """When a rule begins to hold, and whether it is one at all. Subclasses ask for the value."""

    inherit = BooleanField(_l("Decide nothing here: take what the region above has"))
    effective_from = DayField(_l("Holds from"), [InputRequired(_l("Choose a day."))], default=today)

    @property
    def decided(self) -> Any:
        """The value, or None to take over what the region above has."""
        return None if self.inherit.data else self.rule_value

    @property
    def rule_value(self) -> Any:
        raise NotImplementedError

    def fill(self, value: Any) -> None:
        """Show the value that counts now."""
        raise NotImplementedError


class WholeRuleForm(RuleForm):
    value = WholeField(_l("Value"), [Optional()])

    @property
    def rule_value(self) -> Any:
        return "" if self.value.data is None else self.value.data

    def fill(self, value: Any) -> None:
        self.value.data = value


class FactorRuleForm(RuleForm):
    value = StringField(
        _l("Factor"), [Optional(), Length(max=6)], filters=[_plain_digits],
        description=_l("1.5 makes ten points fifteen."),
    )  # fmt: skip

    @property
    def rule_value(self) -> Any:
        return self.value.data or ""

    def fill(self, value: Any) -> None:
        self.value.data = value


class NightRuleForm(RuleForm):
    begins = TimeField(_l("Night begins"), [Optional()])
    ends = TimeField(_l("Night ends"), [Optional()])
    value = StringField(
        _l("Factor"), [Optional(), Length(max=6)], filters=[_plain_digits],
        description=_l("Each minute of the night counts this many times."),
    )  # fmt: skip

    @property
    def rule_value(self) -> Any:
        return {
            "from": f"{self.begins.data:%H:%M}" if self.begins.data else "",
            "to": f"{self.ends.data:%H:%M}" if self.ends.data else "",
            "factor": self.value.data or "",
        }

    def fill(self, value: Any) -> None:
        if value is not None:
            self.begins.process_formdata([value["from"]])
            self.ends.process_formdata([value["to"]])
            self.value.data = value["factor"]


RULE_FORMS: dict[str, type[RuleForm]] = {
    "points": WholeRuleForm,
    "days": WholeRuleForm,
    "years": WholeRuleForm,
    "factor": FactorRuleForm,
    "night": NightRuleForm,
}
