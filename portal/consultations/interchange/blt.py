"""BLT files: ranked ballots, as OpenTally, OpaVote and others read them.

The first line tells the number of candidates and of seats, then withdrawn candidates with a minus
sign; each ballot is its weight, the numbers of the candidates in order, and a 0; a single 0 ends
the ballots; the names follow in quotation marks, and the title. ``#`` begins a comment.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.consultations.interchange.errors import UnreadableFile
from portal.consultations.rules.ballots import MOST_OPTIONS, RANKED_METHODS, Choices, Terms
from portal.core.i18n import lazy_gettext as _l

_TOKEN = re.compile(r'"(?P<text>[^"\n]*)"|#[^\n]*|(?P<bare>[^\s"#]+)|(?P<wrong>")')
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def write(terms: Terms, ballots: Sequence[Choices], titles: Mapping[str, str], title: str) -> str:
    """Ranked ballots as a BLT file for one seat, equal ballots on one line, blank ones too.

    Raises ValueError for a method without ranks.
    """
    if terms.method not in RANKED_METHODS:
        raise ValueError(f"{terms.method} has no ranks")
    numbers = {option_id: number for number, option_id in enumerate(terms.option_ids, start=1)}
    piles = Counter(tuple(numbers[choice] for choice in ballot) for ballot in ballots)
    lines = [f"{len(numbers)} 1"]
    for ranks, weight in sorted(piles.items(), key=lambda pile: (-pile[1], pile[0])):
        lines.append(" ".join(map(str, (weight, *ranks, 0))))
    lines.append("0")
    lines += [_quoted(titles[option_id]) for option_id in terms.option_ids]
    lines.append(_quoted(title))
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """The format has no way to write a quotation mark inside a name."""
    return '"' + _BREAKS.sub(" ", text).strip().replace('"', "″") + '"'


@dataclass(frozen=True)
class BltFile:
    """``ballots`` as (weight, places in ``names``), withdrawn candidates left out of them."""

    title: str
    seats: int
    names: tuple[str, ...]
    withdrawn: frozenset[int]
    ballots: tuple[tuple[int, tuple[int, ...]], ...]


class _Tokens:
    """The words of a file, each with its line."""

    def __init__(self, text: str) -> None:
        self._rest = self._split(text)
        self.line = 1

    def _split(self, text: str) -> Iterator[tuple[int, str, bool]]:
        line, at = 1, 0
        for found in _TOKEN.finditer(text):
            line += text.count("\n", at, found.start())
            at = found.start()
            if found["wrong"]:
                raise UnreadableFile(_l("A quotation mark is not closed."), line)
            if found["text"] is not None:
                yield line, found["text"], True
            elif found["bare"]:
                yield line, found["bare"], False

    def name(self) -> str:
        self.line, text, _ = self._next()
        return text

    def number(self) -> int:
        """The next word as a number; a withdrawn candidate's is below nought."""
        self.line, text, quoted = self._next()
        if "=" in text and not quoted:
            raise UnreadableFile(_l("Equal ranks cannot be taken."), self.line)
        sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
        if quoted or not _NUMBER.fullmatch(digits):
            raise UnreadableFile(
                _l("“%(text)s” stands where a number belongs.", text=text[:40]), self.line
            )
        return sign * int(digits)

    def _next(self) -> tuple[int, str, bool]:
        found = next(self._rest, None)
        if found is None:
            raise UnreadableFile(_l("The file ends too early."), self.line)
        return found


def read(content: bytes) -> BltFile:
    """The vote in a file. Raises UnreadableFile, with the line, for what cannot be taken."""
    try:
        tokens = _Tokens(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(_l("The file is not in UTF-8."), line) from error
    candidates, seats = tokens.number(), tokens.number()
    if not 0 < candidates <= MOST_OPTIONS or seats < 1:
        raise UnreadableFile(_l("The first line tells how many candidates and seats."), 1)
    withdrawn: set[int] = set()
    ballots: list[tuple[int, tuple[int, ...]]] = []
    while weight := tokens.number():
        if weight < 0:
            withdrawn.add(_candidate(-weight, candidates, tokens.line))
        else:
            ballots.append((weight, tuple(_ranks(tokens, candidates))))
    names = tuple(tokens.name() for _ in range(candidates))
    return BltFile(
        tokens.name(),
        seats,
        names,
        frozenset(withdrawn),
        tuple(
            (weight, tuple(place for place in ranks if place not in withdrawn))
            for weight, ranks in ballots
        ),
    )


def _ranks(tokens: _Tokens, candidates: int) -> Iterator[int]:
    seen: set[int] = set()
    while number := tokens.number():
        place = _candidate(number, candidates, tokens.line)
        if place in seen:
            raise UnreadableFile(
                _l("The ballot names candidate %(number)s twice.", number=str(number)), tokens.line
            )
        seen.add(place)
        yield place


def _candidate(number: int, candidates: int, line: int) -> int:
    if not 1 <= number <= candidates:
        raise UnreadableFile(_l("There is no candidate %(number)s.", number=str(number)), line)
    return number - 1
