"""What things can be: activities, sign-ups, records, vouchers, offers, shops, homes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.browser.scenes import COMMUNITY, Scene
from tests.browser.states.state import State, at
from tests.story.test_the_loop_by_api import instant

NEXT_COMMUNITY = "150402010004"

# A person of the demo by something of theirs: the name of their sign-in and the thing's id.
_OWNED = (
    "SELECT replace(u.email, '@demo.example', ''), t.id FROM {table} t"
    " JOIN user_account u ON u.id = t.{owner} WHERE t.{column} = :state AND u.email LIKE '%@demo%'"
)
_MANAGED = (
    "SELECT replace(u.email, '@demo.example', ''), t.id FROM {table} t JOIN role_grant g"
    " ON g.scope_id = t.{scope} AND g.role = '{role}' JOIN user_account u ON u.id = g.user_id"
    " WHERE t.{column} = :state"
)


def owned(address: str, state: str, **names: str) -> Callable[[Scene], object]:
    """The page of a thing in this state, for whom it belongs to."""
    return _found(_OWNED.format(**{"column": "status", **names}), address, state)


def managed(address: str, state: str, **names: str) -> Callable[[Scene], object]:
    """The same for who manages it."""
    return _found(_MANAGED.format(**{"column": "status", **names}), address, state)


def _found(statement: str, address: str, state: str) -> Callable[[Scene], object]:
    def reach(scene: Scene) -> object:
        login, thing = scene.find(statement, state=state)
        scene.come(login)
        return scene.go(address.format(thing))

    return reach


_BY_THE_CLOCK = {
    "published": "first_starts_at > CURRENT_TIMESTAMP",
    "running": "first_starts_at <= CURRENT_TIMESTAMP AND last_ends_at >= CURRENT_TIMESTAMP",
    "finished": "last_ends_at < CURRENT_TIMESTAMP",
}


def activity(state: str) -> str:
    decision = "published" if state in _BY_THE_CLOCK else state
    return (
        f"SELECT id FROM activity WHERE decision = '{decision}'"
        f" AND {_BY_THE_CLOCK.get(state, '1 = 1')}"
    )


def signup(state: str, address: str) -> Callable[[Scene], object]:
    """A resident's page about a sign-up of the future (or past) in this state."""
    statement = _OWNED.format(table="signup", owner="resident_id", column="status")
    order = " ORDER BY t.starts_at DESC"

    def reach(scene: Scene) -> object:
        login, thing = scene.find(statement + order, state=state)
        found = scene.id_of("SELECT activity_id FROM signup WHERE id = :id", id=thing)
        scene.come(login)
        return scene.go(address.format(found))

    return reach


# --- what the demo leaves to be done ----------------------------------------------------------


def report(scene: Scene, name: str, region: str, title: str) -> str:
    """Hours reported to a community; returns the record's id."""
    body: dict[str, Any] = {
        "region_code": region,
        "title": title,
        "description": "清理楼前积雪。",
        "category": "environment",
        "started_at": instant(datetime.now(UTC) - timedelta(days=2)),
        "minutes": 60,
    }
    made = scene.calls(name).must("POST", "/service-records", body, status=201)
    return str(made["id"])


def announced_record(scene: Scene) -> object:
    """In a community with a publicity period, confirmed hours are shown before they count."""
    scene.come("committee2")
    scene.go(f"/desk/rules/{NEXT_COMMUNITY}/decide?key=publicity.days")
    assert scene.send("", value="3").status == 200
    record = report(scene, "neighbour1", NEXT_COMMUNITY, "公示中的服务")
    done = scene.calls("socialworker2").must("POST", f"/service-records/{record}/confirm", {})
    assert done["status"] == "provisional", done
    scene.come("neighbour1")
    return scene.go(f"/service-records/{record}")


def corrected_record(scene: Scene) -> object:
    record = report(scene, "resident2", COMMUNITY, "更正过的服务")
    worker = scene.calls("socialworker")
    worker.must("POST", f"/service-records/{record}/confirm", {})
    sent = {"minutes": 30, "reason": "中途离开。"}
    assert worker.must("POST", f"/service-records/{record}/correct", sent)["status"] == "corrected"
    scene.come("resident2")
    return scene.go(f"/service-records/{record}")


def declined_merchant(scene: Scene) -> object:
    statement = _MANAGED.format(**{"column": "status", **_SHOP})
    if scene.notes.get("declined merchant") is None:
        scene.notes["declined merchant"] = scene.find(statement, state="pending")
        scene.come("committee")
        scene.go(f"/desk/merchants/{scene.notes['declined merchant'][1]}")
        scene.send("/decline", reason="执照照片看不清。")
    login, merchant = scene.notes["declined merchant"]
    scene.come(login)
    return scene.go(f"/my-shops/{merchant}")


def declined_organization(scene: Scene) -> object:
    statement = _OWNED.format(table="organization", owner="applied_by", column="status")
    login, organization = scene.find(statement, state="pending")
    scene.come("committee")
    scene.go(f"/desk/organizations/{organization}")
    scene.send("/decline", reason="材料不全。")
    scene.come(login)
    return scene.go(f"/organizations/{organization}/application")


def ended_offer(scene: Scene) -> object:
    """An offer whose last day is over is ended by a job."""
    soon = datetime.now(UTC) + timedelta(hours=1)
    offer = scene.offer(valid_until=instant(soon))
    with scene.later(days=2):
        scene.command("jobs", "run", "--once")
    assert scene.id_of("SELECT status FROM offer WHERE id = :id", id=offer) == "ended"
    scene.come("owner")
    return scene.go(f"/my-offers/{offer}")


def decided_claim(kind: str, state: str) -> Callable[[Scene], object]:
    """A claim of a home or a workplace, declined by the community or withdrawn again."""
    statement = (
        _OWNED.format(table="place_claim", owner="user_id", column="state")
        + f" AND t.region_code = '{COMMUNITY}' AND t.kind = '{kind}'"
    )

    def reach(scene: Scene) -> object:
        login, claim = scene.find(statement, state="waiting")
        if state == "declined":
            scene.come("socialworker")
            scene.go(f"/desk/residents/{claim}")
            scene.send("/decline", reason="问过了，没有找到您。")
        scene.come(login)
        answer = scene.go(f"/me/{kind}")
        return scene.send("/withdraw") if state == "withdrawn" else answer

    return reach


def ended_workplace(scene: Scene) -> object:
    """Somebody works there no more."""
    scene.come("neighbour3")
    scene.go("/me/work")
    return scene.send("/end")


def recalled_voucher(scene: Scene) -> object:
    """The shop could not give what it was for, and said why."""
    voucher = scene.voucher("resident2")
    scene.come("merchant")
    scene.go("/till")
    scene.send("/till/check", code=voucher["code"])
    scene.send("/till/refuse", reason="茶叶卖完了，明天再来。")
    scene.come("resident2")
    return scene.go(f"/me/vouchers/{voucher['id']}")


_RECORD = {"table": "service_record", "owner": "resident_id"}
_VOUCHER = {"table": "voucher", "owner": "resident_id"}
_OFFER = {"table": "offer", "scope": "merchant_id", "role": "merchant_owner"}
_SHOP = {"table": "merchant", "scope": "id", "role": "merchant_owner"}
_HOSTED = {
    "table": "activity",
    "scope": "organization_id",
    "role": "organization_manager",
    "column": "decision",
}
_RECORD_PAGE, _VOUCHER_PAGE = "/service-records/{}", "/me/vouchers/{}"
_MANAGE = "/hosting/activities/{}"

STATES = (
    State("activity", "draft", managed(_MANAGE, "draft", **_HOSTED), 'form[action$="/publish"]'),
    State("activity", "in_review",
          at("committee", "/desk/activities/{one}", one=activity("in_review")),
          'form[action$="/approve"]'),
    State("activity", "published",
          at("", "/activities/{one}", one=activity("published")), 'main a[href^="/login?next="]',
          paper=True),
    State("activity", "running", at("", "/activities/{one}", one=activity("running")), ".status"),
    State("activity", "finished", at("", "/activities/{one}", one=activity("finished")), ".status"),
    State("activity", "cancelled",
          at("", "/activities/{one}", one=activity("cancelled")), ".notice-warning"),
    State("signup", "confirmed", signup("confirmed", "/activities/{}"), ".pass .qr svg",
          paper=True),
    State("signup", "waitlisted", signup("waitlisted", "/activities/{}"), ".notice-warning"),
    State("signup", "cancelled", signup("cancelled", "/me/activities?about={}"), "#past"),
    State("signup", "no_show", signup("no_show", "/me/activities?about={}"), "#past"),
    State("signup", "attended", signup("attended", "/activities/{}"), ".status"),
    State("record", "open", owned(_RECORD_PAGE, "open", **_RECORD), 'main a[href$="/check-out"]'),
    State("record", "pending", owned(_RECORD_PAGE, "pending", **_RECORD), ".status-wait"),
    State("record", "provisional", announced_record, ".notice-info"),
    State("record", "confirmed", owned(_RECORD_PAGE, "confirmed", **_RECORD), ".status-ok",
          paper=True),
    State("record", "disputed", owned(_RECORD_PAGE, "disputed", **_RECORD), "#objections"),
    State("record", "rejected", owned(_RECORD_PAGE, "rejected", **_RECORD), ".status-danger"),
    State("record", "corrected", corrected_record, ".status"),
    State("voucher", "issued", owned(_VOUCHER_PAGE, "issued", **_VOUCHER), ".voucher .qr svg",
          paper=True),
    State("voucher", "redeemed", owned(_VOUCHER_PAGE, "redeemed", **_VOUCHER), ".voucher .status"),
    State("voucher", "cancelled", owned(_VOUCHER_PAGE, "cancelled", **_VOUCHER),
          ".voucher .status"),
    State("voucher", "cancelled, by the shop", recalled_voucher, ".notice-info"),
    State("voucher", "expired", owned(_VOUCHER_PAGE, "expired", **_VOUCHER), ".voucher .status"),
    State("offer", "draft", managed("/my-offers/{}", "draft", **_OFFER),
          'form[action$="/publish"]'),
    State("offer", "in_review", managed("/my-offers/{}", "in_review", **_OFFER), ".status-wait"),
    State("offer", "published", managed("/my-offers/{}", "published", **_OFFER), ".status-ok"),
    State("offer", "withdrawn", managed("/my-offers/{}", "withdrawn", **_OFFER), ".status"),
    State("offer", "ended", ended_offer, ".status-neutral"),
    State("merchant", "pending", managed("/my-shops/{}", "pending", **_SHOP), ".status-wait"),
    State("merchant", "verified", managed("/my-shops/{}", "verified", **_SHOP), ".stat"),
    State("merchant", "declined", declined_merchant, ".status-danger, .notice-warning"),
    State("organization", "pending",
          at("committee", "/desk/organizations/{one}",
             one="SELECT id FROM organization WHERE status = 'pending'"),
          'form[action$="/verify"]'),
    State("organization", "verified",
          at("", "/organizations/{one}",
             one="SELECT id FROM organization WHERE status = 'verified'"),
          "#praise"),
    State("organization", "declined", declined_organization, ".notice-warning"),
    State("home", "waiting",
          owned("/me/home?about={}", "waiting", table="place_claim", owner="user_id",
                column="kind = 'home' AND t.state"),
          ".status-wait"),
    State("home", "verified", at("resident1", "/me/home"), ".status-ok"),
    State("home", "declined", decided_claim("home", "declined"), ".notice-warning"),
    State("home", "withdrawn", decided_claim("home", "withdrawn"), ".notice-success"),
    State("workplace", "waiting", at("neighbour10", "/me/work"), ".status-wait"),
    State("workplace", "verified", at("neighbour2", "/me/work"), ".status-ok"),
    State("workplace", "ended", ended_workplace, ".notice-success"),
    State("workplace", "declined", decided_claim("work", "declined"), ".notice-warning"),
    State("workplace", "withdrawn", decided_claim("work", "withdrawn"), ".notice-success"),
)  # fmt: skip
