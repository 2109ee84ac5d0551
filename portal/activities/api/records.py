"""Service records: reported, confirmed, refused, corrected, disputed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from portal.activities import schemas, services
from portal.activities.api.blueprint import api
from portal.activities.queries import records
from portal.core.access import the_principal
from portal.core.clock import rfc3339
from portal.core.permissions import Permission


@api.read(
    "/service-records",
    permission=Permission.SIGNED_IN,
    query=schemas.RecordsQuery,
    answer=schemas.RecordsAnswer,
    refusals=("not_found",),
)
def list_service_records(query: dict[str, Any]) -> dict[str, Any]:
    """One's own records and those of activities one hosts, newest first."""
    return records.page(the_principal(), **query).as_json(_record)


@api.read(
    "/service-records/<id:record_id>",
    permission=Permission.SIGNED_IN,
    answer=schemas.RecordAnswer,
)
def get_service_record(record_id: str) -> dict[str, Any]:
    """One record: one's own, or of an activity one hosts."""
    return _record(records.visible(the_principal(), record_id))


@api.write(
    "/service-records",
    permission=Permission.SIGNED_IN,
    body=schemas.ReportBody,
    answer=schemas.RecordAnswer,
    status=201,
)
def report_service(body: dict[str, Any]) -> dict[str, Any]:
    """Report hours afterwards, to an organization or to a community."""
    named = {name: body.pop(name, None) for name in ("organization_id", "region_code")}
    actor = the_principal()
    record_id = services.report_service(actor, services.Report(**named, **body))
    return _record(records.visible(actor, record_id))


@api.write(
    "/service-records/<id:record_id>/confirm",
    permission=Permission.RECORD_CONFIRM,
    body=schemas.ConfirmBody,
    answer=schemas.RecordAnswer,
    refusals=("not_pending", "budget_exceeded", "longer_than_shift"),
)
def confirm_record(record_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Confirm a record, with other minutes if given."""
    actor = the_principal()
    services.confirm_record(actor, record_id, body.get("minutes"), body.get("reason"))
    return _record(records.visible(actor, record_id))


@api.write(
    "/service-records/<id:record_id>/reject",
    permission=Permission.RECORD_CONFIRM,
    body=schemas.ReasonBody,
    answer=schemas.RecordAnswer,
    refusals=("not_pending", "wrong_state"),
)
def reject_record(record_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Refuse a record."""
    actor = the_principal()
    services.reject_record(actor, record_id, body["reason"])
    return _record(records.visible(actor, record_id))


@api.write(
    "/service-records/<id:record_id>/correct",
    permission=Permission.RECORD_CONFIRM,
    body=schemas.CorrectBody,
    answer=schemas.RecordAnswer,
    refusals=("not_confirmed", "budget_exceeded", "wrong_state", "longer_than_shift"),
)
def correct_record(record_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Set a confirmed record right: an opposite transaction, then the new minutes."""
    actor = the_principal()
    services.correct_record(actor, record_id, body["minutes"], body["reason"])
    return _record(records.visible(actor, record_id))


@api.write(
    "/service-records/<id:record_id>/dispute",
    permission=Permission.SIGNED_IN,
    body=schemas.ReasonBody,
    answer=schemas.RecordAnswer,
    refusals=("wrong_state",),
)
def dispute_record(record_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Say that a record is wrong: one's own, or in the publicity period a neighbour's."""
    actor = the_principal()
    row = records.visible(actor, record_id)
    services.dispute_record(actor, record_id, body["reason"])
    return {**_record(row), "status": "disputed"}


@api.write(
    "/shifts/<id:shift_id>/confirm",
    permission=Permission.RECORD_CONFIRM,
    answer=schemas.ConfirmedAnswer,
    refusals=("budget_exceeded",),
)
def confirm_shift(shift_id: str) -> dict[str, Any]:
    """Confirm all pending records of a shift."""
    done = services.confirm_shift(the_principal(), shift_id)
    return {"confirmed": done.records, "points": done.points}


def _record(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "activity": {"id": row.activity_id, "title": row.title} if row.activity_id else None,
        "title": row.title,
        "shift_id": row.shift_id,
        "resident": {"id": row.resident_id, "name": row.resident_name},
        "minutes": row.minutes,
        "status": row.status,
        "points": row.points,
        "started_at": rfc3339(row.started_at),
        "reason": row.reason,
    }
