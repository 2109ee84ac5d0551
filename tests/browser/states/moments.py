"""Pages that stand for a moment: errors, the till's answers, what says that something is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Geolocation

from tests.browser.scenes import COMMUNITY, Scene
from tests.browser.states.forms import MY_SHOP, under_way
from tests.browser.states.state import State, at
from tests.browser.states.things import NEXT_COMMUNITY

ATTEMPTS = 7
"""One more than the resets of a password that an hour allows."""
LONG = 1_100_000
"""More characters than a form may hold."""


# --- errors -----------------------------------------------------------------------------------


def too_much(scene: Scene) -> object:
    scene.come("")
    scene.go("/login")
    return scene.send("/login", login="x" * LONG)


def too_often(scene: Scene) -> object:
    """At a server that counts."""
    scene.come("")
    for _ in range(ATTEMPTS):
        scene.go(f"http://127.0.0.1:{scene.strict_server}/reset")
        scene.send("/reset", login="not an address")
    return scene.page


def foreign_desk(scene: Scene) -> object:
    """What anybody may see, but only its host may manage."""
    published = scene.activity(55)
    scene.come("resident9")
    return scene.go(f"/hosting/activities/{published['id']}")


def no_page_of_its_own(scene: Scene) -> object:
    scene.come("merchant")
    return scene.go("/till/check")


# --- the till ---------------------------------------------------------------------------------


def shown(scene: Scene, code: str) -> object:
    """At the till, somebody shows a voucher's code."""
    scene.come("merchant")
    scene.go("/till")
    return scene.send("/till/check", code=code)


def used_before(scene: Scene) -> object:
    code = scene.voucher()["code"]
    scene.calls("merchant").must("POST", "/vouchers/redeem", {"code": code})
    return shown(scene, code)


def given_back(scene: Scene) -> object:
    voucher = scene.voucher()
    scene.calls("resident1").must("POST", f"/vouchers/{voucher['id']}/cancel")
    return shown(scene, voucher["code"])


def on_another_day(scene: Scene) -> object:
    return shown(scene, scene.voucher(valid_hours=in_some_days())["code"])


def in_some_days() -> dict[str, object]:
    """Neither today nor tomorrow in any time zone: a place's day may be one ahead of UTC's."""
    day = datetime.now(UTC) + timedelta(days=3)
    return {"weekdays": [day.isoweekday()], "opens": "10:00", "closes": "11:00"}


def taken_later(scene: Scene, **limits: object) -> object:
    """A voucher before its time."""
    voucher = scene.voucher("resident2", valid_hours=in_some_days(), **limits)
    scene.come("resident2")
    return scene.go(f"/me/vouchers/{voucher['id']}")


def too_late(scene: Scene) -> object:
    code = scene.voucher()["code"]
    with scene.later(days=60):
        return shown(scene, code)


def redeemed(scene: Scene) -> object:
    shown(scene, scene.voucher()["code"])
    return scene.send("/till/redeem")


# --- the desk ---------------------------------------------------------------------------------


def of_two(address: str) -> Callable[[Scene], object]:
    """A page of the desk for who works in two communities, and has to choose."""

    def reach(scene: Scene) -> object:
        for region in (COMMUNITY, NEXT_COMMUNITY):
            scene.command(
                "roles", "grant", "resident31@demo.example", "committee", f"region:{region}"
            )
        scene.come("resident31")
        return scene.go(address)

    return reach


# --- done -------------------------------------------------------------------------------------


def taken(scene: Scene) -> object:
    offer = scene.offer()
    scene.come("resident1")
    scene.go(f"/exchange/{offer}")
    return scene.send(f"/exchange/{offer}")


def signed_up(scene: Scene) -> object:
    activity = scene.activity(60)
    scene.come("resident1")
    scene.go(f"/activities/{activity['id']}")
    return scene.send("/signup")


def given(scene: Scene) -> object:
    code = scene.calls("resident3").must("GET", "/me")["member_code"]
    scene.come("resident1")
    scene.go("/me/points/gifts")
    scene.send("/gifts", to_member=code, amount="1", message="谢谢")
    return scene.send("/gifts/confirm")


def called_off(scene: Scene) -> object:
    activity = scene.activity(65)
    scene.come("organization")
    scene.go(f"/hosting/activities/{activity['id']}/cancel")
    return scene.send("", reason="路面结冰。")


def refused_exchange(scene: Scene) -> object:
    """The last one went to somebody else between looking and pressing."""
    offer = scene.offer(stock=1)
    scene.come("resident1")
    scene.go(f"/exchange/{offer}")
    scene.calls("resident2").must("POST", f"/offers/{offer}/vouchers", status=201)
    return scene.send(f"/exchange/{offer}")


def error(status: int, reach: Callable[[Scene], object]) -> State:
    return State("error", str(status), reach, f'.trouble:has-text("{status}")')


def books_of_one(scene: Scene) -> object:
    code = scene.calls("resident1").must("GET", "/me")["member_code"]
    scene.come("auditor")
    return scene.go(f"/desk/ledger?whose={code}")


def verified_books(scene: Scene) -> object:
    scene.command("ledger", "verify")
    scene.come("auditor")
    return scene.go("/desk/ledger")


# --- where a shop is ----------------------------------------------------------------------------

SOUTH_GATE: Geolocation = {"latitude": 42.2841, "longitude": 118.9049, "accuracy": 20}


def asked_for_the_place(*, allowed: bool) -> Callable[[Scene], None]:
    """The device is asked where it is, and tells it or not."""

    def reach(scene: Scene) -> None:
        window = scene.come("owner").context
        window.set_geolocation(SOUTH_GATE)
        window.grant_permissions(["geolocation"] if allowed else [])
        scene.go(f"/my-shops/{scene.id_of(MY_SHOP)}/edit")
        scene.page.locator("details:has(.locate) > summary").click()
        scene.page.locator(".locate button").click()

    return reach


STATES = (
    error(400, at("", "/activities?q=%00")),
    error(403, foreign_desk),
    error(404, at("", "/no-such-page")),
    error(405, no_page_of_its_own),
    error(413, too_much),
    error(429, too_often),
    State("till", "to confirm", lambda s: shown(s, s.voucher()["code"]),
          'form[action$="/till/redeem"]'),
    State("till", "redeemed", redeemed, ".till-ok"),
    State("till", "unknown_voucher", lambda s: shown(s, "0000 0000 0000"),
          ".till-refused .till-say"),
    State("till", "already_redeemed", used_before, ".till-refused .till-say"),
    State("till", "voucher_cancelled", given_back, ".till-refused .till-say"),
    State("till", "voucher_expired", too_late, ".till-refused .till-say"),
    State("till", "outside_valid_hours", on_another_day, ".till-refused .till-say"),
    State("exchange", "voucher before its time", taken_later, ".voucher .status-wait"),
    State("exchange", "voucher that ends before its time",
          lambda s: taken_later(s, voucher_days=1), "main .notice-warning"),
    State("exchange", "nothing within reach yet", at("newcomer1", "/exchange"),
          'main .notice-info a[href="/activities"]'),
    State("done", "exchanged", taken, ".notice-success"),
    State("done", "signed up", signed_up, ".notice-success"),
    State("done", "gift given", given, ".notice-success"),
    State("done", "called off", called_off, ".notice-success"),
    State("desk", "books of one resident", books_of_one, "main .chip"),
    State("desk", "books with a region chosen",
          at("auditor", f"/desk/ledger?region={COMMUNITY}&since=2020-01-01"), "#totals"),
    State("desk", "books verified", verified_books, ".notice-success"),
    State("desk", "audit log with a region chosen",
          at("auditor", f"/desk/audit?region={COMMUNITY}"), "main .table"),
    State("desk", "region to choose",
          at("auditor", "/regions/choose?any=1&next=/desk/ledger&at=150402"), "main .rows"),
    State("desk", "budgets of many", of_two("/desk/budgets"),
          f'main a[href$="/budgets/{COMMUNITY}"]'),
    State("desk", "code on the screen", under_way("/hosting/shifts/{}/code"), ".qr svg"),
    State("desk", "home of a resident",
          at("socialworker", "/desk/residents/people/{one}",
             one="SELECT id FROM user_account WHERE email = 'resident9@demo.example'"),
          ".timeline"),
    State("desk", "organization that is verified",
          at("committee", "/desk/organizations/{one}",
             one="SELECT id FROM organization WHERE status = 'verified'"
                 f" AND region_code = '{COMMUNITY}'"),
          ".timeline"),
    State("desk", "residents of a street", at("street", "/desk/residents/people?q=王"),
          "main .rows"),
    State("desk", "residents of a street, before the search",
          at("street", "/desk/residents/people"), "main .filters"),
    State("desk", "role for an organization",
          at("admin", "/desk/roles/give?role=organization_manager"), 'main [type="radio"]'),
    State("desk", "role for a region of elsewhere",
          at("admin", "/desk/roles/give?role=committee&region=99"), ".notice-warning"),
    State("desk", "rules of many", of_two("/desk/rules"), f'main a[href$="/rules/{COMMUNITY}"]'),
    State("place", "told by the device", asked_for_the_place(allowed=True),
          'main:has([name="latitude"]) .plan .plan-here[visibility="visible"]'),
    State("place", "not told by the device", asked_for_the_place(allowed=False),
          '.locate [role="status"]:not(:empty)'),
    State("place", "where a shop is, for visitors",
          at("", "/merchants/{one}",
             one="SELECT id FROM merchant WHERE status = 'verified' AND latitude IS NOT NULL"
                 f" AND region_code = '{COMMUNITY}'"),
          "section[aria-labelledby=where] .plan-here", paper=True),
    State("desk", "where a shop is",
          at("committee", "/desk/merchants/{one}",
             one="SELECT id FROM merchant WHERE status = 'verified' AND latitude IS NOT NULL"
                 f" AND region_code = '{COMMUNITY}'"),
          '[aria-labelledby="place"] .plan'),
    State("refused", "out of stock", refused_exchange, ".notice-danger"),
    State("paper", "statement", at("resident1", "/me/points"), ".points", paper=True),
    State("paper", "hours", at("resident1", "/me/hours"), ".stat-hours", paper=True),
    State("paper", "my code", at("resident1", "/me/code"), ".qr svg", paper=True),
    State("paper", "budget", at("committee", f"/desk/budgets/{COMMUNITY}"), "main h1", paper=True),
    State("paper", "till done", redeemed, ".till-ok", paper=True),
)  # fmt: skip
