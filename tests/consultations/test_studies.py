"""Votes that others held, taken in from Pabulib files: counted like any, and no vote of ours."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.consultations.interchange import pabulib
from portal.consultations.interchange.errors import UnreadableFile
from portal.consultations.models import BoardLine, Consultation, RollEntry
from portal.core import jobs
from portal.core.database import db
from portal.core.outbox import OutboxMessage
from portal.notifications.models import Notification
from portal.points.models import LedgerTransaction
from tests import world
from tests.browsing import Browser
from tests.consultations.stage import Town, done, refused
from tests.consultations.verifier import tool

FILE = """\
META
key;value
description;Courtyard of the north
unit;Somewhere
country;Poland
currency;PLN
num_projects;3
num_votes;5
budget;1000
vote_type;approval
rule;greedy
PROJECTS
project_id;cost;name
1;600;Bench
2;500;Lamp
3;400;Flowers
VOTES
voter_id;vote
a;1,2,3
b;1
c;1,3
d;2
e;
"""
RANKED = FILE.replace("approval", "ordinal")
STUDIES = "/consultations/studies"
DESK = "/desk/consultations/studies"
METHODS = ("approval", "budget_greedy", "equal_shares")


def taken_in(town: Town, method: str, file: str = FILE, **more: Any) -> dict[str, Any]:
    return done(town.committee.post(STUDIES, asked(method, file, **more)), 201)


def asked(method: str, file: str = FILE, **more: Any) -> dict[str, Any]:
    return {"region_code": world.COMMUNITY, "method": method, "file": file, **more}


def how_many(table: Any) -> int:
    return db.session.execute(select(func.count()).select_from(table)).scalar_one()


def check(town: Town, study: dict[str, Any], folder: Path) -> int:
    """What the program of its own says to the study's board and results."""
    for part in ("board", "results"):
        content = town.api.get(f"/consultations/{study['id']}/{part}").text
        (folder / f"{part}.json").write_text(content, encoding="utf-8")
    return int(tool.main([str(folder / "board.json"), "--results", str(folder / "results.json")]))


@pytest.mark.parametrize("method", [*METHODS, "ranked", "schulze"])
def test_a_file_is_counted_by_the_method_asked_for_and_can_be_checked(
    town: Town, tmp_path: Path, method: str
) -> None:
    study = taken_in(town, method, RANKED if method in ("ranked", "schulze") else FILE)
    assert (study["study"], study["status"], study["method"]) == (True, "closed", method)
    assert study["title"] == "Courtyard of the north"
    assert [option["title"] for option in study["options"]] == ["Bench", "Lamp", "Flowers"]
    results = town.results(study)
    assert results["turnout"] == {
        "voted": 5,
        "share": 1.0,
        "by_way": {"online": 5, "paper": 0},
    }
    assert results["blank"] == 1
    assert town.board(study)["genesis"]["study"] is True
    assert check(town, study, tmp_path) == 0


def test_each_step_of_the_budget_is_told(town: Town) -> None:
    study = taken_in(town, "budget_greedy")
    titles = {option["id"]: option["title"] for option in study["options"]}
    steps = [(titles[step["option_id"]], step["why"]) for step in town.results(study)["steps"]]
    assert ("Bench", "funded") in steps
    assert sorted(why for _title, why in steps) == ["does_not_fit", "funded", "funded"]


def test_a_ballot_dearer_than_the_budget_is_no_fault_of_a_study_and_one_of_a_vote(
    town: Town, tmp_path: Path
) -> None:
    study = taken_in(town, "budget_greedy")  # a's wishes cost 1,500 of 1,000
    assert check(town, study, tmp_path) == 0
    board = json.loads((tmp_path / "board.json").read_text())
    del board["genesis"]["study"]  # ours have this rule
    (tmp_path / "board.json").write_text(json.dumps(board))
    assert tool.main([str(tmp_path / "board.json")]) == 1


def test_a_study_is_in_no_list_and_concerns_nobody(town: Town) -> None:
    before = [how_many(table) for table in (OutboxMessage, Notification, LedgerTransaction)]
    study = taken_in(town, "approval")
    jobs.run_until_quiet()
    after = [how_many(table) for table in (OutboxMessage, Notification, LedgerTransaction)]
    assert after == before
    assert how_many(RollEntry) == 0
    for who in (town.api, town.resident(0), town.committee):
        for query in ("", "?status=closed", f"?region={world.COMMUNITY}"):
            assert done(who.get(f"/consultations{query}"))["items"] == []
    assert done(town.api.get("/consultations/results"))["items"] == []
    assert [each["id"] for each in done(town.committee.get(STUDIES))["items"]] == [study["id"]]


def test_nothing_is_done_with_a_study(town: Town) -> None:
    study = taken_in(town, "approval")
    address = f"/consultations/{study['id']}"
    decision = {"accepted": True, "reasons": "Because."}
    refused(town.committee.post(f"{address}/decide", decision), 409, "wrong_state")
    refused(town.committee.post(f"{address}/cancel", {"reason": "No."}), 409, "wrong_state")
    refused(town.committee.post(f"{address}/open"), 409, "wrong_state")
    refused(town.resident(0).post(f"{address}/comments", {"text": "Hm."}), 409, "wrong_state")
    refused(town.resident(0).post(f"{address}/ballots", {"choices": []}), 409, "not_open")
    refused(town.api.get(f"{address}/roll"), 404, "not_found")
    refused(town.api.get(f"{address}/ballots.pb"), 404, "not_found")


def test_no_page_of_the_desk_works_with_a_study(client: FlaskClient, town: Town) -> None:
    study = taken_in(town, "approval")
    desk = Browser(client, "en").sign_in("committee@example.org")
    for page in ("", "/check", "/roll", "/roll/people", "/close", "/decide", "/cancel"):
        desk.open(f"/desk/consultations/{study['id']}{page}", 404)
    desk.open(f"/consultations/{study['id']}")
    assert desk.address == f"/consultations/{study['id']}/results"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "file",
    [
        FILE.replace("budget;1000", "budget;0"),
        FILE.partition("a;1,2,3")[0].replace("num_votes;5", "num_votes;0"),
        FILE.replace("2;500;Lamp", "2;0;Lamp"),
        FILE.replace("\n", "\r\n"),
    ],
)
def test_strange_files_that_are_whole_are_counted(
    town: Town, tmp_path: Path, method: str, file: str
) -> None:
    assert check(town, taken_in(town, method, file), tmp_path) == 0


def test_who_may_take_files_in(town: Town) -> None:
    world.make_staff("auditor", scope=world.CITY)
    auditor = town.api.sign_in("auditor@example.org")
    done(auditor.post(STUDIES, asked("approval", region_code=world.CITY)), 201)
    for who in (town.worker, town.resident(0)):
        refused(who.post(STUDIES, asked("approval")), 403, "forbidden")
        refused(who.get(STUDIES), 404, "not_found")
    elsewhere = asked("approval", region_code=world.CITY)
    refused(town.committee.post(STUDIES, elsewhere), 403, "forbidden")


@pytest.mark.parametrize(
    ("method", "wrong", "said"),
    [
        ("approval", FILE.replace("d;2", "d;9"), "Line 22: There is no project “9”"),
        ("approval", FILE.replace("d;2", "d;2,2"), "Line 22: The vote names the project “2” twice"),
        ("approval", FILE.replace("2;500", "2;five"), "Line 15"),
        ("approval", FILE.replace("num_votes;5", "num_votes;6"), "Line 8"),
        ("approval", FILE.replace("budget;1000", "budget;99999999999999"), "An amount"),
        ("single", FILE, "Line 19: The vote names more than one project"),
        ("approval", FILE.replace("META", "GIF89a"), "Line 1: The file must begin with META"),
        ("approval", "META\nkey;value\n", "lacks “vote_type”"),
    ],
)
def test_a_file_that_is_wrong_is_refused_whole_with_its_line(
    town: Town, method: str, wrong: str, said: str
) -> None:
    problem = refused(town.committee.post(STUDIES, asked(method, wrong)), 422, "invalid")
    assert said in problem["detail"], problem
    assert (how_many(Consultation), how_many(BoardLine)) == (0, 0)


def test_votes_without_an_order_cannot_be_ranked(town: Town) -> None:
    problem = refused(town.committee.post(STUDIES, asked("ranked")), 422, "invalid")
    assert [error["field"] for error in problem["errors"]] == ["method"]


def test_a_file_with_more_votes_than_are_taken_is_refused(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.consultations.services.studies.MOST_VOTES", 4)
    problem = refused(town.committee.post(STUDIES, asked("approval")), 422, "invalid")
    assert "Line 23" in problem["detail"]


def test_what_is_too_much_is_refused_where_it_begins() -> None:
    with pytest.raises(UnreadableFile) as votes:  # the line after it cannot be read at all
        pabulib.read(f"{FILE}f;1;2;3\n".encode(), most_votes=4)
    assert votes.value.line == 23
    with pytest.raises(UnreadableFile) as projects:
        pabulib.read(FILE.replace("3;400;Flowers", "3;400;F\n1;1;1;1").encode(), most_projects=2)
    assert projects.value.line == 16
    facts = "".join(f"fact {number};told\n" for number in range(pabulib.MOST_FACTS))
    with pytest.raises(UnreadableFile) as meta:
        pabulib.read(FILE.replace("key;value\n", f"key;value\n{facts}").encode())
    assert meta.value.line == pabulib.MOST_FACTS + 3


def test_a_count_that_takes_too_long_is_given_up(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.consultations.services.studies.MOST_SECONDS", 0.0)
    problem = refused(town.committee.post(STUDIES, asked("equal_shares")), 422, "invalid")
    assert "too long to count" in problem["detail"]
    assert (how_many(Consultation), how_many(BoardLine)) == (0, 0)


def test_what_we_export_can_be_taken_in_again(town: Town) -> None:
    vote = town.opened(
        method="equal_shares",
        options=[
            {"title": "长椅", "cost": {"amount": 60_000, "currency": "CNY"}},
            {"title": "花坛", "cost": {"amount": 50_000, "currency": "CNY"}},
        ],
        budget={"amount": 100_000, "currency": "CNY"},
    )
    for number, places in enumerate([(0, 1), (0,), (1,), ()]):
        town.vote(number, vote, *places)
    town.closed(vote)
    file = town.api.get(f"/consultations/{vote['id']}/ballots.pb").text
    study = taken_in(town, "equal_shares", file)

    def told(each: dict[str, Any]) -> dict[str, int]:
        titles = {option["id"]: option["title"] for option in each["options"]}
        return {titles[line["option_id"]]: line["votes"] for line in town.results(each)["outcome"]}

    assert told(study) == told(vote)
    assert pabulib.read(file.encode()).budget == 100_000


# --- by pages -------------------------------------------------------------------------------------


def upload(desk: Browser, content: bytes, status: int = 200, **more: str) -> None:
    desk.open(f"{DESK}/new")
    file = (io.BytesIO(content), "vote.pb")
    desk.send(f"{DESK}/new", status, file=file, region_code=world.COMMUNITY, **more)


def test_a_committee_takes_in_a_file_at_its_desk(client: FlaskClient, town: Town) -> None:
    desk = Browser(client, "en").sign_in("committee@example.org")
    desk.open("/desk/consultations")
    assert "Votes for study" in desk.text
    upload(desk, FILE.encode(), method="equal_shares", title="Warsaw, one district")
    assert desk.address.endswith("/results")
    assert "For study" in desk.text
    assert "Warsaw, one district" in desk.text
    assert "What the committee decided" not in desk.text
    assert "Who took part" not in desk.text
    desk.open(desk.address.replace("/results", "/board"))
    assert "For study" in desk.text
    assert "roll.json" not in desk.text
    desk.open(DESK)
    assert "Warsaw, one district" in desk.text
    desk.open("/desk/consultations")
    assert "Warsaw, one district" not in desk.text


def test_a_wrong_file_is_explained_at_the_desk(client: FlaskClient, town: Town) -> None:
    desk = Browser(client, "en").sign_in("committee@example.org")
    upload(desk, FILE.replace("d;2", "d;9").encode(), 422, method="approval")
    assert "Line 22: There is no project “9”" in desk.text
    assert how_many(Consultation) == 0
    upload(desk, b"\xff\xfe\x00", 422, method="approval")
    assert "Line 1: The file is not in UTF-8." in desk.text
