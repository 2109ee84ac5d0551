"""How many statements the much-used ways take: the same for two people as for fifty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import event

from portal.activities import services
from portal.activities.checkin_codes import CheckinCodes
from portal.app import Portal
from portal.core.database import db, on_sqlite
from portal.core.unit_of_work import unit_of_work
from tests.activities import stage
from tests.activities.stage import END, NOON, START, At, Stage
from tests.conftest import ApiClient
from tests.organizations.neighbours import principal


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that are executed meanwhile, without BEGIN and COMMIT."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def cost(deed: Callable[[], object]) -> int:
    with statements() as seen, unit_of_work():
        deed()
    return len(seen)


@pytest.fixture
def activity(api: ApiClient, world: ModuleType, at: At) -> Stage:
    at(NOON)
    return stage.publish(api, shifts=[stage.shift(capacity=60)])


def test_sign_up_and_check_in(app: Portal, activity: Stage, world: ModuleType, at: At) -> None:
    person = principal(world.make_user("an@example.org"))
    assert cost(lambda: services.sign_up(person, activity.shift_id)) <= 5
    at(START)
    codes, code = CheckinCodes(app.config["SECRET_KEY"]), activity.code()
    assert cost(lambda: services.check_in(person, code, None, codes)) <= 3
    at(START + timedelta(hours=1))
    code = activity.code()
    assert cost(lambda: services.check_out(person, code, None, codes)) <= 2


@pytest.mark.parametrize("count", [2, 50])
def test_confirming_a_shift(activity: Stage, world: ModuleType, at: At, count: int) -> None:
    people = [principal(each) for each in world.make_users(count)]
    host = stage.principal_of("manager@example.org")
    signups = []
    for person in people:
        with unit_of_work():
            signups.append(services.sign_up(person, activity.shift_id)["id"])
    at(END)
    for signup in signups:
        with unit_of_work():
            services.tick_in(host, signup)
    with statements() as seen, unit_of_work():
        assert services.confirm_shift(host, activity.shift_id).records == count
    of_this_room = [
        s
        for s in seen
        if "FROM activity" not in s and any(n in s for n in ("service_record", "FROM shift"))
    ]
    assert len(of_this_room) <= 4


def test_a_list_costs_the_same_for_one_as_for_twenty(
    api: ApiClient, world: ModuleType, at: At, activity: Stage
) -> None:
    body = stage.plan(activity.organization_id, shifts=[stage.shift(), stage.shift()])

    def asked() -> int:
        with statements() as seen:
            assert api.get("/activities?status=published&limit=100").status_code == 200
        return len(seen)

    one = asked()
    for _n in range(8):
        made = activity.host.post("/activities", body).json["id"]
        activity.host.post(f"/activities/{made}/publish")
    assert asked() == one


@pytest.mark.parametrize("region", ["1504", "150402"])
@pytest.mark.parametrize(
    "asked", ["", "&status=published", "&status=running", "&starts_after=2026-01-01T00:00:00Z"]
)
def test_a_wide_list_is_walked_in_its_order(
    app: Portal, api: ApiClient, world: ModuleType, region: str, asked: str
) -> None:
    """Nothing is sorted that does not stand on the page, however much a city holds."""
    if not on_sqlite():
        pytest.skip("PostgreSQL plans by its statistics")
    asked_of_database: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        asked_of_database.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    assert api.get(f"/activities?region={region}{asked}").status_code == 200
    event.remove(db.engine, "before_cursor_execute", note)
    (listed,) = [each for each in asked_of_database if " LIMIT " in each[0]]
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {listed[0]}", listed[1])
    assert not [row for row in plan if "FOR ORDER BY" in row.detail]
