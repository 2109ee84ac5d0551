"""The file of another system's cases: CSV in UTF-8, every fault by its line (docs/running.md)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from portal.core.errors import Invalid
from portal.core.i18n import force_locale
from portal.core.schema import Choice, Input, Instant, Number, RegionCode, Text, Whole, load
from portal.suggestions.models.cases import TITLE_LENGTH
from portal.suggestions.models.catalogue import NAME_LENGTH
from portal.suggestions.models.sources import ADDRESS_LENGTH, FOREIGN_ID_LENGTH
from portal.suggestions.rules.machine import Outcome
from portal.suggestions.rules.past import Fault, PastCase, PastStatus
from portal.suggestions.rules.taking_in import Visibility
from portal.suggestions.schemas import (
    LONGEST_ANSWER,
    LONGEST_DESCRIPTION,
    CategoryCode,
)

_NUMBERS = {"latitude": float, "longitude": float, "score": int}


class Line(Input):
    """One case. What is left empty is not there."""

    id = Text(shortest=1, longest=FOREIGN_ID_LENGTH, required=True)
    category = CategoryCode(required=True)
    region_code = RegionCode(required=True)
    received_at = Instant(required=True)
    title = Text(shortest=1, longest=TITLE_LENGTH, required=True)
    description = Text(longest=LONGEST_DESCRIPTION, load_default="")
    visibility = Choice(Visibility, load_default=Visibility.PUBLIC.value)
    latitude = Number(least=-90, most=90, load_default=None)
    longitude = Number(least=-180, most=180, load_default=None)
    address = Text(longest=ADDRESS_LENGTH, load_default=None)
    status = Choice(PastStatus, load_default=PastStatus.RECEIVED.value)
    department = Text(longest=NAME_LENGTH, load_default=None)
    dispatched_at = Instant(load_default=None)
    answered_at = Instant(load_default=None)
    outcome = Choice(Outcome, load_default=None)
    words = Text(longest=LONGEST_ANSWER, load_default="")
    closed_at = Instant(load_default=None)
    score = Whole(least=1, most=5, load_default=None)


COLUMNS = tuple(Line().fields)
NEEDED = tuple(name for name, field in Line().fields.items() if field.required)


def read(content: bytes) -> tuple[list[PastCase], list[Fault]]:
    """The cases of a file in its order, and every fault of its form; with faults nothing is to be
    used."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return [], [Fault(line, "this is not UTF-8")]
    faults: list[Fault] = []
    records = _records(text, faults)
    _line, header = next(records, (1, []))
    if wrong := _wrong_header(header):
        return [], [Fault(1, wrong), *faults]
    cases = list(_cases(records, header, faults))
    return cases, sorted(faults)


def _records(text: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Records with the lines they begin on; a file that is no CSV ends at its fault."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        faults.append(Fault(line, f"this is not CSV: {error}"))


def _wrong_header(header: list[str]) -> str | None:
    unknown = [name for name in header if name not in COLUMNS]
    missing = [name for name in NEEDED if name not in header]
    if unknown:
        return f"unknown columns: {', '.join(unknown)}; known are {', '.join(COLUMNS)}"
    if missing:
        return f"missing columns: {', '.join(missing)}"
    return "a column stands there twice" if len(set(header)) < len(header) else None


def _cases(
    records: Iterator[tuple[int, list[str]]], header: list[str], faults: list[Fault]
) -> Iterator[PastCase]:
    first_line: dict[str, int] = {}
    for line, cells in records:
        if len(cells) != len(header):
            faults.append(Fault(line, f"{len(cells)} cells in place of {len(header)}"))
            continue
        given = {name: cell for name, cell in zip(header, cells, strict=True) if cell.strip()}
        try:
            values = load(Line(), {name: _typed(name, cell) for name, cell in given.items()})
        except Invalid as error:
            faults.extend(_said(line, error))
            continue
        if values["id"] in first_line:
            faults.append(Fault(line, f"id: is that of line {first_line[values['id']]}"))
        first_line.setdefault(values["id"], line)
        yield PastCase(line, values)


def _typed(name: str, cell: str) -> Any:
    """A number where one is asked for; what is none is left for the field to refuse."""
    try:
        return _NUMBERS[name](cell) if name in _NUMBERS else cell
    except ValueError:
        return cell


def _said(line: int, error: Invalid) -> Iterator[Fault]:
    """In English, as commands speak."""
    with force_locale("en"):
        yield from [Fault(line, f"{each.field}: {each.detail}") for each in error.errors]
