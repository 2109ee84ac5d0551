"""Taking a place, arriving, leaving."""

from __future__ import annotations

from typing import Any

from flask import current_app

from portal.activities import schemas, services
from portal.activities.api.blueprint import api
from portal.activities.checkin_codes import CheckinCodes
from portal.activities.queries import signups
from portal.core.access import the_principal
from portal.core.clock import rfc3339
from portal.core.limits import CODES, limit
from portal.core.permissions import Permission


def _codes() -> CheckinCodes:
    return CheckinCodes(current_app.config["SECRET_KEY"])


@api.write(
    "/shifts/<id:shift_id>/signups",
    permission=Permission.SIGNED_IN,
    answer=schemas.SignupAnswer,
    status=201,
    refusals=(
        "already_signed_up",
        "overlapping_shift",
        "signup_closed",
        "too_young",
        "birth_date_needed",
        "taken_off",
    ),
)
def sign_up(shift_id: str) -> dict[str, Any]:
    """Take a place, or the last place in the queue."""
    return services.sign_up(the_principal(), shift_id)


@api.read(
    "/me/signups",
    permission=Permission.SIGNED_IN,
    query=schemas.SignupsQuery,
    answer=schemas.MySignupsAnswer,
)
def list_my_signups(query: dict[str, Any]) -> dict[str, Any]:
    """One's own sign-ups, the latest shift first."""
    page = signups.page(the_principal().id, **query)
    return page.as_json(
        lambda row: {
            "id": row.id,
            "shift_id": row.shift_id,
            "activity": {"id": row.activity_id, "title": row.title},
            "starts_at": rfc3339(row.starts_at),
            "ends_at": rfc3339(row.ends_at),
            "status": row.status,
            "position": row.position,
        }
    )


@api.write(
    "/signups/<id:signup_id>",
    method="DELETE",
    permission=Permission.SIGNED_IN,
    refusals=("wrong_state",),
)
def delete_signup(signup_id: str) -> None:
    """Give the place back; who waits first has it at once."""
    services.cancel_signup(the_principal(), signup_id)


@api.read(
    "/shifts/<id:shift_id>/checkin-code",
    permission=Permission.ACTIVITY_HOST,
    answer=schemas.CodeAnswer,
    refusals=("wrong_state",),
)
def get_checkin_code(shift_id: str) -> dict[str, Any]:
    """The code on the host's screen; a new one every 15 seconds, each good for up to 30."""
    shown = services.code_for_host(the_principal(), shift_id, _codes())
    return {"code": shown.digits, "valid_until": rfc3339(shown.valid_until)}


_CHECKIN_REFUSALS = (
    "unknown_code",
    "code_expired",
    "not_signed_up",
    "already_checked_in",
    "not_checked_in",
    "too_far",
    "position_needed",
    "wrong_state",
)


@api.write(
    "/checkins",
    permission=Permission.SIGNED_IN,
    body=schemas.CheckinBody,
    answer=schemas.AttendanceAnswer,
    status=201,
    refusals=_CHECKIN_REFUSALS,
)
@limit(CODES)
def check_in(body: dict[str, Any]) -> dict[str, Any]:
    """Arrive, by the code on the host's screen."""
    actor = the_principal()
    return _attendance(services.check_in(actor, body["code"], _position(body), _codes()))


@api.write(
    "/checkouts",
    permission=Permission.SIGNED_IN,
    body=schemas.CheckinBody,
    answer=schemas.AttendanceAnswer,
    status=201,
    refusals=_CHECKIN_REFUSALS,
)
@limit(CODES)
def check_out(body: dict[str, Any]) -> dict[str, Any]:
    """Leave, by the code on the host's screen; the minutes wait for the host."""
    actor = the_principal()
    return _attendance(services.check_out(actor, body["code"], _position(body), _codes()))


def _position(body: dict[str, Any]) -> tuple[float, float] | None:
    latitude, longitude = body.get("latitude"), body.get("longitude")
    return None if latitude is None or longitude is None else (latitude, longitude)


def _attendance(attendance: services.Attendance) -> dict[str, Any]:
    left = attendance.checked_out_at
    return {
        "service_record_id": attendance.record_id,
        "checked_in_at": rfc3339(attendance.checked_in_at),
        "checked_out_at": rfc3339(left) if left else None,
    }
