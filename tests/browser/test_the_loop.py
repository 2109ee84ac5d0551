"""The closed loop, by its pages alone, as four people live it with their browsers.

On a phone and at a desk, in both languages, with a script and without; on PostgreSQL through two
server processes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests import templates
from tests.browser.conftest import DESKTOP, PHONE, OpenContext, keep_screenshot
from tests.browser.driving import TAGS, Person, Way, arrive
from tests.running import RunningPortal
from tests.story.test_the_loop_by_api import instant, scope_of

pytestmark = pytest.mark.browser

COMMUNITY = "150402010003"
ZONE = ZoneInfo("Asia/Shanghai")
PRICE = 5
WAYS = tuple(
    Way(width, language, javascript)
    for javascript in (True, False)
    for width in (PHONE, DESKTOP)
    for language in ("zh", "en")
)
"""Every width in every language, with a script and without. On PostgreSQL the first and the last:
what differs there is the database and that there are two servers, not the pages."""
HERE = WAYS if templates.given_server() is None else (WAYS[0], WAYS[-1])


@pytest.fixture(scope="module")
def quiet_days(portal: RunningPortal) -> Iterator[Iterator[datetime]]:
    """Ten in the morning of one day after the other: each story has a day to itself, and time only
    moves on. What was to end until then has ended, as votes that bring points do. Afterwards the
    portal has the real time again."""
    today = datetime.now(ZONE).replace(hour=10, minute=0, second=0, microsecond=0)
    portal.set_clock(today + timedelta(days=20))
    portal.flask("jobs", "run", "--once")
    yield (today + timedelta(days=days) for days in range(21, 100))
    portal.clock_file.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def residents(portal: RunningPortal) -> Iterator[str]:
    """Residents who are nothing else: who belongs to an organization may not praise it. And who
    hold no voucher: one that expires while time leaps would bring its points back."""
    return (
        name
        for name in (f"resident{n}" for n in range(templates.RESIDENTS, 1, -1))
        if is_plain(portal, name)
    )


def is_plain(portal: RunningPortal, name: str) -> bool:
    person = portal.caller().sign_in(f"{name}@demo.example")
    roles = [each["role"] for each in person.must("GET", "/me")["roles"]]
    return roles == ["resident"] and person.must("GET", "/me/points")["held"] == 0


@dataclass
class Story:
    """One run of the loop: its people, its day, its titles."""

    portal: RunningPortal
    open_context: OpenContext
    way: Way
    starts_at: datetime
    resident: str

    def arrive(self, name: str) -> Person:
        return arrive(self.open_context, self.way, name)

    @property
    def title(self) -> str:
        return f"清扫红山路 {self.way}"

    @property
    def treat(self) -> str:
        return f"牛肉面一碗 {self.way}"

    def at(self, minutes: int) -> None:
        """Move the clock to so many minutes after the start."""
        self.portal.set_clock(self.starts_at + timedelta(minutes=minutes))

    def picture(self, person: Person, name: str) -> None:
        keep_screenshot(person.page, f"loop-{self.way}-{name}")


@pytest.mark.parametrize("way", HERE, ids=str)
def test_the_closed_loop(
    portal: RunningPortal,
    open_context: OpenContext,
    quiet_days: Iterator[datetime],
    residents: Iterator[str],
    way: Way,
) -> None:
    story = Story(portal, open_context, way, next(quiet_days), next(residents))
    story.at(-24 * 60)
    host, resident = story.arrive("organization"), story.arrive(story.resident)
    before = purse_and_hours(resident)

    manage = plan_and_publish(story, host)
    find_and_sign_up(story, resident)
    serve(story, host, resident, manage)
    confirm(story, host, manage)

    points, minutes = purse_and_hours(resident)
    assert minutes - before[1] == 110, "hours arrive"
    assert points > before[0], "points arrive"
    resident.go("/me/points")
    story.picture(resident, "statement")
    newest = resident.number("section[aria-labelledby=entries] .points")
    assert newest == points - before[0]

    put_an_offer_on_the_board(story)
    voucher, code = exchange(story, resident)
    assert purse_and_hours(resident)[0] == points - PRICE
    redeem(story, code)
    give_thanks(story, resident, voucher)
    praise(story, resident)
    assert not host.troubles + resident.troubles


def purse_and_hours(person: Person) -> tuple[int, int]:
    """Points to spend, and minutes served, as the person's own pages say."""
    person.go("/me/points")
    expect(person.page.locator("html")).to_have_attribute("lang", TAGS[person.way.language])
    points = person.number(".stat-points .stat-value")
    person.go("/me/hours")
    return points, minutes_of(person.page.locator(".stat-hours .stat-value").first.inner_text())


def minutes_of(words: str) -> int:
    """Minutes, out of 3 小时 20 分钟 or 3 h 20 min."""
    numbers = [int(part) for part in "".join(c if c.isdigit() else " " for c in words).split()]
    is_short = any(word in words for word in ("分", "min")) and len(numbers) == 1
    hours, minutes = (0, numbers[0]) if is_short else (numbers[0], sum(numbers[1:]))
    return hours * 60 + minutes


def plan_and_publish(story: Story, host: Person) -> str:
    """The host writes a draft with one shift and publishes it; returns where to manage it."""
    host.go("/hosting")
    host.follow("/hosting/activities/new")
    page = host.page
    host.fill(title=story.title, description="带上手套，工具我们准备。", location_name="红山路口")
    page.select_option("[name=category]", "environment")
    page.select_option("[name=host]", index=1)
    page.select_option("[name=region_code]", COMMUNITY)
    host.fill(
        **{
            "shifts-0-day": story.starts_at.date().isoformat(),
            "shifts-0-begin": "10:00",
            "shifts-0-end": "12:00",
            "shifts-0-capacity": "2",
        }
    )
    story.picture(host, "plan")
    host.send()
    page.wait_for_url(lambda url: "/hosting/activities/" in url and "/new" not in url)
    manage = page.url
    host.press("/publish")
    host.sees(".notice-success")
    if page.locator(".page-head .status-wait").count():
        approve(story)
    return manage


def approve(story: Story) -> None:
    """Where the host's level asks for it, the committee looks first."""
    committee = story.arrive("committee")
    committee.go("/desk/activities")
    committee.open(committee.page.get_by_role("link", name=story.title))
    committee.press("/approve")
    committee.sees(".notice-success")


def find_and_sign_up(story: Story, resident: Person) -> None:
    """The resident finds it by its title and takes a place; the page turns into a pass."""
    search(resident, "/activities", story.title)
    story.picture(resident, "list")
    resident.open(resident.page.get_by_role("link", name=story.title))
    resident.page.wait_for_url(lambda url: "/activities/" in url)
    story.picture(resident, "activity")
    resident.press("/signup")
    resident.sees(".notice-success")
    resident.sees(".pass .qr svg")
    story.picture(resident, "pass")


def search(resident: Person, address: str, title: str) -> None:
    resident.go(address)
    resident.fill(q=title)
    resident.page.locator("[name=q]").press("Enter")
    resident.page.wait_for_url("**q=*")


def serve(story: Story, host: Person, resident: Person, manage: str) -> None:
    """The code on the host's screen, typed on arrival and on leaving; an old one is refused."""
    story.at(-5)
    old = code_on_the_screen(story, host, manage)
    story.at(-4)
    resident.go("/check-in")
    type_code(resident, old)
    resident.sees(".error-summary")
    type_code(resident, code_on_the_screen(story, host, manage))
    resident.page.wait_for_url("**/service-records/*")
    resident.sees(".notice-success")
    story.picture(resident, "checked-in")
    host.go(manage)
    to_the_shift(host)
    host.sees(".person-here")
    story.picture(host, "list-of-the-shift")

    story.at(110)
    resident.go("/check-out")
    type_code(resident, code_on_the_screen(story, host, manage))
    resident.page.wait_for_url("**/service-records/*")
    resident.sees(".status-wait")


def to_the_shift(host: Person) -> None:
    host.open(host.page.locator('main a[href*="/hosting/shifts/"]').first)
    host.page.wait_for_url("**/hosting/shifts/*")


def code_on_the_screen(story: Story, host: Person, manage: str) -> str:
    host.go(manage)
    to_the_shift(host)
    host.open(host.page.locator('main a[href$="/code"]'))
    host.sees("#code-screen .qr svg")
    story.picture(host, "code")
    return host.digits("#code-screen .digits")


def type_code(resident: Person, code: str) -> None:
    resident.fill(code=f"{code[:4]} {code[4:]}")
    resident.send()


def confirm(story: Story, host: Person, manage: str) -> None:
    """After the end: minutes as they were recorded, one confirm."""
    story.at(130)
    story.portal.flask("jobs", "run", "--once")
    host.go(manage)
    to_the_shift(host)
    host.open(host.page.locator('main a[href$="/confirm"]').first)
    expect(host.page.locator("[name^=minutes-]")).to_have_value("110")
    story.picture(host, "confirm")
    host.press("/confirm")
    host.page.wait_for_url("**/hosting/shifts/*")
    host.sees(".notice-success")


def put_an_offer_on_the_board(story: Story) -> None:
    """The shop's owner writes it, the committee lets it through: by the API here, by pages in
    test_journeys."""
    owner, committee = (
        story.portal.caller().sign_in(f"{name}@demo.example") for name in ("owner", "committee")
    )
    offer = owner.must(
        "POST",
        f"/merchants/{scope_of(owner, 'merchant_owner')}/offers",
        {
            "title": story.treat,
            "description": "面、汤、小菜。",
            "kind": "gift",
            "points": PRICE,
            "stock": 3,
            "valid_from": instant(datetime.now(UTC) - timedelta(days=2)),
        },
        status=201,
    )
    offer = owner.must("POST", f"/offers/{offer['id']}/publish")
    if offer["status"] == "in_review":
        committee.must("POST", f"/offers/{offer['id']}/approve")


def exchange(story: Story, resident: Person) -> tuple[str, str]:
    """Points become a voucher with QR and digits; returns its address and its code."""
    search(resident, "/exchange", story.treat)
    story.picture(resident, "exchange")
    resident.open(resident.page.get_by_role("link", name=story.treat))
    resident.page.wait_for_url(lambda url: "/exchange/" in url)
    story.picture(resident, "offer")
    resident.press("/exchange/" + resident.page.url.rpartition("/")[2])
    resident.page.wait_for_url("**/me/vouchers/**")
    resident.sees(".voucher .qr svg")
    story.picture(resident, "voucher")
    code = resident.digits(".voucher .digits")
    assert len(code) == 12
    return resident.page.url, code


def redeem(story: Story, code: str) -> None:
    """At the till: type, see, confirm, a green page; a second time it is refused, and says why."""
    till = story.arrive("merchant")
    look_up(till, code)
    till.reads(story.treat)
    story.picture(till, "till-check")
    till.press("/till/redeem")
    till.sees(".till-ok")
    story.picture(till, "till-done")
    look_up(till, code)
    till.sees(".till-refused .till-say")
    story.picture(till, "till-refused")
    assert not till.troubles


def look_up(till: Person, code: str) -> None:
    till.go("/till")
    till.fill(code=f"{code[:4]} {code[4:8]}-{code[8:]}")
    till.send()


def give_thanks(story: Story, resident: Person, voucher: str) -> None:
    resident.go(voucher.partition("?")[0])
    resident.press("/thank")
    resident.sees(".notice-success")
    expect(resident.form("/thank")).to_have_count(0)


def praise(story: Story, resident: Person) -> None:
    """Praise from who took part stands on the organization's page."""
    resident.go("/me/activities")
    resident.open(resident.page.get_by_role("link", name=story.title).first)
    resident.open(resident.page.locator('main a[href$="/praise"]'))
    resident.page.locator("[name=score][value='5']").check()
    words = f"组织得很好 {story.way}"
    resident.fill(comment=words)
    story.picture(resident, "praise")
    resident.send()
    resident.sees(".notice-success")
    resident.open(resident.page.locator('main a[href*="/organizations/"]').first)
    resident.reads(words)
    story.picture(resident, "organization")
