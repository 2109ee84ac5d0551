"""The questions of a category's form (as Open311 defines them), and whether answers fit them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

LONGEST_STRING = 200
LONGEST_TEXT = 2_000
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,10})?", re.ASCII)


class DataType(StrEnum):
    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    ONE_OF = "singlevaluelist"
    SOME_OF = "multivaluelist"


class Fault(StrEnum):
    """What is wrong with an answer."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    NO_NUMBER = "no_number"
    NO_INSTANT = "no_instant"
    TOO_LONG = "too_long"
    NOT_OFFERED = "not_offered"


@dataclass(frozen=True)
class Checked:
    """The answers as they are kept, by the questions' codes; what is wrong with the others."""

    answers: Mapping[str, Any]
    faults: Mapping[str, Fault]


class _Refused(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault)


def checked(questions: Iterable[Mapping[str, Any]], given: Mapping[str, Any]) -> Checked:
    """Hold answers against the questions of a category.

    Args:
        questions: ``code``, ``datatype``, ``required``, ``values`` (``key``, ``name``) of each.
        given: texts by code, of a ``multivaluelist`` several; what is empty was not answered.
    """
    answers: dict[str, Any] = {}
    faults = dict.fromkeys(given.keys() - {each["code"] for each in questions}, Fault.UNKNOWN)
    for question in questions:
        code = question["code"]
        try:
            answer = _read(question, _texts(given.get(code)))
        except _Refused as refused:
            faults[code] = refused.fault
        else:
            if answer is not None:
                answers[code] = answer
    return Checked(answers, faults)


def told(
    questions: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """Questions and answers as people read them, in the form's order; what is offered, by name."""
    shown = []
    for question in questions:
        if question["code"] in answers:
            names = {each["key"]: each["name"] for each in question.get("values", ())}
            said = [names.get(each, each) for each in _texts(answers[question["code"]])]
            shown.append((str(question["description"]), "、".join(said)))
    return shown


def _texts(value: Any) -> list[str]:
    given = value if isinstance(value, list | tuple) else [value]
    return [str(each).strip() for each in given if each is not None and str(each).strip()]


def _read(question: Mapping[str, Any], texts: list[str]) -> Any:
    """The answer as it is kept: a text, for ``multivaluelist`` a list; None where there is none."""
    if not texts:
        if question.get("required"):
            raise _Refused(Fault.MISSING)
        return None
    kind = DataType(question["datatype"])
    if kind is DataType.SOME_OF:
        return [_offered(question, each) for each in dict.fromkeys(texts)]
    if len(texts) > 1:
        raise _Refused(Fault.NOT_OFFERED)
    return _READERS[kind](question, texts[0])


def _offered(question: Mapping[str, Any], text: str) -> str:
    if text not in {each["key"] for each in question.get("values", ())}:
        raise _Refused(Fault.NOT_OFFERED)
    return text


def _number(_question: Mapping[str, Any], text: str) -> str:
    if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        raise _Refused(Fault.NO_NUMBER)
    return text


def _instant(_question: Mapping[str, Any], text: str) -> str:
    try:
        datetime.fromisoformat(text)
    except ValueError as error:
        raise _Refused(Fault.NO_INSTANT) from error
    return text


def _no_longer_than(longest: int) -> Any:
    def read(_question: Mapping[str, Any], text: str) -> str:
        if len(text) > longest:
            raise _Refused(Fault.TOO_LONG)
        return text

    return read


_READERS: dict[DataType, Any] = {
    DataType.STRING: _no_longer_than(LONGEST_STRING),
    DataType.TEXT: _no_longer_than(LONGEST_TEXT),
    DataType.NUMBER: _number,
    DataType.DATETIME: _instant,
    DataType.ONE_OF: _offered,
}
