"""The inbox and its settings, with a browser and without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from portal.core import jobs, outbox
from portal.core.clock import clock
from portal.core.unit_of_work import unit_of_work
from portal.notifications import queries
from portal.notifications.kinds import KINDS, Topic, Whom
from tests import world
from tests.browsing import Browser

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def lin(app: Any) -> Browser:
    world.make_user("lin@example.org", locale="en")
    return Browser(app.test_client()).sign_in("lin@example.org")


def tell(login: str = "lin@example.org", url: str = "/regions") -> None:
    from portal.accounts.addresses import read
    from portal.accounts.queries import user_id_by_address

    user_id = user_id_by_address(read(login))
    params = {"title": "<b>清扫</b>", "reason": "下大雨"}
    with unit_of_work():
        outbox.emit("notify", user_id=user_id, kind="activity.cancelled", params=params, url=url)
    jobs.run_until_quiet()


def test_told_opened_and_read(lin: Browser) -> None:
    lin.open("/me/notifications")
    assert "Nothing new" in lin.text
    tell()
    tell()
    lin.open("/me/notifications")
    assert "2 are new" in lin.text
    assert "Cancelled: <b>清扫</b>" in lin.text
    assert "<b>清扫" not in lin.page.text
    assert "“下大雨”" in lin.text
    opening = next(each.action for each in lin.forms if each.action.endswith("/open"))
    lin.send(opening)
    assert lin.address == "/regions"
    lin.open("/me/notifications")
    assert "1 is new" in lin.text
    lin.send("/me/notifications/read")
    assert "New" not in lin.text.split("Notifications", 2)[2]


def test_what_was_told_stands_under_its_day(lin: Browser) -> None:
    yesterday = clock.now() - timedelta(days=1)
    with clock.held_at(yesterday):
        tell()
    tell()
    tell()
    lin.open("/me/notifications")
    days = re.findall(r'<h2 id="day-([^"]+)">([^<]+)</h2>', lin.page.text)
    assert days == [
        (clock.today().isoformat(), "Today"),
        (clock.day_of(yesterday).isoformat(), "Yesterday"),
    ]
    first, second = lin.page.text.split(f'id="day-{days[1][0]}"')
    assert (first.count("/open"), second.count("/open")) == (2, 1)


def test_somebody_elses_cannot_be_opened(lin: Browser, app: Any) -> None:
    world.make_user("wang@example.org")
    tell("wang@example.org")
    tell()
    wang = Browser(app.test_client()).sign_in("wang@example.org")
    wang.open("/me/notifications")
    theirs = next(each.action for each in wang.forms if each.action.endswith("/open"))
    lin.open("/me/notifications")
    token = lin.form("/me/notifications/read").values["csrf_token"]
    assert lin.client.post(theirs, data={"csrf_token": token}).status_code == 404
    wang.open("/me/notifications")
    assert len([each for each in wang.forms if each.action == theirs]) == 1


def test_choosing_what_comes_by_e_mail(lin: Browser) -> None:
    lin.open("/me/notifications/settings")
    assert "Something I signed up for is cancelled" in lin.text
    residents = set(Topic) - {Topic.SHOPS, Topic.TASKS}
    nothing: dict[str, Any] = {topic.value: [] for topic in residents}
    chosen = {**nothing, "points": ["points.gift_received"]}
    lin.send("/me/notifications/settings", **chosen)
    choices = queries.email_choices(_id())
    assert choices["points.gift_received"]
    assert not choices["activity.cancelled"]
    lin.open("/me/notifications/settings")
    ticked = [
        part.split('value="')[1].split('"')[0]
        for part in lin.page.text.split("<input ")
        if " checked" in part.split(">")[0]
    ]
    assert ticked == ["points.gift_received"]
    lin.send("/me/notifications/settings", 422, **{**chosen, "points": ["no.such_kind"]})


def offered(browser: Browser) -> set[str]:
    """The kinds about which one chooses."""
    browser.open("/me/notifications/settings")
    boxes = re.findall(r'<input type="checkbox"[^>]* value="([^"]+)"', browser.page.text)
    assert len(boxes) == len(set(boxes))
    return set(boxes)


def test_a_resident_chooses_about_what_residents_are_told(lin: Browser) -> None:
    assert offered(lin) == {kind.name for kind in KINDS.values() if kind.whom is Whom.EVERYBODY}
    for work in ("activity.review_wanted", "merchant.verified", "offer.approved", "role.granted",
                 "praise.received", "organization.verified", "record.disputed"):  # fmt: skip
        assert work not in offered(lin)
    headings = re.findall(r"<legend[^>]*>([^<]+)", lin.page.text.split('id="main"')[1])
    assert headings[:9] == [
        "What I sign up for", "My service", "Points", "Vouchers", "Organizations",
        "Consultations", "Suggestions", "Notices", "My home",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "there", "absent"),
    [
        ("social_worker", {"activity.review_wanted", "activity.approved", "record.disputed",
                           "role.granted"}, {"merchant.verified", "praise.received"}),
        ("committee", {"activity.review_wanted", "role.granted"},
         {"activity.approved", "record.disputed", "offer.approved"}),
        ("auditor", {"role.granted"}, {"activity.review_wanted", "record.disputed"}),
    ],
)  # fmt: skip
def test_staff_choose_about_their_tasks_as_well(
    app: Any, role: str, there: set[str], absent: set[str]
) -> None:
    world.make_staff(role)
    shown = offered(Browser(app.test_client()).sign_in(f"{role}@example.org"))
    assert there <= shown
    assert not absent & shown


def test_a_shops_owner_chooses_about_the_shop(app: Any) -> None:
    world.make_user("sun@example.org", roles=[("merchant_owner", "merchant", "m" * 26)])
    shown = offered(Browser(app.test_client()).sign_in("sun@example.org"))
    assert {"merchant.verified", "merchant.declined", "offer.approved", "offer.sent_back"} <= shown
    assert "praise.received" not in shown


def test_who_applies_for_an_organization_chooses_about_the_answer(lin: Browser) -> None:
    lin.open(f"/organizations/new?community={world.COMMUNITY}")
    lin.send(
        "/organizations/new", name="棋友会", kind="team", description="下棋", contact="12 号楼"
    )
    assert {"organization.verified", "organization.declined"} <= offered(lin)
    assert "praise.received" not in offered(lin)


def test_what_was_chosen_about_a_task_stays_when_the_task_is_gone(app: Any) -> None:
    """Once a shop's owner, now a neighbour: the boxes are gone, and the choice is kept."""
    owner = world.make_user("sun@example.org", roles=[("merchant_owner", "merchant", "m" * 26)])
    sun = Browser(app.test_client()).sign_in("sun@example.org")
    sun.open("/me/notifications/settings")
    sun.send("/me/notifications/settings", shops=["offer.approved"])
    with unit_of_work() as session:
        session.execute(
            text("UPDATE role_grant SET revoked_at = granted_at WHERE user_id = :id"), {"id": owner}
        )
    assert "offer.approved" not in offered(sun)
    sun.send("/me/notifications/settings", points=["points.gift_received"])
    choices = queries.email_choices(owner)
    assert choices["points.gift_received"]
    assert choices["offer.approved"]
    assert not choices["offer.sent_back"]
    sun.open("/me/notifications/settings")
    sent = {**sun.form("/me/notifications/settings").values, "shops": "offer.sent_back"}
    assert sun.client.post("/me/notifications/settings", data=sent).status_code == 422
    assert not queries.email_choices(owner)["offer.sent_back"]


def _id() -> str:
    from portal.accounts.addresses import read
    from portal.accounts.queries import user_id_by_address

    found = user_id_by_address(read("lin@example.org"))
    assert found
    return found


@pytest.mark.parametrize("path", ["/me/notifications", "/me/notifications/settings"])
def test_strangers_are_asked_to_sign_in(app: Any, path: str) -> None:
    answer = app.test_client().get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login")
