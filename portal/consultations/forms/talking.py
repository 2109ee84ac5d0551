"""What the committee fills in about talks, and about the options summed up."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from portal.consultations.schemas import (
    LONGEST_MINUTES,
    LONGEST_POINT,
    LONGEST_SUMMARY,
)
from portal.core.clock import clock
from portal.core.forms import Form
from portal.core.gatherings import Gathering
from portal.core.i18n import exact_day
from portal.core.i18n import lazy_gettext as _l


class TalkForm(Form):
    """Which activity is a talk before the vote."""

    activity_id = SelectField(_l("Activity"), [InputRequired(_l("Choose one."))])

    def offer(self, gatherings: Iterable[Gathering]) -> TalkForm:
        """The form with these to choose from."""
        self.activity_id.choices = [
            SelectChoice(each.id, f"{exact_day(clock.day_of(each.starts_at))} · {each.title}")
            for each in gatherings
        ]
        return self


class MinutesForm(Form):
    """What was said at a talk."""

    minutes = TextAreaField(
        _l("Minutes of the talk"),
        [InputRequired(_l("Write what was said.")), Length(max=LONGEST_MINUTES)],
        description=_l("Everybody can read them. Name nobody who has not agreed."),
    )


class PointForm(Form):
    """Something that was raised at a talk."""

    text = TextAreaField(
        _l("What was raised"),
        [InputRequired(_l("Write the point in a sentence.")), Length(max=LONGEST_POINT)],
    )
    option_id = SelectField(_l("Which option it is about"), [Optional()])

    def offer(self, options: Iterable[tuple[str, str]]) -> PointForm:
        """The form with these options, by id and title, to choose from."""
        self.option_id.choices = [
            SelectChoice("", _l("None in particular")),
            *(SelectChoice(key, title) for key, title in options),
        ]
        return self


class SummaryForm(Form):
    """One option summed up."""

    pros = TextAreaField(
        _l("What speaks for it"),
        [Optional(), Length(max=LONGEST_SUMMARY)],
        description=_l("Each point on a line of its own."),
    )
    cons = TextAreaField(
        _l("What speaks against it"),
        [Optional(), Length(max=LONGEST_SUMMARY)],
        description=_l("As many points, and as fairly put, as on the other side."),
    )
    cost_note = TextAreaField(
        _l("What it costs"),
        [Optional(), Length(max=LONGEST_SUMMARY)],
        description=_l("Also what it costs later: upkeep, work, who pays."),
    )
    affected = TextAreaField(
        _l("Who is affected"),
        [Optional(), Length(max=LONGEST_SUMMARY)],
        description=_l("Also those who gain nothing by it."),
    )
