"""What hosts change, and what residents then see: by their pages, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType

import pytest

from portal.activities.models import EvidencePhoto
from portal.activities.uploads import evidence_folder
from portal.app import Portal
from portal.core import jobs
from portal.core.database import db
from tests.activities import stage
from tests.activities.stage import END, NOON, START, At, Stage
from tests.browsing import Browser
from tests.conftest import ApiClient


@pytest.fixture
def activity(api: ApiClient, world: ModuleType, at: At) -> Stage:
    at(NOON)
    return stage.publish(api)


@pytest.fixture
def host(app: Portal, activity: Stage) -> Browser:
    return Browser(app.test_client()).sign_in("manager@example.org")


def person(app: Portal, world: ModuleType, name: str) -> Browser:
    world.make_user(f"{name}@example.org", name)
    return Browser(app.test_client()).sign_in(f"{name}@example.org")


def member(app: Portal, world: ModuleType, activity: Stage, name: str) -> Browser:
    """A resident who has signed up by the page."""
    visitor = person(app, world, name)
    visitor.open(f"/activities/{activity.id}")
    visitor.send(f"/shifts/{activity.shift_id}/signup")
    return visitor


def test_a_host_changes_the_places_and_is_told_what_cannot_be(
    app: Portal, world: ModuleType, activity: Stage, host: Browser
) -> None:
    for name in ("an", "bo", "chen"):
        member(app, world, activity, name)
    page = f"/hosting/shifts/{activity.shift_id}/change"
    host.open(page)
    assert host.form(page).values["capacity"] == "2"
    host.send(page, 422, capacity="1")
    assert "2 people have a place" in host.text
    host.send(page, capacity="３")
    assert stage.places(activity.shift_id) == (3, 0)
    host.open(page)
    host.send(page, day="2026-11-26")
    told = activity.read()["shifts"][0]
    assert told["starts_at"] == "2026-11-26T06:00:00Z"


def test_once_begun_only_the_places_can_be_changed(activity: Stage, host: Browser, at: At) -> None:
    at(START)
    page = f"/hosting/shifts/{activity.shift_id}/change"
    host.open(page)
    assert host.form(page).names >= {"capacity"}
    assert "day" not in host.form(page).names
    host.send(page, capacity="5")
    assert activity.read()["shifts"][0]["capacity"] == 5


def test_a_shift_is_added_once_and_called_off(
    app: Portal, world: ModuleType, activity: Stage, host: Browser
) -> None:
    page = f"/hosting/activities/{activity.id}/shifts/new"
    host.open(page)
    filled = {"day": "2026-11-28", "begin": "22:00", "end": "01:00", "capacity": "4"}
    form = host.form(page)
    for _time in range(2):
        answer = host.client.post(page, data={**form.values, **filled})
        assert answer.status_code == 303
    first, second = activity.read()["shifts"]
    assert (second["starts_at"], second["ends_at"]) == (
        "2026-11-28T14:00:00Z", "2026-11-28T17:00:00Z"
    )  # fmt: skip
    an = member(app, world, activity, "an")
    page = f"/hosting/shifts/{first['id']}/cancel"
    host.open(page)
    assert "1 person has signed up" in host.text
    host.send(page, 422, reason="")
    host.send(page, reason="操场维修")
    assert "操场维修" in host.text
    an.open(f"/activities/{activity.id}")
    assert "操场维修" in an.text
    an.open("/me/activities")
    assert "操场维修" in an.text


def test_the_list_takes_off_and_lets_in(
    app: Portal, world: ModuleType, activity: Stage, host: Browser, at: At
) -> None:
    an, _bo, chen = (member(app, world, activity, name) for name in ("an", "bo", "chen"))
    page = f"/hosting/shifts/{activity.shift_id}"
    host.open(page)
    (admit,) = [form.action for form in host.forms if form.action.endswith("/admit")]
    host.send(admit)
    chen.open(f"/activities/{activity.id}")
    assert "You have a place" in chen.text
    ids = re.findall(r"/hosting/signups/([0-9a-z]{26})/remove", host.page.text)
    assert len(ids) == 3
    names = {}
    for signup in ids:
        host.open(f"/hosting/signups/{signup}/remove")
        names[stage.found(r"Take (\w+) off the list", host.text)] = signup
    remove = f"/hosting/signups/{names['an']}/remove"
    host.open(remove)
    host.send(remove, reason="上次没有来")
    an.open("/me/activities")
    assert "上次没有来" in an.text
    an.open(f"/activities/{activity.id}")
    an.send(f"/shifts/{activity.shift_id}/signup", 409)
    assert "The host took you off this shift" in an.text


def test_a_neighbour_without_a_sign_up_is_added_from_the_scan(
    app: Portal, world: ModuleType, activity: Stage, host: Browser, at: At
) -> None:
    person(app, world, "an")
    at(START)
    code = stage.principal_of("an@example.org").member_code
    scan = f"/hosting/shifts/{activity.shift_id}/scan"
    host.open(scan)
    host.send(scan, 422, code=code)
    assert "Add this person to the list" in host.text
    walk_in = f"/hosting/shifts/{activity.shift_id}/walk-in"
    host.open(f"{walk_in}?code={code}")
    assert host.form(walk_in).values["code"] == code
    host.send(walk_in)
    assert "1 of 1 are here" in host.text
    host.open(walk_in)
    host.send(walk_in, 422, code=code)
    assert "on your list already" in host.text


def test_residents_see_only_the_states_that_matter_to_them(
    app: Portal, world: ModuleType, activity: Stage, at: At
) -> None:
    visitor = person(app, world, "an")
    address = f"/activities/{activity.id}"

    def chips() -> str:
        visitor.open(address)
        return stage.found(r"<h1.*?</h1>(.*?)</main>", visitor.page.text, re.DOTALL)

    assert "Published" not in chips()
    for name in ("bo", "chen"):
        member(app, world, activity, name)
    assert "Full: waiting list" in chips()
    at(START)
    assert "Under way" in chips()
    at(END + timedelta(seconds=1))
    assert "Finished" in chips()


def test_who_has_praised_sees_it_and_is_not_asked_again(
    app: Portal, world: ModuleType, activity: Stage, host: Browser, at: At
) -> None:
    visitor = person(app, world, "an")
    at(END + timedelta(minutes=1))
    visitor.open(f"/activities/{activity.id}")
    assert "Rate it" in visitor.text
    visitor.open(f"/activities/{activity.id}/praise")
    visitor.send(f"/activities/{activity.id}/praise", score="5", comment="很好的一天")
    assert visitor.address == f"/activities/{activity.id}"
    assert "Rate it" not in visitor.text
    assert "很好的一天" in visitor.text
    at(END + timedelta(days=8))
    visitor.open(f"/activities/{activity.id}/praise")
    assert visitor.address == f"/activities/{activity.id}"


def test_in_elder_mode_the_filters_are_behind_one_button(
    app: Portal, world: ModuleType, activity: Stage
) -> None:
    visitor = person(app, world, "an")
    for address in ("/activities?category=environment", "/exchange?kind=gift"):
        visitor.open(address)
        assert "filters-fold" not in visitor.page.text
    form = visitor.form("/preferences")
    visitor.client.post(form.action, data={**form.values, "mode": "elder"})
    for address, chosen in (("/activities?category=environment", "Environment"),
                            ("/exchange?kind=gift", "Gift")):  # fmt: skip
        visitor.open(address)
        fold = re.search(r"<details class=\"filters-fold\">(.*?)</details>(.*?)</p>",
                         visitor.page.text, re.DOTALL)  # fmt: skip
        assert fold
        assert 'name="q"' in fold.group(1)
        assert chosen in fold.group(2)


def test_a_check_in_that_asks_where_one_is(
    app: Portal, api: ApiClient, world: ModuleType, at: At
) -> None:
    at(NOON)
    place = {"name": "红山公园", "latitude": 42.28, "longitude": 118.96}
    activity = stage.publish(api, location=place, checkin_metres=300)
    an = member(app, world, activity, "an")
    an.open("/check-in")
    assert "position.js" not in an.page.text  # hours before, nobody needs to say where they are
    at(START)
    code = activity.code()
    an.open("/check-in")
    assert "Ask the host to tick you off the list" in an.text
    an.send("/check-in", 422, code=code)
    assert "ask the host to tick you off the list" in an.text
    an.send("/check-in", 422, code=code, latitude="42.285", longitude="118.96")
    assert "Come to the place of the activity" in an.text
    an.send("/check-in", 422, code=code, latitude="x", longitude="1e999")
    an.send("/check-in", code=code, latitude="42.282", longitude="118.96")
    assert "Your arrival is recorded" in an.text


# --- photos ---------------------------------------------------------------------------------------


def reported(visitor: Browser, organization_id: str | None) -> tuple[str, str]:
    """Hours reported with a photo: the addresses of the record and of the photo."""
    record = stage.report_with_photos(visitor, organization_id, stage.picture())
    return record, stage.photo_of(visitor)


@pytest.fixture
def pictures(app: Portal) -> Callable[[], set[str]]:
    """The names of the pictures that are kept; the folder is that of all tests of a run."""

    def names() -> set[str]:
        with app.app_context():
            folder = evidence_folder()
            return {each.name for each in folder.iterdir()} if folder.exists() else set()

    before = names()
    return lambda: names() - before


@pytest.fixture
def announced(activity: Stage, world: ModuleType) -> None:
    """The community shows confirmed records for three days before they count."""
    stage.announce_records()


def test_photos_are_for_the_person_and_the_host_alone(
    app: Portal, world: ModuleType, activity: Stage, host: Browser, announced: None
) -> None:
    an, bo = person(app, world, "an"), person(app, world, "bo")
    record, photo = reported(an, activity.organization_id)
    for visitor, status in ((an, 200), (host, 200), (bo, 404)):
        with visitor.client.get(photo) as answer:
            assert answer.status_code == status
            if status == 200:
                assert answer.headers["Cache-Control"] == "private, no-store"
    host.open(f"{record}/confirm")
    host.send(f"{record}/confirm")
    bo.open(record)  # on public display: what was done, and not the photo
    assert "/photos/" not in bo.page.text
    bo.open(photo, 404)


def test_a_photo_is_taken_back_before_the_decision_only(
    app: Portal, world: ModuleType, activity: Stage, host: Browser, pictures: Callable[[], set[str]]
) -> None:
    an = person(app, world, "an")
    record, photo = reported(an, activity.organization_id)
    host.open(record)
    assert f"{photo}/remove" not in host.page.text
    an.send(f"{photo}/remove")
    assert "The photo is deleted" in an.text
    assert pictures() == set()
    record, photo = reported(an, activity.organization_id)
    host.open(f"{record}/confirm")
    host.send(f"{record}/confirm")
    an.open(record)
    assert f"{photo}/remove" not in an.page.text
    assert len(pictures()) == 1


def test_photos_are_deleted_half_a_year_after_the_decision(
    app: Portal,
    world: ModuleType,
    activity: Stage,
    host: Browser,
    at: At,
    pictures: Callable[[], set[str]],
) -> None:
    an = person(app, world, "an")
    record, _photo = reported(an, activity.organization_id)
    reported(an, activity.organization_id)
    host.open(f"{record}/confirm")
    host.send(f"{record}/confirm")
    at(NOON + timedelta(days=180))
    jobs.run_until_quiet()
    assert len(pictures()) == 2
    at(NOON + timedelta(days=180, hours=2))
    jobs.run_until_quiet()
    assert len(pictures()) == 1  # the other is not decided yet
    db.session.rollback()
    assert db.session.query(EvidencePhoto).count() == 1


def test_a_picture_that_finds_no_room_is_not_kept(
    app: Portal,
    world: ModuleType,
    activity: Stage,
    monkeypatch: pytest.MonkeyPatch,
    pictures: Callable[[], set[str]],
) -> None:
    an = person(app, world, "an")
    monkeypatch.setattr("portal.activities.services.reports.MOST_PHOTOS", 0)
    stage.report_with_photos(an, activity.organization_id, stage.picture())
    assert "/photos/" not in an.page.text
    assert pictures() == set()
