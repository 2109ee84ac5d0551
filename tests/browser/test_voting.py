"""A vote from the home page to one's receipt on the board, at both widths, in both languages, and
without a script."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.auditing import audit
from tests.browser.conftest import DESKTOP, PHONE, OpenContext
from tests.browser.driving import Person, Way, arrive
from tests.running import Caller, RunningPortal

pytestmark = pytest.mark.browser

COMMUNITY = "150402010003"
WAYS = [Way(PHONE, "zh"), Way(DESKTOP, "en"), Way(PHONE, "zh", javascript=False)]
OPTIONS = ("更换路灯", "安装扶手", "图书角")


@dataclass
class Hall:
    """A committee that opens and closes votes."""

    committee: Caller

    def open(self, method: str, **more: Any) -> dict[str, Any]:
        costs = (6_000_00, 3_500_00, 8_000_00)
        with_costs = "budget" in more
        options = [
            {"title": title, "cost": {"amount": cost, "currency": "CNY"} if with_costs else None}
            for title, cost in zip(OPTIONS, costs, strict=True)
        ]
        body = {
            "title": f"投票 {method}",
            "question": "先做哪一样？",
            "region_code": COMMUNITY,
            "method": method,
            "options": options,
            **more,
        }
        vote = self.committee.must("POST", "/consultations", body, status=201)
        for step in ("start-discussion", "open"):
            vote = self.committee.must("POST", f"/consultations/{vote['id']}/{step}")
        return dict(vote)

    def close(self, vote: dict[str, Any]) -> dict[str, Any]:
        self.committee.must("POST", f"/consultations/{vote['id']}/close")
        return dict(self.committee.must("GET", f"/consultations/{vote['id']}/board"))


@pytest.fixture
def hall(portal: RunningPortal) -> Hall:
    return Hall(portal.caller().sign_in("committee@demo.example"))


def receipt_of(person: Person) -> str:
    """The receipt as it is shown."""
    shown = person.page.locator("[data-receipt]:visible").first.inner_text()
    return re.sub(r"\s", "", shown)


def find(person: Person, vote: dict[str, Any], receipt: str) -> None:
    person.go(f"/consultations/{vote['id']}/board")
    person.fill(receipt=receipt.lower())
    person.send()
    person.sees(".notice-success")
    person.reads(receipt)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_from_the_home_page_to_ones_receipt_on_the_board(
    open_context: OpenContext, hall: Hall, way: Way
) -> None:
    vote = hall.open("single")
    person = arrive(open_context, way, "resident20")
    page = person.page
    person.go("/")
    page.locator(f'main a[href="/consultations/{vote["id"]}"]').click()
    page.locator(".actions a").click()
    page.get_by_label(OPTIONS[1]).check()
    page.locator("button[value=review]:visible").click()
    expect(page.locator(".chosen:visible li, .card .chosen li").first).to_contain_text(OPTIONS[1])
    receipt = receipt_of(person)
    page.locator("button[value=cast]:visible").click()
    person.sees(".notice-success")
    assert receipt_of(person) == receipt
    if way.javascript:
        assert not page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('ballot:'))")

    entries = {each["receipt"]: each["choices"] for each in hall.close(vote)["entries"]}
    assert entries[receipt] == [vote["options"][1]["id"]]
    find(person, vote, receipt)
    assert not person.troubles


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_ranking(open_context: OpenContext, hall: Hall, way: Way) -> None:
    vote = hall.open("ranked", disclosure="separate")
    person = arrive(open_context, way, "resident21")
    page = person.page
    person.go(f"/consultations/{vote['id']}/vote")
    if way.javascript:
        for title in (OPTIONS[0], OPTIONS[2], OPTIONS[1]):
            page.locator(".rank-press", has_text=title).click()
        page.locator(".rank", has_text=OPTIONS[2]).locator(".rank-move").first.click()
        page.locator(".rank-press", has_text=OPTIONS[1]).click()
    else:
        page.get_by_label(OPTIONS[2]).fill("1")
        page.get_by_label(OPTIONS[0]).fill("５")
    page.locator("button[value=review]:visible").click()
    expect(page.locator(".chosen:visible li")).to_have_text([OPTIONS[2], OPTIONS[0]])
    receipt = receipt_of(person)
    page.locator("button[value=cast]:visible").click()
    person.sees(".notice-success")
    chosen = [each["choices"] for each in hall.close(vote)["choices"]]
    assert chosen == [[vote["options"][2]["id"], vote["options"][0]["id"]]]
    find(person, vote, receipt)
    assert not person.troubles


def test_a_begun_ballot_stays_on_the_device_and_is_one_tap_from_done(
    open_context: OpenContext, hall: Hall
) -> None:
    vote = hall.open("budget_greedy", budget={"amount": 10_000_00, "currency": "CNY"})
    person = arrive(open_context, Way(PHONE, "en"), "resident22")
    page = person.page
    sent: list[str] = []
    page.on("request", lambda each: sent.append(f"{each.url} {each.post_data or ''}"))
    person.go(f"/consultations/{vote['id']}/vote")
    page.get_by_label(OPTIONS[0]).check()
    page.get_by_label(OPTIONS[2]).check()
    expect(page.locator("[data-sum]")).to_contain_text("over the budget")
    page.locator("button[value=review]:visible").click()
    expect(page.locator("[data-problem]")).to_be_visible()
    page.get_by_label(OPTIONS[2]).uncheck()
    page.get_by_label(OPTIONS[1]).check()
    page.locator("button[value=review]:visible").click()
    receipt = receipt_of(person)
    assert not audit(page, "ballot-review")

    person.go(f"/consultations/{vote['id']}")
    page.locator("[data-draft] a:visible").click()
    costs = ("¥6,000.00", "¥3,500.00")
    expect(page.locator(".chosen:visible li")).to_contain_text(
        [f"{title} · CN{cost}" for title, cost in zip(OPTIONS, costs, strict=False)]
    )
    expect(page.locator("[data-chosen]")).to_contain_text("Together CN¥9,500.00")
    assert receipt_of(person) == receipt
    assert not any(option["id"] in each for option in vote["options"] for each in sent)

    page.context.set_offline(offline=True)  # the answer is lost, and what was sent as well
    page.locator("button[value=cast]:visible").click()
    page.wait_for_timeout(500)
    page.context.set_offline(offline=False)
    person.go(f"/consultations/{vote['id']}")
    page.locator("[data-draft] a:visible").click()
    page.locator("button[value=cast]:visible").click()
    person.sees(".notice-success")
    assert receipt_of(person) == receipt
    entry = hall.close(vote)["entries"][0]
    assert entry["receipt"] == receipt
    assert sorted(entry["choices"]) == sorted(each["id"] for each in vote["options"][:2])


def test_a_receipt_survives_an_answer_that_was_lost(open_context: OpenContext, hall: Hall) -> None:
    vote = hall.open("single")
    person = arrive(open_context, Way(PHONE, "zh"), "resident23")
    page = person.page
    ballot = f"/consultations/{vote['id']}/vote"
    person.go(ballot)
    page.get_by_label(OPTIONS[0]).check()
    chosen = vote["options"][0]["id"]
    assert page.evaluate(f"Object.values(localStorage).join().includes('{chosen}')")
    page.locator("button[value=review]:visible").click()
    receipt = receipt_of(person)

    def lose(route: Any) -> None:
        if route.request.method == "POST":
            route.fetch()  # it arrives, and the answer does not come back
            route.abort()
        else:
            route.continue_()

    page.route(f"**{ballot}", lose)
    page.locator("button[value=cast]:visible").click()
    page.wait_for_timeout(1000)
    page.unroute(f"**{ballot}")
    person.go(ballot)
    assert receipt_of(person) == receipt
    assert not page.evaluate(f"Object.values(localStorage).join().includes('{chosen}')")
    page.locator("[data-forget]").click()
    person.go(ballot)
    expect(page.locator("[data-kept]")).to_be_hidden()
    assert hall.close(vote)["entries"][0]["receipt"] == receipt


def test_signing_out_forgets_what_was_begun(open_context: OpenContext, hall: Hall) -> None:
    vote = hall.open("approval", max_choices=2)
    person = arrive(open_context, Way(PHONE, "zh"), "resident24")
    page = person.page
    person.go(f"/consultations/{vote['id']}/vote")
    page.get_by_label(OPTIONS[0]).check()
    kept = "Object.keys(localStorage).filter(k => k.startsWith('ballot:')).length"
    assert page.evaluate(kept) == 1
    person.go("/me/account")
    page.locator('form[action$="/logout"] button').first.click()
    page.wait_for_load_state()
    assert page.evaluate(kept) == 0
