"""A rule's value as people write it: ``15``, ``1.5``, ``22:00-06:00 1.5``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_NIGHT = re.compile(
    r"(\d{2}:\d{2})\s*[-–—~至到]\s*(\d{2}:\d{2})\s*[×x*,，]?\s*(\d{1,2}(?:\.\d+)?)", re.ASCII
)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)


def read(unit: str, text: str) -> Any:
    """The value that a text means for a unit of rules, still to be checked as one; what cannot be
    read is given back as it is, and no check admits it."""
    text = text.strip()
    if unit == "night":
        found = _NIGHT.fullmatch(text)
        return {"from": found[1], "to": found[2], "factor": found[3]} if found else text
    if unit == "factor":
        return text
    return int(text) if _WHOLE.fullmatch(text) else text


def write(value: Any) -> str:
    """A value as :func:`read` takes it."""
    if isinstance(value, Mapping):
        return f"{value['from']}-{value['to']} {value['factor']}"
    return str(value)
