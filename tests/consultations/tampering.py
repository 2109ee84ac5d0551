"""What somebody may try on a published board: random changes of every kind."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

from portal.consultations.board import Board
from portal.consultations.rules import receipts
from tests.consultations.verifier import tool

Change = Callable[[Board, random.Random], None]


def _list(board: Board, source: random.Random) -> list[Board]:
    lists = [value for value in board.values() if isinstance(value, list)]
    return source.choice(lists)


def _removed(board: Board, source: random.Random) -> None:
    lines = _list(board, source)
    lines.pop(source.randrange(len(lines)))


def _doubled(board: Board, source: random.Random) -> None:
    lines = _list(board, source)
    lines.insert(source.randrange(len(lines) + 1), copy.deepcopy(source.choice(lines)))


def _moved(board: Board, source: random.Random) -> None:
    lines = _list(board, source)
    lines.insert(source.randrange(len(lines)), lines.pop(source.randrange(len(lines))))


def _added(board: Board, source: random.Random) -> None:
    """A new line with a hash of its own, fitted to the line before it."""
    lines = _list(board, source)
    at = source.randrange(len(lines) + 1)
    previous = lines[at - 1]["hash"] if at else tool.sha(board["genesis"])
    line: dict[str, Any] = {"previous_hash": previous}
    if "receipt" in lines[0]:
        line["receipt"] = receipts.draw(source)
    if "choices" in lines[0]:
        line["choices"] = list(source.choice(lines)["choices"])
    lines.insert(at, {**line, "hash": tool.sha(line)})


def _changed_ballot(board: Board, source: random.Random) -> None:
    """Other choices, and the hash of the line to go with them."""
    lines = board.get("entries") or board["choices"]
    line = source.choice(lines)
    ids = [option["id"] for option in board["genesis"]["options"]]
    line["choices"] = source.sample(ids, source.randint(0, 1))
    line["hash"] = tool.sha({key: value for key, value in line.items() if key != "hash"})


def _changed_value(board: Board, source: random.Random) -> None:
    """Any value anywhere: another text, number, nothing, or one more or less in a list."""
    holder: Any = board
    while True:
        key = source.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        if not isinstance(holder[key], dict | list) or not holder[key] or source.random() < 0.1:
            break
        holder = holder[key]
    holder[key] = _other(holder[key], source)


def _other(value: Any, source: random.Random) -> Any:
    if isinstance(value, str) and value and source.random() < 0.8:
        at = source.randrange(len(value))
        return value[:at] + source.choice("0123456789abcdefXYZ") + value[at + 1 :]
    if isinstance(value, int) and not isinstance(value, bool):
        return source.choice([value + 1, value - 1, -value, float(value), str(value), None])
    return source.choice(["", "x", 0, 1, None, True, [], {}, ["a"], [value], [[]]])


def _lost_key(board: Board, source: random.Random) -> None:
    holder = source.choice([board, board["genesis"], source.choice(_list(board, source))])
    del holder[source.choice(list(holder))]


def _extra_key(board: Board, source: random.Random) -> None:
    holder = source.choice([board, board["genesis"], source.choice(_list(board, source))])
    holder[source.choice(["note", "entries", "receipts", "choices", "receipt"])] = []


MOVES: list[Change] = [
    _removed, _doubled, _moved, _added, _changed_ballot, _changed_value, _lost_key, _extra_key,
]  # fmt: skip
