"""Activities: found, planned, published, called off, praised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from portal.activities import schemas, services
from portal.activities.api.blueprint import api
from portal.activities.queries import activities, rewards
from portal.core.access import current_principal, the_principal
from portal.core.clock import rfc3339
from portal.core.pagination import Page
from portal.core.permissions import Permission
from portal.core.summaries import region_of


@api.read(
    "/activities",
    permission=Permission.PUBLIC,
    query=schemas.ActivitiesQuery,
    answer=schemas.ActivitiesAnswer,
)
def list_activities(query: dict[str, Any]) -> dict[str, Any]:
    """Activities: with starts_after by their next shift from then on, published ones by their first
    start, running ones by their end, each the soonest first; any other list by the end, the latest
    first. Drafts and reviews by their status, only one's own.
    """
    cursor, most = query.pop("cursor", None), query.pop("limit")
    filters = activities.Filters(**query)
    return _presented(activities.page(current_principal(), filters, cursor=cursor, limit=most))


@api.read(
    "/activities/<id:activity_id>", permission=Permission.PUBLIC, answer=schemas.ActivityAnswer
)
def get_activity(activity_id: str) -> dict[str, Any]:
    """One activity with its shifts."""
    return _activity(activity_id)


@api.write(
    "/activities",
    permission=Permission.ACTIVITY_HOST,
    body=schemas.ActivityBody,
    answer=schemas.ActivityAnswer,
    status=201,
)
def create_activity(body: dict[str, Any]) -> dict[str, Any]:
    """Write a draft; without an organization the social worker's community is the host."""
    location = services.Location(**body["location"]) if body["location"] else None
    shifts = tuple(services.ShiftPlan(**each) for each in body["shifts"])
    plan = services.ActivityPlan(**{**body, "location": location, "shifts": shifts})
    return _activity(services.create_activity(the_principal(), plan))


@api.write(
    "/activities/<id:activity_id>/publish",
    permission=Permission.ACTIVITY_HOST,
    answer=schemas.ActivityAnswer,
    refusals=("budget_exceeded", "wrong_state"),
)
def publish_activity(activity_id: str) -> dict[str, Any]:
    """Publish a draft, or hand it in for review where the organization's level asks for it."""
    services.publish(the_principal(), activity_id)
    return _activity(activity_id)


@api.write(
    "/activities/<id:activity_id>/approve",
    permission=Permission.ACTIVITY_REVIEW,
    answer=schemas.ActivityAnswer,
    refusals=("budget_exceeded", "wrong_state"),
)
def approve_activity(activity_id: str) -> dict[str, Any]:
    """Publish what was handed in for review."""
    services.approve(the_principal(), activity_id)
    return _activity(activity_id)


@api.write(
    "/activities/<id:activity_id>/send-back",
    permission=Permission.ACTIVITY_REVIEW,
    body=schemas.ReasonBody,
    answer=schemas.ActivityAnswer,
    refusals=("wrong_state",),
)
def send_back_activity(activity_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Ask the host for changes: it is a draft again."""
    services.send_back(the_principal(), activity_id, body["reason"])
    return _activity(activity_id)


@api.write(
    "/activities/<id:activity_id>/cancel",
    permission=Permission.ACTIVITY_HOST,
    body=schemas.ReasonBody,
    answer=schemas.ActivityAnswer,
    refusals=("wrong_state",),
)
def cancel_activity(activity_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Call it off: everybody signed up is told, and the points held go back."""
    services.cancel(the_principal(), activity_id, body["reason"])
    return _activity(activity_id)


@api.write(
    "/activities/<id:activity_id>/praise",
    permission=Permission.SIGNED_IN,
    body=schemas.PraiseBody,
    answer=schemas.PraiseAnswer,
    status=201,
    refusals=("not_a_participant", "already_praised", "wrong_state"),
)
def praise_activity(activity_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Praise the organization, once: who took part, or lives in the community served."""
    praise_id = services.praise_activity(
        the_principal(), activity_id, body["score"], body["comment"]
    )
    return {"id": praise_id}


def _activity(activity_id: str) -> dict[str, Any]:
    row = activities.visible(current_principal(), activity_id)
    return present(row, activities.shifts_of([row.id])[row.id], rewards.of([row]))


def _presented(page: Page[Any]) -> dict[str, Any]:
    shifts = activities.shifts_of(row.id for row in page.items)
    earned = rewards.of(page.items)
    return page.as_json(lambda row: present(row, shifts[row.id], earned))


def present(row: Row[Any], shifts: Sequence[Row[Any]], earned: dict[str, int]) -> dict[str, Any]:
    """An activity as the API writes it."""
    organization = {"id": row.organization_id, "name": row.organization_name}
    place = {"name": row.location_name, "latitude": row.latitude, "longitude": row.longitude}
    return {
        "id": row.id,
        "title": row.title,
        "description": row.description,
        "category": row.category,
        "status": row.status,
        "reason": row.reason,
        "region": region_of(row),
        "organization": organization if row.organization_id else None,
        "location": place if row.location_name else None,
        "shifts": [_shift(each) for each in shifts],
        "points_per_hour": earned[row.id],
        "minimum_age": row.minimum_age,
        "skills": row.skills,
        "risks": row.risks,
        "insured": row.insured,
        "what_to_bring": row.what_to_bring,
        "checkin_metres": row.checkin_metres,
        "cancellation_hours": row.cancellation_hours,
    }


def _shift(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "starts_at": rfc3339(row.starts_at),
        "ends_at": rfc3339(row.ends_at),
        "capacity": row.capacity,
        "places_left": row.capacity - row.taken,
        "waitlisted": row.waiting,
    }
