"""What a host plans: the input of making and changing an activity."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.activities.checkin_codes import NUMBERS
from portal.activities.rules import LONGEST_SHIFT, MOST_SHIFTS
from portal.core.errors import FieldError, Invalid
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id


@dataclass(frozen=True)
class Location:
    """Where it is; the coordinates come together or not at all (degrees, WGS 84)."""

    name: str
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class ShiftPlan:
    """A time with places, as its host wants it."""

    starts_at: datetime
    ends_at: datetime
    capacity: int
    heat: bool = False

    def problems(self, at: datetime) -> list[FieldError]:
        """What cannot be, beside the fields of the shift."""
        problems = []
        if self.starts_at <= at:
            problems.append(FieldError("starts_at", _l("A shift starts in the future.")))
        if self.ends_at <= self.starts_at:
            problems.append(FieldError("ends_at", _l("A shift ends after its start.")))
        elif self.ends_at - self.starts_at > LONGEST_SHIFT:
            problems.append(FieldError("ends_at", _l("A shift lasts 24 hours at most.")))
        return problems

    def check(self, at: datetime) -> None:
        """Refuse what cannot be.

        Raises:
            Invalid: with the fields named.
        """
        if problems := self.problems(at):
            raise Invalid(errors=problems)


@dataclass(frozen=True)
class ActivityPlan:
    """All that a host says about an activity. ``organization_id`` None: the community is the host.
    ``checkin_metres`` is how near people must be to check in; ``cancellation_hours`` until how
    long before the start a place can be given back without being noted as late."""

    title: str
    description: str
    category: str
    organization_id: str | None
    region_code: str
    shifts: tuple[ShiftPlan, ...]
    location: Location | None = None
    checkin_metres: int | None = None
    minimum_age: int | None = None
    skills: str | None = None
    risks: str | None = None
    insured: bool = False
    what_to_bring: str | None = None
    cancellation_hours: int = 24

    def check(self, at: datetime) -> None:
        """Refuse what cannot be.

        Raises:
            Invalid: with the fields named.
        """
        problems = list(self._problems(at))
        if problems:
            raise Invalid(errors=problems)

    def _problems(self, at: datetime) -> list[FieldError]:
        problems = []
        if not self.title.strip():
            problems.append(FieldError("title", _l("Give it a title.")))
        if not 1 <= len(self.shifts) <= MOST_SHIFTS:
            problems.append(
                FieldError("shifts", _l("Give 1 to %(most)s shifts.", most=MOST_SHIFTS))
            )
        for place, shift in enumerate(self.shifts):
            problems += [
                FieldError(f"shifts.{place}.{problem.field}", problem.detail)
                for problem in shift.problems(at)
            ]
        if self.checkin_metres and (self.location is None or self.location.latitude is None):
            problems.append(
                FieldError("checkin_metres", _l("A distance limit needs a place on the map."))
            )
        return problems


def place_values(location: Location | None) -> dict[str, Any]:
    """The columns of an activity that say where it is."""
    return {
        "location_name": location.name if location else None,
        "latitude": location.latitude if location else None,
        "longitude": location.longitude if location else None,
    }


def shift_values(activity_id: str, region_code: str, shift: ShiftPlan) -> dict[str, Any]:
    """The columns of a new shift, with nobody signed up."""
    return {
        "id": new_id(),
        "activity_id": activity_id,
        "region_code": region_code,
        "number": secrets.randbelow(NUMBERS),
        "starts_at": shift.starts_at,
        "ends_at": shift.ends_at,
        "capacity": shift.capacity,
        "heat": shift.heat,
        "taken": 0,
        "waiting": 0,
        "queue_number": 0,
        "takes_signups": False,
    }
