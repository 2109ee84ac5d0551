"""What the committee fills in to put a point rule to the vote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import FieldList, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from portal.consultations.rules import rule_texts
from portal.core.clock import today
from portal.core.errors import DomainError
from portal.core.forms import DayField, Form, half_width
from portal.core.i18n import lazy_gettext as _l
from portal.points.rules import kind_of, known_categories, known_rules, label_of


class VotedRuleForm(Form):
    """Which rule, from when on, and what it is to be if each option wins."""

    key = SelectField(_l("Rule"), [InputRequired(_l("Choose the rule."))])
    effective_from = DayField(
        _l("Holds from"),
        [InputRequired(_l("Choose a day."))],
        default=today,
        description=_l("If the decision is later, it holds from the day of the decision."),
    )
    values = FieldList(
        StringField(
            _l("Value if it wins"),
            [Optional(), Length(max=40)],
            filters=[lambda text: half_width(text).strip() if text else ""],
        )
    )

    @classmethod
    def of(cls, options: Sequence[Any], rule: Any) -> VotedRuleForm:
        """The form with a line for each option; filled with the rule there is."""
        values = rule.values if rule else {}
        form = cls(
            data={
                "key": rule.key if rule else None,
                "effective_from": rule.effective_from if rule else today(),
                "values": [
                    rule_texts.write(values[each.id]) if each.id in values else ""
                    for each in options
                ],
            }
        )
        while len(form.values) > len(options):
            form.values.pop_entry()
        while len(form.values) < len(options):
            form.values.append_entry()
        form.key.choices = [SelectChoice("", _l("Choose one")), *_choices()]
        form.option_ids = [each.id for each in options]
        return form

    option_ids: list[str]

    def read(self) -> dict[str, Any]:
        """The values by the ids of options."""
        unit = kind_of(self.key.data).unit
        return {
            option_id: rule_texts.read(unit, field.data)
            for option_id, field in zip(self.option_ids, self.values, strict=True)
            if field.data
        }

    def refuse(self, error: DomainError) -> None:
        """Show a refusal beside what it names; values by their options."""
        for each in error.errors:
            name, _dot, option_id = each.field.partition(".")
            target: Any = self._fields.get(name)
            if name == "values":
                self.values.errors = [*self.values.errors, each.detail]
                place = self.option_ids.index(option_id) if option_id in self.option_ids else 0
                target = self.values[place]
            target.errors = [*target.errors, each.detail]
        if not error.errors:
            self.form_errors.append(error.detail)


def _choices() -> Iterable[SelectChoice]:
    for kind in known_rules():
        yield SelectChoice(kind.key, label_of(kind.key))
        if kind.by_category:
            for category in known_categories():
                key = f"{kind.key}.{category}"
                yield SelectChoice(key, label_of(key))
