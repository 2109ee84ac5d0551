"""Ways through the portal beside the loop: joining, reading aids, the keyboard, refusals."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.auditing import audit
from tests.browser.conftest import DESKTOP, PHONE, OpenContext
from tests.browser.driving import Person, Way, arrive, choose
from tests.running import DEMO_PASSWORD, RunningPortal
from tests.story.test_the_loop_by_api import scope_of

pytestmark = pytest.mark.browser

COMMUNITY = "150402010003"
PHONE_ZH = Way(PHONE, "zh")
DESK_EN = Way(DESKTOP, "en")
NO_SCRIPT = Way(PHONE, "zh", javascript=False)
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


# --- joining --------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [PHONE_ZH, DESK_EN, NO_SCRIPT], ids=str)
def test_from_the_first_visit_to_a_confirmed_home(open_context: OpenContext, way: Way) -> None:
    address, name = f"new-{way}@demo.example", f"林晓 {way}"
    newcomer = arrive(open_context, way)
    register(newcomer, address, name, arrive(open_context, DESK_EN, "admin"))
    claim_home(newcomer)

    worker = arrive(open_context, way, "socialworker")
    worker.go("/desk/residents")
    worker.open(worker.page.get_by_role("link", name=name))
    worker.press("/verify")
    worker.sees(".notice-success")

    newcomer.go("/me/home")
    newcomer.sees(".status-ok")
    assert not newcomer.troubles + worker.troubles


def register(newcomer: Person, address: str, name: str, admin: Person) -> None:
    """With the code from the message, which the administrator's outbox shows in the demo."""
    newcomer.go("/")
    newcomer.open(newcomer.page.locator('main a[href$="/register"]').first)
    newcomer.fill(login=address)
    newcomer.send()
    newcomer.page.wait_for_url("**/register/confirm")
    admin.go(f"/desk/messages?to={address}")
    code = _CODE.search(admin.page.locator("article").first.inner_text())
    assert code, "the message holds a code"
    wrong = "000000" if code.group() != "000000" else "111111"
    newcomer.fill(code=wrong, name=name, password="a quiet street corner")
    newcomer.page.locator("[name=service]").check()
    newcomer.send()
    newcomer.sees(".error-summary")
    expect(newcomer.page.locator("[name=name]")).to_have_value(name)
    newcomer.fill(code=code.group(), password="a quiet street corner")
    newcomer.send()
    newcomer.page.wait_for_url("**/me/home")


def claim_home(newcomer: Person) -> None:
    newcomer.open(newcomer.page.locator('main a[href*="/regions/choose"]'))
    newcomer.fill(q="红山郡")
    newcomer.page.locator("[name=q]").press("Enter")
    newcomer.open(newcomer.page.locator(f'main a[href*="community={COMMUNITY}"]'))
    newcomer.fill(address="12 号楼 3 单元 501")
    newcomer.send()
    newcomer.sees(".status-wait")


# --- reading aids ---------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [PHONE_ZH, NO_SCRIPT], ids=str)
@pytest.mark.parametrize("name", ["", "resident20"])
def test_reading_aids_are_kept(open_context: OpenContext, way: Way, name: str) -> None:
    """Language, large type and colours stay as chosen, page after page; for who is signed in, also
    on the next device."""
    person = arrive(open_context, way, name)
    if not name:
        person.go("/")
    html = person.page.locator("html")
    for aid, value in (("locale", "en"), ("mode", "elder"), ("theme", "dark")):
        choose(person, aid, value)
    for address in ("/activities", "/exchange", "/organizations"):
        person.go(address)
        expect(html).to_have_attribute("lang", "en")
        expect(html).to_have_attribute("data-mode", "elder")
        expect(html).to_have_attribute("data-theme", "dark")
    paper = person.page.evaluate("getComputedStyle(document.body).backgroundColor")
    size = person.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    assert paper == "rgb(22, 24, 26)", "dark is dark"
    assert size >= 18, "large is large"
    if name:
        there = arrive(open_context, Way(DESKTOP, "zh"), name)
        expect(there.page.locator("html")).to_have_attribute("data-mode", "elder")
    for aid, value in (("mode", "standard"), ("theme", "auto"), ("locale", "zh_Hans")):
        choose(person, aid, value)
    expect(html).to_have_attribute("lang", "zh-Hans")


# --- the keyboard ---------------------------------------------------------------------------------


def focused(page: Page) -> dict[str, Any]:
    """What has the focus, and whether one can see it."""
    found: dict[str, Any] = page.evaluate(
        """() => {
          const at = document.activeElement, style = getComputedStyle(at);
          return {
            id: at.id, tag: at.tagName, kind: at.className,
            action: at.form ? at.form.getAttribute("action") : null,
            ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
          };
        }"""
    )
    return found


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until an element of a form with this action has the focus; each stop is visible."""
    for _stop in range(80):
        page.keyboard.press("Tab")
        here = focused(page)
        if here["tag"] != "BODY":
            assert here["ring"], f"the focus cannot be seen: {here}"
        if (here["action"] or "").endswith(wanted):
            return
    raise AssertionError(f"no Tab leads to {wanted}")


def test_signing_up_by_the_keyboard_alone(portal: RunningPortal, open_context: OpenContext) -> None:
    resident = arrive(open_context, DESK_EN, "resident21")
    page = resident.page
    resident.go(f"/activities/{joinable(portal, 'resident21')}")
    page.keyboard.press("Tab")
    assert focused(page)["kind"] == "skip-link"
    expect(page.locator(".skip-link")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert focused(page)["id"] == "main", "the skip link leads to the content"
    tab_to(page, "/signup")
    page.keyboard.press("Enter")
    resident.sees(".pass .qr svg")
    assert not resident.troubles


def joinable(portal: RunningPortal, name: str) -> str:
    """An activity to come with a free place, at an hour at which this person has nothing else."""
    caller = portal.caller().sign_in(f"{name}@demo.example")
    busy = {each["starts_at"][:10] for each in caller.must("GET", "/me/signups?limit=100")["items"]}
    listed = caller.must("GET", f"/activities?region={COMMUNITY}&status=published&limit=100")
    for activity in listed["items"]:
        shifts = activity["shifts"]
        if all(each["places_left"] and each["starts_at"][:10] not in busy for each in shifts):
            return str(activity["id"])
    raise AssertionError("the demo has no activity with a free place")


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [PHONE_ZH, DESK_EN, NO_SCRIPT], ids=str)
def test_an_invalid_form_says_what_is_wrong_and_keeps_the_rest(
    open_context: OpenContext, way: Way
) -> None:
    host = arrive(open_context, way, "organization")
    page = host.page
    host.go("/hosting/activities/new")
    host.fill(title="没有时间的活动", **{"shifts-0-day": "2031-05-01"})
    host.send()
    summary = page.locator(".error-summary")
    expect(summary).to_be_visible()
    expect(page.locator("[name=title]")).to_have_value("没有时间的活动")
    expect(page.locator("[name=shifts-0-day]")).to_have_value("2031-05-01")
    expect(page.locator("[name=description]")).to_have_attribute("aria-invalid", "true")
    if way.javascript:
        expect(summary).to_be_focused()
    summary.locator('a[href="#description"]').click()
    expect(page.locator("[name=description]")).to_be_focused()


def test_a_lost_session_loses_no_text(open_context: OpenContext) -> None:
    """Signed out in the middle of writing: the portal asks to sign in, and the text is there."""
    host = arrive(open_context, DESK_EN, "organization")
    page = host.page
    host.go("/hosting/activities/new")
    words = "Two paragraphs that nobody wants to write twice."
    host.fill(title="Clean up", description=words)
    page.context.clear_cookies(name="portal")
    host.send()
    host.fill(login="organization@demo.example", password=DEMO_PASSWORD)
    host.send()
    page.wait_for_url("**/hosting/activities/new")
    expect(page.locator("[name=description]")).to_have_value(words)
    host.go("/hosting")
    host.go("/hosting/activities/new")
    expect(page.locator("[name=description]")).to_have_value("")
    assert not host.troubles


def test_a_sign_in_form_that_waited_too_long_says_so(open_context: OpenContext) -> None:
    stranger = arrive(open_context, PHONE_ZH)
    page = stranger.page
    stranger.go("/login")
    stranger.fill(login="resident1@demo.example", password=DEMO_PASSWORD)
    page.context.clear_cookies()
    stranger.send()
    stranger.sees("main h1")
    assert page.locator("main a, main form").first.is_visible(), "there is a way on"
    page.goto("/login")
    stranger.fill(login="resident1@demo.example", password=DEMO_PASSWORD)
    stranger.send()
    page.wait_for_url(lambda url: "/login" not in url)


@pytest.mark.parametrize("way", [PHONE_ZH, DESK_EN, NO_SCRIPT], ids=str)
def test_the_till_refuses_and_says_what_to_say(
    portal: RunningPortal, open_context: OpenContext, way: Way
) -> None:
    till = arrive(open_context, way, "merchant")
    for code in ("0000 0000 0000", voucher_of_another_shop(portal)):
        till.go("/till")
        till.fill(code=code)
        till.send()
        till.sees(".till-refused .till-word")
        till.sees(".till-say")
    if way is PHONE_ZH:
        assert not audit(till.page, "till-refused")
    till.open(till.page.locator('main a[href$="/till"]'))
    till.send()
    till.sees(".error-summary")
    if way is PHONE_ZH:
        assert not audit(till.page, "till-invalid")
    assert not till.troubles


def voucher_of_another_shop(portal: RunningPortal) -> str:
    """A voucher that is good, but not here."""
    here = scope_of(portal.caller().sign_in("owner@demo.example"), "merchant_owner")
    resident = portal.caller().sign_in("resident1@demo.example")
    offers = resident.must("GET", "/offers?limit=100")["items"]
    for offer in sorted(offers, key=lambda each: each["points"]):
        if offer["merchant"]["id"] == here or offer["price"] or offer["stock_left"] == 0:
            continue
        answer = resident.post(f"/offers/{offer['id']}/vouchers")
        if answer.status == 201:
            return str(answer.json["code"])
    raise AssertionError("no other shop's voucher could be had")


# --- an offer, from the owner's desk to the board -------------------------------------------------


@pytest.mark.parametrize("way", [PHONE_ZH, DESK_EN, NO_SCRIPT], ids=str)
def test_an_offer_gets_on_the_board(open_context: OpenContext, way: Way) -> None:
    owner = arrive(open_context, way, "owner")
    title = f"修鞋一双 {way}"
    owner.go("/my-shops")
    owner.open(owner.page.locator('main a[href*="/my-shops/"]:not([href$="/new"])').first)
    owner.open(owner.page.locator('main a[href$="/offers/new"]').first)
    owner.fill(title=title, points="30", first_day="2026-01-01")
    owner.send()
    owner.page.wait_for_url("**/my-offers/*")
    owner.press("/publish")
    owner.sees(".notice-success")
    if owner.page.locator(".page-head .status-wait").count():
        committee = arrive(open_context, way, "committee")
        committee.go("/desk/offers")
        committee.open(committee.page.get_by_role("link", name=title))
        committee.press("/approve")
        committee.sees(".notice-success")
    stranger = arrive(open_context, way)
    stranger.go(f"/exchange?q={title}")
    expect(stranger.page.get_by_role("link", name=title)).to_be_visible()
    assert not owner.troubles


# --- pages that only a form or an error answers -----------------------------------------------


def test_pages_of_errors_are_for_everybody_too(open_context: OpenContext) -> None:
    stranger = arrive(open_context, PHONE_ZH)
    page = stranger.page
    for address, status in (("/no-such-page", 404), ("/me", 401), ("/desk/audit", 401)):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status in (status, 200), (address, answer.status)
        assert not audit(page, f"error-{status}")
    stranger.go("/login")
    stranger.fill(login="nobody@demo.example", password="wrong")
    stranger.send()
    stranger.sees(".error-summary")
    assert not audit(page, "login-refused")
