"""Cases, and what they are sorted by, as the JSON API tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portal.core.clock import now, rfc3339
from portal.core.endpoint import PREFIX
from portal.core.summaries import region_of
from portal.suggestions.queries import cases, photos
from portal.suggestions.rules.machine import Status
from portal.suggestions.rules.rates import is_overdue


def as_it_is(suggestion_id: str) -> dict[str, Any]:
    """One case, for somebody who has just done something to it.

    Raises:
        NotFound: there is none.
    """
    return whole(cases.as_it_is(suggestion_id))


def whole(row: Any) -> dict[str, Any]:
    """One case that was read, with all that belongs to it."""
    return case(row, cases.history_of([row.id]), photos.photos_of([row.id]))


def case(
    row: Any, history: Mapping[str, Sequence[Any]], pictures: Mapping[str, Sequence[Any]]
) -> dict[str, Any]:
    """A case with its history and its pictures, each by the case's id."""
    return {
        "id": row.id,
        "number": row.number,
        "title": row.title,
        "description": row.description,
        "category": {"code": row.category_code, "name": row.category_name},
        "region": region_of(row),
        "status": row.status,
        "department": _named(row.department_id, row.department_name),
        "due_at": rfc3339(row.due_at),
        "overdue": is_overdue(Status(row.status), row.due_at, now()),
        "supporters": row.supporters,
        "history": [_entry(each) for each in history.get(row.id, ())],
        "photos": [_photo(each) for each in pictures.get(row.id, ())],
    }


def _entry(row: Any) -> dict[str, Any]:
    return {
        "at": rfc3339(row.at),
        "event": row.event,
        "by_role": row.by_role,
        "note": row.note,
        "from_department": _named(row.from_id, row.from_name),
        "to_department": _named(row.to_id, row.to_name),
    }


def _photo(row: Any) -> dict[str, Any]:
    address = f"{PREFIX}/suggestions/{row.suggestion_id}/photos/{row.id}"
    return {
        "id": row.id,
        "url": address,
        "thumbnail_url": f"{address}?size=small",
        "by_role": row.by_role,
        "at": rfc3339(row.added_at),
    }


def category(row: Any) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "department": _named(row.department_id, row.department_name),
        "due_working_days": row.due_working_days,
        "attributes": row.attributes,
        "photo_needed": row.is_works,
    }


def department(row: Any) -> dict[str, Any]:
    return {"id": row.id, "name": row.name, "region": region_of(row)}


def _named(thing_id: str | None, name: str | None) -> dict[str, str] | None:
    return None if thing_id is None or name is None else {"id": thing_id, "name": name}
