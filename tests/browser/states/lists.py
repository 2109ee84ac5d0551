"""Lists with nothing in them, one for each place where a page says so."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.scenes import COMMUNITY, Scene
from tests.browser.states.state import State, at

NOTHING = ".empty"
NOBODY = "zzqx"
MONTHS = 400
"""So many days on, all that the demo had planned is over."""

QUIET_COMMUNITY = "150402004002"
"""A community in which nothing has happened yet."""
_COMING_SHIFT = (
    "SELECT s.id FROM shift s JOIN activity a ON a.id = s.activity_id JOIN role_grant g"
    " ON g.scope_id = a.organization_id AND g.role = 'organization_manager'"
    " JOIN user_account u ON u.id = g.user_id AND u.email = 'organization@demo.example'"
    " WHERE a.decision = 'published' ORDER BY s.starts_at DESC"
)


def in_time(who: str, address: str) -> Callable[[Scene], object]:
    """The page long after everything is over."""

    def reach(scene: Scene) -> object:
        with scene.later(days=MONTHS):
            scene.come(who)
            return scene.go(address)

    return reach


def quietly(address: str) -> Callable[[Scene], object]:
    """The page of who has just begun to work in a quiet community."""

    def reach(scene: Scene) -> object:
        if "keeper" not in scene.notes:
            for role in ("social_worker", "committee", "auditor"):
                where = ("resident30@demo.example", role, f"region:{QUIET_COMMUNITY}")
                scene.command("roles", "grant", *where)
            scene.notes["keeper"] = "resident30"
        scene.come(scene.notes["keeper"])
        return scene.go(address)

    return reach


def new_organization(scene: Scene) -> object:
    """Just verified: nobody has praised it yet."""
    scene.come("resident9")
    scene.go(f"/organizations/new?community={COMMUNITY}")
    scene.send("", name="棋友会", kind="team", description="下棋的人。", contact="12 号楼")
    made = scene.id_of("SELECT id FROM organization WHERE name = '棋友会'")
    scene.come("committee")
    scene.go(f"/desk/organizations/{made}")
    scene.send("/verify")
    scene.come("")
    return scene.go(f"/organizations/{made}")


def unsigned_shift(scene: Scene) -> object:
    shift = scene.activity(45)["shifts"][0]["id"]
    scene.come("organization")
    return scene.go(f"/hosting/shifts/{shift}")


def emptied_inbox(scene: Scene) -> object:
    """An account that nobody has told anything."""
    scene.come("auditor")
    return scene.go("/me/notifications")


def fresh_shop(scene: Scene) -> object:
    """A shop that has just been registered has no offers."""
    scene.come("resident9")
    scene.go(f"/my-shops/new?in={COMMUNITY}")
    scene.send("", name="小卖部", place_name="红山郡 1 号楼")
    return scene.page


def quiet_shop(scene: Scene) -> object:
    """All that a shop offers is withdrawn."""
    shop = scene.id_of(
        "SELECT m.id FROM merchant m WHERE m.status = 'verified' AND m.id NOT IN"
        " (SELECT scope_id FROM role_grant g JOIN user_account u ON u.id = g.user_id"
        "  WHERE u.email = 'owner@demo.example') ORDER BY m.id"
    )
    owner = scene.id_of(
        "SELECT replace(u.email, '@demo.example', '') FROM role_grant g JOIN user_account u"
        " ON u.id = g.user_id WHERE g.role = 'merchant_owner' AND g.scope_id = :shop",
        shop=shop,
    )
    for offer in scene.all_of(
        "SELECT id FROM offer WHERE merchant_id = :shop AND status = 'published'", shop=shop
    ):
        scene.calls(owner).must("POST", f"/offers/{offer}/withdraw")
    scene.come("")
    return scene.go(f"/merchants/{shop}")


def empty(name: str, reach: Callable[[Scene], object]) -> State:
    return State("empty", name, reach, NOTHING)


STATES = (
    empty("accounts/desk/find_resident.html",
          at("socialworker", f"/desk/residents/people?q={NOBODY}")),
    empty("accounts/desk/find_resident.html, all", quietly("/desk/residents/people")),
    empty("accounts/desk/people.html", at("admin", f"/desk/roles/people?q={NOBODY}")),
    empty("accounts/desk/roles.html", at("admin", "/desk/roles?region=99")),
    empty("accounts/desk/residents.html", quietly("/desk/residents")),
    empty("accounts/desk/workplaces.html", quietly("/desk/residents/workplaces")),
    empty("activities/confirm_shift.html",
          at("organization", "/hosting/shifts/{shift}/confirm", shift=_COMING_SHIFT)),
    empty("activities/hosting.html", quietly("/hosting")),
    empty("activities/hosting.html, past", quietly("/hosting?when=past")),
    empty("activities/index.html", at("", "/activities?day=2099-01-01")),
    empty("activities/index.html, past", at("", "/activities?day=2000-01-01&when=past")),
    empty("activities/mine.html", at("newcomer1", "/me/activities")),
    empty("activities/my_records.html", at("newcomer1", "/me/service")),
    empty("activities/on_display.html", at("resident1", "/service-on-display")),
    empty("activities/review_queue.html", quietly("/desk/activities")),
    empty("activities/shift.html", unsigned_shift),
    empty("activities/waiting_records.html", quietly("/hosting/records")),
    empty("admin/audit.html", at("auditor", "/desk/audit?since=2020-01-01&until=2020-01-02")),
    empty("admin/home.html, nothing planned", in_time("newcomer1", "/")),
    empty("admin/home.html, no points", at("newcomer1", "/")),
    empty("admin/messages.html", at("admin", f"/desk/messages?to={NOBODY}")),
    empty("admin/welcome.html", in_time("", "/")),
    empty("market/desk_all_merchants.html", at("committee", f"/desk/merchants/all?q={NOBODY}")),
    empty("market/desk_merchants.html", quietly("/desk/merchants")),
    empty("market/desk_offers.html", quietly("/desk/offers")),
    empty("market/exchange.html, filtered", at("", f"/exchange?q={NOBODY}")),
    empty("market/merchant.html", quiet_shop),
    empty("market/merchants.html", at("", f"/merchants?q={NOBODY}")),
    empty("market/my_shops.html", at("newcomer1", "/my-shops")),
    empty("market/shop.html", fresh_shop),
    empty("market/vouchers.html", at("newcomer1", "/me/vouchers")),
    empty("notifications/inbox.html", emptied_inbox),
    empty("organizations/desk/all.html", at("committee", f"/desk/organizations/all?q={NOBODY}")),
    empty("organizations/desk/waiting.html", quietly("/desk/organizations")),
    empty("organizations/index.html", at("", f"/organizations?q={NOBODY}")),
    empty("organizations/mine.html", at("newcomer1", "/me/organizations")),
    empty("organizations/show.html", new_organization),
    empty("points/desk_ledger.html", quietly("/desk/ledger")),
    empty("points/desk_ledger.html, filtered",
          at("auditor", "/desk/ledger?since=2020-01-01&until=2020-01-02")),
    empty("points/hours.html", at("newcomer1", "/me/hours")),
    empty("points/lots.html", at("newcomer1", "/me/points/lots")),
    empty("points/statement.html", at("newcomer1", "/me/points")),
    empty("regions/desk/grids.html", quietly(f"/desk/grids?community={QUIET_COMMUNITY}")),
    empty("regions/desk/grids.html, of none", at("district", "/desk/grids")),
    empty("regions/choose.html", at("newcomer1", f"/regions/choose?q={NOBODY}")),
)  # fmt: skip
