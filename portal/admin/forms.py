"""Filters of the desk's own lists, and the sample form of the style guide."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.accounts.queries import user_id_named
from portal.admin.queries import AuditFilter
from portal.core.forms import Form, WholeField
from portal.core.i18n import lazy_gettext as _l
from portal.core.pages import day_asked_for
from portal.regions.choosing import RegionFilter

LONGEST = 60


def audit_filter(arguments: dict[str, str], region: RegionFilter) -> AuditFilter:
    """The filter in an address; what cannot be read counts as not given."""
    return AuditFilter(
        action=_plain(arguments.get("action")),
        object_kind=_plain(arguments.get("kind")),
        object_id=_plain(arguments.get("object")),
        actor_id=_person(arguments.get("person")),
        region=region.code,
        since=day_asked_for("since"),
        until=day_asked_for("until"),
    )


def _person(text: str | None) -> str:
    """Whose deeds; of somebody unknown there are none."""
    named = _plain(text)
    return (user_id_named(named) or "-") if named else ""


def _plain(text: str | None) -> str:
    return "".join(c for c in (text or "").strip() if c.isprintable())[:LONGEST]


class SampleForm(Form):
    """One field of each kind."""

    name = StringField(_l("Your name"), [InputRequired(), Length(max=60)])
    amount = WholeField(_l("Points"), [InputRequired()])
    reading = RadioField(
        _l("Reading"),
        choices=[
            SelectChoice("standard", _l("Standard")),
            SelectChoice("elder", _l("Larger")),
        ],
    )
    message = TextAreaField(_l("Message"), [Length(max=200)])
    photo = FileField(_l("Photo"))
