"""What clients ask and send, read strictly: an empty parameter is one that was not given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

from flask import request
from marshmallow import EXCLUDE, Schema, fields

from portal.core.clock import clock, is_sane, now
from portal.core.errors import FieldError, Invalid, Malformed
from portal.core.i18n import lazy_gettext as _l
from portal.core.schema import Text, load, refusal
from portal.open311.queries import Wanted
from portal.open311.rules import (
    LONGEST_DESCRIPTION,
    MOST_PAGES,
    MOST_REQUESTS,
    RequestStatus,
    span,
)
from portal.suggestions.models import sources

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 500
_ATTRIBUTE = re.compile(r"attribute\[([A-Za-z0-9_-]{1,40})\](\[\d{0,4}\])?", re.ASCII)
_DEGREES = re.compile(r"[+-]?\d{1,3}(\.\d{1,20})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,6}", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d([Tt]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d))?", re.ASCII
)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_LINK = re.compile(r"https?://[^\s/?#<>\"]+[^\s<>\"]*", re.IGNORECASE)


class Degrees(fields.Field[float]):
    """A coordinate written in decimals, ``-most`` to ``most``."""

    def __init__(self, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> float:
        if not _DEGREES.fullmatch(value) or abs(float(value)) > self.most:
            raise refusal(_l("Write degrees from %(least)s to %(most)s.",
                             least=-self.most, most=self.most))  # fmt: skip
        return float(value)


class Written(Text):
    """A text in a form that a pattern describes."""

    def __init__(self, longest: int, form: re.Pattern[str], **kwargs: Any) -> None:
        super().__init__(longest=longest, **kwargs)
        self.form = form

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not self.form.fullmatch(text):
            raise refusal(_l("This does not have the right form."))
        return text


def _line(longest: int) -> Text:
    return Text(longest=longest, load_default=None)


class NewRequest(Schema):
    """The arguments of POST Service Request, but for those that are questions of a service."""

    class Meta:
        unknown = EXCLUDE

    service_code = Text(longest=100, required=True)
    jurisdiction_id = _line(100)
    lat = Degrees(90, load_default=None)
    long = Degrees(180, load_default=None)
    address_string = _line(sources.ADDRESS_LENGTH)
    address_id = _line(100)
    description = Text(longest=LONGEST_DESCRIPTION, load_default="")
    media_url = Written(sources.LINK_LENGTH, _LINK, load_default=None)
    email = Written(sources.EMAIL_LENGTH, _ADDRESS, load_default=None)
    first_name = _line(sources.NAME_LENGTH)
    last_name = _line(sources.NAME_LENGTH)
    phone = _line(sources.PHONE_LENGTH)
    device_id = _line(sources.ACCOUNT_LENGTH)
    account_id = _line(sources.ACCOUNT_LENGTH)


@dataclass(frozen=True)
class Sent:
    """A form as it came: its plain fields, and the answers to a service's questions by code."""

    fields: Mapping[str, str]
    answers: Mapping[str, list[str]]

    def read(self) -> dict[str, Any]:
        """The fields of a new request.

        Raises:
            Invalid: with one entry a field.
        """
        return load(NewRequest(), self.fields)


def sent() -> Sent:
    """The form of this request.

    Raises:
        Malformed: it is none, or is not written in UTF-8.
        Invalid: a field is given twice, or too many are.
    """
    if request.mimetype != FORM or "Content-Encoding" in request.headers:
        raise Malformed(_l("Send the request as application/x-www-form-urlencoded."))
    plain: dict[str, str] = {}
    answers: dict[str, list[str]] = {}
    for name, value in _pairs(request.get_data()):
        if found := _ATTRIBUTE.fullmatch(name):
            answers.setdefault(found[1], []).append(value)
        elif not value.strip():
            continue
        elif name in plain:
            raise Invalid.field(name, _l("Give this once."))
        else:
            plain[name] = value
    _refuse_unkept(answers)
    return Sent(plain, answers)


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        text = body.decode("ascii")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError as error:
        raise Malformed(_l("The form is not written in UTF-8.")) from error
    except ValueError as error:
        raise Malformed(_l("The form has too many fields.")) from error


def _refuse_unkept(answers: Mapping[str, Iterable[str]]) -> None:
    faults = [
        FieldError(f"attribute[{code}]", _l("This text has a character that cannot be kept."))
        for code, texts in answers.items()
        if any("\x00" in text for text in texts)
    ]
    if faults:
        raise Invalid(errors=faults)


def argument(name: str) -> str | None:
    """One argument of the address; None where it is empty or not there.

    Raises:
        Invalid: it is given twice, or cannot be read.
    """
    given = [value for value in _arguments(name) if value.strip()]
    if len(given) > 1:
        raise Invalid.field(name, _l("Give this once."))
    return given[0].strip() if given else None


def wanted() -> Wanted:
    """What is searched for.

    Raises:
        Invalid: an argument cannot be read, or the days are more than 90.
    """
    numbers = tuple(_listed("service_request_id")[:MOST_REQUESTS])
    page, size = _counted("page", MOST_PAGES), _counted("page_size", MOST_REQUESTS)
    if numbers:
        return Wanted(numbers=numbers, page_size=MOST_REQUESTS)
    between = span(_instant("start_date"), _instant("end_date"), now())
    if between is None:
        raise Invalid.field("end_date", _l("Ask for at most 90 days at once."))
    return Wanted(
        services=tuple(_listed("service_code")),
        between=between,
        status=_status(),
        page=page or 1,
        page_size=size or MOST_REQUESTS,
    )


def wants_extensions() -> bool:
    return (argument("extensions") or "").lower() in ("true", "1", "v1")


def _status() -> RequestStatus | None:
    """None for all of them."""
    given = set(_listed("status"))
    if given - set(RequestStatus):
        raise Invalid.field("status", _l("This must be one of: %(choices)s.",
                                         choices=", ".join(RequestStatus)))  # fmt: skip
    return RequestStatus(given.pop()) if len(given) == 1 else None


def _listed(name: str) -> list[str]:
    """Values given with commas, or one by one."""
    texts = [text.strip() for value in _arguments(name) for text in value.split(",")]
    return list(dict.fromkeys(text for text in texts if text))


def _counted(name: str, most: int) -> int | None:
    text = argument(name)
    if text is None:
        return None
    if not _WHOLE.fullmatch(text) or not 1 <= int(text) <= most:
        raise Invalid.field(
            name, _l("This must be from %(least)s to %(most)s.", least=1, most=most)
        )
    return int(text)


def _instant(name: str) -> datetime | None:
    """An instant by W3C's note; a day alone begins at midnight here. A plus that was not escaped
    comes as a blank."""
    text = argument(name)
    if text is None:
        return None
    text = re.sub(r" (\d\d:\d\d)$", r"+\1", text).upper()
    fault = Invalid.field(name, _l("Write an instant like 2026-11-21T08:30:00Z."))
    if not _INSTANT.fullmatch(text):
        raise fault
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise fault from error
    if not is_sane(read.date()):
        raise fault
    return (read if read.tzinfo else read.replace(tzinfo=clock.zone)).astimezone(UTC)


def _arguments(name: str) -> list[str]:
    _refuse_unreadable(request.query_string)
    return request.args.getlist(name)


def _refuse_unreadable(query: bytes) -> None:
    try:
        unquote_to_bytes(query).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(_l("The address has characters that cannot be read.")) from error
