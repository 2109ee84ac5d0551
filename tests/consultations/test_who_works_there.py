"""A roll of who lives there, of who works there, or of both: each person once."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.accounts.models import User
from portal.consultations.models import RollEntry
from portal.core import jobs
from portal.core.clock import now, rfc3339
from portal.core.database import db
from portal.core.unit_of_work import unit_of_work
from tests.browsing import Browser
from tests.consultations.deskwork import DESK, at_desk, draft, filled
from tests.consultations.stage import Town, done, plan, refused, told, verify
from tests.world import COMMUNITY, NEXT_COMMUNITY, make_user, make_users

BOTH = {"by": ["home", "work"]}
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def work_here(user_ids: Sequence[str], since: datetime = LONG_AGO, code: str = COMMUNITY) -> None:
    with unit_of_work():
        db.session.execute(
            update(User)
            .where(User.id.in_(user_ids))
            .values(work_region_code=code, work_verified_at=since)
        )


@pytest.fixture
def workers(world: Any) -> list[str]:
    """Seven people of the next community who work in this one: worker1@example.org …"""
    ids = make_users(7, "worker", home_region_code=NEXT_COMMUNITY)
    work_here(ids)
    return ids


def size(vote: dict[str, Any]) -> int:
    return int(vote["roll"]["size"])


def ballot(town: Town, login: str, vote: dict[str, Any], place: int = 0) -> Any:
    body = {"choices": [vote["options"][place]["id"]]}
    return town.api.sign_in(login).post(f"/consultations/{vote['id']}/ballots", body)


def homes_on(vote: dict[str, Any]) -> dict[str, str | None]:
    db.session.rollback()
    rows = db.session.execute(
        select(RollEntry.resident_id, RollEntry.home_code).where(
            RollEntry.consultation_id == vote["id"]
        )
    )
    return {row.resident_id: row.home_code for row in rows}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [({}, 6), ({"by": ["home"]}, 6), ({"by": ["work"]}, 7), (BOTH, 13)],
)
def test_the_draft_says_whom_the_roll_takes_in(
    town: Town, workers: list[str], rule: dict[str, Any], expected: int
) -> None:
    vote = town.opened(roll=rule)
    assert size(vote) == expected
    told_rule = {"by": rule.get("by", ["home"]), "minimum_age": None, "verified_before": None}
    assert vote["roll_rule"] == told_rule
    assert done(town.api.get(f"/consultations/{vote['id']}"))["roll_rule"] == told_rule


@pytest.mark.parametrize("by", [[], ["home", "work", "home"], ["school"], "work", [True], None])
def test_a_roll_of_nobody_or_of_others_is_refused(town: Town, by: Any) -> None:
    answer = town.committee.post("/consultations", plan(roll={"by": by}))
    problem = refused(answer, 422, "invalid")
    assert all(error["field"].startswith("roll.by") for error in problem["errors"])


def test_who_lives_and_works_there_stands_on_it_once(town: Town, workers: list[str]) -> None:
    work_here(town.residents[:3])
    vote = town.opened(roll=BOTH)
    assert size(vote) == 13
    homes = homes_on(vote)
    assert {homes[each] for each in town.residents} == {COMMUNITY}
    assert {homes[each] for each in workers} == {None}


def test_since_when_holds_for_home_and_workplace(town: Town, workers: list[str]) -> None:
    work_here(workers[:2], since=now())
    work_here(town.residents[:1])  # by their work they are on it, whatever the home
    yesterday = now() - timedelta(days=1)
    vote = town.opened(roll={**BOTH, "verified_before": rfc3339(yesterday)})
    assert homes_on(vote) == {**dict.fromkeys(workers[2:]), town.residents[0]: None}
    assert vote["roll_rule"]["verified_before"] == rfc3339(yesterday)


def test_age_holds_for_both(town: Town, workers: list[str]) -> None:
    with unit_of_work():
        db.session.execute(
            update(User)
            .where(User.id.in_([*workers[:4], *town.residents[:2]]))
            .values(birth_date=date(1950, 1, 1))
        )
    vote = town.opened(roll={**BOTH, "minimum_age": 60})
    assert set(homes_on(vote)) == {*workers[:4], *town.residents[:2]}


def test_a_workplace_nobody_has_confirmed_brings_nobody_on_a_roll(town: Town) -> None:
    make_users(9, "worker", home_region_code=NEXT_COMMUNITY)
    assert size(town.opened(roll=BOTH)) == 6


def test_who_only_works_there_votes_and_the_board_is_right(
    town: Town, workers: list[str], tmp_path: Path
) -> None:
    vote = town.opened(roll=BOTH)
    for number in range(1, 6):
        done(ballot(town, f"worker{number}@example.org", vote), 201)
    town.vote(0, vote, 1)
    code = db.session.execute(select(User.member_code).where(User.id == workers[5])).scalar_one()
    path = f"/consultations/{vote['id']}"
    done(town.worker.post(f"{path}/paper-ballots", {"member_code": code}), 201)
    refused(ballot(town, "worker6@example.org", vote), 409, "already_voted")
    tally = {"ballots": [[vote["options"][0]["id"]]]}
    for caller in (town.worker, town.committee):
        done(caller.post(f"{path}/paper-tally", tally), 201)
    town.closed(vote)
    results = town.results(vote)
    assert results["turnout"]["by_way"] == {"online": 6, "paper": 1}
    assert [each["votes"] for each in results["outcome"]][:2] == [6, 1]
    verify(town, vote, tmp_path)


def test_turnout_tells_who_only_works_there_apart(
    town: Town, workers: list[str], client: Any
) -> None:
    more = make_users(6, "more", home_region_code=NEXT_COMMUNITY)
    work_here(more)
    make_users(6, "others")
    vote = town.opened(roll=BOTH)
    for number in range(1, 7):
        done(ballot(town, f"worker{number}@example.org", vote), 201)
    for number in range(5):
        town.vote(number, vote, 0)
    town.closed(vote)
    path = f"/consultations/{vote['id']}/turnout"
    areas = done(town.api.get(path))["areas"]
    found = {each["region"] and each["region"]["code"]: each["voted"] for each in areas}
    assert found == {None: 6, COMMUNITY: 5}
    text = client.get(f"{path}.csv").data.decode("utf-8-sig")
    rows = {
        row["region_code"]: (row["region"], row["roll"])
        for row in csv.DictReader(io.StringIO(text))
    }
    assert rows[""] == ("", "13")
    page = Browser(client).open(f"/consultations/{vote['id']}/results").text
    assert "work there, live elsewhere" in page


def test_a_few_who_work_there_are_not_pointed_at(town: Town, workers: list[str]) -> None:
    make_users(12, "others")
    vote = town.opened(roll=BOTH)
    for number in range(1, 4):
        done(ballot(town, f"worker{number}@example.org", vote), 201)
    for number in range(6):
        town.vote(number, vote, 0)
    town.closed(vote)
    areas = done(town.api.get(f"/consultations/{vote['id']}/turnout"))["areas"]
    assert {each["voted"] for each in areas} == {None}


@pytest.mark.parametrize(("rule", "status"), [(BOTH, 201), ({"by": ["home"]}, 422)])
def test_an_open_roll_is_extended_only_by_those_whom_the_vote_is_for(
    town: Town, workers: list[str], rule: dict[str, Any], status: int
) -> None:
    vote = town.opened(roll=rule)
    late = make_user("late@example.org", home=NEXT_COMMUNITY)
    work_here([late])
    code = db.session.execute(select(User.member_code).where(User.id == late)).scalar_one()
    body = {"change": "added", "member_code": code, "reason": "Was forgotten."}
    answer = town.committee.post(f"/consultations/{vote['id']}/roll/changes", body)
    assert answer.status_code == status, answer.text
    assert (late in homes_on(vote)) == (status == 201)


def test_who_is_to_vote_takes_part_in_the_talk(town: Town, workers: list[str]) -> None:
    here, elsewhere = town.discussed(roll=BOTH), town.discussed(roll={"by": ["home"]})
    caller = town.api.sign_in("worker1@example.org")
    said = {"text": "Deliveries come at seven."}
    done(caller.post(f"/consultations/{here['id']}/comments", said), 201)
    refused(caller.post(f"/consultations/{elsewhere['id']}/comments", said), 403, "forbidden")


def test_residents_of_a_vote_for_who_works_there_do_not_speak_in_it(
    town: Town, workers: list[str]
) -> None:
    vote = town.discussed(roll={"by": ["work"]})
    answer = town.resident(0).post(f"/consultations/{vote['id']}/comments", {"text": "We too!"})
    refused(answer, 403, "forbidden")


def test_everybody_concerned_is_told_once(town: Town, workers: list[str]) -> None:
    work_here(town.residents[:2])
    town.discussed(roll=BOTH)
    jobs.run_until_quiet()
    db.session.rollback()
    reached = [each["user_id"] for each in told("consultation.discussed")]
    assert sorted(reached) == sorted([*town.residents, *workers])


def test_leaving_the_workplace_leaves_a_fixed_roll_as_it_is(town: Town, workers: list[str]) -> None:
    vote = town.opened(roll=BOTH)
    with unit_of_work():
        db.session.execute(
            update(User)
            .where(User.id == workers[0])
            .values(work_region_code=None, work_verified_at=None)
        )
    done(ballot(town, "worker1@example.org", vote), 201)
    assert size(town.opened(roll=BOTH, title="The next one")) == 12


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"by": ["home"]}, "Confirmed residents of 红山郡社区."),
        ({"by": ["work"]}, "Those whose workplace in 红山郡社区 is confirmed."),
        (BOTH, "Those whose home or workplace in 红山郡社区 is confirmed."),
        (
            {**BOTH, "minimum_age": 18, "verified_before": "2031-02-03"},
            (
                "Those whose home or workplace in 红山郡社区 is confirmed and who are at least 18 "
                "years old and had that confirmed before Monday 3 February 2031."
            ),
        ),
    ],
)
def test_everybody_reads_the_rule_in_words(
    town: Town, client: Any, rule: dict[str, Any], words: str
) -> None:
    vote = town.discussed(roll=rule)
    assert words in Browser(client).open(f"/consultations/{vote['id']}").text


def test_who_works_elsewhere_reads_why_they_have_no_ballot(
    town: Town, workers: list[str], app: Any
) -> None:
    vote = town.opened(roll={"by": ["work"]})
    resident = Browser(app.test_client()).sign_in("voter1@example.org")
    page = resident.open(f"/consultations/{vote['id']}").text
    assert "This vote is for those who work in 红山郡社区" in page


def test_who_works_there_finds_the_vote_among_theirs(
    town: Town, workers: list[str], app: Any
) -> None:
    vote = town.opened(roll=BOTH)
    page = Browser(app.test_client()).sign_in("worker1@example.org").open("/consultations")
    assert f"/consultations/{vote['id']}" in page.text or vote["title"] in page.text


def test_the_committee_chooses_it_in_the_form(town: Town, app: Any) -> None:
    committee = at_desk(app.test_client(), "committee@example.org")
    vote = draft(committee, roll_by="work", minimum_age="30")
    address = f"{DESK}/{vote}/edit"
    assert "Those whose workplace in 红山郡社区 is confirmed" in committee.open(address[:-5]).text
    committee.open(address)
    assert committee.form(address).values["roll_by"] == "work"
    committee.send(address, **filled(roll_by="both", minimum_age="30"))
    db.session.rollback()
    rule = done(town.committee.get(f"/consultations/{vote}"))["roll_rule"]
    assert rule == {"by": ["home", "work"], "minimum_age": 30, "verified_before": None}


def test_who_may_not_speak_reads_who_may(town: Town, workers: list[str], app: Any) -> None:
    vote = town.discussed(roll={"by": ["work"]})
    resident = at_desk(app.test_client(), "voter1@example.org")
    page = f"/consultations/{vote['id']}"
    said = "Who may take part: Those whose workplace in 红山郡社区 is confirmed."
    for address in (page, f"{page}/questions"):
        resident.open(address)
        assert said in resident.text
    assert "Have it confirmed before voting opens" in resident.open(page).text


def test_the_next_thing_to_do_stands_at_the_thumb_while_it_is_talked_through(
    town: Town, app: Any
) -> None:
    vote = town.discussed()
    for login, there in (("voter1@example.org", True), ("worker@example.org", True), (None, False)):
        person = Browser(app.test_client(), "en")
        if login:
            person.sign_in(login)
        text = person.open(f"/consultations/{vote['id']}").text
        actions = text.partition('class="actions')[2].partition("</div>")[0]
        assert ('href="#say"' in actions) == there


def test_no_discussion_pushes_the_ballot_down(town: Town, app: Any) -> None:
    vote = town.opened()
    page = at_desk(app.test_client(), "voter1@example.org")
    text = page.open(f"/consultations/{vote['id']}").text
    assert text.index('class="actions"') < text.index('id="comments"')
