"""The bars, home, me, the desk: what each person finds there."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.admin.places import ENDPOINTS
from portal.app import Portal
from portal.core import audit
from portal.core.clock import clock
from portal.core.messages import Channel, send
from portal.core.unit_of_work import unit_of_work
from tests.conftest import ApiClient

ENGLISH = {"Accept-Language": "en"}


def sign_in(client: FlaskClient, world: Any, login: str) -> FlaskClient:
    client.set_cookie("locale", "en")
    page = client.get("/login")
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    form = {"csrf_token": found.group(1), "login": login, "password": world.PASSWORD}
    assert client.post("/login", data=form).status_code == 303
    return client


def sections(page: str) -> list[str]:
    dock = page.split('<nav class="dock"')[1].split("</nav>", maxsplit=1)[0]
    return re.findall(r'<span class="dock-label">([^<]+)', dock)


def tasks(page: str) -> set[str]:
    bar = page.split('<nav class="desk-nav"')[1].split("</nav>", maxsplit=1)[0]
    return set(re.findall(r'class="desk-link" href="([^"]+)"', bar))


def test_every_place_the_shell_leads_to_exists(app: Portal) -> None:
    assert {name for name, end in ENDPOINTS.items() if end not in app.view_functions} == set()


def test_strangers_are_welcomed(client: FlaskClient) -> None:
    page = client.get("/", headers=ENGLISH)
    assert page.status_code == 200
    assert sections(page.text) == ["Home", "Activities", "Exchange", "Decide"]
    assert "/register" in page.text
    assert "/login" in page.text


def test_a_resident_sees_two_numbers_and_five_sections(client: FlaskClient, world: Any) -> None:
    world.make_user("a@example.org", "王秀英")
    page = sign_in(client, world, "a@example.org").get("/", headers=ENGLISH).text
    assert sections(page) == ["Home", "Activities", "Exchange", "Decide", "Me"]
    assert "王秀英" in page
    assert "红山郡社区" in page
    assert "委员会" not in page
    assert "My points" in page
    assert "My service hours" in page
    assert "desk-nav" not in page


@pytest.mark.parametrize(
    ("hour", "greeting"),
    [
        (3, "Good evening"),
        (4, "Good morning"),
        (9, "Good day"),
        (11, "Good day"),
        (12, "Good afternoon"),
        (18, "Good evening"),
    ],
)
def test_the_greeting_goes_with_the_hour(
    client: FlaskClient, world: Any, hour: int, greeting: str
) -> None:
    world.make_user("a@example.org", "王秀英")
    instant = datetime.combine(clock.today(), time(hour), clock.zone)
    with clock.held_at(instant):
        page = sign_in(client, world, "a@example.org").get("/", headers=ENGLISH).text
    assert f"{greeting}, 王秀英" in page


def test_large_type_is_one_tap_away_on_every_page(client: FlaskClient) -> None:
    for address in ("/", "/login", "/activities"):
        head = client.get(address, headers=ENGLISH).text.split("</header>")[0]
        assert 'name="mode" value="elder"' in head, address
    client.set_cookie("mode", "elder")
    head = client.get("/", headers=ENGLISH).text.split("</header>")[0]
    assert 'name="mode" value="standard"' in head


def test_large_type_has_one_name(client: FlaskClient) -> None:
    page = client.get("/", headers=ENGLISH).text
    names = re.findall(r'name="mode" value="elder"[^>]*>(.*?)</button>', page)
    assert [re.sub(r"<[^>]+>", "", name).strip() for name in names] == ["Larger", "Larger"]


def test_staff_read_in_the_head_where_they_work(client: FlaskClient, world: Any) -> None:
    world.make_staff("committee")
    page = sign_in(client, world, "committee@example.org").get("/desk", headers=ENGLISH).text
    head = page.split("</summary>")[0]
    assert '<span class="hat-place">红山郡社区</span>' in head


def test_who_has_no_home_is_told_what_to_do(client: FlaskClient, world: Any) -> None:
    world.make_user("new@example.org", home=None)
    page = sign_in(client, world, "new@example.org").get("/", headers=ENGLISH).text
    assert "Say where you live" in page
    assert "/me/home" in page


def test_me_leads_to_everything_of_ones_own(client: FlaskClient, world: Any) -> None:
    world.make_user("a@example.org")
    page = sign_in(client, world, "a@example.org").get("/me", headers=ENGLISH).text
    for address in (
        "/me/points", "/me/hours", "/me/vouchers", "/me/activities", "/me/service", "/me/code",
        "/me/profile", "/me/sessions", "/me/notifications", "/me/roles",
    ):  # fmt: skip
        assert f'href="{address}"' in page, address


@pytest.mark.parametrize(
    ("role", "scope", "there", "absent"),
    [
        ("social_worker", "150402010003", {"/desk/residents", "/desk/activities"}, {"/desk/audit"}),
        (
            "committee",
            "150402010003",
            {"/desk/residents", "/desk/merchants", "/desk/rules", "/desk/audit"},
            {"/desk/messages", "/desk/roles"},
        ),
        ("finance", "1504", {"/desk/budgets", "/desk/ledger"}, {"/desk/residents", "/desk/audit"}),
        ("auditor", "1504", {"/desk/audit", "/desk/ledger"}, {"/desk/budgets"}),
        ("admin", "1504", {"/desk/messages", "/desk/roles"}, {"/desk/residents"}),
    ],
)
def test_the_desk_shows_the_tasks_of_a_role(
    client: FlaskClient, world: Any, role: str, scope: str, there: set[str], absent: set[str]
) -> None:
    world.make_staff(role, scope=scope)
    page = sign_in(client, world, f"{role}@example.org").get("/desk", headers=ENGLISH)
    assert page.status_code == 200
    assert there <= tasks(page.text)
    assert not absent & tasks(page.text)


def test_the_desk_is_not_there_for_residents(client: FlaskClient, world: Any) -> None:
    world.make_user("a@example.org")
    signed_in = sign_in(client, world, "a@example.org")
    for address in ("/desk", "/desk/audit", "/desk/messages"):
        assert signed_in.get(address).status_code == 404


def test_counts_open_what_they_count(client: FlaskClient, world: Any) -> None:
    from portal.accounts import services
    from portal.accounts.queries import facts_of
    from portal.core.permissions import Principal

    user_id = world.make_user("new@example.org", "新来的", home=None)
    facts = facts_of(user_id)
    person = Principal(
        user_id, "新来的", "zh_Hans", facts.member_code, None, (), verified=False, grants=()
    )
    with unit_of_work():
        services.claim_home(person, world.COMMUNITY, "3 号楼 2 单元 501")
    world.make_staff("committee")
    page = sign_in(client, world, "committee@example.org").get("/desk", headers=ENGLISH).text
    stat = re.search(
        r'href="(/desk/residents)">Residents to verify.*?stat-value">(\d+)<', page, re.DOTALL
    )
    assert stat
    assert stat.group(2) == "1"
    assert "新来的" in client.get(stat.group(1)).text


# --- the audit log --------------------------------------------------------------------------


def write_events(world: Any) -> None:
    with unit_of_work():
        audit.record(None, "activity.published", "activity", "near", region_code=world.COMMUNITY)
        audit.record(None, "offer.approved", "offer", "far", region_code=world.FAR_COMMUNITY)
        audit.record(None, "password.changed", "user", "nowhere")
    audit.link()


def test_the_log_is_read_within_ones_regions(client: FlaskClient, world: Any) -> None:
    write_events(world)
    world.make_staff("committee")
    page = sign_in(client, world, "committee@example.org").get("/desk/audit", headers=ENGLISH).text
    assert "near" in page
    assert "activity far" not in page
    assert "nowhere" not in page


def test_the_whole_citys_auditor_reads_all(client: FlaskClient, world: Any) -> None:
    write_events(world)
    world.make_staff("auditor", scope=world.CITY)
    page = sign_in(client, world, "auditor@example.org").get("/desk/audit", headers=ENGLISH).text
    for word in ("near", "far", "nowhere"):
        assert word in page


def test_the_log_is_filtered(client: FlaskClient, world: Any) -> None:
    write_events(world)
    world.make_staff("auditor", scope=world.CITY)
    auditor = sign_in(client, world, "auditor@example.org")
    for query, found in (
        ("action=offer.approved", {"far"}),
        ("kind=activity", {"near"}),
        (f"region={world.COMMUNITY}", {"near"}),
        ("object=nowhere", {"nowhere"}),
        ("since=2199-01-01", set()),
        ("until=2000-01-01", set()),
        ("since=nonsense&action=activity.published", {"near"}),
    ):
        page = auditor.get(f"/desk/audit?{query}", headers=ENGLISH).text
        table = page.split("<tbody")[1] if "<tbody" in page else ""
        assert {word for word in ("near", "far", "nowhere") if word in table} == found, query


def test_a_cursor_of_another_list_is_refused(client: FlaskClient, world: Any) -> None:
    world.make_staff("auditor", scope=world.CITY)
    auditor = sign_in(client, world, "auditor@example.org")
    assert auditor.get("/desk/audit?cursor=WyJ4Il0.x").status_code == 422


# --- messages, about ------------------------------------------------------------------------


def test_the_administrator_reads_what_the_embedded_default_sends(
    client: FlaskClient, world: Any
) -> None:
    with unit_of_work():
        send(Channel.EMAIL, "a@example.org", "Your code", "It is 123456.\nGood luck.")
        send(Channel.SMS, "+8613800138000", "", "Your code is 654321.")
    world.make_staff("admin", scope=world.CITY)
    admin = sign_in(client, world, "admin@example.org")
    page = admin.get("/desk/messages", headers=ENGLISH).text
    assert "123456" in page
    assert "654321" in page
    only = admin.get("/desk/messages?to=a@example.org", headers=ENGLISH).text
    assert "123456" in only
    assert "654321" not in only


def test_what_a_mail_server_takes_is_not_shown(
    app: Portal, client: FlaskClient, world: Any
) -> None:
    with unit_of_work():
        send(Channel.EMAIL, "a@example.org", "Your code", "It is 123456.")
    world.make_staff("admin", scope=world.CITY)
    admin = sign_in(client, world, "admin@example.org")
    kept = app.extensions["portal_providers"][Channel.EMAIL]
    app.extensions["portal_providers"][Channel.EMAIL] = object()
    try:
        page = admin.get("/desk/messages", headers=ENGLISH).text
    finally:
        app.extensions["portal_providers"][Channel.EMAIL] = kept
    assert "123456" not in page


@pytest.mark.parametrize("address", ["/about", "/accessibility", "/styleguide", "/api/v1/docs"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_said_about_the_portal(client: FlaskClient, address: str, language: str) -> None:
    page = client.get(address, headers={"Accept-Language": language})
    assert page.status_code == 200
    assert f'<html lang="{"en" if language == "en" else "zh-Hans"}"' in page.text
    assert "style=" not in page.text


def test_the_api_needs_no_bars(api: ApiClient, world: Any) -> None:
    assert api.get("/regions").status_code == 200
