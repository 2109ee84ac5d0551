"""Closing: everything that was answered is counted, and whoever dies on the way leaves the urn or
the board."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from portal.app import Portal
from portal.consultations import count, jobs, services
from portal.consultations.errors import CountIncomplete
from portal.consultations.models import (
    BallotKey,
    BoardLine,
    Consultation,
    CountProgress,
    PaperTally,
    RollEntry,
    UrnEnvelope,
)
from portal.consultations.queries import consultations, outcome
from portal.consultations.services import counting
from portal.core.clock import now, rfc3339
from portal.core.database import db
from portal.core.errors import DomainError
from portal.core.jobs import Unfinished
from portal.core.unit_of_work import unit_of_work
from tests import world
from tests.consultations.stage import Town, committee_grant, done, refused, the_log, verify

VOTERS = 6


class Killed(BaseException):
    """The process is gone: nothing catches this."""


def rows(table: Any, vote: dict[str, Any]) -> int:
    db.session.rollback()
    here = select(func.count()).select_from(table).where(table.consultation_id == vote["id"])
    return db.session.execute(here).scalar_one()


def voted(town: Town, **more: Any) -> dict[str, Any]:
    """A vote in which everybody has voted, the last one on paper."""
    vote = town.opened(**more)
    for number in range(VOTERS - 1):
        town.vote(number, vote, number % 3)
    path = f"/consultations/{vote['id']}"
    code = {"member_code": town.member_code(VOTERS - 1)}
    done(town.worker.post(f"{path}/paper-ballots", code), 201)
    paper = {"ballots": [[vote["options"][2]["id"]]]}
    for person in (town.worker, town.committee):
        done(person.post(f"{path}/paper-tally", paper), 201)
    return vote


def the_committee() -> Any:
    return world.principal(
        world.make_staff("committee", "another-committee@example.org"), committee_grant()
    )


STEPS = [
    "seal",
    "read_urn",
    "open_urn",
    "note_progress",
    "count",
    "publish",
    "_check_unchanged",
    "destroy_urn",
    "write_board",
    "_level",
    "sweep",
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_death_while_closing_leaves_the_urn_or_the_board(
    town: Town, monkeypatch: pytest.MonkeyPatch, step: str, *, after: bool
) -> None:
    vote, actor = voted(town), the_committee()
    does = getattr(counting, step)

    def dies(*arguments: Any, **named: Any) -> Any:
        if after:
            does(*arguments, **named)
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(counting, step, dies)
        count.close_by_hand(actor, vote["id"])
    db.session.rollback()

    urn = (rows(UrnEnvelope, vote), rows(PaperTally, vote), rows(BallotKey, vote))
    lines = rows(BoardLine, vote)
    assert (urn, lines) in [((VOTERS - 1, 2, 1), 0), ((0, 0, 0), VOTERS)]
    if lines == 0:
        count.close_by_hand(actor, vote["id"])
    assert rows(UrnEnvelope, vote) == rows(BallotKey, vote) == rows(CountProgress, vote) == 0
    assert rows(BoardLine, vote) == VOTERS
    assert town.results(vote)["turnout"]["voted"] == VOTERS


def test_the_clock_finishes_what_a_person_began(
    town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    vote = voted(town)

    def dies(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(counting, "publish", dies)
        count.close_by_hand(the_committee(), vote["id"])
    db.session.rollback()
    ballot: dict[str, Any] = {"choices": []}
    refused(town.resident(0).post(f"/consultations/{vote['id']}/ballots", ballot), 409, "not_open")
    assert jobs.close_due() == 1
    verify(town, vote, tmp_path)


def test_an_envelope_that_cannot_be_read_stops_the_count(
    town: Town, at: Callable[[datetime], None]
) -> None:
    end = now() + timedelta(hours=1)
    vote = voted(town, closes_at=rfc3339(end))
    committee = town.committee
    spoilt = select(UrnEnvelope.slot).order_by(UrnEnvelope.slot).limit(1)
    slot = db.session.execute(spoilt).scalar_one()
    db.session.rollback()
    with unit_of_work():
        where = UrnEnvelope.slot == slot
        kept = db.session.execute(select(UrnEnvelope.envelope).where(where)).scalar_one()
        db.session.execute(update(UrnEnvelope).where(where).values(envelope=b"x" * len(kept)))
    at(end)

    problem = refused(committee.post(f"/consultations/{vote['id']}/close"), 409, "count_incomplete")
    assert "1" in problem["detail"]
    with pytest.raises(Unfinished):
        jobs.close_due()
    assert rows(UrnEnvelope, vote) == VOTERS - 1
    assert rows(BoardLine, vote) == 0

    with unit_of_work():
        db.session.execute(update(UrnEnvelope).where(where).values(envelope=kept))
    assert jobs.close_due() == 1
    assert rows(BoardLine, vote) == VOTERS


def test_a_missing_envelope_stops_the_count(town: Town) -> None:
    vote = voted(town)
    with unit_of_work():
        one = select(UrnEnvelope.slot).limit(1).scalar_subquery()
        db.session.execute(delete(UrnEnvelope).where(UrnEnvelope.slot == one))
    refused(town.committee.post(f"/consultations/{vote['id']}/close"), 409, "count_incomplete")
    assert rows(UrnEnvelope, vote) == VOTERS - 2


def test_another_secret_opens_nothing(app: Portal, town: Town) -> None:
    vote = voted(town)
    before = app.config["SECRET_KEY"]
    app.config["SECRET_KEY"] = "another-" + before
    try:
        with pytest.raises(CountIncomplete):
            count.close_by_hand(the_committee(), vote["id"])
    finally:
        app.config["SECRET_KEY"] = before
    town.closed(vote)


def test_tallies_entered_while_the_urn_is_counted_are_not_lost(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The count began with one agreement; before it is written both tallies change."""
    vote = voted(town)
    other = {"ballots": [[vote["options"][0]["id"]]]}
    counts = counting.count

    def meanwhile(*arguments: Any) -> Any:
        for person in (town.worker, town.committee):
            done(person.post(f"/consultations/{vote['id']}/paper-tally", other), 201)
        return counts(*arguments)

    with monkeypatch.context() as patched, pytest.raises(DomainError):
        patched.setattr(counting, "count", meanwhile)
        count.close_by_hand(the_committee(), vote["id"])
    assert rows(BoardLine, vote) == 0
    assert jobs.close_due() == 1
    paper = [e for e in town.board(vote)["entries"] if e["receipt"].startswith("P-")]
    assert [entry["choices"] for entry in paper] == other["ballots"]


def test_a_sweep_that_fails_is_told_and_stops_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> list[str]:
        raise DBAPIError("VACUUM", None, Exception("not now"))

    for sweep in (fails, lambda: ["permission denied"]):
        vote = voted(town)
        with monkeypatch.context() as patched, the_log() as log:
            patched.setattr(counting, "sweep", sweep)
            assert town.closed(vote)["status"] == "closed"
        assert "traces of an urn" in log.getvalue()


@pytest.mark.postgres
def test_who_may_not_tidy_hears_of_it(app: Portal) -> None:
    """As where one role owns the tables and another serves."""
    if app.settings.on_sqlite:
        pytest.skip("SQLite knows no owners")
    assert counting.sweep() == []
    heard: list[str] = []
    with (
        db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        counting._warnings_of(connection, heard),
    ):
        connection.execute(text("VACUUM pg_authid"))
    assert len(heard) == 1
    assert "pg_authid" in heard[0]


def at_once(app: Portal, deeds: list[Callable[[], Any]]) -> list[Any]:
    """Do all of it at the same moment, each as its own request would: what each gave, or the code
    with which it was refused."""
    gate = Barrier(len(deeds))

    def one(deed: Callable[[], Any]) -> Any:
        with app.app_context():
            gate.wait(timeout=60)
            try:
                return deed()
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(deeds)) as pool:
        outcomes = list(pool.map(one, deeds))
    db.session.rollback()
    return outcomes


@pytest.mark.parallel
def test_of_many_who_close_at_once_one_board_comes(app: Portal, town: Town) -> None:
    vote = voted(town)
    actor = the_committee()
    outcomes = at_once(app, [lambda: count.close_by_hand(actor, vote["id"])] * 6)
    assert set(outcomes) <= {None, "wrong_state"}
    assert None in outcomes
    assert rows(BoardLine, vote) == VOTERS


@pytest.mark.parallel
def test_every_ballot_that_was_answered_while_closing_is_on_the_board(
    app: Portal, town: Town
) -> None:
    voters = [world.principal(each) for each in world.make_users(24, "late")]
    actor = the_committee()
    vote = town.opened()
    choices = [vote["options"][0]["id"]]

    def cast(voter: Any) -> str:
        ballot = services.prepare(voter, vote["id"], choices, None)
        with unit_of_work():
            services.cast(ballot)
        return ballot.receipt

    deeds: list[Callable[[], Any]] = [partial(cast, voter) for voter in voters]
    deeds.insert(12, lambda: count.close_by_hand(actor, vote["id"]))
    outcomes = at_once(app, deeds)

    assert outcomes.pop(12) is None
    answered = {each for each in outcomes if each != "not_open"}
    board = town.board(vote)
    assert {entry["receipt"] for entry in board["entries"]} == answered
    assert town.results(vote)["turnout"]["voted"] == len(answered)


def test_progress_is_told_while_an_urn_is_opened(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    vote = voted(town)
    told = []
    counts = counting.count

    def meanwhile(*arguments: Any) -> Any:
        row = outcome.progress_of(vote["id"])
        assert row is not None
        told.append((row.opened, row.envelopes))
        db.session.rollback()
        return counts(*arguments)

    monkeypatch.setattr(counting, "count", meanwhile)
    town.closed(vote)
    assert told == [(VOTERS - 1, VOTERS - 1)]


def test_the_roll_is_level_and_the_key_is_gone_after_closing(town: Town) -> None:
    vote = voted(town)
    town.closed(vote)
    db.session.rollback()
    fresh = select(RollEntry.key).where(RollEntry.fresh)
    assert db.session.execute(fresh).all() == []
    assert consultations.key_of(vote["id"]) is None
    row = db.session.execute(
        select(Consultation.head_hash).where(Consultation.id == vote["id"])
    ).one()
    assert row.head_hash == town.board(vote)["head_hash"]


def test_the_board_cannot_be_rewritten(town: Town) -> None:
    vote = voted(town)
    town.closed(vote)
    for change in (
        update(BoardLine).values(receipt="X"),
        delete(BoardLine).where(BoardLine.consultation_id == vote["id"]),
    ):
        with pytest.raises(DBAPIError), unit_of_work():
            db.session.execute(change)
    assert rows(BoardLine, vote) == VOTERS
