"""Where limits are on, a flood is told to wait in the specification's own way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from portal.accounts import services as accounts
from portal.app import create_app
from portal.config import Settings
from portal.core.database import db
from portal.core.limits import limiter
from portal.core.unit_of_work import unit_of_work
from portal.open311 import views
from tests import world
from tests.open311 import schemas
from tests.suggestions import district
from tests.suggestions.district import LAMPS

LAMP = {"service_code": LAMPS, "address_id": world.COMMUNITY}
MOST = 60


@pytest.fixture
def client(settings: Settings, database: None) -> Iterator[FlaskClient]:
    app = create_app(replace(settings, rate_limits=True), TESTING=True)
    with app.app_context():
        world.build_regions()
        district.set_up()
        db.session.remove()
    limiter.reset()
    yield app.test_client()
    limiter.reset()
    limiter.enabled = False  # one limiter serves every application of this process
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def key_of(client: FlaskClient, name: str) -> str:
    with client.application.app_context(), unit_of_work():
        return accounts.create_api_key(name)


def test_one_system_does_not_flood(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "OPEN311", "2 per hour")
    one, other = key_of(client, "one"), key_of(client, "other")

    def post(key: str) -> int:
        answer = client.post(f"/open311/v2/requests.json?api_key={key}", data=LAMP)
        if answer.status_code != 200:
            schemas.fits(schemas.ERRORS, answer.json)
            assert int(answer.headers["Retry-After"]) > 0
        return answer.status_code

    assert [post(one), post(one), post(one), post(other)] == [200, 200, 429, 200]


def test_keys_are_not_guessed_by_the_thousand(client: FlaskClient) -> None:
    known = client.post(f"/open311/v2/requests.xml?api_key={key_of(client, 'x')}", data=LAMP)
    assert known.status_code == 200
    path = "/open311/v2/requests.xml?api_key=guessed"
    statuses = [client.post(path, data=LAMP).status_code for _ in range(MOST + 1)]
    assert statuses == [403] * MOST + [429]
