"""A question is asked, talked through, voted on, counted, decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from portal.consultations import jobs
from portal.consultations.interchange import blt, pabulib
from portal.core.clock import now, rfc3339
from tests import world
from tests.conftest import ApiClient
from tests.consultations.stage import Town, done, plan, refused, verify, yuan


def test_a_question_is_asked_talked_through_voted_on_and_decided(
    town: Town, api: ApiClient, tmp_path: Path
) -> None:
    draft = town.draft(quorum=0.5)
    path = f"/consultations/{draft['id']}"
    assert draft["status"] == "draft"
    assert [option["title"] for option in draft["options"]] == ["长椅", "花坛", "路灯"]
    refused(api.get(path), 404, "not_found")

    assert done(town.committee.post(f"{path}/start-discussion"))["status"] == "discussion"
    said = done(town.resident(0).post(f"{path}/comments", {"text": "长椅好"}), 201)
    assert said["reply_to"] is None

    opened = done(town.committee.post(f"{path}/open"))
    assert opened["status"] == "open"
    assert opened["shares"] is None
    assert opened["roll"]["size"] == 6
    receipts = [town.vote(n, opened, place) for n, place in enumerate((0, 2, 2, 2))]
    town.vote(4, opened)  # a blank one
    seen = done(api.get(path))
    assert seen["turnout"] == {"voted": 5, "share": 5 / 6}
    refused(api.get(f"{path}/results"), 409, "not_closed")
    refused(api.get(f"{path}/board"), 409, "not_closed")

    assert town.closed(opened)["status"] == "closed"
    results = town.results(opened)
    lights = opened["options"][2]["id"]
    assert results["winners"] == [lights]
    assert results["outcome"][0] == {"option_id": lights, "votes": 3}
    assert results["blank"] == 1
    assert results["quorum_met"] is True
    assert results["turnout"]["by_way"] == {"online": 5, "paper": 0}
    board = town.board(opened)
    on_board = {entry["receipt"]: entry["choices"] for entry in board["entries"]}
    assert on_board[receipts[3]] == [lights]
    verify(town, opened, tmp_path)

    promise = {"title": "装路灯", "owner": "物业", "due_on": "2027-03-01"}
    decision = {"accepted": True, "reasons": "多数人选了它。", "commitments": [promise]}
    decided = done(town.committee.post(f"{path}/decide", decision))
    assert decided["status"] == "decided"
    (told,) = decided["decision"]["commitments"]
    assert {name: told[name] for name in promise} == promise
    refused(town.committee.post(f"{path}/decide", decision), 409, "wrong_state")
    assert town.results(opened) == results


@pytest.mark.parametrize("disclosure", ["trackable", "separate"])
@pytest.mark.parametrize(
    ("method", "more", "ballots"),
    [
        ("single", {}, [(0,), (1,), (1,), ()]),
        ("approval", {"max_choices": 2}, [(0, 1), (1, 2), (1,), ()]),
        ("ranked", {}, [(0, 1, 2), (1, 0), (2, 1), (1,)]),
        ("schulze", {}, [(0, 1, 2), (1, 0), (2, 1), (1,)]),
        ("budget_greedy", {"budget": yuan(100)}, [(0, 1), (1,), (1, 2), ()]),
        ("equal_shares", {"budget": yuan(100)}, [(0, 1), (1,), (1, 2), ()]),
    ],
)
def test_every_method_is_counted_and_can_be_counted_again(
    town: Town,
    method: str,
    disclosure: str,
    more: dict[str, Any],
    ballots: list[tuple[int, ...]],
    tmp_path: Path,
) -> None:
    options = [{"title": f"第{n}项", "cost": yuan(40 + n)} for n in range(3)]
    if "budget" not in more:
        options = [{"title": each["title"]} for each in options]
    vote = town.opened(method=method, disclosure=disclosure, options=options, **more)
    for number, places in enumerate(ballots):
        town.vote(number, vote, *places)

    town.closed(vote)

    results = town.results(vote)
    assert results["winners"][0] == vote["options"][1]["id"]
    assert results["turnout"]["voted"] == len(ballots)
    verify(town, vote, tmp_path)
    listed = done(town.api.get("/consultations?status=closed"))["items"]
    assert [(each["id"], each["method"]) for each in listed] == [(vote["id"], method)]


def test_who_may_vote_is_fixed_by_rule_at_opening(town: Town, at: Any) -> None:
    born: dict[str, Any] = {"birth_date": datetime(1950, 1, 1, tzinfo=UTC).date()}
    elders = world.make_users(5, "elder", **born)
    world.make_user("unverified@example.org", verified=False, **born)
    world.make_user("elsewhere@example.org", home=world.NEXT_COMMUNITY, **born)
    vote = town.opened(roll={"minimum_age": 60})
    assert vote["roll"]["size"] == len(elders)
    world.make_user("late@example.org", **born)
    path = f"/consultations/{vote['id']}"
    roll = done(town.api.get(f"{path}/roll"))
    assert len(roll["keys"]) == len(elders)
    assert roll["mine"] is None

    elder = town.api.sign_in("elder1@example.org")
    assert done(elder.get(f"{path}/roll"))["mine"] in roll["keys"]
    for login in ("late@example.org", "elsewhere@example.org", "voter1@example.org"):
        caller = town.api.sign_in(login)
        refused(caller.post(f"{path}/ballots", {"choices": []}), 403, "not_on_roll")


def test_a_roll_can_ask_since_when(town: Town) -> None:
    yesterday = rfc3339(now() - timedelta(days=1))
    vote = town.discussed(roll={"verified_before": yesterday})
    answer = town.committee.post(f"/consultations/{vote['id']}/open")
    refused(answer, 409, "roll_too_small")
    tomorrow = (now() + timedelta(days=2)).date().isoformat()
    assert town.opened(roll={"verified_before": tomorrow})["roll"]["size"] == 6


def test_a_vote_among_too_few_is_not_opened(town: Town, world: Any, api: ApiClient) -> None:
    world.make_staff("committee", "next@example.org", world.NEXT_COMMUNITY)
    for number in range(4):
        world.make_user(f"far{number}@example.org", home=world.NEXT_COMMUNITY)
    committee = api.sign_in("next@example.org")
    body = plan(region_code=world.NEXT_COMMUNITY)
    path = f"/consultations/{done(committee.post('/consultations', body), 201)['id']}"
    done(committee.post(f"{path}/start-discussion"))
    refused(committee.post(f"{path}/open"), 409, "roll_too_small")
    assert done(api.get(path))["status"] == "discussion"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"method": "budget_greedy"}, "budget"),
        ({"method": "equal_shares", "budget": yuan(5)}, "options.0.cost"),
        ({"method": "ranked", "titles": [str(n) for n in range(201)]}, "options"),
        ({"titles": [str(n) for n in range(1_001)]}, "options"),
        ({"titles": []}, "options"),
        ({"titles": ["同名", " 同名 "]}, "options.1.title"),
        ({"method": "approval", "max_choices": 4}, "max_choices"),
        ({"max_choices": 2}, "max_choices"),
        ({"quorum": 1.5}, "quorum"),
        ({"region_code": "99"}, "region_code"),
        ({"trustees": {"shares": 2, "needed": 3}}, "trustees.needed"),
        ({"closes_at": "2020-01-01T00:00:00Z"}, "closes_at"),
        (
            {"opens_at": "2099-01-02T00:00:00Z", "closes_at": "2099-01-01T00:00:00Z"},
            "closes_at",
        ),
        ({"roll": {"verified_before": "soon"}}, "roll.verified_before"),
    ],
)
def test_what_cannot_be_voted_on_is_not_set_up(
    town: Town, more: dict[str, Any], field: str
) -> None:
    body = plan(**more)
    problem = refused(town.committee.post("/consultations", body), 422, "invalid")
    assert field in [error["field"] for error in problem["errors"]]


def test_each_step_has_its_place_and_its_people(town: Town, api: ApiClient) -> None:
    refused(town.resident(0).post("/consultations", plan()), 403, "forbidden")
    refused(town.worker.post("/consultations", plan()), 403, "forbidden")
    refused(town.committee.post("/consultations", plan(region_code=world.STREET)), 403, "forbidden")
    draft = town.draft()
    path = f"/consultations/{draft['id']}"
    refused(town.committee.post(f"{path}/open"), 409, "wrong_state")
    refused(town.committee.post(f"{path}/close"), 409, "wrong_state")
    refused(town.committee.post(f"{path}/cancel", {"reason": " "}), 422, "invalid")
    refused(town.resident(0).post(f"{path}/start-discussion"), 404, "not_found")
    refused(town.resident(0).get(path), 404, "not_found")
    assert done(town.committee.get("/consultations?status=draft"))["items"][0]["id"] == draft["id"]
    assert done(town.resident(0).get("/consultations?status=draft"))["items"] == []

    done(town.committee.post(f"{path}/start-discussion"))
    refused(town.committee.post(f"{path}/start-discussion"), 409, "wrong_state")
    refused(town.resident(0).post(f"{path}/open"), 403, "forbidden")
    refused(api.post(f"{path}/open"), 401, "unauthenticated")
    refused(api.get(f"{path}/roll"), 409, "not_open")
    refused(town.resident(0).post(f"{path}/ballots", {"choices": []}), 409, "not_open")

    done(town.committee.post(f"{path}/open"))
    refused(town.committee.post(f"{path}/open"), 409, "wrong_state")
    refused(town.worker.post(f"{path}/close"), 403, "forbidden")
    done(town.committee.post(f"{path}/close"))
    refused(town.committee.post(f"{path}/close"), 409, "wrong_state")
    refused(town.committee.post(f"{path}/cancel", {"reason": "迟了"}), 409, "wrong_state")
    refused(town.resident(0).post(f"{path}/ballots", {"choices": []}), 409, "not_open")


def test_what_is_called_off_says_why_and_loses_its_ballots(town: Town, api: ApiClient) -> None:
    vote = town.opened()
    town.vote(0, vote, 1)
    path = f"/consultations/{vote['id']}"
    done(town.committee.post(f"{path}/cancel", {"reason": "预算被收回"}))
    seen = done(api.get(path))
    assert (seen["status"], seen["reason"]) == ("cancelled", "预算被收回")
    refused(api.get(f"{path}/board"), 409, "not_closed")
    refused(town.resident(1).post(f"{path}/ballots", {"choices": []}), 409, "not_open")
    refused(town.committee.post(f"{path}/close"), 409, "wrong_state")


def test_the_clock_opens_and_closes(
    town: Town, api: ApiClient, at: Callable[[datetime], None]
) -> None:
    begin = now().replace(microsecond=0) + timedelta(hours=1)
    vote = town.discussed(opens_at=rfc3339(begin), closes_at=rfc3339(begin + timedelta(hours=2)))
    path = f"/consultations/{vote['id']}"
    assert jobs.open_due() == 0
    at(begin)
    assert jobs.open_due() == 1
    opened = done(api.get(path))
    assert (opened["status"], opened["opens_at"]) == ("open", rfc3339(begin))
    town.vote(0, opened, 2)
    refused(town.committee.post(f"{path}/close"), 409, "wrong_state")
    assert jobs.close_due() == 0

    at(begin + timedelta(hours=2))
    refused(town.resident(1).post(f"{path}/ballots", {"choices": []}), 409, "not_open")
    assert jobs.close_due() == 1
    assert town.results(opened)["winners"] == [opened["options"][2]["id"]]
    assert jobs.close_due() == 0


def test_where_too_few_may_vote_the_clock_waits(town: Town, at: Callable[[datetime], None]) -> None:
    begin = now() + timedelta(hours=1)
    vote = town.discussed(roll={"minimum_age": 18}, opens_at=rfc3339(begin))
    at(begin + timedelta(minutes=1))
    assert jobs.open_due() == 0
    assert done(town.api.get(f"/consultations/{vote['id']}"))["status"] == "discussion"


def test_it_is_talked_through_by_those_who_live_there(town: Town, api: ApiClient) -> None:
    draft, vote = town.draft(), town.discussed()
    path = f"/consultations/{vote['id']}/comments"
    said = done(town.resident(0).post(path, {"text": "长椅好"}), 201)
    answer = {"text": "路灯更要紧", "reply_to": said["id"]}
    done(town.resident(1).post(path, answer), 201)
    done(town.worker.post(path, {"text": "周三晚上一起谈"}), 201)
    heard = done(api.get(path))["items"]
    assert [(each["author"]["name"], each["text"], each["reply_to"]) for each in heard] == [
        ("voter1", "长椅好", None),
        ("voter2", "路灯更要紧", said["id"]),
        ("worker", "周三晚上一起谈", None),
    ]
    first = done(api.get(f"{path}?limit=2"))
    rest = done(api.get(f"{path}?limit=2&cursor={first['next_cursor']}"))
    assert [*first["items"], *rest["items"]] == heard

    world.make_user("away@example.org", home=world.NEXT_COMMUNITY)
    refused(api.sign_in("away@example.org").post(path, {"text": "我也说"}), 403, "forbidden")
    elsewhere = f"/consultations/{town.discussed()['id']}/comments"
    wrong = {"text": "答错了", "reply_to": said["id"]}
    refused(town.resident(0).post(elsewhere, wrong), 422, "invalid")
    refused(town.resident(0).post(path, {"text": " "}), 422, "invalid")
    refused(api.post(path, {"text": "谁"}), 401, "unauthenticated")
    hidden = f"/consultations/{draft['id']}/comments"
    refused(api.get(hidden), 404, "not_found")
    refused(town.committee.post(hidden, {"text": "还早"}), 409, "wrong_state")
    done(town.committee.post(f"/consultations/{vote['id']}/cancel", {"reason": "不办了"}))
    refused(town.resident(0).post(path, {"text": "可惜"}), 409, "wrong_state")


def test_ballots_go_out_as_files_for_other_programs(town: Town, api: ApiClient) -> None:
    options = [{"title": f"第{n}项", "cost": yuan(40)} for n in range(3)]
    money = town.opened(method="equal_shares", options=options, budget=yuan(90))
    ranks = town.opened(method="ranked")
    pb, file = (
        f"/consultations/{money['id']}/ballots.pb",
        f"/consultations/{ranks['id']}/ballots.blt",
    )
    for number in range(4):
        town.vote(number, money, 0, 2)
        town.vote(number, ranks, 2, 0)
    for path in (pb, file):
        refused(api.get(path), 409, "not_closed")
    for vote in (money, ranks):
        town.closed(vote)

    sent = api.get(pb)
    assert sent.content_type == "text/plain; charset=utf-8"
    read = pabulib.read(sent.data)
    assert read.budget == 9_000
    assert [project.cost for project in read.projects] == [4_000] * 3
    assert read.votes == ((money["options"][0]["id"], money["options"][2]["id"]),) * 4
    ballots = blt.read(api.get(file).data)
    assert ballots.names == ("长椅", "花坛", "路灯")
    assert ballots.ballots == ((4, (2, 0)),)
    refused(api.get(pb.replace(".pb", ".blt")), 404, "not_found")
    refused(api.get(file.replace(".blt", ".pb")), 404, "not_found")
