"""Pabulib's ``.pb`` files: a vote on a budget with its projects and ballots.

A file has three sections, META, PROJECTS and VOTES, each a table with semicolons between its
cells and a first line that names the columns. Costs are in yuan (or the file's own currency).
The format: http://pabulib.org/format.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from portal.consultations.interchange.amounts import minor_units, written
from portal.consultations.interchange.errors import UnreadableFile
from portal.consultations.rules.ballots import MOST_OPTIONS, Choices, Method, Terms
from portal.core.errors import Invalid
from portal.core.i18n import lazy_gettext as _l

MOST_BYTES = 20_000_000
MOST_FACTS = 200
"""How many lines META may have: what is known of a vote fits into thirty."""
_APPROVALS = frozenset({"approval", "choose-1"})
_RULES = {Method.BUDGET_GREEDY: "greedy", Method.EQUAL_SHARES: "equalshares/add1"}
_SECTIONS = frozenset({"meta", "projects", "votes"})
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


@dataclass(frozen=True)
class Project:
    """``cost`` in minor units of the file's currency."""

    id: str
    cost: int
    name: str


@dataclass(frozen=True)
class PabulibFile:
    """What a file holds: ``budget`` in minor units, ``votes`` as project ids; ``ranked`` if the
    order of a vote counts; ``lines`` is where each vote stands."""

    meta: Mapping[str, str]
    budget: int
    ranked: bool
    projects: tuple[Project, ...]
    votes: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class Description:
    """What a file says about a vote beyond its numbers. ``titles`` by option id."""

    title: str
    place: str
    begins: date
    ends: date
    titles: Mapping[str, str]
    country: str = "China"
    currency: str = "CNY"
    language: str = "zh"


# --- reading ----------------------------------------------------------------------------------


@dataclass
class _Tables:
    """The sections as they are read: rows by column, each with the line it stands on. What is too
    much is refused where it begins, not after all of it has been read."""

    most_projects: int
    most_votes: int
    meta: dict[str, tuple[int, str]] = field(default_factory=dict)
    projects: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    votes: list[tuple[int, dict[str, str]]] = field(default_factory=list)


def read(
    content: bytes, *, most_projects: int = MOST_OPTIONS, most_votes: int = MOST_BYTES
) -> PabulibFile:
    """The vote in a file. Raises UnreadableFile, with the line, for what cannot be taken.

    Approval, choose-1 and ordinal votes are taken; points on projects have no counterpart here.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableFile(_l("The file is too large."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(_l("The file is not in UTF-8."), line) from error
    tables = _tables(text, _Tables(most_projects, most_votes))
    vote_type = _vote_type(tables)
    projects = _projects(tables)
    votes = _votes(tables, {project.id for project in projects})
    _check_counts(tables, len(projects), len(votes))
    return PabulibFile(
        {key: value for key, (_, value) in tables.meta.items()},
        _budget(tables),
        vote_type == "ordinal",
        projects,
        votes,
        tuple(line for line, _cells in tables.votes),
    )


def _tables(text: str, tables: _Tables) -> _Tables:
    section, header = "", list[str]()
    for line, row in _rows(text):
        if row[0].lower() in _SECTIONS and not any(row[1:]):
            section, header = row[0].lower(), []
        elif not section:
            raise UnreadableFile(_l("The file must begin with META."), line)
        elif not header:
            header = _header(row, line)
        else:
            _keep(tables, section, line, _cells(header, row, line))
    return tables


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the line it ends on."""
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise UnreadableFile(_l("The line holds a character that no text has."), line)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise UnreadableFile(_l("The line cannot be split into cells."), reader.line_num) from error


def _header(row: list[str], line: int) -> list[str]:
    names = [name.lower() for name in row]
    doubled = [name for name, times in Counter(names).items() if times > 1]
    if doubled:
        raise UnreadableFile(_l("The column “%(name)s” stands there twice.", name=doubled[0]), line)
    return names


def _cells(header: list[str], row: list[str], line: int) -> dict[str, str]:
    if len(row) > len(header):
        raise UnreadableFile(
            _l(
                "The line has %(found)s cells, but the section has %(expected)s columns.",
                found=len(row),
                expected=len(header),
            ),
            line,
        )
    return dict(zip(header, row, strict=False))


def _keep(tables: _Tables, section: str, line: int, cells: dict[str, str]) -> None:
    if section == "projects":
        if len(tables.projects) >= tables.most_projects:
            detail = _l("The file has more than %(most)s projects.", most=tables.most_projects)
            raise UnreadableFile(detail, line)
        tables.projects.append((line, cells))
    elif section == "votes":
        if len(tables.votes) >= tables.most_votes:
            detail = _l("The file has more than %(most)s votes.", most=tables.most_votes)
            raise UnreadableFile(detail, line)
        tables.votes.append((line, cells))
    elif len(tables.meta) >= MOST_FACTS:
        raise UnreadableFile(_l("The section META has too many lines."), line)
    else:
        key, value = (*cells.values(), "")[:2]
        tables.meta[key] = (line, value)


def _meta(tables: _Tables, key: str) -> tuple[int, str]:
    if key not in tables.meta:
        raise UnreadableFile(_l("The section META lacks “%(key)s”.", key=key))
    return tables.meta[key]


def _vote_type(tables: _Tables) -> str:
    line, vote_type = _meta(tables, "vote_type")
    if vote_type not in _APPROVALS | {"ordinal"}:
        raise UnreadableFile(
            _l(
                "Votes of the type “%(kind)s” cannot be taken: only approval, choose-1, ordinal.",
                kind=vote_type,
            ),
            line,
        )
    return vote_type


def _budget(tables: _Tables) -> int:
    line, text = _meta(tables, "budget")
    return _money(text, line)


def _money(text: str, line: int) -> int:
    try:
        return minor_units(text)
    except Invalid as error:
        raise UnreadableFile(error.detail, line) from error


def _projects(tables: _Tables) -> tuple[Project, ...]:
    if not tables.projects:
        raise UnreadableFile(_l("The file has no projects."))
    found: dict[str, Project] = {}
    for line, cells in tables.projects:
        name, cost = next(iter(cells.values())), cells.get("cost", "")
        if not name or not cost:
            raise UnreadableFile(_l("A project needs its id and its cost."), line)
        if name in found:
            raise UnreadableFile(_l("The project “%(id)s” stands there twice.", id=name), line)
        found[name] = Project(name, _money(cost, line), cells.get("name") or name)
    return tuple(found.values())


def _votes(tables: _Tables, known: set[str]) -> tuple[tuple[str, ...], ...]:
    votes, voters = [], dict[str, int]()
    for line, cells in tables.votes:
        if "vote" not in cells:
            raise UnreadableFile(_l("The vote itself is missing."), line)
        voter = cells.get("voter_id")
        if voter and voters.setdefault(voter, line) != line:
            raise UnreadableFile(
                _l(
                    "The voter “%(voter)s” has voted on line %(line)s already.",
                    voter=voter,
                    line=str(voters[voter]),
                ),
                line,
            )
        votes.append(_vote(cells["vote"], known, line))
    return tuple(votes)


def _vote(text: str, known: set[str], line: int) -> tuple[str, ...]:
    chosen = tuple(name.strip() for name in text.split(",") if name.strip())
    seen: set[str] = set()
    for name in chosen:
        if name not in known:
            raise UnreadableFile(_l("There is no project “%(id)s”.", id=name), line)
        if name in seen:
            raise UnreadableFile(_l("The vote names the project “%(id)s” twice.", id=name), line)
        seen.add(name)
    return chosen


def _check_counts(tables: _Tables, projects: int, votes: int) -> None:
    """A file that was cut off is not taken for a whole one."""
    for key, found in (("num_projects", projects), ("num_votes", votes)):
        line, told = tables.meta.get(key, (0, str(found)))
        if told != str(found):
            raise UnreadableFile(
                _l(
                    "“%(key)s” says %(told)s, but the file has %(found)s.",
                    key=key,
                    told=told,
                    found=str(found),
                ),
                line,
            )


# --- writing ----------------------------------------------------------------------------------


def write(
    terms: Terms, ballots: Sequence[Choices], winners: Sequence[str], about: Description
) -> str:
    """A vote on a budget as a ``.pb`` file; ballots in the board's order, voters by number.

    Raises ValueError for a method without a budget: the format has no place for it.
    """
    if terms.method not in _RULES:
        raise ValueError(f"{terms.method} is no vote on a budget")
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\n")
    table.writerows([["META"], ["key", "value"], *_meta_rows(terms, len(ballots), about)])
    table.writerows([["PROJECTS"], ["project_id", "cost", "votes", "name", "selected"]])
    votes = Counter(choice for ballot in ballots for choice in ballot)
    for option in terms.options:
        selected = int(option.id in winners)
        title = _one_line(about.titles[option.id])
        table.writerow([option.id, written(option.cost or 0), votes[option.id], title, selected])
    table.writerows([["VOTES"], ["voter_id", "vote"]])
    table.writerows([number, ",".join(ballot)] for number, ballot in enumerate(ballots, start=1))
    return out.getvalue()


def _meta_rows(terms: Terms, votes: int, about: Description) -> list[list[str]]:
    rows = {
        "description": _one_line(about.title),
        "country": about.country,
        "unit": _one_line(about.place),
        "instance": str(about.begins.year),
        "num_projects": str(len(terms.options)),
        "num_votes": str(votes),
        "budget": written(terms.spendable),
        "vote_type": "approval",
        "rule": _RULES[terms.method],
        "date_begin": about.begins.strftime("%d.%m.%Y"),
        "date_end": about.ends.strftime("%d.%m.%Y"),
        "min_length": "0",
        "max_length": str(terms.most_choices),
    }
    if terms.method is Method.BUDGET_GREEDY:
        rows["max_sum_cost"] = written(terms.spendable)
    rows |= {"language": about.language, "currency": about.currency}
    return [[key, value] for key, value in rows.items()]


def _one_line(text: str) -> str:
    """Readers of this format take every kind of line break for the end of a row."""
    return _BREAKS.sub(" ", text).strip()
