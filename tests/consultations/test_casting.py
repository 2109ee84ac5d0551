"""One person, one ballot, by one way; what is refused leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from portal.app import Portal
from portal.consultations import services
from portal.consultations.errors import NotOpen
from portal.consultations.models import RollEntry, UrnEnvelope
from portal.consultations.rules.life import FEWEST
from portal.core.clock import now, rfc3339
from portal.core.database import db
from portal.core.permissions import Grant, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from tests import world
from tests.access.walkers import written_tables
from tests.at_once import all_at_once
from tests.consultations.stage import Town, done, refused, the_log, yuan

WORKER = (Grant(Role.SOCIAL_WORKER, ScopeKind.REGION, world.COMMUNITY),)
RECEIPT = "0123456789ABCDEFGHJKMNPQRS"


def envelopes() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(UrnEnvelope)).scalar_one()


def marks() -> int:
    db.session.rollback()
    voted = select(func.count()).select_from(RollEntry).where(RollEntry.voted_on.is_not(None))
    return db.session.execute(voted).scalar_one()


@contextmanager
def nothing_is_written() -> Iterator[None]:
    before = envelopes(), marks()
    with written_tables() as written:
        yield
    assert written == set()
    assert (envelopes(), marks()) == before


def test_a_ballot_is_cast_once_and_its_receipt_is_the_voters_own(town: Town) -> None:
    vote = town.opened()
    assert town.vote(0, vote, 1, receipt=RECEIPT) == RECEIPT
    again = {"choices": [vote["options"][1]["id"]], "receipt": RECEIPT}
    with nothing_is_written():
        answer = town.resident(0).post(f"/consultations/{vote['id']}/ballots", again)
        refused(answer, 409, "already_voted")
    assert town.vote(1, vote, 2, receipt="oiL3 4567-89abc defghjkmnpqrs") == (
        "0113456789abcdefghjkmnpqrs"
    )
    assert len(town.vote(2, vote)) == 26


def test_two_with_one_receipt_are_told_apart_and_both_count(town: Town) -> None:
    vote = town.opened()
    town.vote(0, vote, 0, receipt=RECEIPT)
    town.vote(1, vote, 1, receipt=RECEIPT)
    town.closed(vote)
    receipts = [entry["receipt"] for entry in town.board(vote)["entries"]]
    assert receipts == [f"{RECEIPT}-1", f"{RECEIPT}-2"]
    assert town.results(vote)["turnout"]["voted"] == 2


def test_what_breaks_the_rule_is_refused_and_leaves_nothing(town: Town) -> None:
    costly = [{"title": f"第{n}项", "cost": yuan(60)} for n in range(3)]
    votes = {
        "single": town.opened(),
        "approval": town.opened(method="approval", max_choices=2),
        "ranked": town.opened(method="ranked"),
        "budget_greedy": town.opened(method="budget_greedy", options=costly, budget=yuan(100)),
    }
    foreign = votes["ranked"]["options"][0]["id"]
    a, b, c = (option["id"] for option in votes["approval"]["options"])
    cases = [
        ("single", [option["id"] for option in votes["single"]["options"][:2]], "choices"),
        ("single", [foreign], "choices.0"),
        ("approval", [a, b, c], "choices"),
        ("approval", [a, a], "choices.1"),
        ("budget_greedy", [x["id"] for x in votes["budget_greedy"]["options"][:2]], "choices"),
        ("single", ["nonsense"], "choices.0"),
    ]
    resident = town.resident(0)
    for method, choices, field in cases:
        with nothing_is_written():
            path = f"/consultations/{votes[method]['id']}/ballots"
            answer = resident.post(path, {"choices": choices})
            problem = refused(answer, 422, "invalid")
        assert field in [error["field"] for error in problem["errors"]]
        assert not any(choice in answer.text for choice in choices)
    with nothing_is_written():
        body = {"choices": [], "receipt": "U" * 26}
        answer = resident.post(f"/consultations/{votes['single']['id']}/ballots", body)
        refused(answer, 422, "invalid")


def test_before_opening_after_closing_and_off_the_roll_nothing_is_written(
    town: Town, at: Callable[[datetime], None]
) -> None:
    end = now() + timedelta(hours=1)
    discussed = town.discussed()
    vote = town.opened(closes_at=rfc3339(end))
    world.make_user("stranger@example.org")
    stranger = town.api.sign_in("stranger@example.org")
    path = f"/consultations/{vote['id']}/ballots"
    resident = town.resident(0)
    with nothing_is_written():
        early = resident.post(f"/consultations/{discussed['id']}/ballots", {"choices": []})
        refused(early, 409, "not_open")
        refused(stranger.post(path, {"choices": []}), 403, "not_on_roll")
        refused(town.api.post(path, {"choices": []}), 401, "unauthenticated")
    at(end)
    with nothing_is_written():
        refused(resident.post(path, {"choices": []}), 409, "not_open")


def test_a_ballot_that_was_prepared_in_time_and_cast_too_late_is_refused(
    town: Town, at: Callable[[datetime], None]
) -> None:
    end = now() + timedelta(hours=1)
    vote = town.opened(closes_at=rfc3339(end))
    voter = world.principal(town.residents[0])
    ballot = services.prepare(voter, vote["id"], [], None)
    at(end)
    with nothing_is_written(), pytest.raises(NotOpen), unit_of_work():
        services.cast(ballot)


def test_nothing_but_the_roll_and_the_urn_is_written(town: Town) -> None:
    vote = town.opened()
    resident = town.resident(0)
    body = {"choices": [vote["options"][0]["id"]]}
    with written_tables() as written:
        done(resident.post(f"/consultations/{vote['id']}/ballots", body, key="a-key"), 201)
    assert written == {"roll_entry", "urn_envelope"}
    kept = db.session.execute(text("SELECT count(*) FROM idempotency_key WHERE scope LIKE '%'"))
    before = kept.scalar_one()
    again = resident.post(f"/consultations/{vote['id']}/ballots", body, key="a-key")
    refused(again, 409, "already_voted")
    db.session.rollback()
    kept = db.session.execute(text("SELECT count(*) FROM idempotency_key"))
    assert kept.scalar_one() == before


def test_no_line_of_the_log_leads_to_a_ballots_request(town: Town) -> None:
    vote = town.opened()
    resident = town.resident(0)
    chosen = vote["options"][0]["id"]
    mine = {"X-Request-ID": "my-request-0001"}
    with the_log() as log:
        for _ in ("cast", "refused"):
            path = f"/consultations/{vote['id']}/ballots"
            answer = resident.request("POST", path, {"choices": [chosen]}, headers=mine)
            assert answer.headers["X-Request-ID"] == "my-request-0001"
        resident.request("GET", "/consultations", headers={"X-Request-ID": "another-01"})
    lines = log.getvalue().splitlines()
    assert len(lines) == 3
    for word in ("my-request-0001", vote["id"], chosen, town.residents[0]):
        assert word not in log.getvalue()
    assert "another-01" in lines[2]


def test_every_envelope_of_a_vote_has_one_length(town: Town) -> None:
    vote = town.opened(method="ranked")
    for number, places in enumerate([(), (0,), (2, 1, 0)]):
        town.vote(number, vote, *places)
    db.session.rollback()
    lengths = {len(each) for each in db.session.execute(select(UrnEnvelope.envelope)).scalars()}
    assert len(lengths) == 1


@pytest.mark.parallel
def test_a_hundred_ballots_of_one_voter_online_and_on_paper_are_one(
    app: Portal, town: Town
) -> None:
    vote = town.opened()
    voter = world.principal(town.residents[0])
    code = town.member_code(0)
    worker = world.principal(world.make_staff("social_worker", "second@example.org"), *WORKER)
    choice = [vote["options"][0]["id"]]

    def online() -> str:
        services.cast(services.prepare(voter, vote["id"], choice, None))
        return "online"

    def paper() -> str:
        services.take_paper(worker, vote["id"], code)
        return "paper"

    outcomes = all_at_once(app, [online, paper] * 50)

    assert outcomes.count("already_voted") == 99
    way = next(each for each in outcomes if each != "already_voted")
    assert marks() == 1
    assert envelopes() == (1 if way == "online" else 0)


def test_stirring_keeps_every_ballot_and_waits_for_enough(town: Town) -> None:
    vote = town.opened()
    for number in range(FEWEST - 1):
        town.vote(number, vote, number % 3)
    slots = set(db.session.execute(select(UrnEnvelope.slot)).scalars())
    db.session.rollback()
    with unit_of_work():
        assert services.stir(vote["id"]) == 0
    town.vote(FEWEST - 1, vote, 0)
    with unit_of_work():
        assert services.stir(vote["id"]) == FEWEST
    db.session.rollback()
    stirred = db.session.execute(select(UrnEnvelope.slot, UrnEnvelope.fresh)).all()
    assert len(stirred) == FEWEST
    assert not slots & {row.slot for row in stirred}
    assert not any(row.fresh for row in stirred)
    fresh = db.session.execute(select(RollEntry.key).where(RollEntry.fresh)).all()
    assert fresh == []
    db.session.rollback()
    with unit_of_work():
        assert services.stir(vote["id"]) == 0
    town.closed(vote)
    votes = {each["option_id"]: each["votes"] for each in town.results(vote)["outcome"]}
    assert [votes[option["id"]] for option in vote["options"]] == [3, 1, 1]
