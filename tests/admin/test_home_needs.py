"""Home says to each what needs them now: who serves, who hosts, who decides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.core import audit
from portal.core.unit_of_work import unit_of_work
from tests.activities import stage
from tests.activities.stage import END, NOON, START
from tests.browsing import Browser

MINUTE = timedelta(minutes=1)


@pytest.fixture
def activity(api: Any, world: Any, at: Any) -> Any:
    at(NOON)
    return stage.publish(api)


def browser_of(app: Any, login: str) -> Browser:
    return Browser(app.test_client()).sign_in(login)


def serve(activity: Any, at: Any) -> Any:
    person = activity.resident("an")
    assert person.post(f"/shifts/{activity.shift_id}/signups").status_code == 201
    at(START + 5 * MINUTE)
    assert person.post("/checkins", {"code": activity.code()}).status_code == 201
    return person


def first_need(browser: Browser) -> str:
    browser.open("/")
    part = browser.page.text.split('id="now"', maxsplit=1)
    return part[1].split('<li class="row', maxsplit=2)[1] if len(part) == 2 else ""


def test_who_is_checked_in_sees_it_first(app: Any, activity: Any, at: Any) -> None:
    serve(activity, at)
    person = browser_of(app, "an@example.org")
    need = first_need(person)
    assert "You are serving" in need
    assert "until today 16:00" in need
    assert 'href="/check-out"' in need
    person.open("/me")
    assert "You are here" in person.text
    assert "You have a place" not in person.text


def test_served_time_waits_for_its_confirmation(app: Any, activity: Any, at: Any) -> None:
    person = serve(activity, at)
    at(START + 90 * MINUTE)
    assert person.post("/checkouts", {"code": activity.code()}).status_code == 201
    home = browser_of(app, "an@example.org")
    home.open("/")
    assert "1 service waits for the host's word since today" in home.text
    assert "once it is confirmed, hours and points are yours" in home.text
    record = person.get("/service-records").json["items"][0]["id"]
    assert f'href="/service-records/{record}"' in home.page.text

    confirmed = activity.host.post(f"/shifts/{activity.shift_id}/confirm")
    assert confirmed.json["confirmed"] == 1, confirmed.text
    home.open("/")
    assert "Waiting to be confirmed" not in home.text


def test_confirmed_time_is_on_display_first(app: Any, activity: Any, at: Any) -> None:
    stage.announce_records()
    person = serve(activity, at)
    at(START + 90 * MINUTE)
    assert person.post("/checkouts", {"code": activity.code()}).status_code == 201
    activity.host.post(f"/shifts/{activity.shift_id}/confirm")
    home = browser_of(app, "an@example.org")
    home.open("/")
    assert "1 confirmed service is on display until" in home.text
    assert "if nobody objects, hours and points are yours" in home.text


def test_a_host_sees_what_is_on_and_what_is_to_confirm(app: Any, activity: Any, at: Any) -> None:
    person = serve(activity, at)
    host = browser_of(app, "manager@example.org")
    need = first_need(host)
    assert "On now" in need
    assert f'href="/hosting/shifts/{activity.shift_id}"' in need
    at(END - MINUTE)
    person.post("/checkouts", {"code": activity.code()})
    at(END + 20 * MINUTE)
    need = first_need(host)
    assert "1 person waits for hours" in need
    assert f'href="/hosting/shifts/{activity.shift_id}/confirm"' in need
    assert "Nothing waits for you today" not in host.text


def test_the_desk_counts_on_home(app: Any, world: Any) -> None:
    world.make_staff("committee")
    committee = browser_of(app, "committee@example.org")
    assert first_need(committee) == ""
    assert "Nothing waits for you today" in committee.text
    world.make_user("new@example.org", "新来的", home=None)
    newcomer = browser_of(app, "new@example.org")
    newcomer.open(f"/me/home?community={world.COMMUNITY}")
    newcomer.send("/me/home", address="3 号楼")
    need = first_need(committee)
    assert "Residents to verify" in need
    assert "1 waits for you" in need
    assert 'href="/desk/residents"' in need


def test_who_waits_for_the_community_reads_since_when_and_for_what(
    app: Any, world: Any, at: Any
) -> None:
    at(NOON)
    world.make_user("new@example.org", "新来的", home=None)
    newcomer = browser_of(app, "new@example.org")
    assert "once it is confirmed you can vote there" in first_need(newcomer)
    newcomer.open(f"/me/home?community={world.COMMUNITY}")
    newcomer.send("/me/home", address="3 号楼")
    at(NOON + timedelta(days=1))
    need = first_need(browser_of(app, "new@example.org"))
    assert "asked yesterday 12:00 · once it is confirmed you can vote there" in need


def test_a_social_worker_stays_at_the_desk(app: Any, world: Any, activity: Any) -> None:
    world.make_staff("social_worker")
    worker = browser_of(app, "social_worker@example.org")
    for address in ("/hosting/records", "/hosting"):
        worker.open(address)
        assert 'href="/desk/residents"' in worker.page.text
        summary = worker.page.text.split("<summary")[1].split("</summary>")[0]
        assert "Social worker" in summary, address


def test_a_manager_has_the_tools_of_the_organization(app: Any, activity: Any) -> None:
    host = browser_of(app, "manager@example.org")
    host.open("/hosting")
    bar = host.page.text.split('<nav class="desk-nav"')[1].split("</nav>")[0]
    own = f"/organizations/{activity.organization_id}"
    for address in ("/hosting", "/hosting/records", own, f"{own}/people", f"{own}/page"):
        assert f'href="{address}"' in bar, address
    assert "红山志愿服务队" in bar


def test_the_log_speaks_of_people_and_things_by_name(app: Any, world: Any) -> None:
    someone = world.make_user("b@example.org", "李秀兰")
    doer = world.make_user("c@example.org", "赵做事")
    with unit_of_work():
        audit.record(doer, "profile.changed", "user", someone, heat=True)
        audit.record(
            None, "role.granted", "user", someone, role="committee",
            scope=f"region:{world.COMMUNITY}",
        )  # fmt: skip
    world.make_staff("auditor", scope=world.CITY)
    auditor = browser_of(app, "auditor@example.org")
    auditor.open("/desk/audit")
    table = auditor.page.text.split("<tbody")[1]
    assert "Account 李秀兰" in table
    assert someone not in table
    assert "Great heat: yes" in table
    assert "True" not in table
    assert "Region 红山郡社区<" in table
    auditor.open("/desk/audit?person=c@example.org")
    assert "Profile changed" in auditor.page.text.split("<tbody")[1]
    assert "Role given" not in auditor.page.text.split("<tbody")[1]
    auditor.open("/desk/audit?person=nobody@example.org")
    assert "<tbody" not in auditor.page.text


def test_roles_that_open_nothing_are_not_given(app: Any, world: Any) -> None:
    world.make_staff("admin", scope=world.CITY)
    admin = browser_of(app, "admin@example.org")
    admin.open("/desk/roles/give")
    form = admin.page.text.split('name="role"')[1].split("</select>")[0]
    assert 'value="committee"' in form
    for role in ("grid_worker", "dispatcher", "department_handler", "supervisor"):
        assert f'value="{role}"' in form
    assert 'value="mediator"' not in form
