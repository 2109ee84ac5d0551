"""From draft to finished: who may, what is held, who sees it."""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal.core import jobs
from tests import world as places
from tests.activities import stage
from tests.activities.stage import END, NOON, START, At
from tests.conftest import ApiClient


@pytest.fixture
def ground(api: ApiClient, world: ModuleType, at: At) -> ApiClient:
    at(NOON)
    stage.fund()
    return api


def refusal(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def hosted(api: ApiClient, level: int, login: str = "manager@example.org") -> tuple[str, ApiClient]:
    organization = stage.organization(level)
    stage.manager(organization, login)
    return organization, api.sign_in(login)


def test_good_standing_publishes_without_review_and_holds_a_full_house(ground: ApiClient) -> None:
    organization, host = hosted(ground, 3)
    made = host.post("/activities", stage.plan(organization)).json
    assert made["status"] == "draft"
    assert made["shifts"][0]["places_left"] == 2
    assert made["points_per_hour"] == 10
    done = host.post(f"/activities/{made['id']}/publish")
    assert (done.status_code, done.json["status"]) == (200, "published")
    budget = ground.get(f"/regions/{places.COMMUNITY}/budget")
    assert budget.json["held"] == 40
    assert refusal(host.post(f"/activities/{made['id']}/publish")) == (409, "wrong_state")


def test_a_beginner_is_reviewed(ground: ApiClient, world: ModuleType) -> None:
    organization, host = hosted(ground, 2)
    made = host.post("/activities", stage.plan(organization)).json
    done = host.post(f"/activities/{made['id']}/publish").json
    assert done["status"] == "in_review"
    world.make_staff("social_worker")
    worker = ground.sign_in("social_worker@example.org")
    back = worker.post(f"/activities/{made['id']}/send-back", {"reason": "写清楚集合地点"})
    assert (back.json["status"], back.json["reason"]) == ("draft", "写清楚集合地点")
    assert host.get(f"/activities/{made['id']}").json["reason"] == "写清楚集合地点"
    host.post(f"/activities/{made['id']}/publish")
    approved = worker.post(f"/activities/{made['id']}/approve")
    assert (approved.json["status"], approved.json["reason"]) == ("published", None)
    again = worker.post(f"/activities/{made['id']}/approve")
    assert refusal(again) == (409, "wrong_state")


def test_away_from_home_even_good_standing_is_reviewed(ground: ApiClient) -> None:
    organization, host = hosted(ground, 5)
    body = stage.plan(organization, region_code=places.FAR_COMMUNITY)
    made = host.post("/activities", body).json
    assert host.post(f"/activities/{made['id']}/publish").json["status"] == "in_review"


def test_a_community_hosts_by_its_social_worker(ground: ApiClient, world: ModuleType) -> None:
    world.make_staff("social_worker")
    worker = ground.sign_in("social_worker@example.org")
    made = worker.post("/activities", stage.plan(None))
    assert made.json["organization"] is None
    done = worker.post(f"/activities/{made.json['id']}/publish").json
    assert done["status"] == "published"
    elsewhere = worker.post("/activities", stage.plan(None, region_code=places.FAR_COMMUNITY))
    assert refusal(elsewhere) == (403, "forbidden")


def test_nothing_is_promised_that_is_not_in_the_budget(
    api: ApiClient, world: ModuleType, at: At
) -> None:
    at(NOON)
    stage.fund(100)
    organization, host = hosted(api, 3)
    made = host.post("/activities", stage.plan(organization)).json  # 40 of 100; 30 are open to it
    assert refusal(host.post(f"/activities/{made['id']}/publish")) == (409, "budget_exceeded")
    assert host.get(f"/activities/{made['id']}").json["status"] == "draft"
    world.make_staff("social_worker")
    worker = api.sign_in("social_worker@example.org")
    large = worker.post("/activities", stage.plan(None, shifts=[stage.shift(capacity=6)])).json
    assert refusal(worker.post(f"/activities/{large['id']}/publish")) == (409, "budget_exceeded")
    small = worker.post("/activities", stage.plan(None)).json
    assert worker.post(f"/activities/{small['id']}/publish").json["status"] == "published"


def test_a_draft_is_not_there_for_others(ground: ApiClient, world: ModuleType) -> None:
    organization, host = hosted(ground, 2)
    made = host.post("/activities", stage.plan(organization)).json
    other_organization = stage.organization(name="别的队")
    stage.manager(other_organization, "other@example.org")
    other = ground.sign_in("other@example.org")
    world.make_user("an@example.org")
    an = ground.sign_in("an@example.org")
    path = f"/activities/{made['id']}"
    shift = made["shifts"][0]["id"]
    for stranger in (other, an):
        assert stranger.get(path).status_code == 404
        assert stranger.post(f"{path}/publish").status_code == 404
        assert stranger.post(f"{path}/cancel", {"reason": "x"}).status_code == 404
        assert stranger.post(f"/shifts/{shift}/signups").status_code == 404
        assert stranger.get("/activities?status=draft").json["items"] == []
    assert ground.get(path).status_code == 404
    assert [a["id"] for a in host.get("/activities?status=draft").json["items"]] == [made["id"]]
    host.post(f"{path}/publish")
    assert an.get(path).status_code == 404
    world.make_staff("committee")
    committee = ground.sign_in("committee@example.org")
    listed = committee.get("/activities?status=in_review").json["items"]
    assert [a["id"] for a in listed] == [made["id"]]
    committee.post(f"{path}/approve")
    assert an.get(path).status_code == 200
    for deed, body in (("publish", None), ("cancel", {"reason": "x"}), ("approve", None)):
        assert refusal(an.post(f"{path}/{deed}", body)) == (403, "forbidden")
    far = world.make_staff("social_worker", "far@example.org", places.FAR_COMMUNITY)
    assert far
    assert ground.sign_in("far@example.org").post(f"{path}/approve").status_code == 403


def test_a_draft_that_was_cancelled_stays_unseen(ground: ApiClient) -> None:
    organization, host = hosted(ground, 3)
    made = host.post("/activities", stage.plan(organization)).json
    host.post(f"/activities/{made['id']}/cancel", {"reason": "不办了"})
    assert ground.get(f"/activities/{made['id']}").status_code == 404
    assert ground.get("/activities?status=cancelled").json["items"] == []


def test_only_ones_own_organization(ground: ApiClient) -> None:
    organization, _host = hosted(ground, 3)
    other_organization = stage.organization(name="别的队")
    stage.manager(other_organization, "other@example.org")
    other = ground.sign_in("other@example.org")
    assert refusal(other.post("/activities", stage.plan(organization))) == (403, "forbidden")
    assert refusal(other.post("/activities", stage.plan(None))) == (403, "forbidden")
    unknown = other.post("/activities", stage.plan("0" * 26))
    assert refusal(unknown) == (422, "invalid")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"shifts": []}, "shifts"),
        ({"shifts": [stage.shift(NOON, END)]}, "shifts.0.starts_at"),
        ({"shifts": [stage.shift(START, START)]}, "shifts.0.ends_at"),
        ({"shifts": [stage.shift(START, START + timedelta(hours=25))]}, "shifts.0.ends_at"),
        ({"shifts": [stage.shift(capacity=1), stage.shift(capacity=-1)]}, "shifts.1.capacity"),
        ({"shifts": [{**stage.shift(), "capacity": True}]}, "shifts.0.capacity"),
        ({"shifts": [{**stage.shift(), "capacity": 2**63}]}, "shifts.0.capacity"),
        ({"title": "  "}, "title"),
        ({"title": "a\x00"}, "title"),
        ({"category": "sleeping"}, "category"),
        ({"region_code": "99"}, "region_code"),
        ({"location": {"name": "x", "latitude": 91, "longitude": 0}}, "location.latitude"),
        ({"minimum_age": -1}, "minimum_age"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_plan_that_cannot_be(ground: ApiClient, changes: Any, field: str) -> None:
    organization, host = hosted(ground, 3)
    answer = host.post("/activities", stage.plan(organization, **changes))
    assert answer.status_code == 422, answer.text
    assert field in {each["field"] for each in answer.json["errors"]}


def test_it_runs_and_ends_by_the_clock(ground: ApiClient, at: At) -> None:
    organization, host = hosted(ground, 3)
    later = END + timedelta(days=1)
    made = host.post(
        "/activities",
        stage.plan(
            organization, shifts=[stage.shift(), stage.shift(later, later + timedelta(hours=1))]
        ),
    ).json
    host.post(f"/activities/{made['id']}/publish")
    seen = []
    for moment in (START, END, later + timedelta(hours=1), later + timedelta(hours=2)):
        at(moment)
        jobs.run_until_quiet()
        seen.append(ground.get(f"/activities/{made['id']}").json["status"])
    assert seen == ["running", "running", "running", "finished"]


def test_lists_by_region_category_words_and_time(ground: ApiClient, world: ModuleType) -> None:
    organization, host = hosted(ground, 4)
    titles = {
        "扫雪": START,
        "读书会": START + timedelta(days=2),
        "慰问老人": START + timedelta(days=5),
    }
    for title, start in titles.items():
        body = stage.plan(
            organization,
            title=title,
            category="education" if title == "读书会" else "environment",
            shifts=[stage.shift(start, start + timedelta(hours=1))],
        )
        made = host.post("/activities", body).json
        host.post(f"/activities/{made['id']}/publish")

    def listed(query: str) -> list[str]:
        return [each["title"] for each in ground.get(f"/activities?{query}").json["items"]]

    assert listed("status=published") == ["扫雪", "读书会", "慰问老人"]
    assert listed("") == ["慰问老人", "读书会", "扫雪"]
    assert listed(f"region={places.DISTRICT}&status=published") == list(titles)
    assert listed(f"region={places.FAR_COMMUNITY}") == []
    assert listed("category=education") == ["读书会"]
    assert listed("q=老人&status=published") == ["慰问老人"]
    assert listed("starts_after=2026-11-26T00:00:00Z") == ["读书会", "慰问老人"]
    window = "starts_after=2026-11-26T00:00:00Z&starts_before=2026-11-28T00:00:00Z"
    assert listed(window) == ["读书会"]
    first = ground.get("/activities?status=published&limit=2").json
    rest = ground.get(f"/activities?status=published&limit=2&cursor={first['next_cursor']}").json
    assert [a["title"] for a in first["items"] + rest["items"]] == list(titles)
    assert rest["next_cursor"] is None
    wrong = ground.get(f"/activities?cursor={first['next_cursor']}")
    assert refusal(wrong) == (422, "invalid")


def test_praise_by_who_took_part_and_who_was_served(
    ground: ApiClient, at: At, world: ModuleType
) -> None:
    organization, host = hosted(ground, 3)
    made = host.post("/activities", stage.plan(organization)).json
    host.post(f"/activities/{made['id']}/publish")
    path = f"/activities/{made['id']}/praise"
    world.make_user("far@example.org", home=places.FAR_COMMUNITY)
    world.make_user("near@example.org")
    far, near = ground.sign_in("far@example.org"), ground.sign_in("near@example.org")
    assert refusal(near.post(path, {"score": 5})) == (409, "wrong_state")
    far.post(f"/shifts/{made['shifts'][0]['id']}/signups")
    at(START)
    code = host.get(f"/shifts/{made['shifts'][0]['id']}/checkin-code").json["code"]
    far.post("/checkins", {"code": code})
    jobs.run_until_quiet()
    assert refusal(far.post(path, {"score": 5})) == (409, "not_a_participant")
    far.post("/checkouts", {"code": code})
    assert far.post(path, {"score": 5, "comment": "很好"}).status_code == 201
    assert refusal(far.post(path, {"score": 4})) == (409, "already_praised")
    assert near.post(path, {"score": 4}).status_code == 201
    assert refusal(host.post(path, {"score": 5}))[0] == 403
    assert refusal(near.post(path, {"score": 6})) == (422, "invalid")
