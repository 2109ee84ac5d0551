"""Who confirms where people live finds the residents of their place, and nobody else's."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select

from portal.accounts import services
from portal.accounts.queries import facts_of
from portal.core.audit import AuditEvent
from portal.core.database import db
from portal.core.ids import new_id
from portal.core.permissions import Grant, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from tests.browsing import Browser
from tests.world import (
    CITY,
    COMMUNITY,
    DISTRICT,
    FAR_COMMUNITY,
    NEXT_COMMUNITY,
    PASSWORD,
    STREET,
    make_staff,
    make_user,
    make_users,
    principal,
)

PEOPLE = "/desk/residents/people"
HERE = "红山郡社区"

Desk = Callable[..., Browser]


@pytest.fixture
def desk(app: Any, world: Any) -> Desk:
    """A browser of somebody who works for a place."""

    def sit_down(scope: str = COMMUNITY, role: str = "social_worker", language: str = "en") -> Any:
        login = f"{role}-{scope}-{new_id()}@example.org"
        make_staff(role, login, scope)
        return Browser(app.test_client(), language).sign_in(login)

    return sit_down


def judge(code: str, name: str = "宋雅楠") -> Any:
    grant = Grant(Role.SOCIAL_WORKER, ScopeKind.REGION, code)
    return principal(make_user(f"{new_id()}@example.org", name, home=None), grant)


def claim(user_id: str, code: str = COMMUNITY, door: str = "3号楼 501") -> str:
    with unit_of_work():
        return services.claim_home(principal(user_id), code, door)


def settle(name: str, code: str = COMMUNITY, by: str = "宋雅楠", **more: Any) -> str:
    """Somebody whose home was claimed and confirmed; the id."""
    user_id = make_user(f"{new_id()}@example.org", name, home=None, **more)
    verify(claim(user_id, code), code, by)
    return user_id


def verify(claim_id: str, code: str = COMMUNITY, by: str = "宋雅楠") -> None:
    worker = judge(code, by)
    with unit_of_work():
        services.verify_claim(worker, claim_id)


def decline(
    user_id: str, reason: str, code: str = COMMUNITY, by: str = "宋雅楠", door: str = "3号楼 501"
) -> None:
    """Somebody says where they live, and is told no."""
    claim_id, worker = claim(user_id, code, door), judge(code, by)
    with unit_of_work():
        services.decline_claim(worker, claim_id, reason)


def code_of(user_id: str) -> str:
    return str(facts_of(user_id).member_code)


def read_by(action: str = "resident.read") -> list[tuple[str | None, str, str | None]]:
    db.session.rollback()
    rows = db.session.execute(
        select(AuditEvent.actor_id, AuditEvent.object_id, AuditEvent.region_code).where(
            AuditEvent.action == action
        )
    )
    return [(row.actor_id, row.object_id, row.region_code) for row in rows]


# --- finding ---------------------------------------------------------------------------------


@pytest.mark.parametrize("q", ["王芳", "芳", "王"])
def test_a_resident_is_found_by_a_part_of_the_name(desk: Desk, q: str) -> None:
    user_id = settle("王芳")
    settle("李雷")
    worker = desk()
    worker.open(f"{PEOPLE}?q={q}")
    assert f"{PEOPLE}/{user_id}" in worker.page.text
    for words in ("王芳", HERE, "confirmed", "by 宋雅楠"):
        assert words in worker.text, words
    assert "李雷" not in worker.text


def test_a_resident_is_found_by_the_exact_member_code(desk: Desk) -> None:
    user_id = settle("王芳")
    worker, code = desk(), code_of(user_id)
    for q in (code, code.upper(), f"{code[:4]} {code[4:8]} {code[8:]}"):
        worker.open(f"{PEOPLE}?q={q}")
        assert f"{PEOPLE}/{user_id}" in worker.page.text, q
    worker.open(f"{PEOPLE}?q={code[:-1]}")
    assert user_id not in worker.page.text


def test_nobody_is_found_by_an_address_or_number(desk: Desk) -> None:
    user_id = make_user("13800138000", "王芳")
    make_user("wang@example.org", "王丽")
    worker = desk()
    for q in ("13800138000", "wang@example.org"):
        worker.open(f"{PEOPLE}?q={q}")
        assert "Nobody found" in worker.text, q
    worker.open(f"{PEOPLE}?q=王芳")
    assert user_id in worker.page.text
    assert "138" not in worker.page.text.split("<main")[1]


def test_who_waits_is_found_too_and_is_marked(desk: Desk) -> None:
    user_id = make_user("new@example.org", "韩梅梅", home=None)
    claim_id = claim(user_id)
    worker = desk()
    worker.open(f"{PEOPLE}?q=梅梅")
    assert "Waiting to be verified" in worker.text
    worker.open(f"{PEOPLE}/{user_id}")
    assert f'href="/desk/residents/{claim_id}"' in worker.page.text


@pytest.mark.parametrize("role", ["social_worker", "committee"])
def test_the_desk_of_one_community_lists_all_who_live_there(desk: Desk, role: str) -> None:
    settle("王芳")
    settle("李雷", NEXT_COMMUNITY)
    worker = desk(role=role)
    worker.open("/desk/residents")
    assert f'href="{PEOPLE}"' in worker.page.text
    worker.open(PEOPLE)
    assert "王芳" in worker.text
    assert "李雷" not in worker.text
    assert "Choose a region" not in worker.page.text  # there is no other


def test_above_communities_one_searches_or_chooses(desk: Desk) -> None:
    settle("王芳")
    settle("王丽", NEXT_COMMUNITY)
    settle("王远", FAR_COMMUNITY)
    street = desk(STREET)
    street.open(PEOPLE)
    assert "王芳" not in street.text  # nobody reads a whole street's people
    assert "Write a name or a member code" in street.text
    assert f"at={STREET}" in street.page.text  # the choice of a community begins here
    street.open(f"{PEOPLE}?q=王")
    assert {"王芳", "王丽"} <= set(street.text.split())
    assert "王远" not in street.text
    street.open(f"{PEOPLE}?region={NEXT_COMMUNITY}")
    assert "王丽" in street.text
    assert "王芳" not in street.text
    street.open(f"{PEOPLE}?q=王&region={COMMUNITY}")
    assert "王芳" in street.text
    assert "王丽" not in street.text


@pytest.mark.parametrize("query", ["q=%25", "q=%20", "region=x", "region=99", "q=王&region=999"])
def test_what_makes_no_sense_finds_nobody(desk: Desk, query: str) -> None:
    settle("王芳")
    worker = desk(STREET)
    worker.open(f"{PEOPLE}?{query}")
    assert "王芳" not in worker.text


def test_the_lists_go_on_page_by_page(desk: Desk, app: Any) -> None:
    for n in range(23):
        make_user(f"m{n}@example.org", f"王阿{n:02}")
    worker = desk()
    for address in (PEOPLE, f"{PEOPLE}?q=王阿"):
        seen: list[str] = []
        worker.open(address)
        for _page in range(2):
            seen += re.findall(r"王阿\d\d", worker.text)
            more = re.search(r'href="([^"]*cursor=[^"]*)"', worker.page.text)
            if more:
                worker.open(more[1].replace("&amp;", "&"))
        assert sorted(set(seen)) == [f"王阿{n:02}" for n in range(23)], address
        assert len(seen) == 23, address
    worker.open(f"{PEOPLE}?q=王&cursor=WyJ4Il0.x", status=422)


def test_a_name_changed_and_a_home_moved_are_found_where_they_are_now(desk: Desk, app: Any) -> None:
    user_id = settle("王芳")
    here, next_door = desk(), desk(NEXT_COMMUNITY)
    claim_id = claim(user_id, NEXT_COMMUNITY)
    next_door.open(f"{PEOPLE}?q=王芳")
    assert user_id not in next_door.page.text  # claims wait in the queue, homes are as confirmed
    next_door.open(f"{PEOPLE}/{user_id}", status=404)
    verify(claim_id, NEXT_COMMUNITY)
    with unit_of_work():
        services.update_profile(principal(user_id), "王晓芳", None)
    for q, finds in (("晓芳", True), ("王芳", False)):
        next_door.open(f"{PEOPLE}?q={q}")
        assert (user_id in next_door.page.text) is finds, q
    here.open(f"{PEOPLE}?q=晓芳")
    assert user_id not in here.page.text
    here.open(f"{PEOPLE}/{user_id}", status=404)


def test_who_was_declined_or_took_it_back_lives_nowhere(desk: Desk) -> None:
    declined = make_user("a@example.org", "王芳", home=None)
    decline(declined, "没有这个门牌")
    withdrawn = make_user("b@example.org", "王丽", home=None)
    claim_id = claim(withdrawn)
    with unit_of_work():
        services.withdraw_claim(principal(withdrawn), claim_id)
    worker = desk()
    worker.open(f"{PEOPLE}?q=王")
    assert "Nobody found" in worker.text
    for user_id in (declined, withdrawn):
        worker.open(f"{PEOPLE}/{user_id}", status=404)


def test_a_closed_account_is_found_by_nobody(desk: Desk, app: Any) -> None:
    user_id = settle("王芳")
    worker, code = desk(), code_of(user_id)
    services.close_account(principal(user_id), PASSWORD)
    for address in (f"{PEOPLE}?q=王芳", f"{PEOPLE}?q={code}", PEOPLE):
        worker.open(address)
        assert user_id not in worker.page.text, address
    worker.open(f"{PEOPLE}/{user_id}", status=404)


# --- one resident ----------------------------------------------------------------------------


def test_the_history_says_who_decided_what_and_when(desk: Desk) -> None:
    user_id = make_user("wang@example.org", "王芳", home=None, phone="+8613800138000")
    decline(user_id, "门牌号不在本社区", by="白桂芝")
    verify(claim(user_id, door="5号楼 101"))
    worker = desk()
    worker.open(f"{PEOPLE}/{user_id}")
    timeline = worker.page.text.split('class="timeline"')[1].split("</ol>")[0]
    order = ["宋雅楠", "5号楼 101", "白桂芝", "门牌号不在本社区", "3号楼 501"]
    places = [timeline.index(words) for words in order]
    assert places == sorted(places)
    assert code_of(user_id)[-4:].upper() in worker.text
    for contact in ("wang@example.org", "13800138000", code_of(user_id)):
        assert contact not in worker.page.text, contact


def test_what_another_community_was_asked_stays_there(desk: Desk) -> None:
    user_id = make_user("wang@example.org", "王芳", home=None)
    decline(user_id, "别处的理由", NEXT_COMMUNITY, door="别处 9号楼")
    verify(claim(user_id, door="这里 1号楼"))
    worker, street = desk(), desk(STREET)
    worker.open(f"{PEOPLE}/{user_id}")
    assert "这里 1号楼" in worker.text
    assert "别处" not in worker.text
    street.open(f"{PEOPLE}/{user_id}")
    assert "别处的理由" in street.text


def test_a_claim_shows_what_was_decided_before(desk: Desk) -> None:
    user_id = make_user("wang@example.org", "王芳", home=None)
    decline(user_id, "门牌号不在本社区")
    worker = desk()
    worker.open(f"/desk/residents/{claim(user_id)}")
    assert "门牌号不在本社区" in worker.text
    assert "Confirm: lives here" in worker.text


def test_reading_one_persons_page_is_written_down(desk: Desk) -> None:
    user_id = settle("王芳")
    worker = desk()
    for address in (PEOPLE, f"{PEOPLE}?q=王芳", f"{PEOPLE}?q={code_of(user_id)}"):
        worker.open(address)
    assert read_by() == []
    worker.open(f"{PEOPLE}/{user_id}")
    assert "written down in the audit log" in worker.text
    [(reader, whose, where)] = read_by()
    assert (whose, where) == (user_id, COMMUNITY)
    assert reader not in (None, user_id)


def test_a_decided_claim_is_only_read_and_a_waiting_one_is_work(desk: Desk) -> None:
    user_id = make_user("wang@example.org", "王芳", home=None)
    claim_id = claim(user_id)
    worker = desk()
    worker.open(f"/desk/residents/{claim_id}")
    assert read_by() == []
    worker.send(f"/desk/residents/{claim_id}/verify")
    worker.open(f"/desk/residents/{claim_id}")
    assert [whose for _reader, whose, _where in read_by()] == [user_id]


def test_a_page_that_is_not_shown_is_not_written_down(desk: Desk) -> None:
    user_id = settle("王芳")
    desk(NEXT_COMMUNITY).open(f"{PEOPLE}/{user_id}", status=404)
    assert read_by() == []


# --- who may ---------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", [COMMUNITY, STREET, DISTRICT, CITY])
def test_the_community_and_those_above_see_a_resident(desk: Desk, scope: str) -> None:
    user_id = settle("王芳")
    desk(scope).open(f"{PEOPLE}/{user_id}")


@pytest.mark.parametrize("scope", [NEXT_COMMUNITY, FAR_COMMUNITY])
def test_nobody_of_elsewhere_learns_of_a_resident(desk: Desk, scope: str) -> None:
    user_id = settle("王芳")
    worker = desk(scope)
    for q in ("王芳", code_of(user_id), f"王芳&region={COMMUNITY}"):
        worker.open(f"{PEOPLE}?q={q}")
        assert "Nobody found" in worker.text, q
    worker.open(f"{PEOPLE}?region={COMMUNITY}")
    assert user_id not in worker.page.text
    worker.open(f"{PEOPLE}/{user_id}", status=404)
    worker.open(f"{PEOPLE}/{new_id()}", status=404)


@pytest.mark.parametrize("role", ["finance", "auditor", "admin"])
def test_other_roles_find_no_residents(desk: Desk, role: str) -> None:
    user_id = settle("王芳")
    other = desk(CITY, role)
    for address in (PEOPLE, f"{PEOPLE}?q=王芳", f"{PEOPLE}/{user_id}"):
        other.open(address, status=404)


def test_residents_themselves_find_nobody(browser: Any) -> None:
    user_id = settle("王芳")
    make_user("a@example.org", "邻居")
    browser.sign_in("a@example.org")
    for address in (PEOPLE, f"{PEOPLE}/{user_id}"):
        browser.open(address, status=404)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pages_are_there_in_both_languages(desk: Desk, language: str) -> None:
    user_id = settle("王芳")
    worker = desk(language=language)
    for address in (PEOPLE, f"{PEOPLE}?q=王芳", f"{PEOPLE}?q=zzqx", f"{PEOPLE}/{user_id}"):
        worker.open(address)
        assert f'<html lang="{"en" if language == "en" else "zh-Hans"}"' in worker.page.text


def test_a_list_asks_the_database_as_often_whatever_its_length(desk: Desk) -> None:
    settle("王一")
    worker = desk()

    def asked(address: str) -> int:
        statements: list[str] = []

        def note(_c: Any, _u: Any, statement: str, *_rest: Any) -> None:
            statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        worker.open(address)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    addresses = (PEOPLE, f"{PEOPLE}?q=王")
    few = [asked(address) for address in addresses]
    for n in range(12):
        settle(f"王{n}")
    make_users(5, "more")
    assert [asked(address) for address in addresses] == few


def test_two_of_one_name_are_told_apart_by_their_codes(desk: Desk) -> None:
    """Not by their doors: whoever looks at where somebody lives opens the page, and is noted."""
    codes = {code_of(settle("周文学"))[-4:].upper() for _ in range(2)}
    worker = desk()
    for address in (PEOPLE, f"{PEOPLE}?q=周文学"):
        worker.open(address)
        assert all(f"code ends {code}" in worker.text for code in codes), worker.text
        assert "501" not in worker.text
