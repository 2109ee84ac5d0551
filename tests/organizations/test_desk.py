"""The committee finds every organization of its place again, and what was decided about it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from portal.core.database import db
from portal.core.unit_of_work import unit_of_work
from portal.organizations import services
from tests import world
from tests.browsing import Browser
from tests.organizations.neighbours import (
    application,
    committee,
    organization,
    principal,
    register,
)

pytestmark = pytest.mark.usefixtures("world")

ALL = "/desk/organizations/all"


@pytest.fixture
def desk(app: Any) -> Any:
    def sit_down(scope: str = world.COMMUNITY, language: str = "en") -> Browser:
        login = f"committee-{scope}@example.org"
        world.make_staff("committee", login, scope)
        return Browser(app.test_client(), language).sign_in(login)

    return sit_down


def decline(organization_id: str, reason: str = "缺少活动地点") -> None:
    judge = committee(world.CITY)
    with unit_of_work():
        services.decline(judge, organization_id, reason)


@pytest.fixture
def three(app: Any) -> dict[str, str]:
    """One in each state."""
    verified, _ = organization("a@example.org", name="绿叶志愿队")
    waiting, _ = register("b@example.org", name="红叶志愿队")
    declined, _ = register("c@example.org", name="黄叶志愿队")
    decline(declined)
    return {"verified": verified, "pending": waiting, "declined": declined}


def shown(page: Browser, three: dict[str, str]) -> set[str]:
    return {
        state for state, each in three.items() if f"/desk/organizations/{each}" in page.page.text
    }


def test_all_are_there_whatever_their_state(desk: Any, three: dict[str, str]) -> None:
    judge = desk()
    judge.open("/desk/organizations")
    assert shown(judge, three) == {"pending"}
    assert f'href="{ALL}"' in judge.page.text
    judge.open(ALL)
    assert shown(judge, three) == set(three)
    for state in three:
        judge.open(f"{ALL}?status={state}")
        assert shown(judge, three) == {state}, state
    judge.open(f"{ALL}?status=asleep")
    assert shown(judge, three) == set(three)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=叶志", {"verified", "pending", "declined"}),
        ("q=黄叶", {"declined"}),
        ("q=叶&status=verified", {"verified"}),
        ("q=%25", set()),
        ("q=老人", {"verified", "pending", "declined"}),
    ],
)
def test_they_are_found_by_their_words(
    desk: Any, three: dict[str, str], query: str, found: set[str]
) -> None:
    judge = desk()
    judge.open(f"{ALL}?{query}")
    assert shown(judge, three) == found


def test_the_public_finds_only_what_is_verified(app: Any, three: dict[str, str]) -> None:
    stranger = Browser(app.test_client())
    stranger.open("/organizations?q=叶")
    assert "绿叶志愿队" in stranger.text
    for words in ("红叶", "黄叶"):
        assert words not in stranger.text


def test_a_corrected_application_is_found_by_its_new_name(desk: Any) -> None:
    organization_id, founder = register(name="红叶志愿队")
    actor = principal(founder)
    with unit_of_work():
        services.apply_again(actor, organization_id, application(name="蓝天书画社"))
    judge = desk()
    judge.open(f"{ALL}?q=蓝天")
    assert organization_id in judge.page.text
    judge.open(f"{ALL}?q=红叶")
    assert organization_id not in judge.page.text


def test_the_page_of_one_tells_its_history(desk: Any) -> None:
    organization_id, founder = register(name="红叶志愿队")
    decline(organization_id, "缺少活动地点")
    actor = principal(founder)
    with unit_of_work():
        services.apply_again(actor, organization_id, application(name="红叶志愿队"))
    judge = desk()
    judge.open(f"/desk/organizations/{organization_id}")
    judge.send(f"/desk/organizations/{organization_id}/verify")
    judge.open(f"/desk/organizations/{organization_id}")
    timeline = judge.page.text.split('class="timeline"')[1].split("</ol>")[0]
    order = ["Verified", "sent in again", "Not verified", "缺少活动地点", "Application sent in<"]
    places = [timeline.index(words) for words in order]
    assert places == sorted(places)
    assert f"committee-{world.COMMUNITY}" in timeline  # by whom
    assert f'href="/organizations/{organization_id}"' in judge.page.text


def test_the_list_goes_on_page_by_page(desk: Any) -> None:
    for n in range(22):
        register(f"f{n}@example.org", name=f"第{n:02}队")
    judge = desk()
    judge.open(f"{ALL}?status=pending")
    assert "第19队" in judge.text
    assert "第20队" not in judge.text
    (more,) = [
        part.split('"')[0]
        for part in judge.page.text.split('href="')
        if "cursor=" in part.split('"')[0]
    ]
    judge.open(more.replace("&amp;", "&"))
    assert "第21队" in judge.text
    assert "第19队" not in judge.text


@pytest.mark.parametrize("scope", [world.NEXT_COMMUNITY, world.OTHER_STREET])
def test_the_page_of_one_is_not_there_elsewhere(
    desk: Any, three: dict[str, str], scope: str
) -> None:
    """Nor is it in the lists: ``tests.access.test_desk_lists``."""
    judge = desk(scope)
    for state in ("pending", "declined"):
        judge.open(f"/desk/organizations/{three[state]}", status=404)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pages_are_there_in_both_languages(
    desk: Any, three: dict[str, str], language: str
) -> None:
    judge = desk(language=language)
    for address in (
        ALL,
        f"{ALL}?q=zzqx",
        *(f"/desk/organizations/{each}" for each in three.values()),
    ):
        judge.open(address)
        assert f'<html lang="{"en" if language == "en" else "zh-Hans"}"' in judge.page.text


def test_the_list_asks_the_database_as_often_whatever_its_length(desk: Any) -> None:
    judge = desk()

    def asked() -> int:
        statements: list[str] = []

        def note(_c: Any, _u: Any, statement: str, *_rest: Any) -> None:
            statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        judge.open(f"{ALL}?q=志愿")
        event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    register("first@example.org", name="红山志愿队")
    one = asked()
    for n in range(6):
        register(f"o{n}@example.org", name=f"红山{n}志愿队")
    assert asked() == one
