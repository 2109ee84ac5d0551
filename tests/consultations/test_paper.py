"""Ballots on paper: one roll for all ways, two people who count, trustees who hold the key."""

from __future__ import annotations

import hmac
from datetime import timedelta
from hashlib import sha256
from typing import Any

from portal.consultations import jobs
from portal.core.clock import now, rfc3339
from tests.conftest import ApiClient
from tests.consultations.stage import Town, done, refused, verify


def tally(vote: dict[str, Any], *ballots: tuple[int, ...]) -> dict[str, Any]:
    options = vote["options"]
    return {"ballots": [[options[place]["id"] for place in ballot] for ballot in ballots]}


def test_whoever_takes_paper_has_voted(town: Town) -> None:
    vote = town.opened()
    path = f"/consultations/{vote['id']}"
    code = {"member_code": town.member_code(0)}
    assert done(town.worker.post(f"{path}/paper-ballots", code), 201) == {"way": "paper"}
    refused(town.worker.post(f"{path}/paper-ballots", code), 409, "already_voted")
    refused(town.resident(0).post(f"{path}/ballots", {"choices": []}), 409, "already_voted")
    town.vote(1, vote, 0)
    taken = {"member_code": town.member_code(1)}
    refused(town.worker.post(f"{path}/paper-ballots", taken), 409, "already_voted")
    nobody = {"member_code": "0000-0000-0000"}
    refused(town.worker.post(f"{path}/paper-ballots", nobody), 404, "unknown_member")
    refused(town.committee.post(f"{path}/paper-ballots", code), 403, "forbidden")
    refused(town.resident(2).post(f"{path}/paper-ballots", code), 403, "forbidden")


def test_two_people_count_the_paper_and_must_agree(town: Town, tmp_path: Any) -> None:
    vote = town.opened(method="approval")
    path = f"/consultations/{vote['id']}"
    for number in (0, 1, 2):
        done(
            town.worker.post(f"{path}/paper-ballots", {"member_code": town.member_code(number)}),
            201,
        )
    town.vote(3, vote, 2)
    refused(town.committee.post(f"{path}/close"), 409, "tallies_differ")  # none yet
    one = tally(vote, (0, 1), (1,), ())
    assert done(town.worker.post(f"{path}/paper-tally", one), 201) == {"ballots": 3}
    refused(town.committee.post(f"{path}/close"), 409, "tallies_differ")  # one alone
    other = tally(vote, (0, 1), (2,), ())
    done(town.committee.post(f"{path}/paper-tally", other), 201)
    refused(town.committee.post(f"{path}/close"), 409, "tallies_differ")  # other ballots
    done(town.committee.post(f"{path}/paper-tally", tally(vote, (1, 0), ())), 201)
    refused(town.committee.post(f"{path}/close"), 409, "tallies_differ")  # too few
    town.vote(4, vote, 1)  # voting goes on meanwhile
    # the same ballots, in another order and with the crosses read in another order
    done(town.committee.post(f"{path}/paper-tally", tally(vote, (), (1,), (1, 0))), 201)
    town.closed(vote)

    results = town.results(vote)
    assert results["turnout"]["by_way"] == {"online": 2, "paper": 3}
    votes = {each["option_id"]: each["votes"] for each in results["outcome"]}
    assert [votes[option["id"]] for option in vote["options"]] == [1, 3, 1]
    paper = [e for e in town.board(vote)["entries"] if e["receipt"].startswith("P-")]
    assert len(paper) == 3
    verify(town, vote, tmp_path)


def test_paper_ballots_keep_the_rule_too(town: Town) -> None:
    vote = town.opened()
    path = f"/consultations/{vote['id']}"
    answer = town.worker.post(f"{path}/paper-tally", tally(vote, (0,), (0, 1)))
    problem = refused(answer, 422, "invalid")
    assert [error["field"] for error in problem["errors"]] == ["ballots.1"]
    refused(town.resident(0).post(f"{path}/paper-tally", tally(vote)), 403, "forbidden")
    town.closed(vote)
    refused(town.worker.post(f"{path}/paper-tally", tally(vote)), 409, "not_open")


def test_a_tally_without_marks_differs_from_the_roll(town: Town) -> None:
    vote = town.opened()
    path = f"/consultations/{vote['id']}"
    for person in (town.worker, town.committee):
        done(person.post(f"{path}/paper-tally", tally(vote, (0,))), 201)
    refused(town.committee.post(f"{path}/close"), 409, "tallies_differ")


def test_trustees_open_the_urn_together(town: Town, tmp_path: Any) -> None:
    vote = town.opened(trustees={"shares": 3, "needed": 2})
    path = f"/consultations/{vote['id']}"
    shares = vote["shares"]
    assert len(set(shares)) == 3
    assert done(town.api.get(path))["trustees"] == {"shares": 3, "needed": 2}
    assert "shares" not in done(town.committee.get(path))
    town.vote(0, vote, 1)
    mistyped = shares[1][:-1] + ("1" if shares[1][-1] == "0" else "0")
    for wrong, field in (
        ([], "shares"),
        (shares[:1], "shares"),
        ([shares[0], shares[0]], "shares"),
        ([shares[0], mistyped], "shares.1"),
        ([shares[0], "2-" + "0" * 27], "shares.1"),
        ([shares[0], "2-7"], "shares.1"),
    ):
        problem = refused(town.committee.post(f"{path}/close", {"shares": wrong}), 422, "invalid")
        assert [error["field"] for error in problem["errors"]] == [field]
    town.vote(1, vote, 1)  # wrong shares stop nothing
    typed = [shares[2].lower().replace("-", "- "), f" {shares[0]} "]
    closed = done(town.committee.post(f"{path}/close", {"shares": typed}))
    assert closed["status"] == "closed"
    assert town.results(vote)["winners"] == [vote["options"][1]["id"]]
    verify(town, vote, tmp_path)


def test_the_clock_leaves_an_urn_to_its_trustees(town: Town, at: Any) -> None:
    end = now() + timedelta(hours=1)
    vote = town.opened(trustees={"shares": 2, "needed": 1}, closes_at=rfc3339(end))
    town.vote(0, vote, 1)
    committee = town.committee
    at(end)
    assert jobs.close_due() == 0
    path = f"/consultations/{vote['id']}"
    done(committee.post(f"{path}/close", {"shares": vote["shares"][1:]}))
    assert town.results(vote)["turnout"]["voted"] == 1


def test_the_roll_is_changed_in_public(town: Town, world: Any, api: ApiClient) -> None:
    vote = town.opened()
    path = f"/consultations/{vote['id']}"
    late = world.make_user("late@example.org")
    world.make_user("away@example.org", home=world.NEXT_COMMUNITY)
    newcomer = api.sign_in("late@example.org")
    code = done(newcomer.get("/me"))["member_code"]
    away = done(api.sign_in("away@example.org").get("/me"))["member_code"]

    def change(what: str, member: str) -> Any:
        body = {"change": what, "member_code": member, "reason": "名册漏了一户"}
        return town.committee.post(f"{path}/roll/changes", body)

    told = done(change("added", code), 201)
    assert [(each["change"], each["reason"]) for each in told["items"]] == [
        ("added", "名册漏了一户")
    ]
    assert told["opening_hash"] == vote["roll"]["hash"]
    roll = done(newcomer.get(f"{path}/roll"))
    assert roll["size"] == len(roll["keys"]) == 7
    assert roll["hash"] != vote["roll"]["hash"]
    assert roll["mine"] in roll["keys"]
    done(newcomer.post(f"{path}/ballots", {"choices": []}), 201)
    assert late

    refused(change("added", code), 422, "invalid")
    refused(change("added", away), 422, "invalid")
    refused(change("removed", code), 409, "already_voted")
    refused(change("removed", away), 403, "not_on_roll")
    refused(change("removed", "0000-0000-0000"), 404, "unknown_member")
    for number in (0, 1):
        done(change("removed", town.member_code(number)), 201)
    refused(change("removed", town.member_code(2)), 409, "roll_too_small")
    assert done(api.get(f"{path}/roll"))["size"] == 5
    assert len(done(api.get(f"{path}/roll/changes"))["items"]) == 3
    refused(town.resident(0).post(f"{path}/ballots", {"choices": []}), 403, "not_on_roll")

    town.closed(vote)
    board = town.board(vote)
    assert board["genesis"]["roll_hash"] == done(api.get(f"{path}/roll"))["hash"]
    refused(change("removed", town.member_code(2)), 409, "not_open")


def test_auditors_see_who_stands_on_a_roll(town: Town, world: Any, api: ApiClient) -> None:
    world.make_staff("auditor")
    auditor = api.sign_in("auditor@example.org")
    vote = town.opened()
    path = f"/consultations/{vote['id']}"
    seen = done(auditor.get(f"{path}/roll/people?limit=100"))
    salt = bytes.fromhex(seen["salt"])
    for each in seen["items"]:
        made = hmac.new(salt, each["resident"]["id"].encode(), sha256).hexdigest()
        assert made == each["key"]
    assert {each["resident"]["id"] for each in seen["items"]} == set(town.residents)
    refused(town.committee.get(f"{path}/roll/people"), 403, "forbidden")
    assert set(seen["items"][0]) == {"key", "resident"}
