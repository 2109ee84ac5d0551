"""A resident says where they live; the community's staff confirm it or not."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.models import PlaceClaim, User
from portal.core.audit import AuditEvent
from portal.core.database import db
from portal.core.outbox import OutboxMessage
from tests.browsing import Browser
from tests.world import (
    CITY,
    COMMUNITY,
    DISTRICT,
    NEXT_COMMUNITY,
    OTHER_STREET,
    STREET,
    make_staff,
    make_user,
)

LOGIN = "a@example.org"


@pytest.fixture
def claimed(browser: Any) -> str:
    """Somebody has asked 红山郡社区; the claim's id."""
    make_user(LOGIN, "王芳", home=None)
    browser.sign_in(LOGIN)
    claim(browser)
    return db.session.execute(select(PlaceClaim.id)).scalar_one()


def claim(browser: Any, community: str = COMMUNITY) -> None:
    browser.open(f"/me/home?community={community}")
    browser.send("/me/home", address="3号楼 2单元 501")


def staff(app: Any, role: str, scope: str) -> Browser:
    make_staff(role, f"{role}-{scope}@example.org", scope)
    return Browser(app.test_client()).sign_in(f"{role}-{scope}@example.org")


def me(api: Any) -> tuple[str | None, bool]:
    answer = api.sign_in(LOGIN).get("/me").json
    home = answer["home_region"]
    return (home and home["code"], answer["verified"])


def told() -> list[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.execute(
        select(OutboxMessage.payload).where(OutboxMessage.kind == "notify")
    ).scalars()
    return [(row["kind"], row["user_id"]) for row in rows]


def test_choosing_a_community_step_by_step(browser: Any) -> None:
    make_user(LOGIN, home=None)
    browser.sign_in(LOGIN).open("/me/home")
    browser.open("/regions/choose?next=/me/home")
    for name in ("红山区", "西城街道", "红山郡社区"):
        (link,) = [
            part.split('"')[0]
            for part in browser.page.text.split('href="')[1:]
            if f">{name}</a>" in part.split("href=")[0]
        ]
        browser.open(link.replace("&amp;", "&"))
    assert browser.address == f"/me/home?community={COMMUNITY}"
    assert "红山郡社区" in browser.text
    assert "委员会" not in browser.text


def test_finding_a_community_by_its_name(browser: Any) -> None:
    browser.open("/regions/choose?next=/me/home&q=宝山")
    assert "宝山路社区" in browser.text
    assert "红山郡社区" not in browser.text
    browser.open("/regions/choose?next=/me/home&q=%25")
    assert "No community has this name" in browser.text


def test_the_picker_leads_nowhere_else(browser: Any) -> None:
    browser.open(f"/regions/choose?next=//evil.example&at={STREET}")
    assert 'href="//evil' not in browser.page.text
    assert f'href="/regions?community={COMMUNITY}"' in browser.page.text
    browser.open("/regions/choose?at=99999999", status=404)


@pytest.mark.parametrize("role", ["committee", "social_worker"])
@pytest.mark.parametrize("scope", [COMMUNITY, STREET, DISTRICT, CITY])
def test_staff_of_the_community_or_above_confirm(
    app: Any, api: Any, claimed: str, role: str, scope: str
) -> None:
    assert me(api) == (COMMUNITY, False)
    desk = staff(app, role, scope)
    desk.open("/desk/residents")
    assert "王芳" in desk.text
    desk.open(f"/desk/residents/{claimed}")
    desk.send(f"/desk/residents/{claimed}/verify")
    assert me(api) == (COMMUNITY, True)
    user_id = db.session.execute(select(User.id).where(User.email == LOGIN)).scalar_one()
    assert told() == [("home.verified", user_id)]
    event = db.session.execute(
        select(AuditEvent).where(AuditEvent.action == "home.verified")
    ).scalar_one()
    assert (event.object_id, event.region_code) == (user_id, COMMUNITY)
    desk.open("/desk/residents")
    assert "Nobody is waiting" in desk.text


@pytest.mark.parametrize("scope", [NEXT_COMMUNITY, OTHER_STREET])
def test_staff_of_elsewhere_see_nothing(app: Any, api: Any, claimed: str, scope: str) -> None:
    desk = staff(app, "committee", scope)
    desk.open("/desk/residents")
    assert "王芳" not in desk.text
    desk.open(f"/desk/residents/{claimed}", status=404)
    token = desk.form("/preferences").values["csrf_token"]
    for deed in ("verify", "decline"):
        response = desk.client.post(
            f"/desk/residents/{claimed}/{deed}", data={"csrf_token": token, "reason": "x"}
        )
        assert response.status_code == 404
    assert me(api) == (COMMUNITY, False)


@pytest.mark.parametrize("role", ["finance", "auditor", "admin"])
def test_other_roles_have_no_such_desk(app: Any, claimed: str, role: str) -> None:
    staff(app, role, CITY).open("/desk/residents", status=404)


def test_nobody_confirms_themselves(app: Any, browser: Any, api: Any) -> None:
    make_user(LOGIN, home=None, roles=[("committee", "region", COMMUNITY)])
    browser.sign_in(LOGIN)
    claim(browser)
    claim_id = db.session.execute(select(PlaceClaim.id)).scalar_one()
    browser.open(f"/desk/residents/{claim_id}")
    browser.send(f"/desk/residents/{claim_id}/verify", status=403)
    assert me(api) == (COMMUNITY, False)


def test_declining_needs_a_reason_and_tells_it(
    app: Any, api: Any, browser: Any, claimed: str
) -> None:
    desk = staff(app, "committee", COMMUNITY)
    desk.open(f"/desk/residents/{claimed}")
    desk.send(f"/desk/residents/{claimed}/decline", status=422, reason=" ")
    desk.send(f"/desk/residents/{claimed}/decline", reason="No such door.")
    assert me(api) == (None, False)
    browser.open("/me/home")
    assert "No such door." in browser.text
    claim(browser)  # one may ask again
    assert me(api) == (COMMUNITY, False)


def test_what_is_decided_is_decided(app: Any, api: Any, claimed: str) -> None:
    one, other = staff(app, "committee", COMMUNITY), staff(app, "social_worker", COMMUNITY)
    one.open(f"/desk/residents/{claimed}")
    other.open(f"/desk/residents/{claimed}")
    one.send(f"/desk/residents/{claimed}/verify")
    other.send(f"/desk/residents/{claimed}/decline", status=409, reason="Too late.")
    assert me(api) == (COMMUNITY, True)
    assert len(told()) == 1


def test_moving_keeps_the_old_home_until_the_new_one_is_confirmed(
    app: Any, api: Any, browser: Any
) -> None:
    make_user(LOGIN)
    browser.sign_in(LOGIN)
    claim(browser, NEXT_COMMUNITY)
    assert me(api) == (COMMUNITY, True)
    claim_id = db.session.execute(select(PlaceClaim.id)).scalar_one()
    desk = staff(app, "committee", NEXT_COMMUNITY)
    desk.open(f"/desk/residents/{claim_id}")
    desk.send(f"/desk/residents/{claim_id}/verify")
    assert me(api) == (NEXT_COMMUNITY, True)


def test_one_claim_at_a_time_and_it_can_be_withdrawn(
    app: Any, api: Any, browser: Any, claimed: str
) -> None:
    token = browser.form("/preferences").values["csrf_token"]
    again = browser.client.post(
        "/me/home",
        data={"region_code": NEXT_COMMUNITY, "address": "1", "csrf_token": token},
    )
    assert again.status_code == 409
    browser.open("/me/home")
    browser.send(f"/me/claims/{claimed}/withdraw")
    assert me(api) == (None, False)
    staff(app, "committee", COMMUNITY).open(f"/desk/residents/{claimed}")
    claim(browser, NEXT_COMMUNITY)
    assert me(api) == (NEXT_COMMUNITY, False)


@pytest.mark.parametrize(
    "code", [STREET, CITY, "999999999999", "x", "", "１５０４０２０１０００３"]
)
def test_only_a_community_is_a_home(browser: Any, code: str) -> None:
    make_user(LOGIN, home=None)
    browser.sign_in(LOGIN).open(f"/me/home?community={code}")
    token = browser.form("/preferences").values["csrf_token"]
    response = browser.client.post(
        "/me/home", data={"region_code": code, "address": "1", "csrf_token": token}
    )
    assert response.status_code == 422
    assert db.session.execute(select(PlaceClaim.id)).first() is None


def test_a_confirmed_home_need_not_be_claimed_again(browser: Any) -> None:
    make_user(LOGIN)
    browser.sign_in(LOGIN).open(f"/me/home?community={COMMUNITY}")
    browser.send("/me/home", status=422, address="1")
    assert "confirmed this already" in browser.text
