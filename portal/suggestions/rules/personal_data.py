"""Personal data in a text that everybody will read: found before it is published.

What is recognized has a shape of its own: numbers with a checksum, addresses, plates. Names and
house numbers have none, and are left to the people who read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    IDENTITY = "identity"
    CARD = "card"
    MOBILE = "mobile"
    EMAIL = "email"
    ACCOUNT = "account"
    PLATE = "plate"


NEVER_PUBLIC = frozenset({Kind.IDENTITY, Kind.CARD})
"""With these somebody else could pass for the person, or pay: nobody can want them public."""


@dataclass(frozen=True)
class Finding:
    """A piece of a text, from ``start`` on, as it was written."""

    kind: Kind
    text: str
    start: int


_JOINT = r"[\s\-–—.·]{0,2}"
_DIGITS = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_PROVINCES = "京津沪渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新"


def _run(pattern: str) -> re.Pattern[str]:
    """Digits that may be written in groups, and are no part of a longer number."""
    return re.compile(rf"(?<![0-9A-Za-z])(?:{pattern})(?![0-9A-Za-z])", re.ASCII)


_IDENTITY = _run(rf"[1-9](?:{_JOINT}\d){{16}}{_JOINT}[\dXx]")
_CARD = _run(rf"[3-6](?:{_JOINT}\d){{14,18}}")
_MOBILE = _run(rf"(?:(?:\+|00)?86{_JOINT})?1{_JOINT}[3-9](?:{_JOINT}\d){{9}}")
_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.ASCII)
_ACCOUNT = re.compile(
    r"(?:微信|wechat|weixin|qq)(?:号码?|id)?[:\s为是]{0,3}[a-z0-9_-]{5,20}", re.IGNORECASE
)
_PLATE = re.compile(
    rf"[{_PROVINCES}][A-HJ-NP-Z][·\s-]?(?=[A-HJ-NP-Z]*\d)[A-HJ-NP-Z0-9]{{5,6}}"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def found(text: str) -> list[Finding]:
    """All that looks like personal data in a text, in its order. What is within something longer
    that was found is not named again."""
    plain = _plain(text)
    findings: list[Finding] = []
    taken: list[range] = []
    for kind, pattern, is_one in _KINDS:
        for start, end in _spans(pattern, plain, is_one):
            if not any(start < each.stop and end > each.start for each in taken):
                taken.append(range(start, end))
                findings.append(Finding(kind, text[start:end], start))
    return sorted(findings, key=lambda each: each.start)


def _plain(text: str) -> str:
    """The same text, character by character, with digits of every kind made plain."""
    return "".join(map(_plain_character, text)).translate(_DIGITS)


def _plain_character(character: str) -> str:
    normal = unicodedata.normalize("NFKC", character)
    return normal if len(normal) == 1 else character


def _spans(
    pattern: re.Pattern[str], text: str, is_one: Callable[[str], bool]
) -> Iterator[tuple[int, int]]:
    for hit in pattern.finditer(text):
        if is_one(hit.group()):
            yield hit.span()


def _bare(text: str) -> str:
    return "".join(each for each in text if each.isalnum()).upper()


def _is_identity(text: str) -> bool:
    """Eighteen characters with a day of birth in them, and the check of GB 11643."""
    bare = _bare(text)
    try:
        date(int(bare[6:10]), int(bare[10:12]), int(bare[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(bare[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == bare[17]


def _is_card(text: str) -> bool:
    """The check of Luhn (ISO/IEC 7812)."""
    digits = [int(each) for each in reversed(_bare(text))]
    doubled = (sum(divmod(2 * each, 10)) for each in digits[1::2])
    return (sum(digits[0::2]) + sum(doubled)) % 10 == 0


def _always(_text: str) -> bool:
    return True


_KINDS: tuple[tuple[Kind, re.Pattern[str], Callable[[str], bool]], ...] = (
    (Kind.IDENTITY, _IDENTITY, _is_identity),
    (Kind.CARD, _CARD, _is_card),
    (Kind.MOBILE, _MOBILE, _always),
    (Kind.EMAIL, _EMAIL, _always),
    (Kind.ACCOUNT, _ACCOUNT, _always),
    (Kind.PLATE, _PLATE, _always),
)
"""The longest first: the beginning of a bank card may look like a mobile number."""
