"""Reputation: what praise says about an organization, and what it unlocks.

The score is a Bayesian average, in the form of the beta reputation system with forgetting (A.
Jøsang, R. Ismail, "The Beta Reputation System", Bled 2002): praise is weighed evidence, added to a
sceptical prior.

    score = 100 · (PRIOR_WEIGHT · PRIOR_MEAN + Σ wᵢ·vᵢ) / (PRIOR_WEIGHT + Σ wᵢ)
    vᵢ = (starsᵢ − 1) / 4

*Few voices* barely move it away from the prior (a mean would jump to 100 with the first praise; the
lower bound of Wilson, its usual rival, starts everybody at 0 and knows no weights).

A praise's weight starts as ``PARTICIPANT_WEIGHT`` or ``BYSTANDER_WEIGHT`` and *fades* with age:
half of it is left after ``HALF_LIFE_DAYS``. Then groups are weighed down, from the inside out, each
group's total being softened and its members scaled alike:

1. one person on one day together count as one voice at most;
2. one person ever: the total is softened from ``PERSON_KNEE`` on, and stays below twice that, so
   that the same few can never be more than twice their number;
3. a *burst*: all persons whose first praise fell on the same day, softened from ``BURST_KNEE`` on;
4. a *ring*: all persons of organizations that are praised by this one's members in turn. Each
   weighs ``RING_FACTOR``, and all of them together are softened from ``RING_KNEE`` on.

Praise of the organization's own people counts for nothing.

Every group lies inside the next one, and :func:`softened` is concave and never falls. From that
follows what a reader expects and the tests hold: a better praise, or one more of the best kind,
never lowers the score; the order of the rows does not matter; the score stays within 0 and 100.
"""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from portal.organizations.errors import InvalidCreditCode

LONGEST_NAME: Final = 80
LONGEST_CONTACT: Final = 200
LONGEST_REASON: Final = 500
LONGEST_TEXT: Final = 2_000

LEAST_STARS: Final = 1
MOST_STARS: Final = 5

PRIOR_MEAN: Final = 0.4
PRIOR_WEIGHT: Final = 8.0
PARTICIPANT_WEIGHT: Final = 1.0
BYSTANDER_WEIGHT: Final = 0.4
HALF_LIFE_DAYS: Final = 365.0
ONE_DAY_MOST: Final = 1.0
PERSON_KNEE: Final = 1.0
BURST_KNEE: Final = 12.0
RING_FACTOR: Final = 0.25
RING_KNEE: Final = 0.5
RECENT: Final = timedelta(days=90)
PRAISE_CHANGED_FOR: Final = timedelta(days=7)
"""So long who praised may say it otherwise, if nobody has answered, flagged or hidden it. The day
it counts from stays the first one, so that praise cannot be kept fresh or moved out of a burst."""
DAMPED_SHARE: Final = 0.9
"""When less than this share of the praise's weight is left, the reader is told."""

LEVEL_FROM: Final = ((5, 88), (4, 75), (3, 60), (2, 48))
"""The score from which a level is held; below the last it is 1."""

BUDGET_SHARES: Final = {1: 0.10, 2: 0.20, 3: 0.30, 4: 0.40, 5: 0.50}
UNREVIEWED_FROM_LEVEL: Final = 3


REGISTERING_DEPARTMENTS: Final = "123456789ANY"
"""The first characters that GB 32100-2015 gives to departments; 5 is civil affairs."""


@dataclass(frozen=True)
class Praise:
    """One praise as evidence. ``day`` is that of the portal's time zone; ``reciprocal``: the author
    belongs to an organization that members of this one praised; ``own``: to this one itself."""

    author: str
    stars: int
    at: datetime
    day: date
    participant: bool
    reciprocal: bool = False
    own: bool = False


@dataclass(frozen=True)
class Reputation:
    """What the praise amounts to at one instant, with the facts that explain it.

    ``praises``, ``voices`` (different persons), ``participants`` (praises by those who took part)
    and ``recent`` (praises of the last 90 days) count what is shown; ``weighed_down`` says that
    repetition, a burst, a ring or the organization's own people took a tenth or more of the weight.
    """

    score: int
    level: int
    praises: int
    voices: int
    participants: int
    recent: int
    weighed_down: bool


@dataclass(frozen=True)
class _Weighed:
    praise: Praise
    weight: float


def reputation(praises: Iterable[Praise], as_of: datetime) -> Reputation:
    """The reputation that visible praise given until ``as_of`` amounts to at that instant."""
    known = [each for each in praises if each.at <= as_of]
    undamped = [_Weighed(each, _first_weight(each, as_of)) for each in known]
    damped = _damped([each for each in undamped if not each.praise.own])
    score = _score(damped)
    return Reputation(
        score=score,
        level=level_of(score),
        praises=len(known),
        voices=len({each.author for each in known}),
        participants=sum(each.participant for each in known),
        recent=sum(each.at > as_of - RECENT for each in known),
        weighed_down=_total(damped) < DAMPED_SHARE * _total(undamped),
    )


def level_of(score: int) -> int:
    """The level, 1 to 5, of a score of 0 to 100."""
    return next((level for level, least in LEVEL_FROM if score >= least), 1)


def publishes_without_review(level: int) -> bool:
    """Whether an organization of this level publishes activities without the committee's review."""
    return level >= UNREVIEWED_FROM_LEVEL


def budget_share(level: int) -> float:
    """The largest share (0 to 1) of the community's free budget that one activity may reserve."""
    return BUDGET_SHARES[level]


def softened(total: float, knee: float) -> float:
    """A group's total weight: itself up to the knee, then ever more slowly towards twice that."""
    return total if total <= knee else knee * (2 - knee / total)


def credit_code(text: str) -> str:
    """A unified social credit code (GB 32100-2015) in its plain form, 18 characters.

    Full-width characters, as a Chinese keyboard types them, are understood.

    Raises:
        InvalidCreditCode: it has another form, or its check character is wrong.
    """
    try:
        code = str(uscc.validate(unicodedata.normalize("NFKC", text)))
    except ValidationError as error:
        raise InvalidCreditCode from error
    if code[0] not in REGISTERING_DEPARTMENTS:
        raise InvalidCreditCode
    return code


def signature(name: str) -> str:
    """How praise is signed in public: the first character or letter of the name, the rest kept.
    What stands for somebody who has left is no name, and stays."""
    return f"{name[:1]}**" if name[:1].isalnum() else name


def _first_weight(praise: Praise, as_of: datetime) -> float:
    full = PARTICIPANT_WEIGHT if praise.participant else BYSTANDER_WEIGHT
    days = (as_of - praise.at) / timedelta(days=1)
    return full * math.pow(0.5, days / HALF_LIFE_DAYS)


def _score(weighed: Sequence[_Weighed]) -> int:
    """Sums are exact (fsum), so that the order of the rows does not show."""
    evidence = math.fsum(each.weight * _value(each.praise) for each in weighed)
    mean = (PRIOR_WEIGHT * PRIOR_MEAN + evidence) / (PRIOR_WEIGHT + _total(weighed))
    return round(100 * mean)


def _value(praise: Praise) -> float:
    return (praise.stars - LEAST_STARS) / (MOST_STARS - LEAST_STARS)


def _damped(weighed: list[_Weighed]) -> list[_Weighed]:
    """The same praises, weighed down group by group, from the inside out."""
    first_day: dict[str, date] = {}
    for each in weighed:
        author = each.praise.author
        first_day[author] = min(each.praise.day, first_day.get(author, each.praise.day))
    ring = {each.praise.author for each in weighed if each.praise.reciprocal}
    weighed = [_in_ring(each) if each.praise.author in ring else each for each in weighed]
    weighed = _soften_groups(
        weighed, lambda p: (p.author, p.day), lambda total: min(total, ONE_DAY_MOST)
    )
    weighed = _soften_groups(weighed, lambda p: p.author, lambda t: softened(t, PERSON_KNEE))
    inside = [each for each in weighed if each.praise.author in ring]
    outside = [each for each in weighed if each.praise.author not in ring]
    inside = _soften_groups(inside, lambda p: None, lambda total: softened(total, RING_KNEE))
    outside = _soften_groups(
        outside, lambda p: first_day[p.author], lambda total: softened(total, BURST_KNEE)
    )
    return inside + outside


def _in_ring(each: _Weighed) -> _Weighed:
    return _Weighed(each.praise, each.weight * RING_FACTOR)


def _soften_groups(
    weighed: list[_Weighed],
    group_of: Callable[[Praise], Hashable],
    soften: Callable[[float], float],
) -> list[_Weighed]:
    groups: dict[Hashable, list[_Weighed]] = defaultdict(list)
    for each in weighed:
        groups[group_of(each.praise)].append(each)
    softened_rows = []
    for members in groups.values():
        total = _total(members)
        factor = soften(total) / total if total else 0.0
        softened_rows += [_Weighed(each.praise, each.weight * factor) for each in members]
    return softened_rows


def _total(weighed: Sequence[_Weighed]) -> float:
    return math.fsum(each.weight for each in weighed)
