"""The pages, with a browser and without JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.core.clock import now
from portal.core.database import db
from portal.organizations.upcoming import Upcoming, _providers, register_provider
from tests import world
from tests.browsing import Browser
from tests.organizations.neighbours import (
    CREDIT_CODE,
    jobs_done,
    join,
    organization,
    praise,
    principal,
    register,
)

pytestmark = pytest.mark.usefixtures("world")

FIELDS = {
    "name": "红山书画社",
    "kind": "registered",
    "credit_code": CREDIT_CODE,
    "description": "每周写字",
    "contact": "活动室",
}


@pytest.fixture
def browser(app: Any) -> Any:
    def open_as(login: str = "") -> Browser:
        fresh = Browser(app.test_client())
        return fresh.sign_in(login) if login else fresh

    return open_as


def id_in(address: str) -> str:
    found = re.search(r"[0-9a-z]{26}", address)
    assert found, address
    return found[0]


def code_of(user_id: str) -> str:
    return db.session.execute(select(User.member_code).where(User.id == user_id)).scalar_one()


def test_registered_declined_corrected_verified_public(browser: Any) -> None:
    world.make_user("lin@example.org")
    world.make_staff("committee")
    lin, desk, stranger = browser("lin@example.org"), browser("committee@example.org"), browser()

    lin.open("/organizations/new")
    assert "西城街道 红山郡社区" in lin.text
    assert "委员会" not in lin.text
    lin.send("/organizations/new", 422, **FIELDS | {"credit_code": "53150402MJX000001A"})
    assert "not a valid unified social credit code" in lin.text
    assert lin.form("/organizations/new").values["name"] == "红山书画社"
    lin.send("/organizations/new", **FIELDS)
    address, organization_id = lin.address, id_in(lin.address)
    assert "Waiting for the committee" in lin.text
    stranger.open(address, 404)

    desk.open("/desk/organizations")
    assert "红山书画社" in desk.text
    desk.open(f"/desk/organizations/{organization_id}")
    desk.send(f"/desk/organizations/{organization_id}/decline", 422, reason=" ")
    desk.send(f"/desk/organizations/{organization_id}/decline", reason="缺少活动地点")
    assert "Nobody is waiting" in desk.text

    lin.open(address)
    assert "缺少活动地点" in lin.text
    lin.open(f"/organizations/{organization_id}/application")
    lin.send(
        f"/organizations/{organization_id}/application",
        description="每周写字",
        contact="活动室二楼",
    )
    desk.open(f"/desk/organizations/{organization_id}")
    desk.send(f"/desk/organizations/{organization_id}/verify")
    stranger.open("/organizations?q=书画")
    assert "红山书画社" in stranger.text
    stranger.open(address)
    assert "活动室二楼" in stranger.text
    assert "Nobody has rated it yet" in stranger.text
    stale = lin.client.get(f"/organizations/{organization_id}/application")
    assert stale.status_code == 404


def test_somebody_without_a_home_chooses_a_community_first(browser: Any) -> None:
    world.make_user("lin@example.org", home=None)
    lin = browser("lin@example.org")
    lin.open("/organizations/new")
    assert "/regions/choose?next=/organizations/new" in lin.page.text
    lin.open(f"/organizations/new?community={world.NEXT_COMMUNITY}")
    lin.send("/organizations/new", **FIELDS | {"kind": "team", "credit_code": ""})
    assert "Waiting for the committee" in lin.text
    lin.open("/organizations/new?community=99")
    assert "First choose the community" in lin.text


def test_what_people_write_keeps_its_lines(browser: Any) -> None:
    organization_id, _founder = organization(description="每周写字\r\n\r\n<欢迎>邻居")
    praise_id = praise(organization_id, world.make_user("an@example.org"), comment="很好\n谢谢")
    manager = browser("founder@example.org")
    manager.open(f"/praise/{praise_id}/answer")
    manager.send(f"/praise/{praise_id}/answer", answer="谢谢您\n下周见")
    shown = browser().open(f"/organizations/{organization_id}").text
    for lines in ("<p>每周写字</p><p>&lt;欢迎&gt;邻居</p>", "<p>很好</p><p>谢谢</p>"):
        assert lines in shown
    assert "<p>谢谢您</p><p>下周见</p>" in shown


def test_invited_by_code_accepted_promoted_removed(browser: Any) -> None:
    organization_id, _ = organization("lin@example.org")
    guest = world.make_user("guest@example.org", "王芳")
    lin, wang = browser("lin@example.org"), browser("guest@example.org")
    people = f"/organizations/{organization_id}/people"
    lin.open(people)
    lin.send(people, 422, member_code="zzzz", role="organization_member")
    assert "Nobody has this member code." in lin.text
    lin.send(people, member_code=code_of(guest).upper(), role="organization_member")
    assert "Invited, not answered yet" in lin.text
    assert "王芳" in lin.text
    wang.open("/me/organizations")
    invitation = next(each.action for each in wang.forms if each.action.endswith("/accept"))
    wang.send(invitation)
    assert "You are a member" in wang.text
    wang.open(people, 403)
    lin.open(people)
    lin.send(f"{people}/{guest}/remove")
    assert "王芳" not in lin.text
    wang.open("/me/organizations")
    assert "You belong to no organization" in wang.text


def test_the_last_manager_is_told_why_they_cannot_leave(browser: Any) -> None:
    organization_id, _ = organization("lin@example.org")
    lin = browser("lin@example.org")
    lin.open(f"/organizations/{organization_id}")
    lin.send(f"/organizations/{organization_id}/leave")
    assert "You are the last manager." in lin.text


def test_an_invitation_is_declined_or_taken_back(browser: Any) -> None:
    organization_id, _ = organization("lin@example.org")
    guest = world.make_user("guest@example.org", "王芳")
    lin, wang = browser("lin@example.org"), browser("guest@example.org")
    people = f"/organizations/{organization_id}/people"
    for _n in range(2):
        lin.open(people)
        lin.send(people, member_code=code_of(guest), role="organization_manager")
        wang.open("/me/organizations")
        decline = next(each.action for each in wang.forms if each.action.endswith("/decline"))
        if _n == 0:
            wang.send(decline)
        else:
            lin.send(next(e.action for e in lin.forms if e.action.endswith("/withdraw")))
            wang.send(decline, 404)
    lin.open(people)
    assert "王芳" not in lin.text


def test_praise_signed_short_answered_flagged_hidden(browser: Any) -> None:
    organization_id, _ = organization("lin@example.org")
    author = world.make_user("author@example.org", "欧阳小明")
    world.make_staff("social_worker")
    praise_id = praise(organization_id, author, 2, comment="迟到了")
    jobs_done()
    address = f"/organizations/{organization_id}"
    stranger = browser()
    stranger.open(address)
    assert "迟到了" in stranger.text
    assert "欧阳小明" not in stranger.text
    assert "欧**" in stranger.text

    lin = browser("lin@example.org")
    for answer, way in (("我们改进", "Answer"), ("我们已经改进", "Change the answer")):
        lin.open(address)
        assert way in lin.text
        assert f"/praise/{praise_id}/flag" in lin.page.text
        lin.open(f"/praise/{praise_id}/answer")
        lin.send(f"/praise/{praise_id}/answer", answer=answer)
    stranger.open(address)
    assert "红山志愿服务队 answers: 我们已经改进" in stranger.text

    lin.open(f"/praise/{praise_id}/flag")
    lin.send(f"/praise/{praise_id}/flag", reason="没有来过")
    desk = browser("social_worker@example.org")
    desk.open("/desk/praise")
    assert "迟到了" in desk.text
    desk.open(f"/desk/praise/{praise_id}")
    assert "欧阳小明" in desk.text
    assert "没有来过" in desk.text
    desk.send(f"/desk/praise/{praise_id}", 422, reason="")
    desk.send(f"/desk/praise/{praise_id}", reason="作者没有参加")
    assert "Nothing to look at" in desk.text
    stranger.open(address)
    assert "作者没有参加" in stranger.text
    for gone in ("迟到了", "我们已经改进", "欧**"):
        assert gone not in stranger.text
    desk.open(f"/desk/praise/{praise_id}")
    desk.send(f"/desk/praise/{praise_id}/show")
    stranger.open(address)
    assert "迟到了" in stranger.text


def test_flagged_praise_is_left_as_it_is(browser: Any) -> None:
    organization_id, _ = organization()
    world.make_user("reader@example.org")
    world.make_staff("social_worker")
    praise_id = praise(organization_id, world.make_user("author@example.org"), comment="很好")
    reader, desk = browser("reader@example.org"), browser("social_worker@example.org")
    reader.open(f"/praise/{praise_id}/flag")
    reader.send(f"/praise/{praise_id}/flag", reason="看不懂")
    desk.open(f"/desk/praise/{praise_id}")
    desk.send(f"/desk/praise/{praise_id}/keep")
    assert "Nothing to look at" in desk.text


def test_what_comes_next_is_asked_of_the_rooms_above(browser: Any) -> None:
    organization_id, _ = organization()
    provider = register_provider(
        lambda found, _limit: (
            [Upcoming("清扫街道", "/activities/1", now(), "广场")]
            if found == organization_id
            else []
        )
    )
    try:
        stranger = browser()
        stranger.open(f"/organizations/{organization_id}")
        assert "清扫街道" in stranger.text
        assert "广场" in stranger.text
    finally:
        _providers.remove(provider)


def test_how_reputation_comes_about_stands_on_a_page(browser: Any) -> None:
    stranger = browser()
    stranger.open("/organizations/reputation")
    assert "Everybody starts at 40." in stranger.text
    assert "up to 50 %" in stranger.text


def test_filters_forgive_what_is_no_region(browser: Any) -> None:
    organization("lin@example.org")
    stranger = browser()
    for query in ("?region=abc", "?region=", "?q=", "?q=%20"):
        stranger.open(f"/organizations{query}")
        assert "红山志愿服务队" in stranger.text, query
    stranger.open("/organizations?region=99")
    assert "No organization found" in stranger.text


READS = (
    "/organizations/new",
    "/organizations/{id}/application",
    "/organizations/{id}/page",
    "/organizations/{id}/people",
    "/me/organizations",
    "/praise/{praise}/answer",
    "/praise/{praise}/flag",
    "/desk/organizations",
    "/desk/organizations/{waiting}",
    "/desk/praise",
    "/desk/praise/{praise}",
)
ALLOWED = {
    "stranger": (),
    "resident": (200, 404, 403, 403, 200, 403, 200, 404, 404, 404, 404),
    "neighbours’ committee": (200, 404, 403, 403, 200, 403, 200, 200, 404, 200, 403),
    "other manager": (200, 404, 403, 403, 200, 403, 200, 404, 404, 404, 404),
    "member": (200, 404, 403, 403, 200, 403, 200, 404, 404, 404, 404),
    "manager": (200, 404, 200, 200, 200, 200, 200, 404, 404, 404, 404),
    "social worker": (200, 404, 403, 403, 200, 403, 200, 404, 404, 200, 200),
    "committee": (200, 404, 403, 403, 200, 403, 200, 200, 200, 200, 200),
}


@pytest.fixture
def scene() -> dict[str, str]:
    """Every kind of person, and things that are somebody's."""
    organization_id, _ = organization("manager@example.org")
    organization("other@example.org", name="别的队")
    waiting, _ = register("applicant@example.org", name="新队")
    world.make_user("resident@example.org")
    join(organization_id, world.make_user("member@example.org"))
    world.make_staff("committee")
    world.make_staff("committee", "far@example.org", world.NEXT_COMMUNITY)
    world.make_staff("social_worker", "worker@example.org")
    praise_id = praise(organization_id, world.make_user("author@example.org"))
    return {"id": organization_id, "waiting": waiting, "praise": praise_id}


LOGINS = {
    "resident": "resident@example.org",
    "neighbours’ committee": "far@example.org",
    "other manager": "other@example.org",
    "member": "member@example.org",
    "manager": "manager@example.org",
    "social worker": "worker@example.org",
    "committee": "committee@example.org",
}


@pytest.mark.parametrize("who", ALLOWED)
def test_who_may_open_what(browser: Any, scene: dict[str, str], who: str) -> None:
    person = browser(LOGINS.get(who, ""))
    found = [person.client.get(path.format(**scene)).status_code for path in READS]
    if who == "stranger":
        assert found == [302] * len(READS)
    else:
        assert dict(zip(READS, found, strict=True)) == dict(zip(READS, ALLOWED[who], strict=True))


WRITES = (
    ("/organizations/{id}/application", (404, 404, 404, 404)),
    ("/organizations/{id}/page", (403, 403, 403, 403)),
    ("/organizations/{id}/people", (403, 403, 403, 403)),
    ("/organizations/{id}/people/{someone}/remove", (403, 403, 403, 403)),
    ("/organizations/{id}/invitations/{someone}/withdraw", (403, 403, 403, 403)),
    ("/organizations/{id}/leave", (404, 404, 404, 404)),
    ("/organizations/{waiting}/leave", (404, 404, 404, 404)),
    ("/me/invitations/{someone}/accept", (404, 404, 404, 404)),
    ("/me/invitations/{someone}/decline", (404, 404, 404, 404)),
    ("/praise/{praise}/answer", (403, 403, 403, 403)),
    ("/desk/organizations/{waiting}/verify", (404, 404, 404, 404)),
    ("/desk/organizations/{waiting}/decline", (404, 404, 404, 404)),
    ("/desk/organizations/{id}/verify", (404, 404, 403, 404)),
    ("/desk/praise/{praise}", (404, 404, 403, 403)),
    ("/desk/praise/{praise}/keep", (404, 404, 403, 403)),
    ("/desk/praise/{praise}/show", (404, 404, 403, 403)),
)
OUTSIDERS = ("resident", "other manager", "neighbours’ committee", "far worker")


def test_nobody_does_what_is_anothers_to_do(browser: Any, scene: dict[str, str]) -> None:
    world.make_staff("social_worker", "farworker@example.org", world.FAR_COMMUNITY)
    someone = world.make_user("someone@example.org")
    logins = LOGINS | {"far worker": "farworker@example.org"}
    fields = {
        "reason": "x",
        "answer": "x",
        "description": "x",
        "contact": "x",
        "member_code": principal(someone).member_code,
        "role": "organization_member",
    }
    for place, who in enumerate(OUTSIDERS):
        person = browser(logins[who])
        person.open("/me/organizations")
        token = person.form("/preferences").values["csrf_token"]
        for path, expected in WRITES:
            address = path.format(**scene, someone=someone)
            answer = person.client.post(address, data={"csrf_token": token, **fields})
            assert answer.status_code == expected[place], (who, path)
            without = person.client.post(address, data=fields)
            assert without.status_code in (403, 404), (who, path)


def test_managers_find_their_tools_before_all_that_others_read(browser: Any) -> None:
    organization_id, _founder = organization()
    praise(organization_id, world.make_user("an@example.org"))
    founder, stranger = browser("founder@example.org"), browser("an@example.org")
    address = f"/organizations/{organization_id}"
    founder.open(address)
    markup = founder.page.text
    for tool in ("/people", "/page"):
        assert markup.count(f'href="{address}{tool}"') == 1
        assert markup.index(f'href="{address}{tool}"') < markup.index('id="praise"')
    assert 'href="/hosting"' in markup[: markup.index('id="reputation"')]
    stranger.open(address)
    assert f"{address}/people" not in stranger.page.text


def test_nobody_is_removed_by_the_first_thing_in_a_row(browser: Any) -> None:
    organization_id, _founder = organization()
    join(organization_id, world.make_user("an@example.org", "安宁"))
    founder = browser("founder@example.org")
    founder.open(f"/organizations/{organization_id}/people")
    row = next(each for each in founder.page.text.split("<li") if "安宁" in each)
    fold = row.index('<details class="disclosure"')
    assert fold < row.index("/remove")
    assert "Options for 安宁" in founder.text
