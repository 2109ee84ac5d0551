"""The loop by its pages, in a browser without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from PIL import Image

from portal.app import Portal
from portal.core import jobs
from portal.core.ids import new_id
from tests import world as places
from tests.activities import stage
from tests.activities.stage import END, NOON, START, At
from tests.browsing import Browser
from tests.conftest import ApiClient


@pytest.fixture
def ground(app: Portal, world: ModuleType, at: At) -> str:
    at(NOON)
    stage.fund()
    organization = stage.organization(3)
    stage.manager(organization)
    return organization


def browser(app: Portal, login: str, language: str = "en") -> Browser:
    client = app.test_client()
    client.set_cookie("locale", {"zh": "zh_Hans"}.get(language, language))
    return Browser(client, language).sign_in(f"{login}@example.org")


def draft(host: Browser, organization: str, status: int = 200, **changes: Any) -> str:
    """Fill in the form of a new activity; returns the address of its page for the host."""
    host.open("/hosting/activities/new")
    values = {
        "title": "清扫红山公园",
        "description": "一起打扫。",
        "category": "environment",
        "host": f"organization:{organization}",
        "region_code": places.COMMUNITY,
        "location_name": "公园东门",
        "cancellation_hours": "24",
        "shifts-0-day": "2026-11-25",
        "shifts-0-begin": "14:00",
        "shifts-0-end": "16:00",
        "shifts-0-capacity": "１",  # as a Chinese keyboard types it
    }
    host.send("/hosting/activities/new", status, **{**values, **changes})
    return host.address


def published(host: Browser, organization: str, **changes: Any) -> str:
    address = draft(host, organization, **changes)
    host.send(f"{address}/publish")
    assert "Published" in host.text
    return address.rpartition("/")[2]


def shift_of(host: Browser, activity_id: str) -> str:
    host.open(f"/hosting/activities/{activity_id}")
    return stage.found(r"/hosting/shifts/([0-9a-z]{26})", host.page.text)


def test_from_draft_to_points(
    app: Portal, api: ApiClient, world: ModuleType, ground: str, at: At
) -> None:
    host = browser(app, "manager")
    activity_id = published(host, ground)
    shift_id = shift_of(host, activity_id)

    world.make_user("an@example.org", "安宁")
    an = browser(app, "an")
    an.open("/activities")
    assert "清扫红山公园" in an.text
    an.open(f"/activities/{activity_id}")
    an.send(f"/shifts/{shift_id}/signup")
    assert "You have a place" in an.text
    world.make_user("bo@example.org", "博文")
    bo = browser(app, "bo")
    bo.open(f"/activities/{activity_id}")
    bo.send(f"/shifts/{shift_id}/signup")
    assert "Place 1 in the queue" in bo.text

    at(START)
    jobs.run_until_quiet()
    host.open(f"/hosting/shifts/{shift_id}/code")
    digits = stage.found(r'class="digits">([\d ]+)<', host.page.text)
    an.open("/check-in")
    an.send("/check-in", code=f"http://x.example/check-in?code={digits.replace(' ', '')}")
    assert "Your arrival is recorded" in an.text
    host.open(f"/hosting/shifts/{shift_id}")
    assert "1 of 1 are here" in host.text
    at(START + timedelta(minutes=90))
    host.open(f"/hosting/shifts/{shift_id}/code")
    digits = stage.found(r'class="digits">([\d ]+)<', host.page.text)
    an.open("/check-out")
    an.send("/check-out", code=digits)
    assert "You have left" in an.text

    at(END)
    host.open(f"/hosting/shifts/{shift_id}/confirm")
    host.send(f"/hosting/shifts/{shift_id}/confirm")
    assert "1 record confirmed, 15 points credited" in host.text
    an.open("/me/service")
    assert "Confirmed" in an.text
    an.open(f"/activities/{activity_id}/praise")
    an.send(f"/activities/{activity_id}/praise", score="5", comment="很好")
    assert "Thank you" in an.text


def test_a_form_sent_twice_takes_one_place(app: Portal, world: ModuleType, ground: str) -> None:
    host = browser(app, "manager")
    activity_id = published(host, ground)
    shift_id = shift_of(host, activity_id)
    world.make_user("an@example.org")
    an = browser(app, "an")
    an.open(f"/activities/{activity_id}")
    form = an.form(f"/shifts/{shift_id}/signup")
    for _time in range(2):
        answer = an.client.post(form.action, data=form.values)
        assert answer.status_code == 303
    assert stage.places(shift_id) == (1, 0)


def test_more_shifts_keep_what_was_typed(app: Portal, ground: str) -> None:
    host = browser(app, "manager")
    host.open("/hosting/activities/new")
    before = len([n for n in host.form("/hosting/activities/new").names if n.endswith("-day")])
    host.send("/hosting/activities/new", title="读书会", more="1")
    form = host.form("/hosting/activities/new")
    assert form.values["title"] == "读书会"
    assert len([n for n in form.names if n.endswith("-day")]) > before


def test_a_plan_that_cannot_be_is_shown_again(app: Portal, ground: str) -> None:
    host = browser(app, "manager")
    draft(host, ground, 422, **{"shifts-0-begin": "08:00", "shifts-0-end": "09:00"})
    assert "A shift starts in the future" in host.text
    draft(host, ground, 422, **{"shifts-0-capacity": ""})
    assert "Fill in the whole shift" in host.text
    draft(host, ground, 422, **{"shifts-0-day": "", "shifts-0-begin": "", "shifts-0-end": "",
                                "shifts-0-capacity": ""})  # fmt: skip
    assert "Give at least one shift" in host.text


def test_a_night_shift_ends_the_next_day(app: Portal, api: ApiClient, ground: str) -> None:
    host = browser(app, "manager")
    changes = {"shifts-0-begin": "22:00", "shifts-0-end": "02:00"}
    activity_id = published(host, ground, **changes)
    (shift,) = api.get(f"/activities/{activity_id}").json["shifts"]
    assert shift["starts_at"] == "2026-11-25T14:00:00Z"
    assert shift["ends_at"] == "2026-11-25T18:00:00Z"


def test_a_draft_is_changed_and_a_published_one_amended(
    app: Portal, api: ApiClient, ground: str
) -> None:
    host = browser(app, "manager")
    address = draft(host, ground)
    host.open(f"{address}/edit")
    values = host.form(f"{address}/edit").values
    assert values["shifts-0-begin"].startswith("14:00")
    host.send(f"{address}/edit", title="扫雪", description="一起扫雪。", category="environment",
              host=f"organization:{ground}", region_code=places.COMMUNITY)  # fmt: skip
    assert "扫雪" in host.text
    host.send(f"{address}/publish")
    host.open(f"{address}/edit")
    host.send(f"{address}/edit", description="改在西门。", location_name="公园西门")
    told = api.get(f"/activities/{address.rpartition('/')[2]}").json
    assert (told["description"], told["location"]["name"]) == ("改在西门。", "公园西门")


def test_review_at_the_desk(app: Portal, api: ApiClient, world: ModuleType, ground: str) -> None:
    beginners = stage.organization(1, name="新队")
    stage.manager(beginners, "new@example.org")
    host = browser(app, "new")
    address = draft(host, beginners)
    host.send(f"{address}/publish")
    assert "Handed in" in host.text
    world.make_staff("committee")
    desk = browser(app, "committee")
    desk.open("/desk/activities")
    assert "清扫红山公园" in desk.text
    review = f"/desk/activities/{address.rpartition('/')[2]}"
    desk.open(review)
    desk.send(f"{review}/send-back", 422, reason="")
    assert "Say why" in desk.text
    desk.send(f"{review}/send-back", reason="请写清集合地点")
    host.open(address)
    assert "请写清集合地点" in host.text
    host.send(f"{address}/publish")
    desk.open(review)
    desk.send(f"{review}/approve")
    assert api.get(f"/activities/{address.rpartition('/')[2]}").json["status"] == "published"


def test_ticks_exceptions_and_one_confirm(
    app: Portal, world: ModuleType, ground: str, at: At
) -> None:
    host = browser(app, "manager")
    activity_id = published(host, ground, **{"shifts-0-capacity": "3"})
    shift_id = shift_of(host, activity_id)
    for name in ("an", "bo", "chen"):
        world.make_user(f"{name}@example.org", name)
        person = browser(app, name)
        person.open(f"/activities/{activity_id}")
        person.send(f"/shifts/{shift_id}/signup")
    at(START)
    page = f"/hosting/shifts/{shift_id}"
    host.open(page)
    ticks = [f.action for f in host.forms if f.action.endswith("/tick-in")]
    assert len(ticks) == 3
    host.send(ticks[0])
    host.send(ticks[1])
    outs = [f.action for f in host.forms if f.action.endswith("/tick-out")]
    at(START + timedelta(minutes=45))
    host.send(outs[0])
    at(END + timedelta(minutes=1))
    jobs.run_until_quiet()
    host.open(page)
    host.send(ticks[2])  # was there, but never ticked
    host.open(f"{page}/confirm")
    form = host.form(f"{page}/confirm")
    minutes = sorted(v for n, v in form.values.items() if n.startswith("minutes-"))
    assert minutes == ["120", "120", "45"]
    changed = next(n for n, v in form.values.items() if v == "45")
    sixty: dict[str, Any] = {changed: "60"}
    host.send(f"{page}/confirm", **sixty)
    assert "say why" in host.text
    host.send(f"{page}/confirm", reason="路上帮了忙", **sixty)
    assert "3 records confirmed, 50 points credited" in host.text


def test_hours_reported_with_a_photo_that_loses_its_place(
    app: Portal, world: ModuleType, ground: str
) -> None:
    world.make_user("an@example.org", "安宁")
    an = browser(app, "an")
    exif = Image.Exif()
    exif[0x9286] = "secret place"
    photos = stage.picture("JPEG", exif=exif), b"x"
    address = stage.report_with_photos(an, ground, *photos)
    assert "2.png" in an.text  # the one that is no picture is said
    photo = stage.photo_of(an)
    with an.client.get(photo) as answer:
        content = answer.get_data()
    assert content[8:12] == b"WEBP"
    assert b"secret" not in content
    world.make_user("bo@example.org")
    browser(app, "bo").open(photo, status=404)
    host = browser(app, "manager")
    host.open("/hosting/records")
    assert "送饭" in host.text
    host.open(f"{address}/confirm")
    host.send(f"{address}/confirm")
    assert "Confirmed" in host.text
    an.open(f"{address}/dispute")
    an.send(f"{address}/dispute", reason="少算了")
    host.open(f"{address}/correct")
    host.send(f"{address}/correct", minutes="120", reason="对的")
    assert "Corrected" in host.text


def test_the_host_scans_a_pass(app: Portal, world: ModuleType, ground: str, at: At) -> None:
    host = browser(app, "manager")
    activity_id = published(host, ground)
    shift_id = shift_of(host, activity_id)
    world.make_user("an@example.org")
    an = browser(app, "an")
    an.open(f"/activities/{activity_id}")
    an.send(f"/shifts/{shift_id}/signup")
    code = stage.found(r'class="digits">([0-9A-Z ]+)<', an.page.text)
    at(START)
    page = f"/hosting/shifts/{shift_id}/scan"
    for typed, status, said in ((code, 200, "Ticked in"), (code, 422, "ticked in already"),
                                ("0000-0000", 422, "Nobody has this member code")):  # fmt: skip
        host.open(page)
        host.send(page, status, code=typed)
        assert said in host.text
    world.make_user("bo@example.org")
    other = stage.principal_of("bo@example.org").member_code
    host.send(page, 422, code=other)
    assert "no place in this shift" in host.text


def test_calling_off_says_who_is_told(app: Portal, world: ModuleType, ground: str) -> None:
    host = browser(app, "manager")
    activity_id = published(host, ground)
    shift_id = shift_of(host, activity_id)
    world.make_user("an@example.org")
    an = browser(app, "an")
    an.open(f"/activities/{activity_id}")
    an.send(f"/shifts/{shift_id}/signup")
    address = f"/hosting/activities/{activity_id}/cancel"
    host.open(address)
    assert "1 person has signed up" in host.text
    host.send(address, reason="大雪")
    an.open(f"/activities/{activity_id}")
    assert "大雪" in an.text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_answers_and_others_are_kept_out(
    app: Portal, world: ModuleType, ground: str, language: str
) -> None:
    host = browser(app, "manager", language)
    activity_id = published_quietly(host, ground)
    shift_id = shift_of(host, activity_id)
    world.make_user("an@example.org")
    an = browser(app, "an", language)
    for address in ("/activities", "/activities?when=past", f"/activities/{activity_id}",
                    "/me/activities", "/me/service", "/me/service/report", "/check-in",
                    "/check-out", "/service-on-display",
                    "/activities?day=x&category=x"):  # fmt: skip
        an.open(address)
    for address in ("/hosting", "/hosting/records", f"/hosting/activities/{activity_id}",
                    f"/hosting/activities/{activity_id}/edit", f"/hosting/shifts/{shift_id}",
                    f"/hosting/activities/{activity_id}/cancel",
                    f"/hosting/shifts/{shift_id}/code",
                    f"/hosting/shifts/{shift_id}/confirm"):  # fmt: skip
        host.open(address)
        an.open(address, status=404 if address in ("/hosting", "/hosting/records") else 403)
    an.open("/desk/activities", status=404)
    an.open(f"/desk/activities/{activity_id}", status=403)
    an.open(f"/activities/{new_id()}", status=404)
    stranger = Browser(app.test_client(), language)
    stranger.open("/activities")
    stranger.open(f"/activities/{activity_id}")


def published_quietly(host: Browser, organization: str) -> str:
    address = draft(host, organization)
    host.send(f"{address}/publish")
    return address.rpartition("/")[2]


def test_an_activity_shows_where_it_takes_place(app: Any, api: Any, world: Any, at: Any) -> None:
    at(stage.NOON)
    garden = {"name": "社区公园", "latitude": 42.2832, "longitude": 118.9}
    activity = stage.publish(api, location=garden)
    for place in (garden, {"name": "东门广场", "latitude": 42.2841, "longitude": 118.9}):
        other = activity.host.post(
            "/activities", stage.plan(activity.organization_id, location=place)
        )
        assert activity.host.post(f"/activities/{other.json['id']}/publish").status_code == 200
    visitor = Browser(app.test_client())
    visitor.open(f"/activities/{activity.id}")
    listed = visitor.page.text.split('class="plan-list"')[1].split("</ol>")[0]
    assert "东门广场" in listed
    assert "100 m to the north" in listed
    assert "社区公园" not in listed, "another activity at the same place"
    assert 'href="geo:42.2832,118.9?q=42.2832,118.9(' in visitor.page.text
    signing_up = visitor.page.text.index(f'href="/login?next=/activities/{activity.id}')
    assert signing_up < visitor.page.text.index('class="plan"'), "nobody looks for it below a map"
