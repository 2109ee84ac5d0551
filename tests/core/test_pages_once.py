"""Forms that are sent twice, by a double tap or a phone that lost its line, have one effect."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from portal.app import Portal
from portal.core.database import db
from portal.market.models import Merchant
from portal.organizations.models import Organization, PraiseFlag
from tests.browsing import Browser
from tests.organizations import neighbours
from tests.world import COMMUNITY, make_user


def sent_twice(browser: Browser, address: str, values: dict[str, str]) -> list[str]:
    """Where both sendings of the same form lead."""
    browser.open(address)
    form = next(f for f in browser.forms if f.method == "post" and "form_key" in f.values)
    data = {**form.values, **values}
    answers = [browser.client.post(address, data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303], answers[-1].text
    db.session.rollback()
    return [answer.headers["Location"] for answer in answers]


def count(model: Any) -> int:
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def test_an_organization_is_registered_once(app: Portal, world: Any) -> None:
    make_user("a@example.org")
    browser = Browser(app.test_client()).sign_in("a@example.org")
    values = {
        "name": "绿叶志愿队", "kind": "team", "description": "帮助邻里", "contact": "周三下午",
        "region_code": COMMUNITY,
    }  # fmt: skip
    first, second = sent_twice(browser, f"/organizations/new?community={COMMUNITY}", values)
    assert first == second
    assert count(Organization) == 1


def test_a_shop_is_registered_once(app: Portal, world: Any) -> None:
    make_user("a@example.org")
    browser = Browser(app.test_client()).sign_in("a@example.org")
    values = {"name": "红山小馆", "category": "food", "region_code": COMMUNITY}
    first, second = sent_twice(browser, f"/my-shops/new?in={COMMUNITY}", values)
    assert first == second
    assert count(Merchant) == 1


def test_a_flag_is_raised_once(app: Portal, world: Any) -> None:
    group, _manager = neighbours.organization()
    praise = neighbours.praise(group, make_user("b@example.org"))
    make_user("a@example.org")
    browser = Browser(app.test_client()).sign_in("a@example.org")
    first, second = sent_twice(browser, f"/praise/{praise}/flag", {"reason": "不实"})
    assert first == second
    assert count(PraiseFlag) == 1
