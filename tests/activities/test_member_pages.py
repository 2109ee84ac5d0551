"""What members see of their places, of the points they bring, and of what they said afterwards."""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType

import pytest

from portal.activities import services
from portal.app import Portal
from portal.core.clock import clock
from portal.core.unit_of_work import unit_of_work
from portal.points.services import set_rule
from tests import world as places
from tests.activities import stage
from tests.activities.stage import END, NOON, START, At, Stage
from tests.browsing import Browser
from tests.conftest import ApiClient
from tests.organizations.neighbours import principal

SECOND = timedelta(seconds=1)
OPENS = timedelta(minutes=30)


@pytest.fixture
def activity(api: ApiClient, world: ModuleType, at: At) -> Stage:
    at(NOON)
    return stage.publish(api)


def page_of(app: Portal, login: str, language: str = "en") -> Browser:
    client = app.test_client()
    client.set_cookie("locale", {"zh": "zh_Hans"}.get(language, language))
    return Browser(client, language).sign_in(f"{login}@example.org")


@pytest.fixture
def an(app: Portal, activity: Stage) -> Browser:
    member = activity.resident("an")
    member.post(f"/shifts/{activity.shift_id}/signups")
    return page_of(app, "an")


def test_a_code_wrong_or_old_is_said_at_its_field(activity: Stage, an: Browser, at: At) -> None:
    at(START)
    old = activity.code()
    an.open("/check-in")
    for code in ("1234567890", "abc"):
        an.send("/check-in", 422, code=code)
        assert "No shift shows these digits" in an.text
        assert 'id="code-error"' in an.page.text
        assert 'href="#code"' in an.page.text
    at(START + timedelta(minutes=2))
    an.send("/check-in", 422, code=old)
    assert 'id="code-error"' in an.page.text


@pytest.mark.parametrize("early", [OPENS + SECOND, timedelta(hours=2)])
def test_a_code_too_early_says_when_it_can_be_used(
    activity: Stage, an: Browser, at: At, early: timedelta
) -> None:
    at(START - early)
    an.open("/check-in")
    an.send("/check-in", 422, code=activity.code())
    assert "The shift starts today 14:00. Check-in opens today 13:30." in an.text


def test_the_code_of_a_shift_weeks_away_is_known(
    activity: Stage, an: Browser, at: At, api: ApiClient
) -> None:
    body = stage.plan(
        activity.organization_id,
        shifts=[stage.shift(START + timedelta(days=14), END + timedelta(days=14))],
    )
    far = activity.host.post("/activities", body).json["id"]
    shift = activity.host.post(f"/activities/{far}/publish").json["shifts"][0]["id"]
    code = activity.host.get(f"/shifts/{shift}/checkin-code").json["code"]
    chen = activity.resident("chen")
    refused = chen.post("/checkins", {"code": code})
    assert (refused.status_code, refused.json["code"]) == (409, "not_signed_up")
    chen.post(f"/shifts/{shift}/signups")
    refused = chen.post("/checkins", {"code": code})
    assert (refused.status_code, refused.json["code"]) == (409, "wrong_state")
    assert "Wed 9 Dec 14:00" in refused.json["detail"]
    assert "13:30" in refused.json["detail"]


def test_a_place_is_given_on_only_if_somebody_waits(
    app: Portal, activity: Stage, an: Browser
) -> None:
    page = f"/activities/{activity.id}"
    an.open(page)
    assert "Your place goes to whoever waits first" not in an.text
    give_back = next(f.action for f in an.forms if "/signups/" in f.action)
    for name in ("bo", "chen"):
        activity.resident(name).post(f"/shifts/{activity.shift_id}/signups")
    an.open(page)
    assert "Your place goes to whoever waits first" in an.text
    an.send(give_back)
    assert "goes to whoever waited first" in an.text

    bo = page_of(app, "bo")
    bo.open(page)
    bo.send(next(f.action for f in bo.forms if "/signups/" in f.action))
    assert "Your place is free again" in bo.text


def test_what_was_called_off_is_not_among_what_is_to_come(activity: Stage, an: Browser) -> None:
    activity.host.post(f"/activities/{activity.id}/cancel", {"reason": "下雨"})
    an.open("/activities")
    assert "清扫红山公园" not in an.text
    an.open(f"/activities/{activity.id}")
    assert "points an hour" not in an.text


def test_why_a_shift_brings_more_is_said(activity: Stage, an: Browser, at: At) -> None:
    committee = principal(places.make_staff("committee"))
    host = stage.principal_of("manager@example.org")
    with unit_of_work():
        set_rule(committee, places.COMMUNITY, "multiplier.heat", 1.2, clock.today())
    an.open(f"/activities/{activity.id}")
    assert "great heat" not in an.text
    at(START - OPENS)
    with unit_of_work():
        services.flag_heat(host, activity.shift_id, heat=True)
    an.open(f"/activities/{activity.id}")
    assert "Counts ×1.2 for great heat" in an.text


def served(activity: Stage, an: Browser, at: At) -> None:
    at(START)
    an.open("/check-in")
    an.send("/check-in", code=activity.code())
    at(START + timedelta(minutes=90))
    an.open("/check-out")
    an.send("/check-out", code=activity.code())


def test_a_rating_is_given_seen_and_changed_for_a_week(
    activity: Stage, an: Browser, at: At
) -> None:
    page = f"/activities/{activity.id}"
    served(activity, an, at)
    an.open(page)
    assert "Rate it" in an.text
    an.open(f"{page}/praise")
    assert "a**" in an.text
    an.send(f"{page}/praise", score="1", comment="乱")
    assert "praise" not in an.text.lower()
    assert "乱" in an.text
    an.open(f"{page}/praise")
    assert an.form(f"{page}/praise").values["score"] == "1"
    assert "乱" in an.text
    an.send(f"{page}/praise", score="4", comment="后来好了")
    assert "后来好了" in an.text
    assert "乱" not in an.text
    at(START + timedelta(days=8))
    an.open(page)
    assert f'href="{page}/praise"' not in an.page.text
    an.open(f"{page}/praise")
    assert an.address == page


def test_who_only_waited_or_stayed_away_is_not_asked_to_rate(
    app: Portal, activity: Stage, an: Browser, at: At
) -> None:
    for name in ("bo", "chen"):
        activity.resident(name).post(f"/shifts/{activity.shift_id}/signups")
    activity.resident("dora")
    page = f"/activities/{activity.id}"
    at(START + timedelta(minutes=5))
    chen, dora, bo = (page_of(app, name) for name in ("chen", "dora", "bo"))
    for reader in (an, bo, chen, dora):  # still under way: who is there has not left yet
        reader.open(page)
        assert "Rate it" not in reader.text
    at(END + timedelta(hours=1))
    for reader in (bo, chen):
        reader.open(page)
        assert "Rate it" not in reader.text
    dora.open(page)
    assert "Rate it" in dora.text  # she lives in the community that was served
