"""The forms of this room."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from portal.core.forms import Form
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Role
from portal.organizations.rules import LONGEST_CONTACT, LONGEST_NAME, LONGEST_REASON, LONGEST_TEXT


def _needed(words: Any, most: int) -> list[Any]:
    return [DataRequired(words), Length(max=most)]


class PageForm(Form):
    description = TextAreaField(
        _l("What do you do?"),
        _needed(_l("Write in a few sentences what you do, and for whom."), LONGEST_TEXT),
        description=_l("Everybody reads this on your page."),
    )
    contact = StringField(
        _l("How can people reach you?"),
        _needed(_l("Write how people can reach you."), LONGEST_CONTACT),
        description=_l("Shown on your page: a room and its hours, a number, an address."),
    )


class ApplicationForm(PageForm):
    name = StringField(
        _l("Name of the organization"),
        _needed(_l("Write the name under which people know you."), LONGEST_NAME),
    )
    kind = RadioField(
        _l("Are you registered with civil affairs?"),
        [DataRequired(_l("Choose one."))],
        choices=[
            SelectChoice("registered", _l("Yes, we have a unified social credit code")),
            SelectChoice("team", _l("No, we are a team of neighbours")),
        ],
    )
    credit_code = StringField(
        _l("Unified social credit code"),
        [Length(max=40)],
        description=_l("18 characters. A team of neighbours leaves this empty."),
    )
    region_code = HiddenField()


class InvitationForm(Form):
    member_code = StringField(
        _l("Member code"),
        _needed(_l("Write the person's member code."), 40),
        description=_l("The person finds it under Me, My code."),
    )
    role = SelectField(
        _l("As"),
        [DataRequired()],
        choices=[
            SelectChoice(Role.ORGANIZATION_MEMBER.value, _l("Organization member")),
            SelectChoice(Role.ORGANIZATION_MANAGER.value, _l("Organization manager")),
        ],
    )


class AnswerForm(Form):
    answer = TextAreaField(
        _l("Your answer"), _needed(_l("Write what you want to say."), LONGEST_TEXT)
    )


class DeclineForm(Form):
    reason = TextAreaField(
        _l("Why not?"),
        _needed(_l("Write in a sentence or two why."), LONGEST_REASON),
        description=_l("Who applied reads this."),
    )
