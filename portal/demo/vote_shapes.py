"""The shapes in which the demo tells of its votes, of what is talked over before them and of what
becomes of promises after.

Days are counted from the beginning of the discussion, or from the decision; half a day is .5. What
would lie after the present has not happened yet. Whoever acts is a sign-in, or a number that stands
for the same resident throughout a vote.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from portal.accounts.rules import Belonging
from portal.consultations import services
from portal.consultations.board import Disclosure
from portal.consultations.rules.ballots import Method
from portal.consultations.rules.majority import Majority
from portal.demo.cast import COMMUNITY

Who = int | str


@dataclass(frozen=True)
class DemoTalk:
    """A talk in the evening. ``come`` is how many want to; ``raised`` are points, each with the
    place of the option that it is about."""

    day: int
    title: str
    description: str
    place: str
    come: int
    minutes: str = ""
    raised: tuple[tuple[str, int | None], ...] = ()


@dataclass(frozen=True)
class DemoProposal:
    """An option that a resident proposes. ``cost`` in yuan. Answered, it is taken up unless it is
    ``declined`` with a reason."""

    by: Who
    day: float
    title: str
    text: str = ""
    cost: int | None = None
    supporters: int = 0
    answered: float | None = None
    declined: str = ""

    @property
    def is_taken_up(self) -> bool:
        return self.answered is not None and not self.declined


@dataclass(frozen=True)
class DemoMerger:
    """Proposals (by their places) that the committee would make one; not ``agreed``, those who
    made them are still thinking about it."""

    parts: tuple[int, ...]
    day: float
    title: str
    text: str
    why: str
    agreed: float | None = None


@dataclass(frozen=True)
class DemoQuestion:
    """A question that the committee owes an answer to."""

    by: Who
    day: float
    text: str
    answered: float | None = None
    answer: str = ""


@dataclass(frozen=True)
class DemoRewording:
    """An option's text, written anew by the committee."""

    option: int
    day: float
    text: str
    why: str


@dataclass(frozen=True)
class DemoAmendment:
    """A sentence of an option's text that somebody would put otherwise. Answered, it is accepted
    unless it is ``rejected`` with a reason."""

    option: int
    by: Who
    day: float
    old: str
    new: str
    why: str
    answered: float | None = None
    rejected: str = ""


@dataclass(frozen=True)
class DemoFlag:
    """A comment (its place in what is said) to which somebody objects; not ``hidden`` with a
    reason, it waits for the moderators."""

    place: int
    by: Who
    reason: str
    hidden: str = ""


@dataclass(frozen=True)
class DemoDeliberation:
    """All that is talked over before a vote besides comments. ``helpful`` says how many find which
    comment helpful. ``threshold``: so many supporters oblige the committee to answer."""

    talks: tuple[DemoTalk, ...] = ()
    proposals: tuple[DemoProposal, ...] = ()
    mergers: tuple[DemoMerger, ...] = ()
    questions: tuple[DemoQuestion, ...] = ()
    rewordings: tuple[DemoRewording, ...] = ()
    amendments: tuple[DemoAmendment, ...] = ()
    summaries: tuple[tuple[int, services.SummaryPlan], ...] = ()
    helpful: tuple[tuple[int, int], ...] = ()
    flags: tuple[DemoFlag, ...] = ()
    threshold: int | None = None


NOTHING_MORE = DemoDeliberation()


class Becomes(Enum):
    """What can become of a promise."""

    NOTED = "noted"
    STEP_DONE = "step_done"
    MOVED = "moved"
    KEPT = "kept"
    GIVEN_UP = "given_up"


@dataclass(frozen=True)
class DemoChange:
    """What becomes of a promise, ``day`` days after the decision; ``text`` is the step's title
    where a step is done. ``due``: the new day, where it is moved."""

    day: float
    what: Becomes
    text: str
    due: int = 0


@dataclass(frozen=True)
class DemoPromise:
    """``due`` in days from the decision, ``budget`` in yuan; ``steps`` are titles and days."""

    title: str
    owner: str
    due: int
    budget: int | None = None
    steps: tuple[tuple[str, int], ...] = ()
    then: tuple[DemoChange, ...] = ()


DRAFT, DISCUSSION, OPEN, CLOSED, DECIDED, CANCELLED = (
    "draft", "discussion", "open", "closed", "decided", "cancelled",
)  # fmt: skip


@dataclass(frozen=True)
class DemoOption:
    """``cost`` in yuan; ``text`` is what it says in full."""

    title: str
    cost: int | None = None
    text: str = ""


@dataclass(frozen=True)
class DemoCamp:
    """Neighbours who think alike: how many of a hundred, and how much each option draws them."""

    share: int
    leanings: tuple[int, ...]


@dataclass(frozen=True)
class DemoDecision:
    """``after`` in days from the count."""

    reasons: str
    accepted: bool = True
    after: int = 4
    promises: tuple[DemoPromise, ...] = ()


@dataclass(frozen=True)
class DemoVote:
    """A question, and how far it comes (``ends``).

    ``begins`` is when the discussion began: in days before the present, or ``early``: in days after
    the community was founded, while people were still joining. ``talked`` and ``lasts`` are days of
    discussion and of voting. ``said`` is the discussion: who (a sign-in, or a number that stands
    for the same resident throughout), what, and the place of what it answers. ``turnout`` is a
    share of the roll; ``paper`` how many vote at the table. ``reason``: why it was called off.
    Proposals that are taken up stand behind the options, in ``leanings`` as well."""

    title: str
    question: str
    method: Method
    options: tuple[DemoOption, ...]
    camps: tuple[DemoCamp, ...]
    ends: str
    begins: int = 0
    early: bool = False
    talked: int = 7
    lasts: int = 7
    region: str = COMMUNITY
    host: str = "committee"
    budget: int | None = None
    max_choices: int | None = None
    quorum: float = 0.0
    minimum_age: int | None = None
    roll_by: frozenset[Belonging] = frozenset({Belonging.HOME})
    disclosure: Disclosure = Disclosure.TRACKABLE
    trustees: tuple[int, int] | None = None
    turnout: float = 0.4
    paper: int = 0
    said: tuple[tuple[Who, str, int | None], ...] = ()
    talked_over: DemoDeliberation = NOTHING_MORE
    majority: Majority = Majority.NONE
    about_covenant: bool = False
    decision: DemoDecision | None = None
    reason: str = ""

    @property
    def costs(self) -> tuple[int | None, ...]:
        """Of all that stands on the ballot, in its order."""
        taken_up = [each for each in self.talked_over.proposals if each.is_taken_up]
        return (*(each.cost for each in self.options), *(each.cost for each in taken_up))


def summed_up(pros: str, cons: str, cost_note: str, affected: str) -> services.SummaryPlan:
    """The four texts about an option; each line a point of its own."""
    return services.SummaryPlan(pros=pros, cons=cons, cost_note=cost_note, affected=affected)


def minor_units(yuan: int | None) -> Any:
    """Yuan as the portal keeps money; None stays None."""
    return None if yuan is None else yuan * 100
