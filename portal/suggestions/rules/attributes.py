"""The questions of a category's form, and whether answers fit them (Open311's six kinds)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

LONGEST_STRING = 200
LONGEST_TEXT = 4_000
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d([Tt]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d))?", re.ASCII
)


class Kind(StrEnum):
    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    ONE = "singlevaluelist"
    SEVERAL = "multivaluelist"


LISTS = frozenset({Kind.ONE, Kind.SEVERAL})


class Fault(StrEnum):
    """What can be wrong with an answer."""

    UNKNOWN = "unknown"
    MISSING = "missing"
    ONE_ONLY = "one_only"
    NO_NUMBER = "no_number"
    NO_DATE = "no_date"
    NOT_LISTED = "not_listed"
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class Answers:
    """What was answered, by the question's code, and what does not fit."""

    values: Mapping[str, Any]
    faults: Mapping[str, Fault]


def asks(definition: Mapping[str, Any]) -> bool:
    """Whether a question wants an answer; one that is not ``variable`` only says something."""
    return bool(definition.get("variable", True))


def read_answers(
    definitions: Iterable[Mapping[str, Any]], given: Mapping[str, Sequence[str]]
) -> Answers:
    """Answers as texts, read as what their questions ask for. An empty text is no answer."""
    asked = {str(each["code"]): each for each in definitions if asks(each)}
    values: dict[str, Any] = {}
    faults = {code: Fault.UNKNOWN for code in given if code not in asked}
    for code, definition in asked.items():
        texts = [text for text in given.get(code, ()) if text.strip()]
        if not texts:
            if definition.get("required"):
                faults[code] = Fault.MISSING
            continue
        value = _read(definition, texts)
        if isinstance(value, Fault):
            faults[code] = value
        else:
            values[code] = value
    return Answers(values, faults)


def told(
    definitions: Iterable[Mapping[str, Any]], values: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """Questions and answers as people read them, in the form's order; what is offered, by name."""
    shown = []
    for each in definitions:
        if each["code"] in values:
            names = {str(value["key"]): value["name"] for value in each.get("values") or ()}
            answer = values[each["code"]]
            said = answer if isinstance(answer, list) else [answer]
            shown.append(
                (str(each["description"]), "、".join(names.get(str(one), str(one)) for one in said))
            )
    return shown


def _read(definition: Mapping[str, Any], texts: Sequence[str]) -> Any:
    kind = Kind(definition["datatype"])
    if kind in LISTS:
        return _chosen(definition, kind, texts)
    if len(texts) > 1:
        return Fault.ONE_ONLY
    text = texts[0]
    if kind is Kind.NUMBER:
        return _number(text)
    if kind is Kind.DATETIME:
        return text if _is_instant(text) else Fault.NO_DATE
    most = LONGEST_TEXT if kind is Kind.TEXT else LONGEST_STRING
    return Fault.TOO_LONG if len(text) > most else text


def _chosen(definition: Mapping[str, Any], kind: Kind, texts: Sequence[str]) -> Any:
    keys = {str(each["key"]) for each in definition.get("values") or ()}
    chosen = list(dict.fromkeys(texts))
    if not keys.issuperset(chosen):
        return Fault.NOT_LISTED
    if kind is Kind.SEVERAL:
        return chosen
    return chosen[0] if len(chosen) == 1 else Fault.ONE_ONLY


def _number(text: str) -> Any:
    if not _NUMBER.fullmatch(text.strip()):
        return Fault.NO_NUMBER
    value = float(text)
    return int(value) if value == math.floor(value) and "." not in text else value


def _is_instant(text: str) -> bool:
    if not _INSTANT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True
