"""The file of divisions: ``code,name,level,parent_code`` in UTF-8, every fault by its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.regions.rules import (
    LONGEST_NAME,
    Level,
    code_lengths,
    has_unreadable,
    is_code_of,
    parent_level,
)

HEADER = ["code", "name", "level", "parent_code"]


@dataclass(frozen=True)
class Division:
    """One line of the file, as it should be in the database."""

    code: str
    name: str
    level: Level
    parent_code: str | None


@dataclass(frozen=True, order=True)
class Fault:
    """Why a line cannot be taken; the header is line 1."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


@dataclass(frozen=True)
class _Record:
    line: int
    cells: list[str]


def read(content: bytes, known: Mapping[str, str]) -> tuple[list[Division], list[Fault]]:
    """Read a file of divisions.

    Args:
        content: the bytes of the file.
        known: the levels of the regions that are there already, by their codes.

    Returns:
        the divisions in the file's order, and every fault; with faults nothing is to be used.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return [], [Fault(line, "this is not UTF-8")]
    faults: list[Fault] = []
    records = _records(text, faults)
    header = next(records, None)
    if header is None or header.cells != HEADER:
        return [], [Fault(1, f"the header must be {','.join(HEADER)}"), *faults]
    divisions = _divisions(records, faults)
    faults.extend(_family_faults(divisions, known))
    return list(divisions.values()), sorted(faults)


def _records(text: str, faults: list[Fault]) -> Iterator[_Record]:
    """The records with the lines they begin on; a file that is no CSV ends at its fault."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            yield _Record(line, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        faults.append(Fault(line, f"this is not CSV: {error}"))


def _divisions(records: Iterator[_Record], faults: list[Fault]) -> dict[int, Division]:
    """The good lines by their numbers."""
    found: dict[int, Division] = {}
    first_line: dict[str, int] = {}
    for record in records:
        reason = _reason_against(record.cells)
        if reason is None:
            code, name, level, parent = record.cells
            if code in first_line:
                reason = f"code {code} stands in line {first_line[code]} already"
            else:
                first_line[code] = record.line
                found[record.line] = Division(code, name.strip(), Level(level), parent or None)
        if reason is not None:
            faults.append(Fault(record.line, reason))
    return found


def _reason_against(cells: list[str]) -> str | None:
    """What is wrong with a line taken by itself."""
    if len(cells) != len(HEADER):
        return f"{len(HEADER)} columns are needed, there are {len(cells)}"
    if any(has_unreadable(cell) for cell in cells):
        return "there is a control character"
    code, name, level, parent = cells
    if level not in list(Level):
        return f"level {level!r} is none of {', '.join(Level)}"
    if not is_code_of(code, Level(level)):
        digits = " or ".join(str(each) for each in code_lengths(Level(level)))
        return f"code {code!r}: a {level} has {digits} digits"
    return _reason_against_name(name.strip()) or _reason_against_parent(Level(level), parent)


def _reason_against_name(name: str) -> str | None:
    if not name:
        return "the name is empty"
    if len(name) > LONGEST_NAME:
        return f"the name is longer than {LONGEST_NAME} characters"
    return None


def _reason_against_parent(level: Level, parent: str) -> str | None:
    if level is Level.CITY:
        return "a city has no parent" if parent else None
    return None if parent else f"a {level} needs a parent"


def _family_faults(divisions: Mapping[int, Division], known: Mapping[str, str]) -> Iterator[Fault]:
    """What is wrong with lines in the light of the others and of what is there already."""
    levels = {**known, **{each.code: each.level.value for each in divisions.values()}}
    for line, division in divisions.items():
        if division.parent_code is None:
            continue
        wanted = parent_level(division.level)
        level = levels.get(division.parent_code)
        if level is None:
            yield Fault(line, f"parent {division.parent_code!r} is unknown")
        elif level != wanted:
            yield Fault(
                line,
                f"parent {division.parent_code} is a {level}; a {division.level} needs a {wanted}",
            )
