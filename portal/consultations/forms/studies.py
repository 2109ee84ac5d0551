"""The file of a vote that was held elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.consultations.desk_words import METHOD_CHOICES
from portal.consultations.rules.ballots import Method
from portal.consultations.services import StudyPlan
from portal.consultations.services.studies import LONGEST_TITLE, MOST_BYTES
from portal.core.forms import Form
from portal.core.i18n import lazy_gettext as _l


class StudyForm(Form):
    """What is to be counted, and how."""

    file = FileField(
        _l("Pabulib file"),
        [FileRequired(_l("Choose a file."))],
        description=_l("It ends in .pb. At most 5 MB, 20,000 votes and 300 projects."),
    )
    method = RadioField(
        _l("How it is counted"),
        [InputRequired(_l("Choose one."))],
        choices=[SelectChoice(method, words) for method, words in METHOD_CHOICES.items()],
        default=Method.EQUAL_SHARES,
    )
    region_code = SelectField(_l("For the desk of"), [InputRequired(_l("Choose one."))])
    title = StringField(
        _l("Name of the study"),
        [Length(max=LONGEST_TITLE)],
        description=_l("Left empty, it is called what the file says."),
    )

    def offer_regions(self, regions: Iterable[tuple[str, str]]) -> None:
        self.region_code.choices = [SelectChoice(code, name) for code, name in regions]

    def read(self) -> StudyPlan:
        """What was filled in. No more is read of a file than would be taken."""
        return StudyPlan(
            content=self.file.data.read(MOST_BYTES + 1),
            method=Method(self.method.data),
            region_code=self.region_code.data,
            title=(self.title.data or "").strip(),
        )
