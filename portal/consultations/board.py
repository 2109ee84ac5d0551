"""The board: every ballot for everyone to see, chained from what was fixed at opening.

It is made once, at closing, from the opened envelopes. The order of its lines says nothing about
the order of casting: receipts are sorted, choices that stand apart from them are shuffled. What
is promised about it stands in the public API; ``tools/verify_board.py`` checks it on its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from random import Random
from typing import Any

from portal.consultations.rules import receipts
from portal.consultations.rules.ballots import Choices, Method, Option, Terms
from portal.consultations.rules.canonical import digest
from portal.consultations.rules.outcome import Tally
from portal.consultations.rules.tally import tally

Board = dict[str, Any]
Line = dict[str, Any]


class Disclosure(StrEnum):
    """What the board shows side by side."""

    TRACKABLE = "trackable"
    """Each receipt with its choices: a voter finds the very ballot, and can prove it to others."""
    SEPARATE = "separate"
    """Receipts and choices in two lists that nothing joins: nobody can prove a vote."""


@dataclass(frozen=True)
class Ballot:
    """An opened envelope."""

    receipt: str
    choices: tuple[str, ...]


def roll_hash(keys: Iterable[str]) -> str:
    """SHA-256 of the sorted keys of a roll, joined by newlines."""
    return sha256("\n".join(sorted(keys)).encode()).hexdigest()


def genesis(
    consultation_id: str,
    terms: Terms,
    *,
    roll: str,
    disclosure: Disclosure,
    currency: str = "CNY",
    study: bool = False,
) -> dict[str, Any]:
    """What a board's chain begins with, known from opening on; ``roll`` is the roll's hash.
    ``study``: its ballots were cast elsewhere, by rules of that place."""
    opening = {
        "consultation": consultation_id,
        "method": str(terms.method),
        "max_choices": terms.max_choices,
        "budget": _money(terms.budget, currency),
        "options": [
            {"id": option.id, "cost": _money(option.cost, currency)} for option in terms.options
        ],
        "roll_hash": roll,
        "disclosure": str(disclosure),
    }
    return {**opening, "study": True} if study else opening


def terms_of(opening: Mapping[str, Any]) -> Terms:
    """The terms that a genesis holds."""
    return Terms(
        Method(opening["method"]),
        tuple(Option(option["id"], _amount(option["cost"])) for option in opening["options"]),
        opening["max_choices"],
        _amount(opening["budget"]),
        study=opening.get("study", False),
    )


def publish(
    opening: dict[str, Any],
    online: Sequence[Ballot],
    paper: Sequence[Choices],
    source: Random,
) -> Board:
    """The board of all ballots that were cast, paper ones under receipts drawn here.

    ``source`` is a cryptographic generator (``secrets.SystemRandom()``), except in tests.
    """
    mixed = list(online)
    source.shuffle(mixed)  # before suffixes are given, so that they tell no order either
    apart = receipts.told_apart([ballot.receipt for ballot in mixed])
    ballots = [
        Ballot(receipt, ballot.choices) for receipt, ballot in zip(apart, mixed, strict=True)
    ]
    ballots += [Ballot(receipts.PAPER + receipts.draw(source), tuple(choices)) for choices in paper]
    ballots.sort(key=lambda ballot: ballot.receipt)
    if opening["disclosure"] == Disclosure.TRACKABLE:
        return _trackable(opening, ballots)
    return _separate(opening, ballots, source)


def choices_of(board: Board) -> list[list[str]]:
    """The choices of every ballot on a board, in its order."""
    return [line["choices"] for line in _lines(board, "choices")]


def receipts_of(board: Board) -> list[str]:
    """The receipts on a board, sorted."""
    return [line["receipt"] for line in _lines(board, "receipts")]


def count(board: Board, on_count: Callable[[int], None] = lambda _increases: None) -> Tally:
    """The tally, from the board alone; see :func:`portal.consultations.rules.tally.tally`."""
    opening = board["genesis"]
    return tally(terms_of(opening), digest(opening), choices_of(board), on_count)


def _lines(board: Board, separate: str) -> list[Line]:
    """The entries of a trackable board, or one of the two lists of a separate one."""
    lines: list[Line] = board["entries" if "entries" in board else separate]
    return lines


def _trackable(opening: dict[str, Any], ballots: Sequence[Ballot]) -> Board:
    lines = ({"receipt": ballot.receipt, "choices": list(ballot.choices)} for ballot in ballots)
    entries, head = _chained(digest(opening), lines)
    return {"genesis": opening, "entries": entries, "head_hash": head}


def _separate(opening: dict[str, Any], ballots: Sequence[Ballot], source: Random) -> Board:
    first = digest(opening)
    shuffled = [list(ballot.choices) for ballot in ballots]
    source.shuffle(shuffled)
    kept, receipts_head = _chained(first, ({"receipt": ballot.receipt} for ballot in ballots))
    chosen, choices_head = _chained(first, ({"choices": choices} for choices in shuffled))
    return {
        "genesis": opening,
        "receipts": kept,
        "choices": chosen,
        "head_hash": digest({"choices": choices_head, "receipts": receipts_head}),
    }


def _chained(first: str, contents: Iterable[Line]) -> tuple[list[Line], str]:
    """The lines, each hashed with the hash before it, and the last hash."""
    previous, lines = first, []
    for content in contents:
        line = {**content, "previous_hash": previous}
        previous = digest(line)
        lines.append({**line, "hash": previous})
    return lines, previous


def _money(amount: int | None, currency: str) -> dict[str, Any] | None:
    return None if amount is None else {"amount": amount, "currency": currency}


def _amount(money: Mapping[str, Any] | None) -> int | None:
    return None if money is None else int(money["amount"])
