"""What a committee fills in to put a question to its region."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    DecimalField,
    Field,
    FieldList,
    FormField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import TextInput

from portal.accounts.rules import Belonging
from portal.consultations.board import Disclosure
from portal.consultations.desk_words import METHOD_CHOICES
from portal.consultations.keys import MOST_SHARES
from portal.consultations.majority_words import CHOICES as MAJORITY_CHOICES
from portal.consultations.rules.ballots import MOST_OPTIONS, Method
from portal.consultations.rules.majority import Majority
from portal.consultations.rules.proposals import LONGEST_TEXT, MOST_SUPPORTERS_ASKED
from portal.consultations.schemas import MOST_AGE
from portal.consultations.services import ConsultationPlan, OptionPlan
from portal.core.clock import clock
from portal.core.errors import DomainError, FieldError
from portal.core.forms import DayField, Form, WholeField, half_width, whole_range
from portal.core.i18n import lazy_gettext as _l

BLANK_OPTIONS = 3
MOST_MONEY = 10**12
_YUAN = re.compile(r"(\d{1,10})(?:\.(\d{1,2}))?", re.ASCII)
_NOTHING = SelectChoice("", _l("Choose one"))


class YuanField(Field):  # type: ignore[misc]
    """An amount as people write it, in yuan; ``data`` is in minor units."""

    widget = TextInput()
    data: Any  # an amount, or None

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        text = half_width(str(valuelist[0]) if valuelist else "")
        plain = "".join(c for c in text if c not in ",¥￥元 \u3000")
        if not plain:
            return
        found = _YUAN.fullmatch(plain)
        if found is None or int(found[1]) * 100 > MOST_MONEY:
            raise ValueError(_l("Please write an amount in yuan, like 1200 or 99.50."))
        self.data = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        yuan, fen = divmod(self.data, 100)
        return f"{yuan}.{fen:02d}" if fen else str(yuan)


class PercentField(DecimalField):  # type: ignore[misc]
    """A share in percent, as people write it: 33, 33.3, ３３％."""

    data: Any  # a decimal number, or None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:.4f}".rstrip("0").rstrip(".")

    def process_formdata(self, valuelist: list[Any]) -> None:
        valuelist = [half_width(str(each)).replace("%", "").strip() for each in valuelist]
        super().process_formdata(valuelist)
        if isinstance(self.data, Decimal) and not self.data.is_finite():
            self.data = None
            raise ValueError(_l("Please write a number."))


class OptionForm(Form):
    """One thing to choose; left empty it is none."""

    title = StringField(_l("Option"), [Optional(), Length(max=200)])
    cost = YuanField(_l("Cost in yuan"), [Optional()])
    text = TextAreaField(
        _l("Its text"),
        [Optional(), Length(max=LONGEST_TEXT)],
        description=_l("What the option says in full. Each line is a paragraph."),
    )

    @property
    def is_blank(self) -> bool:
        said = self.title.data or self.text.data
        return not said and self.cost.data is None and not self.cost.errors

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if not self.title.data and not self.is_blank:
            self.title.errors = [*self.title.errors, _l("Give the option a title.")]
            return False
        return bool(valid)


_ROLLS = {
    "home": frozenset({Belonging.HOME}),
    "work": frozenset({Belonging.WORK}),
    "both": frozenset(Belonging),
}


class ConsultationForm(Form):
    """A draft: what is asked, how it is counted, who may vote, who holds the key, when."""

    title = StringField(
        _l("Short title"),
        [InputRequired(_l("Give the question a title.")), Length(max=80)],
        description=_l("Few words, as on a notice: What the courtyard gets"),
    )
    question = TextAreaField(
        _l("Question"),
        [InputRequired(_l("Ask the question.")), Length(max=4_000)],
        description=_l("What is to be decided, what is at stake, and what happens then."),
    )
    region_code = SelectField(_l("Who is asked"), [InputRequired(_l("Choose the region."))])
    method = RadioField(
        _l("How it is counted"),
        [InputRequired(_l("Choose how it is counted."))],
        choices=[SelectChoice(str(value), label) for value, label in METHOD_CHOICES.items()],
    )
    options = FieldList(FormField(OptionForm), min_entries=BLANK_OPTIONS, max_entries=MOST_OPTIONS)
    budget = YuanField(
        _l("Budget in yuan"), [Optional()], description=_l("Only for a vote on a budget.")
    )
    max_choices = WholeField(
        _l("Most options on one ballot"),
        [Optional(), whole_range(1, MOST_OPTIONS)],
        description=_l("Leave it empty for as many as there are."),
    )
    about_covenant = BooleanField(
        _l("This vote is about the residents’ covenant"),
        description=_l("The text that wins, and is accepted, becomes the covenant of the region."),
    )
    proposals_allowed = BooleanField(
        _l("Residents may propose options"),
        description=_l("During the discussion. You take a proposal up, or say why not."),
    )
    answer_threshold = WholeField(
        _l("Supporters from which you must answer"),
        [Optional(), whole_range(1, MOST_SUPPORTERS_ASKED)],
        description=_l(
            "Voting cannot open while a proposal with so many supporters waits for your answer."
        ),
    )
    quorum = PercentField(
        _l("Quorum"),
        [
            InputRequired(_l("Give the quorum; 0 for none.")),
            NumberRange(0, 100, _l("Please give a number from %(min)s to %(max)s.")),
        ],
        default=0,
        description=_l("The share of the roll that must vote for the outcome to bind."),
    )
    majority = RadioField(
        _l("What the winner needs"),
        [InputRequired()],
        choices=[SelectChoice(str(rule), label) for rule, label in MAJORITY_CHOICES.items()],
        default=Majority.NONE,
        description=_l(
            "Beside having won. If it is missed, the outcome does not bind, and you decide with "
            "reasons. Not for budgets."
        ),
    )
    roll_by = RadioField(
        _l("For whom the vote is"),
        [InputRequired(_l("Choose one."))],
        choices=[
            SelectChoice("home", _l("Who lives there")),
            SelectChoice("work", _l("Who works there")),
            SelectChoice("both", _l("Who lives or works there; each person once")),
        ],
        default="home",
        description=_l("Only those whose home or workplace the community has confirmed."),
    )
    minimum_age = WholeField(
        _l("Minimum age on the day of opening"),
        [Optional(), whole_range(0, MOST_AGE)],
        description=_l("Who has given no birthday is left out then."),
    )
    verified_before = DayField(
        _l("Home or workplace confirmed before"),
        [Optional()],
        description=_l("So that nobody comes for the vote alone. Leave it empty for everybody."),
    )
    disclosure = RadioField(
        _l("What the board shows"),
        [InputRequired()],
        choices=[
            SelectChoice(
                Disclosure.SEPARATE,
                _l("Receipts and ballots apart: nobody can prove how they voted"),
            ),
            SelectChoice(
                Disclosure.TRACKABLE,
                _l("Each ballot beside its receipt: everybody finds their very ballot"),
            ),
        ],
        default=Disclosure.TRACKABLE,
        description=_l(
            "A receipt beside a ballot can be shown to somebody who buys votes or threatens, and "
            "somebody can dictate a receipt beforehand. Where that matters, keep them apart."
        ),
    )
    key_with = RadioField(
        _l("Who holds the key of the urn"),
        [InputRequired()],
        choices=[
            SelectChoice("portal", _l("The portal: it counts by itself when voting ends")),
            SelectChoice("trustees", _l("Trustees: some of them must come together to count")),
        ],
        default="portal",
    )
    trustees = WholeField(
        _l("Trustees"),
        [Optional(), whole_range(1, MOST_SHARES)],
        description=_l("Each holds a printed share of the key."),
    )
    trustees_needed = WholeField(
        _l("How many of them are needed to count"),
        [Optional(), whole_range(1, MOST_SHARES)],
        description=_l("Fewer than all, so that an illness or a lost sheet does no harm."),
    )
    opens_on = DayField(_l("Voting opens on"), [Optional()])
    opens_time = TimeField(_l("at"), [Optional()])
    closes_on = DayField(_l("Voting closes on"), [Optional()])
    closes_time = TimeField(_l("at"), [Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        for day, time in ((self.opens_on, self.opens_time), (self.closes_on, self.closes_time)):
            if (day.data is None) == (time.data is None) or day.errors or time.errors:
                continue
            empty = day if day.data is None else time
            empty.errors = [*empty.errors, _l("Give both day and time, or neither.")]
            valid = False
        return bool(valid) and self._knows_its_trustees()

    def validate_options(self, field: FieldList) -> None:
        if all(entry.form.is_blank for entry in field):
            field.entries[0].form.title.errors = [_l("Give at least one option.")]
            raise ValidationError(_l("Give at least one option."))

    def validate_closes_on(self, field: DayField) -> None:
        if field.data and self.opens_on.data and field.data < self.opens_on.data:
            raise ValidationError(_l("Voting must close after it opens."))

    def _knows_its_trustees(self) -> bool:
        if self.key_with.data != "trustees":
            return True
        missing = [each for each in (self.trustees, self.trustees_needed) if each.data is None]
        for field in missing:
            field.errors = [*field.errors, _l("Please fill this in.")]
        return not missing

    def add_rows(self) -> None:
        """More empty options to fill in."""
        for _row in range(min(BLANK_OPTIONS, MOST_OPTIONS - len(self.options))):
            self.options.append_entry()

    def offer_regions(self, regions: Iterable[tuple[str, Any]]) -> None:
        self.region_code.choices = [
            _NOTHING, *(SelectChoice(code, name) for code, name in regions)
        ]  # fmt: skip

    def read(self) -> ConsultationPlan:
        """What was filled in."""
        with_trustees = self.key_with.data == "trustees"
        return ConsultationPlan(
            title=self.title.data or "",
            question=self.question.data or "",
            region_code=self.region_code.data,
            method=Method(self.method.data),
            options=[
                OptionPlan(title=each.title.data, cost=each.cost.data, text=each.text.data or "")
                for each in self._filled()
            ],
            disclosure=Disclosure(self.disclosure.data),
            budget=self.budget.data,
            max_choices=self.max_choices.data,
            quorum=float(self.quorum.data / 100),
            majority=Majority(self.majority.data),
            minimum_age=self.minimum_age.data,
            verified_before=_first_instant(self.verified_before.data),
            roll_by=_ROLLS[self.roll_by.data],
            trustees=self.trustees.data if with_trustees else None,
            trustees_needed=self.trustees_needed.data if with_trustees else None,
            opens_at=_instant(self.opens_on.data, self.opens_time.data),
            closes_at=_instant(self.closes_on.data, self.closes_time.data),
            proposals_allowed=self.proposals_allowed.data,
            answer_threshold=self.answer_threshold.data,
            about_covenant=self.about_covenant.data,
        )

    def refuse(self, error: DomainError) -> None:
        """Show a refusal beside what it names; options by their place among the filled ones."""
        for each in error.errors:
            target = self._named(each)
            target.errors = [*target.errors, each.detail]
        if not error.errors:
            self.form_errors.append(error.detail)

    def _filled(self) -> list[OptionForm]:
        return [entry.form for entry in self.options if not entry.form.is_blank]

    def _named(self, wrong: FieldError) -> Any:
        name, *rest = wrong.field.split(".")
        if name == "options":
            self.options.errors = [*self.options.errors, wrong.detail]
            option = self._filled()[int(rest[0])] if rest else self.options.entries[0].form
            return option.cost if rest[-1:] == ["cost"] else option.title
        names = {
            "roll": "roll_by",
            "trustees": "trustees_needed",
            "closes_at": "closes_on",
            "opens_at": "opens_on",
        }
        return self._fields[names.get(name, name)]


def as_form(row: Any, options: Iterable[Any], texts: Mapping[str, str]) -> Mapping[str, Any]:
    """A draft as its form shows it; ``texts`` of options by their ids."""
    opens_on, opens_time = _day_and_time(row.opens_at)
    closes_on, closes_time = _day_and_time(row.closes_at)
    return {
        **row._mapping,
        "quorum": round(row.quorum * 100, 6),
        "verified_before": clock.day_of(row.verified_before) if row.verified_before else None,
        "roll_by": _how_made(row),
        "key_with": "trustees" if row.trustees else "portal",
        "options": [
            {"title": each.title, "cost": each.cost, "text": texts.get(each.id, "")}
            for each in options
        ],
        "opens_on": opens_on,
        "opens_time": opens_time,
        "closes_on": closes_on,
        "closes_time": closes_time,
    }


def _how_made(row: Any) -> str:
    """By which of the choices a draft's roll is made."""
    if row.roll_by_home and row.roll_by_work:
        return "both"
    return "work" if row.roll_by_work else "home"


def _instant(day: date | None, time: Any) -> datetime | None:
    return datetime.combine(day, time, clock.zone) if day and time else None


def _first_instant(day: date | None) -> datetime | None:
    return clock.start_of(day) if day else None


def _day_and_time(instant: datetime | None) -> tuple[Any, Any]:
    if instant is None:
        return None, None
    here = instant.astimezone(clock.zone)
    return here.date(), here.time()
