"""E-mail addresses and mobile numbers: one normal form of each."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from portal.core.errors import Invalid
from portal.core.i18n import lazy_gettext as _l
from portal.core.messages import Channel

COUNTRY = "CN"
LONGEST = 254
_MOBILE = (
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
)


@dataclass(frozen=True)
class Address:
    """Where a person can be reached, and signs in: a case-folded e-mail or an E.164 number."""

    channel: Channel
    value: str

    @property
    def masked(self) -> str:
        """Enough to recognize one's own: ``l***@example.org``, ``+86138****8000``."""
        if self.channel is Channel.EMAIL:
            name, _, domain = self.value.partition("@")
            return f"{name[0]}***@{domain}"
        return f"{self.value[:-8]}****{self.value[-4:]}"


def understood(text: str) -> Address | None:
    """The address that was meant; None if it is none."""
    plain = unicodedata.normalize("NFKC", text).strip()  # full-width digits, "＠"
    if not plain or len(plain) > LONGEST:
        return None
    return _email(plain) if "@" in plain else _phone(plain)


def read(text: str, field: str = "login") -> Address:
    """The address that was meant.

    Raises:
        Invalid: it is neither an e-mail address nor a mobile number.
    """
    address = understood(text)
    if address is None:
        raise Invalid.field(field, _l("Write an e-mail address or a mobile number."))
    return address


def _email(text: str) -> Address | None:
    try:
        # No look-up: the code we send shows whether it is reached. ".test" is for tests.
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    folded = found.normalized.casefold()
    return Address(Channel.EMAIL, folded) if len(folded) <= LONGEST else None


def _phone(text: str) -> Address | None:
    try:
        number = phonenumbers.parse(text, COUNTRY)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    if phonenumbers.number_type(number) not in _MOBILE:
        return None
    form = phonenumbers.PhoneNumberFormat.E164
    return Address(Channel.SMS, phonenumbers.format_number(number, form))
