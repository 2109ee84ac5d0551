"""The whole loop by the API alone, as an outside client would do it, over the wire."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.running import Caller, RunningPortal, running_portal

COMMUNITY = "150402010003"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    with running_portal(tmp_path_factory.mktemp("loop")) as running:
        running.start()
        yield running


class Cast:
    """The people of the story, signed in."""

    def __init__(self, portal: RunningPortal) -> None:
        def sign_in(name: str) -> Caller:
            return portal.caller().sign_in(f"{name}@demo.example")

        self.anna, self.bao, self.chen = (sign_in(f"resident{n}") for n in (1, 2, 3))
        self.host = sign_in("organization")
        self.committee = sign_in("committee")
        self.owner = sign_in("owner")
        self.till = sign_in("merchant")
        self.other_till = sign_in("merchant2")
        self.stranger = portal.caller()


def scope_of(caller: Caller, role: str) -> str:
    roles = caller.must("GET", "/me")["roles"]
    return str(next(each["scope"]["id"] for each in roles if each["role"] == role))


def instant(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def in_a_quiet_hour() -> datetime:
    """Ten in the morning in 赤峰, a year ahead: no multiplier of the night, no demo shift."""
    day = datetime.now(UTC).date() + timedelta(days=40)
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)


def publish_activity(cast: Cast, starts_at: datetime, *, capacity: int) -> dict[str, Any]:
    draft = cast.host.must(
        "POST",
        "/activities",
        {
            "title": "清扫红山路",
            "description": "带上手套，工具我们准备。",
            "category": "environment",
            "organization_id": scope_of(cast.host, "organization_manager"),
            "region_code": COMMUNITY,
            "location": {"name": "红山路口", "latitude": 42.26, "longitude": 118.95},
            "shifts": [
                {
                    "starts_at": instant(starts_at),
                    "ends_at": instant(starts_at + timedelta(hours=2)),
                    "capacity": capacity,
                }
            ],
        },
        status=201,
    )
    assert draft["status"] == "draft"
    assert cast.stranger.get(f"/activities/{draft['id']}").status == 404
    published = cast.host.must("POST", f"/activities/{draft['id']}/publish")
    if published["status"] == "in_review":
        published = cast.committee.must("POST", f"/activities/{draft['id']}/approve")
    assert published["status"] == "published"
    return dict(published)


def test_the_whole_loop(portal: RunningPortal) -> None:
    cast = Cast(portal)
    starts_at = in_a_quiet_hour()
    portal.set_clock(starts_at - timedelta(days=1))
    cast = Cast(portal)

    activity = publish_activity(cast, starts_at, capacity=2)
    shift = activity["shifts"][0]["id"]
    listed = cast.stranger.must("GET", f"/activities?region={COMMUNITY}&limit=100")["items"]
    assert activity["id"] in [each["id"] for each in listed]

    signups_move_up(portal, cast, shift)
    points = service(portal, cast, shift, starts_at, activity["points_per_hour"])
    exchange(portal, cast)
    praise(cast, activity)

    assert points > 0
    portal.flask("jobs", "run", "--once")
    assert portal.flask("ledger", "verify").returncode == 0


def signups_move_up(portal: RunningPortal, cast: Cast, shift: str) -> None:
    """Two places, three neighbours: the third waits, moves up at once, and is told."""
    anna = cast.anna.must("POST", f"/shifts/{shift}/signups", status=201)
    bao = cast.bao.must("POST", f"/shifts/{shift}/signups", status=201)
    chen = cast.chen.must("POST", f"/shifts/{shift}/signups", status=201)
    assert [each["status"] for each in (anna, bao, chen)] == [
        "confirmed",
        "confirmed",
        "waitlisted",
    ]
    again = cast.anna.post(f"/shifts/{shift}/signups")
    assert (again.status, again.json["code"]) == (409, "already_signed_up")

    assert cast.bao.delete(f"/signups/{bao['id']}").status == 204
    mine = cast.chen.must("GET", "/me/signups?limit=100")["items"]
    assert next(each for each in mine if each["id"] == chen["id"])["status"] == "confirmed"
    portal.flask("jobs", "run", "--once")
    told = cast.chen.must("GET", "/me/notifications")["items"]
    assert "signup.promoted" in [each["kind"] for each in told]


def service(
    portal: RunningPortal, cast: Cast, shift: str, starts_at: datetime, per_hour: int
) -> int:
    """Check in by a code that changes, serve two hours, be confirmed; hours and points arrive."""
    before = cast.anna.must("GET", "/me/points")["balance"]
    minutes = cast.anna.must("GET", "/me/hours")["minutes_confirmed"]
    portal.set_clock(starts_at - timedelta(minutes=5))
    code = cast.host.must("GET", f"/shifts/{shift}/checkin-code")["code"]
    portal.set_clock(starts_at - timedelta(minutes=4))
    late = cast.anna.post("/checkins", {"code": code})
    assert (late.status, late.json["code"]) == (409, "code_expired")
    code = cast.host.must("GET", f"/shifts/{shift}/checkin-code")["code"]
    cast.anna.must("POST", "/checkins", {"code": code}, status=201)
    refused = cast.bao.post("/checkins", {"code": code})
    assert (refused.status, refused.json["code"]) == (409, "not_signed_up")

    portal.set_clock(starts_at + timedelta(hours=2))
    code = cast.host.must("GET", f"/shifts/{shift}/checkin-code")["code"]
    out = cast.anna.must("POST", "/checkouts", {"code": code}, status=201)
    record = out["service_record_id"]
    assert cast.anna.must("GET", f"/service-records/{record}")["minutes"] == 120
    assert cast.anna.post(f"/service-records/{record}/confirm").status == 403

    confirmed = cast.host.must("POST", f"/shifts/{shift}/confirm")
    expected = 120 * per_hour // 60
    assert (confirmed["confirmed"], confirmed["points"]) == (1, expected)
    assert cast.anna.must("GET", "/me/points")["balance"] == before + expected
    assert cast.anna.must("GET", "/me/hours")["minutes_confirmed"] == minutes + 120
    return int(expected)


def exchange(portal: RunningPortal, cast: Cast) -> None:
    """Points become a voucher, the voucher is redeemed at the till, the shop is recognized."""
    merchant = scope_of(cast.owner, "merchant_owner")
    offer = cast.owner.must(
        "POST",
        f"/merchants/{merchant}/offers",
        {
            "title": "一碗面",
            "description": "牛肉面一碗。",
            "kind": "gift",
            "points": 5,
            "stock": 3,
            "valid_from": instant(in_a_quiet_hour() - timedelta(days=2)),
        },
        status=201,
    )
    offer = cast.owner.must("POST", f"/offers/{offer['id']}/publish")
    if offer["status"] == "in_review":
        offer = cast.committee.must("POST", f"/offers/{offer['id']}/approve")
    assert offer["status"] == "published"

    before = cast.anna.must("GET", "/me/points")
    voucher = cast.anna.must("POST", f"/offers/{offer['id']}/vouchers", status=201)
    held = cast.anna.must("GET", "/me/points")
    assert (held["balance"], held["held"]) == (before["balance"] - 5, before["held"] + 5)
    foreign = cast.other_till.post("/vouchers/redeem", {"code": voucher["code"]})
    assert (foreign.status, foreign.json["code"]) == (404, "unknown_voucher")

    served = cast.stranger.must("GET", f"/merchants/{merchant}")["recognition"]
    redeemed = cast.till.must("POST", "/vouchers/redeem", {"code": voucher["code"]})
    assert redeemed["status"] == "redeemed"
    again = cast.till.post("/vouchers/redeem", {"code": voucher["code"]})
    assert (again.status, again.json["code"]) == (409, "already_redeemed")
    after = cast.anna.must("GET", "/me/points")
    assert (after["balance"], after["held"]) == (before["balance"] - 5, before["held"])
    now_served = cast.stranger.must("GET", f"/merchants/{merchant}")["recognition"]
    assert now_served["neighbours_served"] >= served["neighbours_served"]
    entries = cast.anna.must("GET", "/me/points/entries?limit=1")["items"]
    assert (entries[0]["kind"], entries[0]["amount"]) == ("redemption", -5)


def praise(cast: Cast, activity: dict[str, Any]) -> None:
    """Who took part praises the organization, once; its standing counts the voice."""
    organization = activity["organization"]["id"]
    before = cast.stranger.must("GET", f"/organizations/{organization}")["reputation"]["praises"]
    cast.anna.must(
        "POST",
        f"/activities/{activity['id']}/praise",
        {"score": 5, "comment": "组织得很好"},
        status=201,
    )
    again = cast.anna.post(f"/activities/{activity['id']}/praise", {"score": 5})
    assert (again.status, again.json["code"]) == (409, "already_praised")
    own = cast.host.post(f"/activities/{activity['id']}/praise", {"score": 5})
    assert own.status == 403
    after = cast.stranger.must("GET", f"/organizations/{organization}")["reputation"]["praises"]
    assert after == before + 1
