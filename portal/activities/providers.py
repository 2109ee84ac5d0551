"""What lower rooms show of activities: they are told here how to find it."""

from __future__ import annotations

from collections.abc import Sequence

from portal.activities import closing
from portal.activities.queries import activities, gatherings, records
from portal.activities.rules import CATEGORY_NAMES
from portal.core import gatherings as meetings
from portal.organizations.upcoming import Upcoming, register_provider
from portal.points import owners, pending
from portal.points import rules as point_rules
from portal.points.owners import OwnerKind
from portal.regions import landmarks
from portal.regions.landmarks import Landmark


def register() -> None:
    register_provider(_upcoming)
    landmarks.register_provider(_landmarks)
    closing.register()
    meetings.register(gatherings)
    pending.register(records.pending_minutes)
    point_rules.name_categories(CATEGORY_NAMES)
    activity = OwnerKind(activities.titles_of, "activities.show", "activity_id")
    owners.register("activity", activity)


def _upcoming(organization_id: str, limit: int) -> Sequence[Upcoming]:
    rows = activities.upcoming(organization_id=organization_id, limit=limit)
    return [
        Upcoming(row.title, f"/activities/{row.id}", row.next_starts_at, row.location_name)
        for row in rows
    ]


def _landmarks(region_code: str, limit: int) -> Sequence[Landmark]:
    rows = activities.places_in(region_code, limit)
    return [Landmark("activity", "", row.name, row.latitude, row.longitude) for row in rows]
