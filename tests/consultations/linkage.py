"""An attacker who has everything that is kept, and tells who chose what as well as can be.

What is known of persons (every row of every table that names one, by id or by key of the roll, with
the database's own columns, and the order in which they were seen to vote) is laid beside what is
known of ballots (the lines of the board; envelopes that can be read). Each thing known here is
tried with each thing known there: by equal values, and by order, up and down.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

Choice = tuple[str, ...]
Row = dict[str, Any]
Dump = dict[str, list[Row]]
"""Every table with its rows as they lie, system columns among them."""

SYSTEM = ("ctid", "xmin", "xmax", "cmin", "cmax")
SIGMAS = 3.0


@dataclass(frozen=True)
class Knowledge:
    """One thing that is known of each of some subjects, under the name of where it stands."""

    name: str
    values: Mapping[str, Any]

    def in_order(self) -> list[str]:
        """The subjects in the order of what is known of them; equal ones as they lie."""
        return sorted(self.values, key=lambda subject: _sortable(self.values[subject]))


def dump(engine: Engine, consultation_id: str) -> Dump:
    """All that a reader of the whole database sees, other votes left out."""
    with engine.connect() as connection:
        names = sorted(inspect(connection).get_table_names())
        tables = {name: _rows(connection, name) for name in names}
    return {
        name: [
            row for row in rows if row.get("consultation_id", consultation_id) == consultation_id
        ]
        for name, rows in tables.items()
    }


def of_persons(
    dumps: Mapping[str, Dump], aliases: Mapping[str, str], seen: Mapping[str, Mapping[str, Any]]
) -> list[Knowledge]:
    """What the dumps, by their names, hold of each person; ``aliases`` are the ids and keys that
    name one. ``seen`` is what was watched besides."""
    found = [Knowledge(name, values) for name, values in seen.items()]
    for when, tables in dumps.items():
        for table, rows in tables.items():
            found += _of_table(f"{when}/{table}", rows, aliases)
    return found


def of_lines(lines: Sequence[Row], names: Sequence[str]) -> list[Knowledge]:
    """What is known of lines (of the board, of a readable urn), each under its own name."""
    columns = lines[0].keys() if lines else ()
    return [
        Knowledge(
            column, {name: line[column] for name, line in zip(names, lines, strict=True)}
        )
        for column in columns
        if all(line[column] is None or isinstance(line[column], str | int | tuple | bytes)
               for line in lines)
    ]  # fmt: skip


def attacks(
    persons: Sequence[Knowledge], lines: Sequence[Knowledge]
) -> Iterable[tuple[str, list[tuple[str, str]]]]:
    """Every way to pair persons with lines, by its name."""
    orders = {each.name: each.in_order() for each in lines}
    for person in persons:
        ordered = person.in_order()
        for line in lines:
            name = f"{person.name} × {line.name}"
            yield f"{name}, order", list(zip(ordered, orders[line.name], strict=False))
            yield (
                f"{name}, order back",
                list(zip(ordered, reversed(orders[line.name]), strict=False)),
            )
            if pairs := _equal(person, line):
                yield f"{name}, equal", pairs


def right(
    pairs: Iterable[tuple[str, str]], chose: Mapping[str, Choice], says: Mapping[str, Choice]
) -> int:
    """How many persons are told their very choice."""
    return sum(chose[person] == says[line] for person, line in pairs)


def by_chance(chose: Iterable[Choice]) -> tuple[float, float]:
    """Mean and standard deviation of what pairing at random gets right (Hoeffding)."""
    sizes = Counter(Counter(chose).values())  # how many choices were made by so many
    n = sum(size * times for size, times in sizes.items())
    mean = sum(times * size**2 for size, times in sizes.items()) / n
    squares = 0.0
    for one, ones in sizes.items():
        for other, others in sizes.items():
            expected = one / n + other / n - mean / n
            alike = ones if one == other else 0
            squares += alike * one * other * (1 - expected) ** 2
            squares += (ones * others - alike) * one * other * expected**2
    return mean, sqrt(squares / (n - 1))


def better_than_chance(
    persons: Sequence[Knowledge],
    lines: Sequence[Knowledge],
    chose: Mapping[str, Choice],
    says: Mapping[str, Choice],
) -> dict[str, int]:
    """The attacks that tell more than chance and three standard deviations, and how many."""
    mean, deviation = by_chance(chose.values())
    found = {}
    for name, pairs in attacks(persons, lines):
        hits = right(pairs, chose, says)
        if hits > mean + SIGMAS * deviation:
            found[name] = hits
    return found


def correlated(
    persons: Sequence[Knowledge], lines: Sequence[Knowledge], truly: Mapping[str, str]
) -> set[str]:
    """The things known of persons whose order goes with the order of their own lines, by
    Spearman's rank correlation beyond three standard deviations."""
    found = set()
    for line in lines:
        at = {each: rank for rank, each in enumerate(line.in_order())}
        for person in persons:
            ranked = [each for each in person.in_order() if each in truly]
            if len(set(map(_sortable, person.values.values()))) < len(ranked) or len(ranked) < 10:
                continue
            theirs = _ranks([at[truly[each]] for each in ranked])
            n = len(ranked)
            apart = sum((mine - other) ** 2 for mine, other in enumerate(theirs))
            if abs(1 - 6 * apart / (n * (n**2 - 1))) > SIGMAS / sqrt(n - 1):
                found.add(f"{person.name} × {line.name}, correlated")
    return found


def still_there(vote: Callable[[], set[str]], times: int = 3) -> set[str]:
    """The attacks that succeed in every one of some votes. Among thousands some succeed by
    accident; in the next vote it is others."""
    found = vote()
    for _ in range(times - 1):
        if not found:
            break
        found &= vote()
    return found


def readable(envelope: bytes, option_ids: Sequence[str]) -> Choice | None:
    """The choices in an envelope that is not sealed."""
    try:
        _receipt, places = json.loads(envelope)
        return tuple(option_ids[place] for place in places)
    except (ValueError, TypeError, LookupError):
        return None


def _rows(connection: Connection, table: str) -> list[Row]:
    hidden = ""
    if connection.dialect.name == "postgresql":
        hidden = ", ".join(f"{name}::text AS {name}" for name in SYSTEM) + ", "
    elif _has_number(connection, table):
        hidden = "rowid AS row_number, "
    rows = connection.execute(text(f'SELECT {hidden}* FROM "{table}"')).mappings()
    return [
        {"lies": place, **{name: _plain(name, value) for name, value in row.items()}}
        for place, row in enumerate(rows)
    ]


def _has_number(connection: Connection, table: str) -> bool:
    made = connection.execute(
        text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table}
    )
    return "WITHOUT ROWID" not in made.scalar_one()


def _plain(name: str, value: Any) -> Any:
    if name == "ctid":
        page, line = str(value).strip("()").split(",")
        return (int(page), int(line))
    if name in SYSTEM:
        return int(value)
    return value


def _of_table(name: str, rows: Sequence[Row], aliases: Mapping[str, str]) -> list[Knowledge]:
    """One thing known a column: of a person with several rows the last one counts."""
    values: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        person = next(
            (aliases[v] for v in row.values() if isinstance(v, str) and v in aliases), None
        )
        if person is not None:
            for column, value in row.items():
                values[column][person] = value
    return [Knowledge(f"{name}.{column}", found) for column, found in values.items()]


def _equal(person: Knowledge, line: Knowledge) -> list[tuple[str, str]]:
    """Persons with a line of the very same value, the first one that lies there."""
    by_value: dict[Any, str] = {}
    for each, value in reversed(list(line.values.items())):
        by_value[_sortable(value)] = each
    pairs = ((each, by_value.get(_sortable(value))) for each, value in person.values.items())
    return [(each, found) for each, found in pairs if found is not None]


def _ranks(values: Sequence[int]) -> list[int]:
    order = {value: rank for rank, value in enumerate(sorted(values))}
    return [order[value] for value in values]


def _sortable(value: Any) -> tuple[int, Any]:
    if isinstance(value, bool | int | float):
        return 0, value
    if isinstance(value, tuple):
        return 1, value
    return 2, str(value)
