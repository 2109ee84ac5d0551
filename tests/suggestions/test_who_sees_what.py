"""Confidential and anonymous cases: nothing to anybody but those who handle them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, text

from portal.core.clock import now
from portal.core.database import db
from portal.core.permissions import Grant, Principal, Role, ScopeKind
from portal.suggestions import services
from portal.suggestions.queries import cases, statistics
from portal.suggestions.queries.cases import Filters
from portal.suggestions.rules.machine import Outcome
from portal.suggestions.rules.taking_in import Visibility
from tests.conftest import ApiClient
from tests.suggestions.district import LAMPS, Office, do, report
from tests.world import CITY, COMMUNITY, FAR_COMMUNITY, make_staff, make_user, principal

SECRET = "隔壁夜里打孩子"


@pytest.fixture
def confided(office: Office) -> str:
    return report(
        office.resident,
        title=SECRET,
        description=SECRET,
        visibility=Visibility.CONFIDENTIAL,
    )


def staff(role: Role, scope: str) -> Principal:
    login = f"{role}-{scope}@example.org"
    return principal(make_staff(role, login, scope), Grant(role, ScopeKind.REGION, scope))


def sees(who: Principal | None, case: str) -> bool:
    """By the list, the search and the count alike."""
    listed = case in [row.id for row in cases.page(who, Filters()).items]
    searched = case in [row.id for row in cases.page(who, Filters(q=SECRET)).items]
    assert listed == searched
    return listed


def counted(who: Principal | None) -> int:
    return statistics.counts(who, statistics.Narrowing()).received


def test_only_its_handlers_and_who_confided_see_it(office: Office, confided: str) -> None:
    for who in (office.resident, office.dispatcher, office.supervisor):
        assert sees(who, confided)
    committee = [staff(role, CITY) for role in (Role.COMMITTEE, Role.AUDITOR, Role.MEDIATOR)]
    elsewhere = [staff(role, FAR_COMMUNITY) for role in (Role.DISPATCHER, Role.SUPERVISOR)]
    for other in (None, office.neighbour, office.admin, office.of_lights, *committee, *elsewhere):
        assert not sees(other, confided)
    do(services.dispatch, office.dispatcher, confided, office.lights)
    assert sees(office.of_lights, confided)
    assert not sees(office.of_roads, confided)


def test_a_called_department_sees_it_and_one_that_gave_it_back_does_not(
    office: Office, confided: str
) -> None:
    do(services.dispatch, office.dispatcher, confided, office.lights)
    do(services.give_back, office.of_lights, confided, "不归我们")
    assert not sees(office.of_lights, confided)
    do(services.dispatch, office.dispatcher, confided, office.parks)
    by = now() + timedelta(days=1)
    do(services.whistle, office.dispatcher, confided, [office.roads], by)
    assert sees(office.of_roads, confided)


def test_counts_for_everybody_are_of_what_everybody_sees(office: Office, confided: str) -> None:
    report(office.neighbour)
    assert [counted(each) for each in (None, office.stranger, office.resident)] == [1, 1, 1]
    assert [counted(each) for each in (office.dispatcher, office.supervisor)] == [2, 2]


def test_for_others_it_is_not_there_whatever_they_try(
    api: ApiClient, office: Office, confided: str
) -> None:
    neighbour = api.sign_in("neighbour@example.org")
    for deed, body in (
        ("support", None),
        ("confirm", {"score": 1}),
        ("reopen", {"reason": "x"}),
        ("accept", None),
        ("escalate", {"note": "x"}),
        ("merge", {"into": confided}),
    ):
        answer = neighbour.post(f"/suggestions/{confided}/{deed}", body)
        assert (answer.status_code, answer.json["code"]) == (404, "not_found"), deed
    for client in (api, neighbour):
        assert client.get(f"/suggestions/{confided}").status_code == 404
        for query in ("", f"?region={COMMUNITY}", f"?category={LAMPS}", "?status=received"):
            assert SECRET not in client.get(f"/suggestions{query}").text
    mine = api.sign_in("resident@example.org")
    assert mine.get(f"/suggestions/{confided}").json["title"] == SECRET


def test_a_public_case_is_not_merged_into_a_confidential_one(
    office: Office, api: ApiClient, confided: str
) -> None:
    make_user("d@example.org", roles=[("dispatcher", "region", CITY)], home=None)
    case = report(office.neighbour)
    answer = api.sign_in("d@example.org").post(f"/suggestions/{case}/merge", {"into": confided})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "into")


def test_an_anonymous_case_names_nobody_anywhere(
    api: ApiClient, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """The person stands in one column of the database, and in nothing that is told."""
    case = report(office.resident, anonymous=True)
    do(services.dispatch, office.dispatcher, case, office.lights)
    do(services.accept, office.of_lights, case)
    do(services.answer, office.of_lights, case, Outcome.DONE, "好了")
    do(services.reopen, office.resident, case, "又坏了")
    answer = api.get(f"/suggestions/{case}")
    assert office.resident.id not in answer.text
    assert "resident@" not in answer.text
    assert _columns_with(office.resident.id) == {"suggestion.reported_by"}
    assert office.resident.id not in caplog.text


def _columns_with(user_id: str) -> set[str]:
    """All columns of the room's tables, of the audit log and of the outbox that hold an id."""
    db.session.rollback()
    found = set()
    for table in inspect(db.engine).get_table_names():
        if not table.startswith(("suggestion", "audit", "outbox")):
            continue
        for row in db.session.execute(text(f'SELECT * FROM "{table}"')).mappings():
            found |= {f"{table}.{name}" for name, value in row.items() if user_id in str(value)}
    return found


def test_a_grid_worker_on_patrol_is_named_as_one(office: Office, api: ApiClient) -> None:
    make_user("grid@example.org", roles=[("grid_worker", "region", COMMUNITY)])
    client = api.sign_in("grid@example.org")
    body: dict[str, Any] = {
        "category": LAMPS,
        "title": "井盖",
        "description": "井盖松了",
        "region_code": COMMUNITY,
    }
    for anonymous, role in ((False, "grid_worker"), (True, "resident")):
        case = client.post("/suggestions", {**body, "anonymous": anonymous}).json["id"]
        history = api.get(f"/suggestions/{case}").json["history"]
        assert [each["by_role"] for each in history] == [role]
