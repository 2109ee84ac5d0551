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


class ActivityStatus(StrEnum):
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
OPEN_STATUSES = (ActivityStatus.PUBLISHED, ActivityStatus.RUNNING)
EDITABLE_STATUSES = (ActivityStatus.DRAFT,)


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
    START = "start"
    FINISH = "finish"
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


_A, _R = ActivityStatus, RecordStatus

ACTIVITY_TRANSITIONS: Mapping[Deed, Transition] = {
    Deed.REVIEW: Transition((_A.DRAFT,), _A.IN_REVIEW),
    Deed.PUBLISH: Transition((_A.DRAFT,), _A.PUBLISHED),
    Deed.APPROVE: Transition((_A.IN_REVIEW,), _A.PUBLISHED),
    Deed.SEND_BACK: Transition((_A.IN_REVIEW,), _A.DRAFT),
    Deed.START: Transition((_A.PUBLISHED,), _A.RUNNING),
    Deed.FINISH: Transition((_A.PUBLISHED, _A.RUNNING), _A.FINISHED),
    Deed.CANCEL: Transition((_A.DRAFT, _A.IN_REVIEW, _A.PUBLISHED, _A.RUNNING), _A.CANCELLED),
}
"""The only ways from one state of an activity to another."""

RECORD_TRANSITIONS: Mapping[Deed, Transition] = {
    Deed.CHECK_OUT: Transition((_R.OPEN,), _R.PENDING),
    # A disputed record is confirmed anew only while nothing was credited for it (the service's
    # guard); afterwards the host upholds, corrects or rejects it.
    Deed.CONFIRM: Transition((_R.PENDING, _R.DISPUTED), _R.CONFIRMED),
    Deed.ANNOUNCE: Transition((_R.PENDING,), _R.PROVISIONAL),
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


def is_too_far(
    place: tuple[float, float] | None,
    limit_metres: int | None,
    position: tuple[float, float] | None,
) -> bool:
    """Whether a position lies outside the activity's limit.

    Where the activity sets no limit or has no place, and where the person gives no position, it
    cannot be judged and counts as near: a phone without a fix must not cost a resident the day.
    The rotating code is the proof of being there; the distance only makes passing it on harder.
    """
    if place is None or limit_metres is None or position is None:
        return False
    return metres_between(*place, *position) > limit_metres


# --- Who may --------------------------------------------------------------------------------------


def age_on(birth_date_year: int, birth_month: int, birth_day: int, on: datetime) -> int:
    """Completed years at an instant already in the portal's time zone."""
    had_birthday = (on.month, on.day) >= (birth_month, birth_day)
    return on.year - birth_date_year - (0 if had_birthday else 1)


def is_late_cancellation(at: datetime, starts_at: datetime, deadline_hours: int) -> bool:
    """Whether a place is given back after the time until which it costs nothing."""
    return at > starts_at - timedelta(hours=deadline_hours)


def conditions_of(*, heat: bool, skilled: bool) -> frozenset[str]:
    """The circumstances that a region's rule may pay more for."""
    named = {"heat": heat, "skill": skilled}
    return frozenset(name for name, given in named.items() if given)
