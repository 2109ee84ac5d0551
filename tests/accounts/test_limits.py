"""How often one may try, where limits are on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from portal.app import create_app
from portal.config import Settings
from portal.core.database import db
from portal.core.limits import limiter
from tests.browsing import Browser
from tests.organizations import neighbours
from tests.world import COMMUNITY, build_regions, make_user


@pytest.fixture
def limited(settings: Settings, database: None) -> Iterator[Any]:
    app = create_app(replace(settings, rate_limits=True), TESTING=True)
    with app.app_context():
        build_regions()
        make_user("a@example.org")
        db.session.remove()
    limiter.reset()
    yield app
    limiter.reset()
    limiter.enabled = False  # one limiter serves every application of this process
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(("page", "most"), [("/login", 20), ("/register", 10), ("/reset", 6)])
def test_a_form_can_be_sent_only_so_often(limited: Any, page: str, most: int) -> None:
    browser = Browser(limited.test_client())
    browser.open(page)
    token = browser.form(page).values["csrf_token"]
    answers = [
        browser.client.post(page, data={"login": "nonsense", "csrf_token": token})
        for _ in range(most + 1)
    ]
    assert [each.status_code for each in answers] == [422] * most + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert browser.client.get(page).status_code == 200


def test_so_can_a_password_by_the_api(limited: Any) -> None:
    client = limited.test_client()
    answers = [
        client.post(
            "/api/v1/tokens", json={"login": f"n{n}@example.org", "password": "wrong wrong"}
        )
        for n in range(21)
    ]
    assert [each.status_code for each in answers] == [401] * 20 + [429]
    assert answers[-1].json["code"] == "too_many_requests"
    assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("page", "most"),
    [
        (f"/organizations/new?community={COMMUNITY}", 10),
        (f"/my-shops/new?in={COMMUNITY}", 10),
        ("/me/service/report", 20),
        ("/praise/{praise}/flag", 20),
    ],
)
def test_so_can_registrations_and_reports(limited: Any, page: str, most: int) -> None:
    with limited.app_context():
        group, _manager = neighbours.organization()
        praise = neighbours.praise(group, make_user("b@example.org"))
        db.session.remove()
    browser = Browser(limited.test_client()).sign_in("a@example.org")
    token = browser.form("/preferences").values["csrf_token"]
    address = page.format(praise=praise)
    states = [
        browser.client.post(address, data={"csrf_token": token}).status_code
        for _ in range(most + 1)
    ]
    assert set(states[:-1]) <= {200, 422}
    assert states[-1] == 429
