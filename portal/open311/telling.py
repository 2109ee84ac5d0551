"""Cases, categories and the portal itself in the specification's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from portal.core.clock import now, rfc3339
from portal.core.endpoint import PREFIX
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext
from portal.open311.formats import JSON, MIME_TYPES, XML
from portal.open311.queries import RequestRow, notes_of
from portal.open311.rules import SPECIFICATION, shortened, status_of
from portal.regions.queries import names_of
from portal.regions.rules import codes_of, spoken_name
from portal.suggestions.queries.cases import history_of
from portal.suggestions.queries.photos import photos_of
from portal.suggestions.rules.attributes import LISTS, Kind, asks
from portal.suggestions.rules.machine import Status
from portal.suggestions.rules.photos import REPORT
from portal.suggestions.rules.rates import is_overdue

KINDS = {
    Kind.STRING: _l("Text in one line"),
    Kind.NUMBER: _l("A number"),
    Kind.DATETIME: _l("A date and time like 2026-11-21T08:30:00Z"),
    Kind.TEXT: _l("Text in several lines"),
    Kind.ONE: _l("One of the values"),
    Kind.SEVERAL: _l("Any of the values"),
}

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
"""When nobody has changed a service yet."""


def discovery(base: str, changed_at: datetime | None, *, is_test: bool) -> dict[str, Any]:
    """Where the services are. ``base`` is the portal's own address."""
    changeset = f"{(changed_at or LONG_AGO).astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    return {
        "changeset": changeset,
        "contact": _("The portal’s page: %(address)s", address=f"{base}/about"),
        "key_service": _("The city gives out keys. How to reach it: %(address)s",
                         address=f"{base}/about"),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{base}/open311/v2",
                "changeset": changeset,
                "type": "test" if is_test else "production",
                "formats": [MIME_TYPES[XML], MIME_TYPES[JSON]],
            }
        ],
    }  # fmt: skip


def services(rows: Iterable[Any]) -> list[dict[str, Any]]:
    return [_service(row) for row in rows]


def _service(row: Any) -> dict[str, Any]:
    return {
        "service_code": row.code,
        "service_name": row.name,
        "description": promise(row.due_working_days),
        "metadata": bool(row.attributes),
        "type": "realtime",
        "keywords": row.name,
        "group": row.department_name,
    }


def promise(working_days: int) -> str:
    """What can be expected."""
    return ngettext(
        "Answered within one working day.",
        "Answered within %(num)s working days.",
        working_days,
    )


def definition(code: str, attributes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The questions of a service."""
    return {
        "service_code": code,
        "attributes": [_question(each, number) for number, each in enumerate(attributes, 1)],
    }


def _question(attribute: Mapping[str, Any], number: int) -> dict[str, Any]:
    kind = Kind(attribute["datatype"])
    question: dict[str, Any] = {
        "variable": asks(attribute),
        "code": attribute["code"],
        "datatype": str(kind),
        "required": bool(attribute.get("required")),
        "datatype_description": str(KINDS[kind]),
        "order": number,
        "description": attribute.get("description") or attribute["code"],
    }
    if kind in LISTS:
        question["values"] = [
            {"key": str(each["key"]), "name": str(each["name"])}
            for each in attribute.get("values") or ()
        ]
    return question


def requests(rows: Sequence[RequestRow], base: str, *, extended: bool) -> list[dict[str, Any]]:
    """Requests, each with what the city said last and a picture: of the report, the one that the
    sender named, or of the work. ``extended`` adds what the specification has no name for."""
    ids = [row.id for row in rows]
    notes, photos = notes_of(ids), photos_of(ids)
    places = names_of({code for row in rows for code in codes_of(row.region_path)})
    told = []
    for row in rows:
        pictures = photos.get(row.id, ())
        links = [_link(base, each) for each in pictures]
        of_report = [_link(base, each) for each in pictures if each.series == REPORT]
        media = next(iter([*of_report, *filter(None, [row.media_url]), *links]), None)
        request = _request(row, notes.get(row.id), media, _address(row, places))
        told.append({**request, **_extension(row, base, links)} if extended else request)
    return told


def _request(row: RequestRow, note: str | None, media: str | None, address: str) -> dict[str, Any]:
    return {
        "service_request_id": row.number,
        "status": str(status_of(Status(row.status))),
        "status_notes": _status_notes(row, note),
        "service_name": row.category_name,
        "service_code": row.category_code,
        "description": shortened(row.description),
        "agency_responsible": row.department_name,
        "service_notice": promise(row.due_working_days),
        "requested_datetime": rfc3339(row.received_at),
        "updated_datetime": rfc3339(row.updated_at),
        "expected_datetime": rfc3339(row.due_at),
        "address": address,
        "address_id": row.region_code,
        "zipcode": row.zipcode,
        "lat": row.latitude,
        "long": row.longitude,
        "media_url": media,
    }


def _extension(row: RequestRow, base: str, links: list[str]) -> dict[str, Any]:
    path = f"{base}/open311/v2/requests/{row.number}/updates.json"
    return {
        "extended_attributes": {
            "title": row.title,
            "state": row.status,
            "overdue": is_overdue(Status(row.status), row.due_at, now()),
            "supporters": row.supporters,
            "photos": links,
            "updates_url": path,
        }
    }


def updates(row: RequestRow) -> list[dict[str, Any]]:
    """What happened to a request, first things first."""
    return [
        {
            "update_id": f"{row.number}-{position}",
            "service_request_id": row.number,
            "event": each.event,
            "by_role": each.by_role,
            "updated_datetime": rfc3339(each.at),
            "description": each.note,
            "agency_responsible": each.to_name or each.from_name,
        }
        for position, each in enumerate(history_of([row.id]).get(row.id, ()), 1)
    ]


def _status_notes(row: RequestRow, note: str | None) -> str | None:
    if row.lead_number is None:
        return note
    return _("Merged with request %(number)s.", number=row.lead_number)


def _link(base: str, photo: Any) -> str:
    return f"{base}{PREFIX}/suggestions/{photo.suggestion_id}/photos/{photo.id}"


def _address(row: RequestRow, places: Mapping[str, str]) -> str:
    """What was written, then the regions from the smallest to the largest."""
    regions = [spoken_name(places[code]) for code in reversed(codes_of(row.region_path))]
    return ", ".join([*filter(None, [row.address]), *regions])
