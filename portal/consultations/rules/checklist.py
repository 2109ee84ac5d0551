"""What is to be known before voting opens: afterwards nothing can be changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.consultations.rules.ballots import BUDGET_METHODS, Method, Terms
from portal.consultations.rules.life import FEWEST


class Weight(StrEnum):
    """How much a finding matters."""

    STOP = "stop"
    """Voting cannot open like this."""
    WARN = "warn"
    """It can, but somebody should have thought of it."""
    FINE = "fine"


class Point(StrEnum):
    """What was looked at."""

    ROLL = "roll"
    ROLL_TOO_SMALL = "roll_too_small"
    ONE_OPTION = "one_option"
    FREE_OPTIONS = "free_options"
    TOO_DEAR = "too_dear"
    ALL_FIT = "all_fit"
    ENDS_BY_CLOCK = "ends_by_clock"
    ENDS_BY_HAND = "ends_by_hand"
    END_PASSED = "end_passed"
    OPENS_BY_CLOCK = "opens_by_clock"
    TRUSTEES = "trustees"
    PROVABLE = "provable"
    FEW_ON_PAPER = "few_on_paper"
    NO_QUORUM = "no_quorum"
    PROPOSALS = "proposals"
    NO_PROPOSALS = "no_proposals"
    UNANSWERED = "unanswered"
    COVENANT = "covenant"
    CHANGES_NOTHING = "changes_nothing"


@dataclass(frozen=True)
class Finding:
    """``options`` are the ids of those it is about, ``number`` how many people."""

    point: Point
    weight: Weight
    options: tuple[str, ...] = ()
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a consultation is set up with, and how many may vote by its rule now. ``unanswered``
    proposals have so many supporters that they must be answered; ``without_text`` are the ids of
    options that have none."""

    terms: Terms
    electorate: int
    quorum: float
    trackable: bool
    trustees: int | None
    opens_at: datetime | None
    closes_at: datetime | None
    proposals: bool = False
    unanswered: int = 0
    covenant: bool = False
    without_text: tuple[str, ...] = ()

    def findings(self, present: datetime) -> list[Finding]:
        """All that was found, what stops voting first."""
        found = [
            *self._of_roll(),
            *self._of_options(),
            *self._of_proposals(),
            *self._of_times(present),
            *self._of_trust(),
        ]
        return sorted(found, key=lambda finding: list(Weight).index(finding.weight))

    def _of_roll(self) -> Iterator[Finding]:
        if self.electorate < FEWEST:
            yield Finding(Point.ROLL_TOO_SMALL, Weight.STOP, number=self.electorate)
        else:
            yield Finding(Point.ROLL, Weight.FINE, number=self.electorate)
        if self.quorum == 0:
            yield Finding(Point.NO_QUORUM, Weight.WARN)

    def _of_options(self) -> Iterator[Finding]:
        terms = self.terms
        if len(terms.options) == 1:
            yield Finding(Point.ONE_OPTION, Weight.WARN)
        if terms.method not in BUDGET_METHODS:
            return
        free = tuple(option.id for option in terms.options if not option.cost)
        if free and terms.method is Method.EQUAL_SHARES:
            yield Finding(Point.FREE_OPTIONS, Weight.WARN, free)
        dear = tuple(id_ for id_, cost in terms.costs.items() if cost > terms.spendable)
        if dear:
            yield Finding(Point.TOO_DEAR, Weight.WARN, dear)
        if sum(terms.costs.values()) <= terms.spendable:
            yield Finding(Point.ALL_FIT, Weight.WARN)

    def _of_proposals(self) -> Iterator[Finding]:
        yield Finding(Point.PROPOSALS if self.proposals else Point.NO_PROPOSALS, Weight.FINE)
        if self.unanswered:
            yield Finding(Point.UNANSWERED, Weight.STOP, number=self.unanswered)
        if self.covenant:
            yield Finding(Point.COVENANT, Weight.FINE)
        if self.covenant and self.without_text:
            yield Finding(Point.CHANGES_NOTHING, Weight.WARN, self.without_text)

    def _of_times(self, present: datetime) -> Iterator[Finding]:
        if self.closes_at is None:
            yield Finding(Point.ENDS_BY_HAND, Weight.WARN)
        elif self.closes_at <= present:
            yield Finding(Point.END_PASSED, Weight.STOP)
        else:
            yield Finding(Point.ENDS_BY_CLOCK, Weight.FINE)
        if self.opens_at is not None and self.opens_at > present and self.trustees is None:
            yield Finding(Point.OPENS_BY_CLOCK, Weight.FINE)

    def _of_trust(self) -> Iterator[Finding]:
        if self.trustees is not None:
            yield Finding(Point.TRUSTEES, Weight.WARN, number=self.trustees)
        if self.trackable:
            yield Finding(Point.PROVABLE, Weight.WARN)
            yield Finding(Point.FEW_ON_PAPER, Weight.WARN)
