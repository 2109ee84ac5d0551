"""README.md's walk through the loop, at several hours of several days, by the demo's sign-ins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from portal.app import Portal
from portal.core import jobs
from portal.core.clock import clock, now, rfc3339
from portal.demo import cast, services
from portal.demo.walk import keep_walkable
from portal.points.verification import verify
from tests.conftest import ApiClient

pytestmark = pytest.mark.slow

BUILT = datetime(2026, 11, 22, 3, 10, tzinfo=clock.zone)
LATER = (
    datetime(2026, 11, 22, 11, 18, tzinfo=clock.zone),
    datetime(2026, 11, 23, 19, 40, tzinfo=clock.zone),
    datetime(2026, 11, 28, 9, 30, tzinfo=clock.zone),  # the weekly visit goes on just then
    datetime(2026, 12, 1, 23, 58, tzinfo=clock.zone),
)


def test_the_walk_at_any_hour_and_on_later_days(
    app: Portal, api: ApiClient, at: Callable[[datetime], None]
) -> None:
    """One test, because the district takes a while to build."""
    at(BUILT)
    services.load(12)
    for instant in (BUILT, *LATER):
        at(instant)
        keep_walkable()  # as run.py does at its start, and its jobs every few minutes
        jobs.run_until_quiet()
        assert keep_walkable() == 0, "one is enough"
        _walk(api, at)
    found = verify()
    assert found.ok, found


def _walk(api: ApiClient, at: Callable[[datetime], None]) -> None:
    resident = api.sign_in(f"resident1@{cast.DOMAIN}", cast.PASSWORD)
    organization = api.sign_in(f"organization@{cast.DOMAIN}", cast.PASSWORD)
    clerk = api.sign_in(f"merchant@{cast.DOMAIN}", cast.PASSWORD)
    before = (_points(resident), _minutes(resident))
    _signs_up_for_something(resident)
    shift = _awaited(resident)
    assert shift, f"nobody awaits resident1 at {now()}"
    assert _free_places(resident, shift)
    _passes(organization, resident, shift["shift_id"], "checkins")
    at(max(now(), datetime.fromisoformat(shift["starts_at"])) + timedelta(minutes=36))
    _passes(organization, resident, shift["shift_id"], "checkouts")
    done = organization.post(f"/shifts/{shift['shift_id']}/confirm", {})
    assert done.json["confirmed"] >= 1
    assert (_points(resident), _minutes(resident)) >= (before[0] + 5, before[1] + 30)
    _exchanges(resident, clerk)


def _signs_up_for_something(resident: ApiClient) -> None:
    """Of the shifts to come the last that takes this person: it is in nobody's way."""
    listed = resident.get(f"/activities?status=published&limit=100&region={cast.COMMUNITY}").json
    shifts = [shift for activity in listed["items"] for shift in activity["shifts"]]
    shifts.sort(key=lambda shift: str(shift["starts_at"]), reverse=True)
    answers = (resident.post(f"/shifts/{shift['id']}/signups") for shift in shifts)
    assert any(answer.status_code == 201 for answer in answers), [s["starts_at"] for s in shifts]


def _awaited(resident: ApiClient) -> Any:
    """The shift to which resident1 can go now."""
    listed = resident.get("/me/signups?status=confirmed&limit=100").json["items"]
    opened, left = rfc3339(now() + timedelta(minutes=30)), rfc3339(now() + timedelta(minutes=40))
    open_now = [each for each in listed if each["starts_at"] <= opened and each["ends_at"] > left]
    return open_now[0] if open_now else None


def _free_places(resident: ApiClient, shift: Any) -> bool:
    activity = resident.get(f"/activities/{shift['activity']['id']}").json
    return any(
        each["places_left"] > 0 and each["id"] == shift["shift_id"] for each in activity["shifts"]
    )


def _passes(host: ApiClient, resident: ApiClient, shift_id: str, door: str) -> None:
    code = host.get(f"/shifts/{shift_id}/checkin-code").json["code"]
    answer = resident.post(f"/{door}", {"code": code})
    assert answer.status_code == 201, answer.json


def _exchanges(resident: ApiClient, clerk: ApiClient) -> None:
    shop = next(
        each["scope"]["id"]
        for each in clerk.get("/me").json["roles"]
        if each["role"] == "merchant_staff"
    )
    offers = resident.get(f"/offers?merchant={shop}").json["items"]
    offer = min(offers, key=lambda each: each["points"])
    voucher = resident.post(f"/offers/{offer['id']}/vouchers", {})
    assert voucher.status_code == 201, voucher.json
    redeemed = clerk.post("/vouchers/redeem", {"code": voucher.json["code"]})
    assert redeemed.json["status"] == "redeemed"


def _points(resident: ApiClient) -> int:
    return int(resident.get("/me/points").json["balance"])


def _minutes(resident: ApiClient) -> int:
    return int(resident.get("/me/hours").json["minutes_confirmed"])
