"""Whatever writes is slowed down, where limits are on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from portal.app import create_app
from portal.config import Settings
from portal.core.database import db
from portal.core.limits import limiter
from tests import world as people
from tests.conftest import ApiClient

MOST = 120
NOWHERE = "0" * 26


@pytest.fixture
def api(settings: Settings, database: None) -> Iterator[ApiClient]:
    """A client of a portal whose limits nobody has lifted; Anna and Bao live there."""
    app = create_app(replace(settings, rate_limits=True), TESTING=True)
    with app.app_context():
        people.build_regions()
        people.make_user("anna@example.org")
        people.make_user("bao@example.org")
        db.session.remove()
    limiter.reset()
    yield ApiClient(app.test_client())
    limiter.reset()
    limiter.enabled = False  # one limiter serves every application of this process
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def anna(api: ApiClient) -> ApiClient:
    return api.sign_in("anna@example.org")


@pytest.mark.parametrize(
    "path", ["/shifts/{}/signups", "/offers/{}/vouchers", "/vouchers/{}/cancel"]
)
def test_nobody_floods_what_writes(anna: ApiClient, path: str) -> None:
    answers = [anna.post(path.format(NOWHERE)) for _ in range(MOST + 1)]
    assert [each.status_code for each in answers] == [404] * MOST + [429]
    assert answers[-1].json["code"] == "too_many_requests"
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60


def test_one_persons_flood_is_nobody_elses(anna: ApiClient, api: ApiClient) -> None:
    bao = api.sign_in("bao@example.org")
    for _ in range(MOST + 1):
        anna.post(f"/vouchers/{NOWHERE}/cancel")
    assert anna.post(f"/vouchers/{NOWHERE}/cancel").status_code == 429
    assert bao.post(f"/vouchers/{NOWHERE}/cancel").status_code == 404
    assert anna.post(f"/offers/{NOWHERE}/vouchers").status_code == 404, "other deeds are free"


def test_reading_is_free(anna: ApiClient) -> None:
    answers = {anna.get("/me/vouchers").status_code for _ in range(MOST + 1)}
    assert answers == {200}


def test_the_document_tells_of_it(anna: ApiClient) -> None:
    document = anna.get("/openapi.json").json
    silent = [
        f"{method} {path}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method in ("post", "put", "delete") and "429" not in operation["responses"]
    ]
    assert silent == []
