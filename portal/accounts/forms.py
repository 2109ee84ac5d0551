"""The forms of this room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, InputRequired, Length, Optional
from wtforms.widgets import PasswordInput

from portal.accounts.rules import LONGEST_NAME, LONGEST_PASSWORD, PURPOSES, SHORTEST_PASSWORD
from portal.accounts.services.places import LONGEST_ADDRESS, LONGEST_REASON
from portal.accounts.words import OFFERED_ROLES
from portal.core.forms import DayField, Form, half_width
from portal.core.i18n import lazy_gettext as _l

_CODE_HINT = _l("Six digits. It may take a minute until it is there.")
_PASSWORD_HINT = _l(
    "At least %(least)s characters. A few words in a row are easy to keep and hard to guess.",
    least=SHORTEST_PASSWORD,
)


class SecretField(Field):  # type: ignore[misc]
    """A password: taken exactly as it was typed, never shown again."""

    widget = PasswordInput(hide_value=True)

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = str(valuelist[0])


def _needed(words: Any = None) -> list[Any]:
    return [InputRequired(words or _l("This is needed."))]


def _digits(text: str | None) -> str | None:
    return half_width(text).replace(" ", "") if text else text


def _code_field() -> StringField:
    return StringField(
        _l("Code"),
        [*_needed(_l("Write the code from the message.")), Length(max=20)],
        filters=[_digits],
        description=_CODE_HINT,
    )


def _address_field() -> StringField:
    return StringField(
        _l("E-mail address or mobile number"),
        [*_needed(_l("Write an e-mail address or a mobile number.")), Length(max=254)],
    )


def _new_password_field() -> SecretField:
    return SecretField(
        _l("New password"),
        [*_needed(_l("Choose a password.")), Length(max=LONGEST_PASSWORD)],
        description=_PASSWORD_HINT,
    )


class SignInForm(Form):
    login = _address_field()
    password = SecretField(_l("Password"), [*_needed(_l("Write your password.")), Length(max=1000)])
    next = HiddenField()


class AddressForm(Form):
    login = _address_field()


class OwnAddressForm(AddressForm):
    """Another address for one's account: it opens the account, so it asks for the password."""

    password = SecretField(
        _l("Current password"), [*_needed(_l("Write your password.")), Length(max=1000)]
    )


class RegistrationForm(Form):
    """The second step: the address is proved by the code, and the account is made."""

    code = _code_field()
    name = StringField(
        _l("Your name"),
        [*_needed(_l("Write the name by which people know you.")), Length(max=LONGEST_NAME)],
    )
    password = _new_password_field()
    birth_date = DayField(
        _l("Day of birth"),
        [Optional()],
        description=_l("Only for activities and votes that have an age limit."),
    )
    service = BooleanField(PURPOSES[0].title, description=PURPOSES[0].words)
    notices = BooleanField(PURPOSES[1].title, description=PURPOSES[1].words)
    statistics = BooleanField(PURPOSES[2].title, description=PURPOSES[2].words)

    @property
    def purposes(self) -> list[str]:
        return [each.name for each in PURPOSES if self[each.name].data]


class ResetForm(Form):
    code = _code_field()
    password = _new_password_field()


class CodeForm(Form):
    code = _code_field()


class PasswordForm(Form):
    old_password = SecretField(
        _l("Current password"), [*_needed(_l("Write your password.")), Length(max=1000)]
    )
    password = _new_password_field()


class ConfirmForm(Form):
    """For what cannot be undone."""

    password = SecretField(
        _l("Current password"), [*_needed(_l("Write your password.")), Length(max=1000)]
    )


class ProfileForm(Form):
    name = StringField(
        _l("Your name"),
        [*_needed(_l("Write the name by which people know you.")), Length(max=LONGEST_NAME)],
    )
    birth_date = DayField(_l("Day of birth"), [Optional()])


class HomeForm(Form):
    region_code = HiddenField()
    address = StringField(
        _l("Building and door"),
        [
            *_needed(_l("Write building and door, so that they can find you.")),
            Length(max=LONGEST_ADDRESS),
        ],
        description=_l("Only your community's staff see this, to confirm that you live there."),
    )


class WorkForm(Form):
    region_code = HiddenField()
    address = StringField(
        _l("Where you work"),
        [
            *_needed(
                _l("Write the shop, firm or office and its street, so that they can find it.")
            ),
            Length(max=LONGEST_ADDRESS),
        ],
        description=_l(
            "The shop, firm or office, and its street. Only your community’s staff see this, to "
            "confirm that you work there."
        ),
    )
    since = DayField(
        _l("Since when"), _needed(_l("Give the day from which you have worked there."))
    )


class DeclineForm(Form):
    reason = TextAreaField(
        _l("Why not?"),
        [*_needed(_l("Write in a sentence or two why.")), Length(max=LONGEST_REASON)],
        description=_l("The person reads this."),
    )


class RoleForm(Form):
    """A role for somebody who is known already. What it can hold for is offered by the view, once
    the role is chosen; whether it may be given there is for the service to say."""

    role = HiddenField(
        validators=[AnyOf([str(each) for each in OFFERED_ROLES], _l("Choose a role."))]
    )
    scope_id = RadioField(
        _l("Where it holds"),
        [*_needed(_l("Choose where it holds.")), Length(max=26)],
        choices=[],
        validate_choice=False,
    )

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """What the role can hold for, by id, in words."""
        self.scope_id.choices = [SelectChoice(value=key, label=words) for key, words in choices]

    def choose(self, scope_id: str) -> None:
        """Tick one of them, unless something was sent."""
        if not self.is_submitted():
            self.scope_id.data = scope_id


class GrantForm(RoleForm):
    login = StringField(
        _l("E-mail address, mobile number or member code"),
        [*_needed(_l("Write an address, a number or a code.")), Length(max=254)],
    )
