"""How the demo's suggestions went, as data: what was done, and how long after the report.

Every way ends in a state of its own, whatever day it is: the days leave room for nights, weekends
and the longest holidays.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Verb(Enum):
    SEND = auto()
    ACCEPT = auto()
    RETURN = auto()
    BEGIN = auto()
    ANSWER = auto()
    ANSWER_LATE = auto()
    ANSWER_AGAIN = auto()
    CONFIRM = auto()
    REOPEN = auto()
    ESCALATE = auto()
    CLOSE = auto()
    CALL = auto()
    REPORT_IN = auto()
    BEGIN_PART = auto()
    ANSWER_PART = auto()
    REJECT = auto()
    MERGE = auto()
    SPLIT = auto()


@dataclass(frozen=True)
class Step:
    """``after``: days since the report. ``called``: which of the departments called does it."""

    verb: Verb
    after: float
    called: int = 0


@dataclass(frozen=True)
class Way:
    """``count`` cases, reported between ``first`` and ``last`` days before the present. ``most``:
    only of categories with so few working days; ``same``: what is said there is said of the lead
    of the same number as well."""

    name: str
    count: int
    first: float
    last: float
    steps: tuple[Step, ...] = ()
    least: int = 1
    most: int = 250
    category: str | None = None
    supporters: int = 0
    same: bool = False


_V = Verb
CALLED = 2
"""So many departments are called to a case that a third one leads."""


def _steps(*pairs: tuple[Verb, float] | tuple[Verb, float, int]) -> tuple[Step, ...]:
    return tuple(Step(*pair) for pair in pairs)


_TAKEN = ((_V.SEND, 0.2), (_V.ACCEPT, 0.7), (_V.BEGIN, 1.3))
_SOLVED = (*_TAKEN, (_V.ANSWER, 2.4))
_CALLED = (*_TAKEN, (_V.CALL, 1.6))
_BACK = ((_V.SEND, 0.2), (_V.RETURN, 0.8))

LEADS = Way("lead", 5, 11, 14, _steps(*_TAKEN), least=5, supporters=14)
"""Others are merged into these."""

WAYS = (
    Way("just now", 6, 0.02, 0.25),
    Way("new", 9, 1, 2.2),
    Way("long waiting", 3, 6, 9),
    Way("sent", 10, 2, 3.2, _steps((_V.SEND, 0.3))),
    Way("never accepted", 4, 24, 30, _steps((_V.SEND, 0.3)), most=5),
    Way("accepted", 12, 2.6, 4, _steps((_V.SEND, 0.3), (_V.ACCEPT, 0.8)), least=5),
    Way("begun", 16, 3.2, 6, _steps(*_TAKEN), least=5, supporters=5),
    Way("long works", 8, 6, 10, _steps(*_TAKEN), least=10, supporters=9),
    Way("overdue", 8, 26, 38, _steps(*_TAKEN), most=5, supporters=7),
    Way("returned", 7, 2.6, 3.6, _steps(*_BACK)),
    Way(
        "to and fro", 3, 8, 11,
        _steps(*_BACK, (_V.SEND, 1.5), (_V.RETURN, 2.3), (_V.SEND, 3.1), (_V.RETURN, 4)), least=5,
    ),
    Way("answered", 20, 3.9, 7.4, _steps(*_SOLVED), supporters=4),
    Way("judged", 78, 10, 91, _steps(*_SOLVED, (_V.CONFIRM, 4)), supporters=2),
    Way(
        "judged later", 24, 16, 91,
        _steps(*_TAKEN, (_V.ANSWER, 4.6), (_V.CONFIRM, 7)), least=5, supporters=3,
    ),
    Way(
        "judged late", 14, 34, 90,
        _steps(*_TAKEN, (_V.ANSWER_LATE, 24), (_V.CONFIRM, 27)), most=5, supporters=6,
    ),
    Way("silence", 22, 16, 91, _steps(*_SOLVED)),
    Way("reopened", 6, 6, 7.5, _steps(*_SOLVED, (_V.REOPEN, 4.2))),
    Way(
        "twice reopened", 3, 12, 15,
        _steps(*_SOLVED, (_V.REOPEN, 4), (_V.ACCEPT, 4.6), (_V.ANSWER_AGAIN, 6.5), (_V.REOPEN, 9)),
    ),
    Way(
        "done again", 8, 20, 85,
        _steps(*_SOLVED, (_V.REOPEN, 4), (_V.ACCEPT, 4.6), (_V.ANSWER_AGAIN, 7), (_V.CONFIRM, 9)),
        supporters=4,
    ),
    Way("merged", 8, 5, 8, _steps((_V.MERGE, 0.8)), same=True),
    Way(
        "split", 3, 6, 8,
        _steps((_V.MERGE, 0.8), (_V.SPLIT, 1.8), (_V.SEND, 2.2), (_V.ACCEPT, 3)), same=True,
    ),
    Way("rejected", 9, 3, 88, _steps((_V.REJECT, 0.6))),
    Way(
        "called", 2, 4, 5, _steps(*_CALLED, (_V.REPORT_IN, 2)), least=5, supporters=8,
    ),
    Way(
        "came late", 2, 12, 16,
        _steps(*_CALLED, (_V.REPORT_IN, 2), (_V.BEGIN_PART, 2.4), (_V.REPORT_IN, 7, 1)),
        least=10, supporters=8,
    ),
    Way(
        "done together", 3, 22, 70,
        _steps(
            *_CALLED, (_V.REPORT_IN, 2), (_V.REPORT_IN, 2.2, 1), (_V.BEGIN_PART, 2.6),
            (_V.ANSWER_PART, 3.6), (_V.ANSWER_PART, 4.2, 1), (_V.ANSWER, 5.6), (_V.CONFIRM, 7.5),
        ),
        least=10, supporters=11,
    ),
    Way("pressed", 3, 5, 6, _steps(*_TAKEN, (_V.ESCALATE, 3)), least=10, supporters=6),
    Way(
        "pressed twice", 2, 8, 9,
        _steps(*_TAKEN, (_V.ESCALATE, 3), (_V.ESCALATE, 5)), least=10, supporters=10,
    ),
    Way("closed above", 3, 20, 60, _steps(*_TAKEN, (_V.CLOSE, 6)), least=10),
    Way("cold", 9, 2.1, 3, _steps((_V.SEND, 0.3), (_V.ACCEPT, 0.8)), category="heating"),
    Way("in confidence, new", 2, 1, 2, category="dispute"),
    Way("in confidence, begun", 4, 5, 9, _steps(*_TAKEN), category="dispute"),
    Way(
        "in confidence, settled", 6, 18, 85,
        _steps(*_TAKEN, (_V.ANSWER, 5), (_V.CONFIRM, 7)), category="dispute",
    ),
)  # fmt: skip
"""With the leads 322 cases."""
