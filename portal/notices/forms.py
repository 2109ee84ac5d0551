"""What a committee fills in to make something known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields import TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from portal.core.clock import clock
from portal.core.forms import DayField, Form, MultiCheckboxField
from portal.core.i18n import lazy_gettext as _l
from portal.notices.rules import (
    FIRST_LOCALE,
    LONGEST_BODY,
    LONGEST_NUMBER,
    LONGEST_REASON,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    Audience,
)
from portal.notices.services import NoticePlan, Words
from portal.notices.words import AUDIENCES
from portal.regions.rules import spoken_name

_NOTHING = SelectChoice("", _l("Choose one"))
_PARTS = ("title", "summary", "body")
_ENGLISH = "en"


class NoticeForm(Form):
    """A notice, in Chinese and perhaps in English."""

    region_code = SelectField(_l("For which region"), [InputRequired(_l("Choose a region."))])
    audiences = MultiCheckboxField(
        _l("Whom it concerns"),
        [InputRequired(_l("Choose whom it concerns."))],
        choices=[SelectChoice(str(each), label) for each, label in AUDIENCES.items()],
        description=_l("They are told. Everybody can read it."),
    )
    title = StringField(
        _l("Title in Chinese"),
        [InputRequired(_l("Write a title.")), Length(max=LONGEST_TITLE)],
    )
    summary = TextAreaField(
        _l("In plain words, in Chinese"),
        [InputRequired(_l("Say in plain words what it means.")), Length(max=LONGEST_SUMMARY)],
        description=_l("Two or three short sentences: what changes, for whom, from when."),
    )
    body = TextAreaField(
        _l("In full, in Chinese"),
        [InputRequired(_l("Write the notice.")), Length(max=LONGEST_BODY)],
    )
    title_en = StringField(_l("Title in English"), [Optional(), Length(max=LONGEST_TITLE)])
    summary_en = TextAreaField(
        _l("In plain words, in English"), [Optional(), Length(max=LONGEST_SUMMARY)]
    )
    body_en = TextAreaField(_l("In full, in English"), [Optional(), Length(max=LONGEST_BODY)])
    document_number = StringField(
        _l("Number of the document"),
        [Optional(), Length(max=LONGEST_NUMBER)],
        description=_l("If there is one, as it is printed."),
    )
    urgent = BooleanField(
        _l("It is urgent"),
        description=_l("It comes by e-mail to everybody. For dangers and for what cannot wait."),
    )
    confirm = BooleanField(
        _l("Ask readers to confirm that they have read it"),
        description=_l("You see in which communities it has been read, never by whom."),
    )
    pinned_until = DayField(
        _l("At the top until"), [Optional()], description=_l("Through this day.")
    )
    ends_on = DayField(
        _l("It holds until"),
        [Optional()],
        description=_l("From the day after, it stands among the earlier ones."),
    )

    def offer_regions(self, regions: Iterable[tuple[str, str]]) -> None:
        self.region_code.choices = [
            _NOTHING,
            *(SelectChoice(code, spoken_name(name)) for code, name in regions),
        ]

    def validate_title_en(self, _field: Any) -> None:
        """A translation is whole, or there is none. An optional field is asked where it is
        given."""
        if not all(self[f"{part}_{_ENGLISH}"].data for part in _PARTS):
            raise ValidationError(
                _l("The English version needs a title, plain words and the full text.")
            )

    validate_summary_en = validate_title_en
    validate_body_en = validate_title_en

    def read(self) -> NoticePlan:
        texts = {FIRST_LOCALE: Words(*(self[part].data for part in _PARTS))}
        if self.title_en.data:
            texts[_ENGLISH] = Words(*(self[f"{part}_{_ENGLISH}"].data for part in _PARTS))
        return NoticePlan(
            region_code=self.region_code.data,
            audiences=tuple(Audience(each) for each in self.audiences.data),
            texts=texts,
            document_number=self.document_number.data or "",
            urgent=self.urgent.data,
            confirm=self.confirm.data,
            pinned_until=self.pinned_until.data,
            ends_on=self.ends_on.data,
        )


def as_form(row: Any, texts: dict[str, Any]) -> dict[str, Any]:
    """A draft as its form takes it."""
    data = {
        name: getattr(row, name)
        for name in (
            "region_code", "audiences", "document_number", "urgent", "confirm", "pinned_until",
            "ends_on",
        )
    }  # fmt: skip
    for locale, ending in ((FIRST_LOCALE, ""), (_ENGLISH, f"_{_ENGLISH}")):
        if locale in texts:
            data |= {f"{part}{ending}": getattr(texts[locale], part) for part in _PARTS}
    return data


class ScheduleForm(Form):
    """When a notice is to appear by itself."""

    publish_on = DayField(_l("It appears on"), [InputRequired(_l("Choose a day."))])
    publish_time = TimeField(_l("at"), [Optional()], default=time(9))

    def instant(self) -> datetime:
        return datetime.combine(self.publish_on.data, self.publish_time.data or time(9), clock.zone)


class PinForm(Form):
    """Until when a notice stands at the top."""

    pinned_until = DayField(
        _l("At the top until"),
        [Optional()],
        description=_l("Through this day. Leave it empty to take it down from there."),
    )


class WithdrawForm(Form):
    """Why a notice is taken back."""

    reason = TextAreaField(
        _l("Why is it taken back?"),
        [InputRequired(_l("Write why.")), Length(max=LONGEST_REASON)],
        description=_l("Everybody reads this at the top of the notice."),
    )
