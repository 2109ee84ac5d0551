"""How many statements the pages take: the same for two cases as for twenty."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from portal.core.database import db
from portal.suggestions import services
from portal.suggestions.rules.machine import Outcome
from portal.suggestions.rules.taking_in import Visibility
from tests.activities.test_cost import statements
from tests.browsing import Browser
from tests.suggestions.district import LAMPS, Office, accepted, do, report
from tests.suggestions.pages.conftest import Opens
from tests.suggestions.pages.test_reporting import FORM, LAMP, PUBLIC, begin
from tests.world import COMMUNITY


def cost(browser: Browser, address: str) -> int:
    browser.open(address)  # what is read once is read by now
    db.session.rollback()
    with statements() as seen:
        browser.open(address)
    return len(seen)


def some_more(office: Office) -> None:
    """Nine of each kind: open on the map, answered, supported, put together."""
    lead = report(office.neighbour, latitude=42.28, longitude=118.9)
    for number in range(9):
        place = {"latitude": 42.28 + number / 1000, "longitude": 118.9}
        case = report(office.resident, title=f"第 {number} 件", **place)
        do(services.support, office.neighbour, case)
        done = accepted(office)
        do(services.answer, office.of_lights, done, Outcome.DONE, "好了。")
        do(services.merge, office.dispatcher, report(office.resident), lead)


@pytest.mark.parametrize(
    "address",
    [
        "/suggestions",
        f"/suggestions?region={COMMUNITY}&q=路灯&overdue=1",
        "/suggestions/map",
        f"/suggestions/map?region={COMMUNITY}",
        "/me/suggestions",
        "/me/suggestions?which=supported",
        "/suggestions/new",
    ],
)
def test_a_list_costs_the_same_however_long(office: Office, opens: Opens, address: str) -> None:
    report(office.resident, latitude=42.28, longitude=118.9)
    browser = opens("resident")
    few = cost(browser, address)
    some_more(office)
    assert cost(browser, address) <= few + 3  # the empty ones ask for less
    assert cost(browser, address) <= 16


def test_a_case_costs_the_same_however_much_has_happened(office: Office, opens: Opens) -> None:
    case = accepted(office)
    browser = opens("neighbour")
    few = cost(browser, f"/suggestions/{case}")
    for number in range(9):
        do(services.progress, office.of_lights, case, f"第 {number} 步")
    assert cost(browser, f"/suggestions/{case}") == few
    assert few <= 14


def test_sending_costs_the_same_however_many_are_open(office: Office, opens: Opens) -> None:
    def sending() -> int:
        browser = begin(opens("resident"))
        with statements() as seen:
            browser.send(FORM, **LAMP, **PUBLIC, looked="1")
        return len(seen)

    few = sending()
    some_more(office)
    assert sending() <= few + 1


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """All that the portal wrote into its log, with what it knew beside the words."""
    caplog.set_level(logging.DEBUG)
    return lambda: "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)


def test_the_log_says_nothing_of_what_was_confided(
    office: Office, opens: Opens, logged: Callable[[], str]
) -> None:
    browser = begin(opens("resident"))
    browser.send(
        FORM, description="楼上的事，别让人知道", region_code=COMMUNITY, visibility="confidential",
        anonymous="y",
    )  # fmt: skip
    case = browser.address.split("/")[2]
    secret = report(office.resident, visibility=Visibility.CONFIDENTIAL, category=LAMPS)
    browser.open(f"/suggestions/{secret}")
    opens("neighbour").open(f"/suggestions/{secret}", status=404)
    written = logged()
    assert "request" in written
    for word in ("楼上的事", case, secret, office.resident.id):
        assert word not in written
