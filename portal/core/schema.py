"""Fields of the JSON API: strict where JSON is lax.

``true`` is no number, ``1.0`` is an integer and ``0.5`` is not, 2⁶³ is out of range, a NUL or a
lone surrogate has no place in a text, an unknown field is an error.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from portal.core.blank import SAYS_SOMETHING, is_blank
from portal.core.clock import is_sane
from portal.core.errors import FieldError, Invalid
from portal.core.i18n import lazy_gettext as _l

LARGEST = 2**53 - 1
"""The largest integer that every JSON reader keeps exact (RFC 8259 §6)."""

ID_PATTERN = "^[0-9a-hjkmnp-tv-z]{26}$"
REGION_PATTERN = "^[0-9]{2,15}$"
_TEXT_PATTERN = r"^[^\u0000]*$"
_UNSENDABLE = re.compile("[\x00\ud800-\udfff]")
_INSTANT = re.compile(
    r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$", re.ASCII
)
_DAY = re.compile(r"^\d{4}-\d\d-\d\d$", re.ASCII)


class Input(Schema):
    """A body or query that refuses what it does not know."""

    class Meta:
        unknown = RAISE


def refusal(detail: Any) -> ValidationError:
    """What a field raises: a list, since marshmallow takes a lazy text apart letter by letter."""
    return ValidationError([detail])


class Text(fields.Field[str]):
    """A string of ``shortest`` to ``longest`` characters, none of them NUL or half a character. One
    that must not be empty must say something: blanks alone are refused."""

    def __init__(self, *, shortest: int = 0, longest: int, pattern: str = "", **kwargs: Any):
        super().__init__(**kwargs)
        self.shortest, self.longest = shortest, longest
        self.pattern = pattern or (SAYS_SOMETHING if shortest else "")
        self.metadata = {
            "type": "string",
            "minLength": shortest,
            "maxLength": longest,
            "pattern": self.pattern or _TEXT_PATTERN,
            **self.metadata,
        }

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise refusal(_l("This must be a text."))
        if _UNSENDABLE.search(value):
            raise refusal(_l("This text has a character that cannot be kept."))
        if len(value) < self.shortest:
            raise refusal(_l("Please write at least %(least)s characters.", least=self.shortest))
        if len(value) > self.longest:
            raise refusal(_l("Please write at most %(most)s characters.", most=self.longest))
        if self.pattern == SAYS_SOMETHING and is_blank(value):
            raise refusal(_l("Please write something that can be read."))
        if self.pattern and not re.search(self.pattern, value):
            raise refusal(_l("This does not have the right form."))
        return value


class Identifier(Text):
    """An id of the portal."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(shortest=26, longest=26, pattern=ID_PATTERN, **kwargs)


class RegionCode(Text):
    """A statistical code of a region, 2 to 15 digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(shortest=2, longest=15, pattern=REGION_PATTERN, **kwargs)


class Whole(fields.Field[int]):
    """An integer from ``least`` to ``most``. In a query the digits are ASCII."""

    def __init__(self, *, least: int = 0, most: int = LARGEST, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = least, most
        self.metadata = {"type": "integer", "minimum": least, "maximum": most, **self.metadata}

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:
        number = _whole(value)
        if number is None:
            raise refusal(_l("This must be a whole number."))
        if not self.least <= number <= self.most:
            raise refusal(
                _l("This must be from %(least)s to %(most)s.", least=self.least, most=self.most)
            )
        return number


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return int(value)
    return None


class QueryWhole(Whole):
    """A whole number written in a query string."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,19}", value, re.ASCII):
            raise refusal(_l("This must be a whole number."))
        return super()._deserialize(int(value), attr, data, **kwargs)


class Number(fields.Field[float]):
    """A finite number from ``least`` to ``most`` (coordinates)."""

    def __init__(self, *, least: float, most: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = least, most
        self.metadata = {"type": "number", "minimum": least, "maximum": most, **self.metadata}

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise refusal(_l("This must be a number."))
        if not self.least <= value <= self.most:  # false for NaN as well
            raise refusal(
                _l("This must be from %(least)s to %(most)s.", least=self.least, most=self.most)
            )
        return float(value)


class Flag(fields.Field[bool]):
    """``true`` or ``false``, nothing that looks like it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metadata = {"type": "boolean", **self.metadata}

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise refusal(_l("This must be true or false."))
        return value


class Instant(fields.Field[datetime]):
    """An RFC 3339 date-time with its offset, in the years 2000 to 2199."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metadata = {"type": "string", "format": "date-time", **self.metadata}

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or not _INSTANT.match(value):
            raise refusal(_l("Write an instant like 2026-11-21T08:30:00Z."))
        try:
            instant = datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise refusal(_l("There is no such instant.")) from error
        if not 2000 <= instant.year < 2200:
            raise refusal(_l("This is too far away in time."))
        return instant


class Day(fields.Field[date]):
    """A day ``YYYY-MM-DD`` in the years 1900 to 2199."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metadata = {"type": "string", "format": "date", **self.metadata}

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not _DAY.match(value):
            raise refusal(_l("Write a day like 2026-11-21."))
        try:
            day = date.fromisoformat(value)
        except ValueError as error:
            raise refusal(_l("There is no such day.")) from error
        if not is_sane(day):
            raise refusal(_l("This is too far away in time."))
        return day


class Choice(fields.Field[str]):
    """One of some words."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = tuple(str(each) for each in choices)
        self.metadata = {"type": "string", "enum": list(self.choices), **self.metadata}

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or value not in self.choices:
            raise refusal(_l("This must be one of: %(choices)s.", choices=", ".join(self.choices)))
        return value


class PageQuery(Input):
    """What every list takes."""

    limit = QueryWhole(least=1, most=100, load_default=20)
    cursor = Text(shortest=1, longest=1000)


class Money(Input):
    """An amount in minor units."""

    amount = Whole(least=0, most=10**12, required=True)
    currency = Choice(["CNY"], required=True)


def load(schema: Schema, data: Mapping[str, Any]) -> dict[str, Any]:
    """Read input by a schema.

    Raises:
        Invalid: with one entry a field, nested ones as ``shifts.0.capacity``.
    """
    try:
        return dict(schema.load(data))
    except ValidationError as error:
        messages = error.normalized_messages()  # type: ignore[no-untyped-call]
        raise Invalid(errors=list(_flatten(messages, ""))) from error


def _flatten(messages: Any, prefix: str) -> Any:
    for name, content in messages.items():
        path = f"{prefix}{name}"
        if isinstance(content, Mapping):
            yield from _flatten(content, f"{path}.")
        else:
            yield from (FieldError(path, _translated(detail)) for detail in content)


_MARSHMALLOW_WORDS = {
    "Missing data for required field.": _l("This is needed."),
    "Unknown field.": _l("This field is not known here."),
    "Field may not be null.": _l("This may not be null."),
    "Invalid input type.": _l("This must be an object."),
    "Not a valid list.": _l("This must be a list."),
}


def _translated(detail: Any) -> Any:
    return _MARSHMALLOW_WORDS.get(detail, detail) if isinstance(detail, str) else detail


class Items(fields.List[Any]):
    """A list of ``least`` to ``most`` things; of as many as a body holds if ``most`` is None."""

    def __init__(self, inner: Any, *, least: int = 0, most: int | None, **kwargs: Any) -> None:
        super().__init__(inner, **kwargs)
        self.least, self.most = least, math.inf if most is None else most
        bounds = {"minItems": least} if most is None else {"minItems": least, "maxItems": most}
        self.metadata = {**bounds, **self.metadata}

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, list) and not self.least <= len(value) <= self.most:
            raise refusal(
                _l("Give %(least)s to %(most)s of these.", least=self.least, most=self.most)
            )
        return list(super()._deserialize(value, attr, data, **kwargs))
