"""A case as an outside client sees it, from the report to the last word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from portal.core.unit_of_work import unit_of_work
from portal.suggestions import services
from tests.conftest import ApiClient
from tests.suggestions.district import LAMPS, QUARRELS, Office, assert_true_to_events, shanghai
from tests.world import CITY, COMMUNITY, DISTRICT, FAR_COMMUNITY, make_staff

LAMP = {
    "category": LAMPS,
    "title": "路灯不亮",
    "description": "三号楼前的路灯坏了一周。",
    "region_code": COMMUNITY,
}
Clients = Callable[[str], ApiClient]


@pytest.fixture
def clients(api: ApiClient, office: Office) -> Clients:
    known: dict[str, ApiClient] = {}

    def client(name: str) -> ApiClient:
        if name not in known:
            known[name] = api.sign_in(f"{name}@example.org")
        return known[name]

    return client


def reported(client: ApiClient, **more: Any) -> str:
    answer = client.post("/suggestions", {**LAMP, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])


def done(client: ApiClient, case: str, deed: str, body: Any = None) -> dict[str, Any]:
    answer = client.post(f"/suggestions/{case}/{deed}", body)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def refused(client: ApiClient, case: str, deed: str, body: Any = None) -> tuple[int, str]:
    answer = client.post(f"/suggestions/{case}/{deed}", body)
    return answer.status_code, answer.json["code"]


def test_categories_name_who_answers_where(api: ApiClient, office: Office) -> None:
    with unit_of_work():
        services.name_responsible(office.admin, LAMPS, FAR_COMMUNITY, office.parks)
    first, second = api.get("/suggestion-categories").json["items"]
    assert first == {
        "code": QUARRELS,
        "name": "邻里纠纷",
        "department": None,
        "due_working_days": 10,
        "attributes": [],
        "photo_needed": False,
    }
    assert second["department"] == {"id": office.lights, "name": "路灯所"}
    there = api.get(f"/suggestion-categories?region={FAR_COMMUNITY}").json["items"]
    assert there[1]["department"]["name"] == "园林处"
    here = api.get(f"/suggestion-categories?region={COMMUNITY}").json["items"]
    assert here[1]["department"]["name"] == "路灯所"


def test_departments_are_listed_by_region(api: ApiClient, office: Office) -> None:
    items = api.get(f"/departments?region={CITY}").json["items"]
    assert [each["name"] for each in items] == ["市政处", "路灯所", "园林处"]
    assert items[0]["region"] == {"code": DISTRICT, "name": "红山区"}
    assert api.get(f"/departments?region={COMMUNITY}").json["items"] == []


def test_the_whole_way(clients: Clients, office: Office, at: Any, api: ApiClient) -> None:
    at(shanghai("2026-11-20T10:00"))
    answer = clients("resident").post("/suggestions", LAMP)
    assert answer.json["status"] == "received"
    assert answer.json["due_at"] == "2026-11-27T15:59:59Z"
    assert answer.json["number"].startswith("20261120-")
    case = answer.json["id"]
    seen = api.get(f"/suggestions/{case}").json
    assert (seen["supporters"], seen["overdue"], seen["department"]) == (0, False, None)
    assert seen["category"] == {"code": LAMPS, "name": "路灯"}

    wrong = done(clients("dispatcher"), case, "dispatch", {"department_id": office.parks})
    assert wrong["department"] == {"id": office.parks, "name": "园林处"}
    back = {"reason": "不归我们管", "proposed_department_id": office.lights}
    assert done(clients("h2"), case, "return", back)["department"] is None
    body = {"department_id": office.lights, "note": "请尽快"}
    assert done(clients("dispatcher"), case, "dispatch", body)["status"] == "dispatched"
    assert done(clients("h1"), case, "accept")["status"] == "accepted"
    others = {
        "department_ids": [office.roads, office.parks],
        "report_by": "2026-11-21T10:00:00Z",
    }
    assert done(clients("dispatcher"), case, "whistle", others)["status"] == "accepted"
    done(clients("h0"), case, "report-in")
    done(clients("supervisor"), case, "escalate", {"note": "居民等了很久"})
    at(shanghai("2026-11-22T10:00"))
    repaired = {"outcome": "done", "text": "换了灯泡。"}
    _answered_together(clients, case, repaired)
    again = done(clients("resident"), case, "reopen", {"reason": "又灭了"})
    assert (again["status"], again["department"]["id"]) == ("reopened", office.lights)
    done(clients("h1"), case, "accept")
    done(clients("h1"), case, "answer", repaired)
    end = done(clients("resident"), case, "confirm", {"score": 4})
    assert end["status"] == "closed"
    assert [each["event"] for each in end["history"]] == [
        "received", "dispatched", "returned", "dispatched", "accepted", "whistled", "whistled",
        "reported_in", "escalated", "reported_in", "progressed", "progressed", "progressed",
        "answered", "reopened", "accepted", "answered", "confirmed", "closed",
    ]  # fmt: skip
    assert end["history"][2]["note"] == "不归我们管"
    assert end["history"][2]["from_department"]["id"] == office.parks
    assert end["history"][2]["to_department"]["id"] == office.lights
    assert end["history"][-1]["by_role"] == "system"
    assert_true_to_events()
    _counts_in_the_rates(api)


def _answered_together(clients: Clients, case: str, repaired: dict[str, str]) -> None:
    """The lead waits until the last department has come, and until the one that found work of its
    own has done it."""
    assert refused(clients("h1"), case, "answer", repaired) == (409, "wrong_state")
    done(clients("h2"), case, "report-in")
    assert done(clients("h1"), case, "progress", {"note": "已到现场"})["status"] == "in_progress"
    assert done(clients("h0"), case, "progress", {"note": "路面要挖开"})["status"] == "in_progress"
    assert refused(clients("h1"), case, "answer", repaired) == (409, "wrong_state")
    assert done(clients("h0"), case, "answer", repaired)["status"] == "in_progress"
    assert done(clients("h1"), case, "answer", repaired)["status"] == "answered"


def _counts_in_the_rates(api: ApiClient) -> None:
    rates = api.get(f"/statistics/suggestions?region={CITY}&from=2026-11-20&to=2026-11-20").json
    assert rates == {
        "received": 1,
        "accepted_rate": 1,
        "on_time_rate": 1,
        "closed_rate": 1,
        "satisfied_rate": 1,
        "overdue": 0,
    }
    assert api.get("/statistics/suggestions?to=2026-11-19").json["received"] == 0


@pytest.mark.parametrize(
    ("who", "deed", "body"),
    [
        ("resident", "dispatch", {"department_id": "0" * 26}),
        ("h1", "reject", {"reason": "x"}),
        ("dispatcher", "accept", None),
        ("supervisor", "answer", {"outcome": "done", "text": "x"}),
        ("h0", "accept", None),
        ("h0", "report-in", None),
        ("dispatcher", "escalate", {"note": "x"}),
        ("h1", "close", {"reason": "x"}),
        ("neighbour", "confirm", {"score": 5}),
        ("neighbour", "reopen", {"reason": "x"}),
        ("resident", "support", None),
    ],
)
def test_what_is_not_ones_own_to_do_is_forbidden(
    clients: Clients, who: str, deed: str, body: Any, office: Office
) -> None:
    case = reported(clients("resident"))
    done(clients("dispatcher"), case, "dispatch", {"department_id": office.lights})
    assert refused(clients(who), case, deed, body) == (403, "forbidden")


def test_a_dispatcher_of_elsewhere_dispatches_nothing_here(
    clients: Clients, api: ApiClient, office: Office
) -> None:
    make_staff("dispatcher", "elsewhere@example.org", FAR_COMMUNITY)
    case = reported(clients("resident"))
    body = {"department_id": office.lights}
    assert refused(clients("elsewhere"), case, "dispatch", body) == (403, "forbidden")


def test_what_cannot_be_is_named(clients: Clients, office: Office) -> None:
    resident, dispatcher = clients("resident"), clients("dispatcher")
    for more, field in (
        ({"category": "nothing"}, "category"),
        ({"region_code": "99"}, "region_code"),
        ({"latitude": 42.0}, "longitude"),
        ({"category": QUARRELS, "anonymous": True}, "anonymous"),
    ):
        answer = resident.post("/suggestions", {**LAMP, **more})
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)
    case = reported(resident)
    unknown = {"department_id": "0" * 26}
    assert refused(dispatcher, case, "dispatch", unknown) == (422, "invalid")
    assert refused(dispatcher, case, "merge", {"into": case}) == (422, "invalid")
    assert refused(dispatcher, case, "merge", {"into": "0" * 26}) == (404, "not_found")
    done(dispatcher, case, "dispatch", {"department_id": office.lights})
    for departments, by in (
        ([office.lights], "2030-01-01T00:00:00Z"),
        ([office.roads, office.roads], "2030-01-01T00:00:00Z"),
        ([office.roads], "2020-01-01T00:00:00Z"),
    ):
        body = {"department_ids": departments, "report_by": by}
        assert refused(dispatcher, case, "whistle", body) == (422, "invalid")


def test_lists_are_narrowed(clients: Clients, office: Office, at: Any, api: ApiClient) -> None:
    start = shanghai("2026-11-20T10:00")
    at(start)
    lamp = reported(clients("resident"))
    at(start + timedelta(minutes=1))
    far = reported(clients("resident"), region_code=FAR_COMMUNITY, title="公园长椅坏了")
    done(clients("dispatcher"), far, "dispatch", {"department_id": office.parks})

    def found(query: str) -> list[str]:
        return [each["id"] for each in api.get(f"/suggestions?{query}").json["items"]]

    assert found("") == [far, lamp]
    assert found(f"region={COMMUNITY}") == [lamp]
    assert found("status=dispatched") == [far]
    assert found(f"category={QUARRELS}") == []
    assert found("q=%E9%95%BF%E6%A4%85") == [far]  # 长椅
    assert found("overdue=true") == []
    page = api.get("/suggestions?limit=1").json
    assert page["items"][0]["history"][0]["event"] == "received"
    assert found(f"limit=1&cursor={page['next_cursor']}") == [lamp]
    at(start + timedelta(days=30))
    assert found("overdue=true") == [far, lamp]
    assert found("overdue=false") == []


def test_the_same_key_reports_once(clients: Clients, api: ApiClient) -> None:
    first = clients("resident").post("/suggestions", LAMP, key="k")
    second = clients("resident").post("/suggestions", LAMP, key="k")
    assert first.json == second.json
    assert len(api.get("/suggestions").json["items"]) == 1


def test_judging_ends_after_seven_days(
    clients: Clients, office: Office, at: Callable[[datetime], None]
) -> None:
    start = shanghai("2026-11-20T10:00")
    at(start)
    case = reported(clients("resident"))
    done(clients("dispatcher"), case, "dispatch", {"department_id": office.lights})
    done(clients("h1"), case, "accept")
    done(clients("h1"), case, "answer", {"outcome": "planned", "text": "下周修。"})
    at(start + timedelta(days=8))
    assert refused(clients("resident"), case, "confirm", {"score": 5}) == (409, "wrong_state")
    assert refused(clients("resident"), case, "reopen", {"reason": "x"}) == (409, "wrong_state")
