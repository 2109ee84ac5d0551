"""The questions of a category's form as an administrator writes them: one a line.

``pole | string | optional | Number on the lamp post`` or, where one chooses,
``fault | singlevaluelist | required | What is wrong | dark=It is dark, loud=It hums``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from portal.suggestions.rules.attributes import LISTS, Kind

MOST_QUESTIONS, MOST_VALUES = 20, 50
LONGEST_WORDS = 200
_CODE = re.compile(r"[a-z0-9_-]{1,40}")
_NEEDED = {"required": True, "optional": False}


class Fault(StrEnum):
    """What is wrong with a line."""

    FORM = "form"
    CODE = "code"
    DATATYPE = "datatype"
    NEEDED = "needed"
    WORDS = "words"
    VALUES = "values"
    TOO_MANY = "too_many"


class Unreadable(Exception):
    """A line, counted from 1, is no question."""

    def __init__(self, line: int, fault: Fault) -> None:
        self.line, self.fault = line, fault
        super().__init__(f"line {line}: {fault}")


def read(text: str) -> list[dict[str, Any]]:
    """The questions that stand in some lines; empty lines are passed over.

    Raises:
        Unreadable: a line is none, or its code was there before.
    """
    found: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            question = _question(number, [part.strip() for part in line.split("|")])
            if question["code"] in found:
                raise Unreadable(number, Fault.CODE)
            found[question["code"]] = question
        if len(found) > MOST_QUESTIONS:
            raise Unreadable(number, Fault.TOO_MANY)
    return list(found.values())


def written(questions: Iterable[Mapping[str, Any]]) -> str:
    """The lines that read as these questions."""
    return "\n".join(_line(each) for each in questions)


def _question(number: int, parts: list[str]) -> dict[str, Any]:
    if len(parts) not in (4, 5):
        raise Unreadable(number, Fault.FORM)
    code, datatype, needed, words = parts[:4]
    if not _CODE.fullmatch(code):
        raise Unreadable(number, Fault.CODE)
    if datatype not in list(Kind):
        raise Unreadable(number, Fault.DATATYPE)
    if needed not in _NEEDED:
        raise Unreadable(number, Fault.NEEDED)
    if not words or len(words) > LONGEST_WORDS:
        raise Unreadable(number, Fault.WORDS)
    values = _values(number, parts[4] if len(parts) > 4 else "")
    if bool(values) != (datatype in LISTS):
        raise Unreadable(number, Fault.VALUES)
    return {
        "code": code,
        "datatype": datatype,
        "description": words,
        "required": _NEEDED[needed],
        "values": values,
    }


def _values(number: int, text: str) -> list[dict[str, str]]:
    found: dict[str, str] = {}
    for pair in filter(None, (each.strip() for each in re.split("[,，]", text))):
        key, _, name = (part.strip() for part in pair.partition("="))
        if not _CODE.fullmatch(key) or not name or key in found or len(name) > LONGEST_WORDS:
            raise Unreadable(number, Fault.VALUES)
        found[key] = name
    if len(found) > MOST_VALUES:
        raise Unreadable(number, Fault.VALUES)
    return [{"key": key, "name": name} for key, name in found.items()]


def _line(question: Mapping[str, Any]) -> str:
    needed = "required" if question["required"] else "optional"
    parts = [question["code"], question["datatype"], needed, question["description"]]
    if question["values"]:
        parts.append(", ".join(f"{each['key']}={each['name']}" for each in question["values"]))
    return " | ".join(parts)
