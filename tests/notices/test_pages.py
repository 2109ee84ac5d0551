"""The inbox and its settings, with a browser and without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from portal.core import jobs, outbox
from portal.core.clock import clock
from portal.core.unit_of_work import unit_of_work
from portal.notices import queries
from portal.notices.kinds import Topic
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
    nothing: dict[str, Any] = {topic.value: [] for topic in Topic}
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
