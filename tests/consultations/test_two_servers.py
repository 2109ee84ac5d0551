"""Votes through two server processes on one database: what is answered counts, and stays secret."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from portal.accounts.models import User
from portal.accounts.rules import SessionKind
from portal.accounts.services.sessions import open_session
from portal.app import Portal
from portal.consultations import jobs
from portal.core.database import db
from portal.core.unit_of_work import unit_of_work
from tests import world
from tests.conftest import SECRET
from tests.consultations import linkage
from tests.consultations.stage import plan
from tests.consultations.test_linkage import Booth, Seen
from tests.running import Answer, Caller, RunningPortal

MANY = 2_000
HANDS = 16

pytestmark = [pytest.mark.parallel, pytest.mark.slow]


@pytest.fixture
def servers(app: Portal, world: Any, tmp_path: Path) -> Iterator[RunningPortal]:
    """Two servers on the test's own database."""
    url = make_url(app.settings.database_url)
    portal = RunningPortal(tmp_path, url, {"SECRET_KEY": SECRET, "LOG_LEVEL": "INFO"})
    try:
        portal.start()
        portal.start()
        yield portal
    finally:
        portal.stop()


def signed_in(portal: RunningPortal, user_ids: list[str]) -> list[Caller]:
    """Callers with a token each, in turn at one server and the other."""
    ports = cycle(portal.servers)
    with unit_of_work():
        tokens = [open_session(each, SessionKind.TOKEN).secret for each in user_ids]
    return [Caller(next(ports), token) for token in tokens]


def staff(portal: RunningPortal, role: str, login: str | None = None) -> Caller:
    return signed_in(portal, [world.make_staff(role, login)])[0]


def opened(committee: Caller, **more: Any) -> dict[str, Any]:
    vote = committee.must("POST", "/consultations", plan(**more), status=201)
    committee.must("POST", f"/consultations/{vote['id']}/start-discussion")
    answer: dict[str, Any] = committee.must("POST", f"/consultations/{vote['id']}/open")
    return answer


def codes(answers: list[Answer]) -> Counter[str]:
    assert all(answer.status < 500 for answer in answers)
    return Counter("done" if each.status < 400 else each.json["code"] for each in answers)


class OverTheWire(Booth):
    """The same booth, with every ballot sent to one of the servers."""

    def __init__(self, voters: list[str], portal: RunningPortal) -> None:
        super().__init__(voters)
        self.callers = dict(zip(voters, signed_in(portal, voters), strict=True))
        self.official = staff(portal, "committee", "official@example.org")

    def cast_all(
        self, vote: str, chose: dict[str, linkage.Choice], order: list[str], seen: Seen
    ) -> dict[str, str]:
        def ballot(voter: str) -> tuple[str, str]:
            body = {"choices": list(chose[voter])}
            caller = self.callers[voter]
            answer = caller.post(f"/consultations/{vote}/ballots", body)
            while answer.status == 409 and answer.json["code"] == "in_progress":
                answer = caller.post(f"/consultations/{vote}/ballots", body)  # SQLite was busy
            assert answer.status == 201, answer.body
            return voter, answer.json["receipt"]

        with ThreadPoolExecutor(HANDS) as pool:
            cast = [pool.submit(ballot, voter) for voter in order]
            while not all(each.done() for each in cast):
                jobs.stir()
                time.sleep(0.5)
        jobs.stir()
        return dict(each.result() for each in cast)

    def close(self, vote: str) -> None:
        self.official.must("POST", f"/consultations/{vote}/close")


@pytest.mark.parametrize("disclosure", ["trackable", "separate"])
def test_two_thousand_ballots_lead_to_nobody(servers: RunningPortal, disclosure: str) -> None:
    booth = OverTheWire(world.make_users(MANY, "voter"), servers)
    logs: list[str] = []

    def attacked() -> set[str]:
        held = booth.hold(disclosure, watching=False)
        assert len(held.lines) == MANY
        assert held.urn == [], "no envelope can be read"
        logs[:] = [file.read_text() for file in servers.folder.glob("server-*.log")]
        lines, says = held.on_board()
        told = linkage.better_than_chance(held.persons, lines, held.chose, says)
        return set(told) | linkage.correlated(held.persons, lines, held.truly)

    assert linkage.still_there(attacked) == set()
    assert sum(log.count("/ballots") for log in logs) >= MANY
    named = [each for each in booth.voters if any(each in log for log in logs)]
    assert named == []


def test_a_hundred_ballots_of_one_voter_by_both_ways_are_one(servers: RunningPortal) -> None:
    residents = world.make_users(6, "voter")
    committee, worker = staff(servers, "committee"), staff(servers, "social_worker")
    vote = opened(committee)
    code = db.session.get_one(User, residents[0]).member_code
    db.session.rollback()
    path = f"/consultations/{vote['id']}"
    online = signed_in(servers, [residents[0]] * 50)
    paper = [Caller(port, worker.token) for port, _ in zip(cycle(servers.servers), range(50))]
    choice = {"choices": [vote["options"][0]["id"]]}

    def one(number: int) -> Answer:
        if number % 2:
            return paper[number // 2].post(f"{path}/paper-ballots", {"member_code": code})
        return online[number // 2].post(f"{path}/ballots", choice)

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(one, range(100)))

    assert codes(answers) == {"done": 1, "already_voted": 99}
    assert committee.must("GET", path)["turnout"]["voted"] == 1


def test_casting_and_closing_at_once_loses_no_ballot(servers: RunningPortal) -> None:
    callers = signed_in(servers, world.make_users(300, "voter"))
    committee = staff(servers, "committee")
    vote = opened(committee)
    path = f"/consultations/{vote['id']}"
    choice = {"choices": [vote["options"][1]["id"]]}
    begun = threading.Event()

    def cast(number: int) -> Answer:
        if number == 100:
            begun.set()
        return callers[number].post(f"{path}/ballots", choice)

    with ThreadPoolExecutor(HANDS) as hands, ThreadPoolExecutor(2) as officials:
        casting = [hands.submit(cast, number) for number in range(len(callers))]
        assert begun.wait(60)
        closers = [Caller(port, committee.token) for port in servers.servers]
        closings = list(officials.map(lambda each: each.post(f"{path}/close"), closers))
        answers = [each.result() for each in casting]

    assert "done" in codes(closings)
    assert set(codes(answers)) <= {"done", "not_open"}
    answered = {each.json["receipt"] for each in answers if each.status == 201}
    board = committee.must("GET", f"{path}/board")
    assert {entry["receipt"] for entry in board["entries"]} == answered
    assert 0 < len(answered) < len(callers), "the closing must fall into the stream"


def test_a_server_killed_while_closing_leaves_the_urn_or_the_board(
    servers: RunningPortal,
) -> None:
    callers = signed_in(servers, world.make_users(150, "voter"))
    committee = staff(servers, "committee")
    for delay in (0.02, 0.05, 0.1, 0.2, 0.4):
        vote = opened(committee, method="ranked")
        path = f"/consultations/{vote['id']}"
        ids = [option["id"] for option in vote["options"]]
        answers = all_vote(servers, callers, f"{path}/ballots", {"choices": ids})
        victim = servers.start()
        closer = threading.Thread(target=_close_and_die, args=(victim, committee.token, path))
        closer.start()
        time.sleep(delay)
        servers.kill(victim)
        closer.join()
        left = committee_at(servers, committee)
        if left.must("GET", path)["status"] == "open":
            left.must("POST", f"{path}/close")
        board = left.must("GET", f"{path}/board")
        receipts = {each.json["receipt"] for each in answers}
        assert {entry["receipt"] for entry in board["entries"]} == receipts


def all_vote(
    portal: RunningPortal, callers: list[Caller], path: str, ballot: dict[str, Any]
) -> list[Answer]:
    at_first = [Caller(next(iter(portal.servers)), each.token) for each in callers]
    with ThreadPoolExecutor(HANDS) as pool:
        answers = list(pool.map(lambda each: each.post(path, ballot), at_first))
    assert codes(answers) == {"done": len(callers)}
    return answers


def committee_at(portal: RunningPortal, committee: Caller) -> Caller:
    return Caller(next(iter(portal.servers)), committee.token)


def _close_and_die(port: int, token: str | None, path: str) -> None:
    try:
        Caller(port, token).post(f"{path}/close")
    except OSError:
        return
