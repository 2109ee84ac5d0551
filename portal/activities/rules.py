"""Pure decisions about activities, places, minutes and records: no database, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

from portal.core.i18n import lazy_gettext as _l


class Category(StrEnum):
    """What an activity serves. Points per hour are set by category."""

    ELDERLY_CARE = "elderly_care"
    ENVIRONMENT = "environment"
    PUBLIC_SAFETY = "public_safety"
    CULTURE = "culture"
    EDUCATION = "education"
    HEALTH = "health"
    NEIGHBOURLY_HELP = "neighbourly_help"
    GOVERNANCE = "governance"
    EMERGENCY = "emergency"
    OTHER = "other"


CATEGORY_NAMES: dict[str, object] = {
    Category.ELDERLY_CARE: _l("Caring for the elderly"),
    Category.ENVIRONMENT: _l("Environment"),
    Category.PUBLIC_SAFETY: _l("Safety and order"),
    Category.CULTURE: _l("Culture and sports"),
    Category.EDUCATION: _l("Learning and teaching"),
    Category.HEALTH: _l("Health"),
    Category.NEIGHBOURLY_HELP: _l("Neighbourly help"),
    Category.GOVERNANCE: _l("Community affairs"),
    Category.EMERGENCY: _l("Emergency help"),
    Category.OTHER: _l("Other"),
}


class Decision(StrEnum):
    """What people have decided about an activity: this is stored. Whether something published is
    under way or over, the clock alone says (``queries.states``)."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class ActivityStatus(StrEnum):
    """Where an activity stands at an instant: what was decided, and what the clock says."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"


PUBLIC_STATUSES = (
    ActivityStatus.PUBLISHED,
    ActivityStatus.RUNNING,
    ActivityStatus.FINISHED,
    ActivityStatus.CANCELLED,
)
PUBLIC_DECISIONS = (Decision.PUBLISHED, Decision.CANCELLED)
OPEN_STATUSES = (ActivityStatus.PUBLISHED, ActivityStatus.RUNNING)


class SignupStatus(StrEnum):
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    ATTENDED = "attended"


ACTIVE_SIGNUPS = (SignupStatus.CONFIRMED, SignupStatus.WAITLISTED, SignupStatus.ATTENDED)
"""Of these a person has at most one per shift, and none that overlap."""


class RecordStatus(StrEnum):
    """``open``: checked in. ``pending``: waits for the host. ``provisional``: confirmed, in the
    publicity period. ``confirmed``, ``corrected``: credited."""

    OPEN = "open"
    PENDING = "pending"
    PROVISIONAL = "provisional"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    REJECTED = "rejected"
    CORRECTED = "corrected"


UNDECIDED_RECORDS = (
    RecordStatus.OPEN,
    RecordStatus.PENDING,
    RecordStatus.PROVISIONAL,
    RecordStatus.DISPUTED,
)

WAITING_RECORDS = (RecordStatus.PENDING, RecordStatus.DISPUTED)
"""What waits for a host's word."""


class Deed(StrEnum):
    """What can be done to an activity or a record; the tables below say in which states."""

    PUBLISH = "publish"
    REVIEW = "review"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    CANCEL = "cancel"
    CHECK_OUT = "check_out"
    CONFIRM = "confirm"
    ANNOUNCE = "announce"
    SETTLE = "settle"
    REJECT = "reject"
    CORRECT = "correct"
    DISPUTE = "dispute"
    UPHOLD = "uphold"


@dataclass(frozen=True)
class Transition:
    """A deed leads from one of ``sources`` to ``target``."""

    sources: tuple[str, ...]
    target: str


_D, _R = Decision, RecordStatus

ACTIVITY_TRANSITIONS: Mapping[Deed, Transition] = {
    Deed.REVIEW: Transition((_D.DRAFT,), _D.IN_REVIEW),
    Deed.PUBLISH: Transition((_D.DRAFT,), _D.PUBLISHED),
    Deed.APPROVE: Transition((_D.IN_REVIEW,), _D.PUBLISHED),
    Deed.SEND_BACK: Transition((_D.IN_REVIEW,), _D.DRAFT),
    Deed.CANCEL: Transition((_D.DRAFT, _D.IN_REVIEW, _D.PUBLISHED), _D.CANCELLED),
}
"""The only ways from one decision about an activity to another; what is over is not cancelled."""

RECORD_TRANSITIONS: Mapping[Deed, Transition] = {
    Deed.CHECK_OUT: Transition((_R.OPEN,), _R.PENDING),
    # A disputed record is confirmed or announced only while nothing was credited for it (the
    # service's guard); afterwards the host upholds, corrects or rejects it.
    Deed.CONFIRM: Transition((_R.PENDING, _R.DISPUTED), _R.CONFIRMED),
    Deed.ANNOUNCE: Transition((_R.PENDING, _R.DISPUTED), _R.PROVISIONAL),
    Deed.SETTLE: Transition((_R.PROVISIONAL,), _R.CONFIRMED),
    Deed.UPHOLD: Transition((_R.DISPUTED,), _R.CONFIRMED),
    Deed.REJECT: Transition((_R.OPEN, _R.PENDING, _R.PROVISIONAL, _R.DISPUTED), _R.REJECTED),
    Deed.CORRECT: Transition((_R.CONFIRMED, _R.CORRECTED, _R.DISPUTED), _R.CORRECTED),
    Deed.DISPUTE: Transition(
        (_R.PENDING, _R.PROVISIONAL, _R.CONFIRMED, _R.CORRECTED, _R.REJECTED), _R.DISPUTED
    ),
}
"""The only ways from one state of a service record to another."""

# --- Check-in -------------------------------------------------------------------------------------

CHECKIN_OPENS = timedelta(minutes=30)
"""How long before a shift's start people may check in."""

LATE_TICKS = timedelta(days=14)
"""How long after a shift's end its host may still add who was there."""

DECISION_TIME = timedelta(days=14)
"""After an activity's end its reserve is released, even if records are undecided."""

EVIDENCE_KEPT = timedelta(days=180)
"""After a decision the photos sent with a report are kept this long, as long as it may be disputed
in earnest; then they are deleted."""

LONGEST_RECORD = 24 * 60
"""Minutes."""

MOST_SHIFTS = 60
MOST_PLACES = 5_000
LONGEST_SHIFT = timedelta(hours=24)
_EARTH_METRES = 6_371_008.8


def served_minutes(
    checked_in_at: datetime, checked_out_at: datetime, starts_at: datetime, ends_at: datetime
) -> int:
    """Whole minutes from check-in to check-out, as far as they lie within the shift."""
    begin, end = max(checked_in_at, starts_at), min(checked_out_at, ends_at)
    return max(int((end - begin).total_seconds() // 60), 0)


def share_time(
    started_at: datetime, minutes: int, other_started_at: datetime, other_minutes: int
) -> bool:
    """Whether two pieces of service share time. One may begin when the other ends."""
    end = started_at + timedelta(minutes=minutes)
    other_end = other_started_at + timedelta(minutes=other_minutes)
    return max(started_at, other_started_at) < min(end, other_end)


def shift_minutes(starts_at: datetime, ends_at: datetime) -> int:
    return int((ends_at - starts_at).total_seconds() // 60)


def metres_between(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> float:
    """The great-circle distance by the haversine formula."""
    here, there = radians(latitude), radians(other_latitude)
    half_way = sin((there - here) / 2) ** 2
    half_way += cos(here) * cos(there) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * _EARTH_METRES * asin(sqrt(min(half_way, 1.0)))


class Nearness(StrEnum):
    """Where a person stands to the place of an activity."""

    NEAR = "near"
    FAR = "far"
    UNKNOWN = "unknown"


def nearness(
    place: tuple[float, float] | None,
    limit_metres: int | None,
    position: tuple[float, float] | None,
) -> Nearness:
    """How a position stands to the activity's limit.

    Where the activity sets no limit, everybody is near. Where it sets one, a person whose phone
    does not say where it is cannot be judged: the host ticks them off the list instead.
    """
    if place is None or limit_metres is None:
        return Nearness.NEAR
    if position is None:
        return Nearness.UNKNOWN
    return Nearness.FAR if metres_between(*place, *position) > limit_metres else Nearness.NEAR


# --- Who may --------------------------------------------------------------------------------------


def age_on(birth_date_year: int, birth_month: int, birth_day: int, on: datetime) -> int:
    """Completed years at an instant already in the portal's time zone."""
    had_birthday = (on.month, on.day) >= (birth_month, birth_day)
    return on.year - birth_date_year - (0 if had_birthday else 1)


def is_late_cancellation(
    at: datetime,
    starts_at: datetime,
    deadline_hours: int,
    *,
    signed_up_at: datetime,
    moved_at: datetime | None,
) -> bool:
    """Whether a place is given back after the time until which it costs nothing. Whoever signed up
    for other times than these may always give it back."""
    if moved_at is not None and signed_up_at <= moved_at:
        return False
    return at > starts_at - timedelta(hours=deadline_hours)


def conditions_of(*, heat: bool, skilled: bool) -> frozenset[str]:
    """The circumstances that a region's rule may pay more for."""
    named = {"heat": heat, "skill": skilled}
    return frozenset(name for name, given in named.items() if given)
