"""Forms that were filled in wrongly, one for each page that has a form."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.scenes import COMMUNITY, DISTRICT, Scene
from tests.browser.states.state import State, at
from tests.browser.states.things import report
from tests.running import DEMO_PASSWORD

_MINE = "g.user_id = (SELECT id FROM user_account WHERE email = '{}@demo.example')"
MY_SHOP = "SELECT scope_id FROM role_grant g WHERE role = 'merchant_owner' AND " + _MINE.format(
    "owner"
)
_MY_ORGANIZATION = (
    "SELECT scope_id FROM role_grant g WHERE role = 'organization_manager' AND "
    + _MINE.format("organization")
)
_WAITING_CLAIM = (
    "SELECT id FROM place_claim WHERE state = 'waiting' AND kind = '{}'"
    f" AND region_code = '{COMMUNITY}'"
)
_SOMEBODY = "SELECT id FROM user_account WHERE email = 'resident9@demo.example'"
_GRID = f"SELECT code FROM region WHERE level = 'grid' AND parent_code = '{COMMUNITY}'"
_PRAISE_OF_OURS = (
    f"SELECT id FROM praise WHERE organization_id IN ({_MY_ORGANIZATION}) AND answer IS NULL"
    " AND hidden_at IS NULL AND flagged_at IS NULL"
)


def wrong(
    template: str, opened: Callable[[Scene], object], action: str = "", **values: str
) -> State:
    """The page of this template, after the form to ``action`` was sent with these values."""

    def reach(scene: Scene) -> object:
        opened(scene)
        return scene.send(action, **values)

    return State("form", template, reach, ".error-summary")


def registering(scene: Scene) -> object:
    scene.come("")
    scene.go("/register")
    return scene.send("/register", login="brandnew@demo.example")


def resetting(scene: Scene) -> object:
    scene.come("")
    scene.go("/reset")
    return scene.send("/reset", login="resident9@demo.example")


def new_address(scene: Scene) -> object:
    scene.come("resident9")
    scene.go("/me/addresses")
    return scene.send("", login="another@demo.example", password=DEMO_PASSWORD)


def looked_at_gift(scene: Scene) -> object:
    """The form was right, but the balance is too small: shown when the gift is confirmed."""
    code = scene.calls("resident3").must("GET", "/me")["member_code"]
    scene.come("resident9")
    scene.go("/me/points/gifts")
    return scene.send("/gifts", to_member=code, amount="999999")


def own_activity(address: str) -> Callable[[Scene], object]:
    """A page about an activity of our own, which is published."""

    def reach(scene: Scene) -> object:
        activity = scene.activity(50)
        shift = activity["shifts"][0]["id"]
        scene.come("organization")
        return scene.go(address.format(activity=activity["id"], shift=shift))

    return reach


def reported(scene: Scene) -> object:
    record = report(scene, "resident9", COMMUNITY, "报错的更正")
    scene.come("socialworker")
    return scene.go(f"/service-records/{record}/reject")


def correcting(scene: Scene) -> object:
    record = report(scene, "resident9", COMMUNITY, "报错的时长")
    scene.calls("socialworker").must("POST", f"/service-records/{record}/confirm", {})
    scene.come("socialworker")
    return scene.go(f"/service-records/{record}/correct")


def taken_place(scene: Scene) -> object:
    activity = scene.activity(52)
    shift = activity["shifts"][0]["id"]
    place = scene.calls("resident9").must("POST", f"/shifts/{shift}/signups", status=201)
    scene.come("organization")
    return scene.go(f"/hosting/signups/{place['id']}/remove")


def under_way(address: str) -> Callable[[Scene], object]:
    """A page about a shift of our own that begins in a moment."""

    def reach(scene: Scene) -> object:
        shift = scene.activity(minutes=10)["shifts"][0]["id"]
        scene.come("organization")
        return scene.go(address.format(shift))

    return reach


def recalling(scene: Scene) -> object:
    """A voucher is out, and the shop no longer offers what it is for."""
    offer = scene.offer()
    scene.calls("resident1").must("POST", f"/offers/{offer}/vouchers", status=201)
    scene.calls("owner").must("POST", f"/offers/{offer}/withdraw")
    scene.come("owner")
    return scene.go(f"/my-offers/{offer}/recall")


def shown_at_the_till(scene: Scene) -> object:
    code = scene.voucher()["code"]
    scene.come("merchant")
    scene.go("/till")
    return scene.send("/till/check", code=code)


def disputing(scene: Scene) -> object:
    login, record = scene.find(
        "SELECT replace(u.email, '@demo.example', ''), r.id FROM service_record r"
        " JOIN user_account u ON u.id = r.resident_id AND u.email LIKE 'resident%'"
        " WHERE r.status = 'pending'"
    )
    scene.come(login)
    return scene.go(f"/service-records/{record}/dispute")


def praising(scene: Scene) -> object:
    login, activity = scene.find(
        "SELECT replace(u.email, '@demo.example', ''), s.activity_id FROM signup s"
        " JOIN activity a ON a.id = s.activity_id AND a.decision = 'published'"
        " AND a.last_ends_at < CURRENT_TIMESTAMP"
        " JOIN service_record r ON r.shift_id = s.shift_id AND r.resident_id = s.resident_id"
        " JOIN user_account u ON u.id = s.resident_id"
        " WHERE s.status = 'attended' AND r.status = 'confirmed' AND u.email LIKE 'resident%'"
        " AND a.organization_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM praise p"
        "  WHERE p.activity_id = s.activity_id AND p.author_id = s.resident_id)"
        " AND NOT EXISTS (SELECT 1 FROM role_grant g WHERE g.user_id = s.resident_id)"
    )
    scene.come(login)
    return scene.go(f"/activities/{activity}/praise")


STATES = (
    wrong("accounts/address_confirm.html", new_address, code="000000"),
    wrong("accounts/addresses.html", at("resident9", "/me/addresses"), login="not an address"),
    wrong("accounts/close.html", at("newcomer1", "/me/close"), password="wrong"),
    wrong("accounts/desk/claim.html", at("socialworker", "/desk/residents/{claim}",
                                         claim=_WAITING_CLAIM.format("home")),
          "/decline", reason=""),
    wrong("accounts/desk/claim.html, of a workplace",
          at("socialworker", "/desk/residents/{claim}", claim=_WAITING_CLAIM.format("work")),
          "/decline", reason=""),
    wrong("accounts/desk/_giving.html", at("admin", "/desk/roles/give?role=committee"),
          login="not an address"),
    wrong("accounts/desk/_giving.html, to somebody known",
          at("admin", "/desk/roles/people/{one}?role=merchant_staff", one=_SOMEBODY),
          scope_id="nothing"),
    wrong("accounts/forgotten.html", at("", "/reset"), "/reset", login="not an address"),
    wrong("accounts/place.html", at("resident9", f"/me/home?community={COMMUNITY}"),
          address=""),
    wrong("accounts/place.html, of a workplace",
          at("resident9", f"/me/work?community={COMMUNITY}"), address="", since=""),
    wrong("accounts/login.html", at("", "/login"), "/login", login="nobody@demo.example",
          password="wrong"),
    wrong("accounts/password.html", at("resident9", "/me/password"), old_password="wrong",
          password="a quiet street corner"),
    wrong("accounts/profile.html", at("resident9", "/me/profile"), name=""),
    wrong("accounts/register.html", at("", "/register"), "/register", login="not an address"),
    wrong("accounts/register_confirm.html", registering, "/register/confirm", code="000000",
          name="", password="short"),
    wrong("accounts/reset.html", resetting, code="000000", password="short"),
    wrong("activities/amend.html", own_activity("/hosting/activities/{activity}/edit"),
          description=""),
    wrong("activities/cancel.html", own_activity("/hosting/activities/{activity}/cancel"),
          reason=""),
    wrong("activities/cancel_shift.html", own_activity("/hosting/shifts/{shift}/cancel"),
          reason=""),
    wrong("activities/change_shift.html", own_activity("/hosting/shifts/{shift}/change"),
          capacity="0"),
    wrong("activities/change_shift.html, new",
          own_activity("/hosting/activities/{activity}/shifts/new"), capacity="0"),
    wrong("activities/check_in.html", at("resident9", "/check-in"), "/check-in", code="12345678"),
    wrong("activities/plan.html", at("organization", "/hosting/activities/new"), title="",
          **{"shifts-0-day": "2031-05-01", "shifts-0-begin": "12:00", "shifts-0-end": "10:00"}),
    wrong("activities/praise.html", praising, comment="没有打分"),
    wrong("activities/record_form.html", reported, reason=""),
    wrong("activities/record_form.html, correct", correcting, reason=""),
    wrong("activities/record_form.html, dispute", disputing, reason=""),
    wrong("activities/remove_signup.html", taken_place, reason=""),
    wrong("activities/report.html", at("resident9", "/me/service/report"), title="", minutes="-1"),
    wrong("activities/review.html", at("committee", "/desk/activities/{one}",
          one="SELECT id FROM activity WHERE decision = 'in_review'"), "/send-back", reason=""),
    wrong("activities/scan_member.html", own_activity("/hosting/shifts/{shift}/scan"), code="XX"),
    wrong("activities/walk_in.html", under_way("/hosting/shifts/{}/walk-in"), code="XX"),
    wrong("market/desk_merchant.html", at("committee", "/desk/merchants/{one}",
          one="SELECT id FROM merchant WHERE status = 'pending'"), "/decline", reason=""),
    wrong("market/desk_offer.html", at("committee", "/desk/offers/{one}",
          one="SELECT id FROM offer WHERE status = 'in_review'"), "/send-back", reason=""),
    wrong("market/edit_shop.html", at("owner", "/my-shops/{shop}/edit", shop=MY_SHOP),
          latitude="north"),
    wrong("market/offer_form.html", at("owner", "/my-shops/{shop}/offers/new", shop=MY_SHOP),
          title="", points="-5"),
    wrong("market/recall.html", recalling, reason=""),
    wrong("market/register_shop.html", at("resident9", f"/my-shops/new?in={COMMUNITY}"), name="",
          credit_code="91"),
    wrong("market/staff.html", at("owner", "/my-shops/{shop}/staff", shop=MY_SHOP),
          member_code="XX"),
    wrong("market/till.html", at("merchant", "/till"), "/till/check", code=""),
    wrong("market/till_check.html", shown_at_the_till, "/till/refuse", reason=""),
    wrong("organizations/answer.html", at("organization", "/praise/{one}/answer",
          one=_PRAISE_OF_OURS), answer=""),
    wrong("organizations/apply.html", at("resident9", f"/organizations/new?community={COMMUNITY}"),
          name="", credit_code="52"),
    wrong("organizations/desk/application.html", at("committee", "/desk/organizations/{one}",
          one="SELECT id FROM organization WHERE status = 'pending'"), "/decline", reason=""),
    wrong("moderation/judge.html, a praise", at("committee", "/desk/praise/{one}",
          one="SELECT id FROM praise WHERE flagged_at IS NOT NULL AND hidden_at IS NULL"),
          "", reason=""),
    wrong("organizations/edit.html", at("organization", "/organizations/{one}/page",
          one=_MY_ORGANIZATION), description=""),
    wrong("moderation/flag.html, a praise",
          at("resident9", "/praise/{one}/flag", one=_PRAISE_OF_OURS), reason=""),
    wrong("organizations/people.html", at("organization", "/organizations/{one}/people",
          one=_MY_ORGANIZATION), member_code="XX"),
    wrong("points/allocate.html", at("district", f"/desk/budgets/{COMMUNITY}/allocate"),
          amount="-1", memo=""),
    wrong("points/decide_rule.html",
          at("district", f"/desk/rules/{DISTRICT}/decide?key=publicity.days"), value="-1"),
    wrong("points/gift.html", at("resident9", "/me/points/gifts"), "/gifts", to_member="XX",
          amount="0"),
    wrong("points/gift_confirm.html", looked_at_gift, "/gifts/confirm"),
    wrong("regions/desk/grid.html", at("committee", "/desk/grids/{one}", one=_GRID), name=""),
    wrong("regions/desk/new_grid.html",
          at("committee", f"/desk/grids/new?community={COMMUNITY}"), name="", code="1"),
)  # fmt: skip
