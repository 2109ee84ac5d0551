"""A job that goes on for long keeps nobody waiting who uses the portal meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from portal.app import Portal
from portal.core import jobs, outbox
from portal.core.unit_of_work import unit_of_work
from tests import world as world_module
from tests.conftest import ApiClient
from tests.market.town import give_points

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("world")]

PEOPLE = 6
JOB_SECONDS = 15
HELD = 0.08
"""Seconds for which each of the job's transactions holds the lock: a hundred rows or so."""
PATIENCE = 2.0
"""Seconds that hardly anybody waits; after ten a write gives up and is refused."""


def long_job(ended: threading.Event) -> Callable[[], int]:
    def work() -> int:
        done, began = 0, time.monotonic()
        while time.monotonic() - began < JOB_SECONDS:
            with unit_of_work():
                outbox.emit("nobody.listens")
                time.sleep(HELD)
            done += 1
        ended.set()
        return done

    return work


def writes_beside(app: Portal, ended: threading.Event) -> list[tuple[int, float]]:
    """The answers to gifts that people go on giving until the job has ended: status, seconds."""
    givers = [ApiClient(app.test_client()).sign_in(f"p{n}@example.org") for n in range(PEOPLE)]
    code = givers[0].get("/me").json["member_code"]
    other = givers[1].get("/me").json["member_code"]
    answers: list[tuple[int, float]] = []

    def give(number: int) -> None:
        body = {"to_member": code if number else other, "amount": 1}
        while not ended.is_set():
            began = time.monotonic()
            status = givers[number].post("/me/points/gifts", body).status_code
            answers.append((status, time.monotonic() - began))
            time.sleep(0.05)

    people = [threading.Thread(target=give, args=(n,)) for n in range(PEOPLE)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    return answers


def test_requests_are_answered_while_a_long_job_runs(
    app: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(PEOPLE):
        give_points(world_module.make_user(f"p{number}@example.org"), 10_000)
    ended = threading.Event()
    job = jobs.Job("long", timedelta(0), long_job(ended))
    monkeypatch.setattr(jobs, "_jobs", {"long": job})

    def run() -> None:
        with app.app_context():
            jobs.run_due()

    worker = threading.Thread(target=run)
    worker.start()
    answers = writes_beside(app, ended)
    worker.join()

    assert {status for status, _seconds in answers} == {201}
    waits = sorted(seconds for _status, seconds in answers)
    assert waits[len(waits) * 19 // 20] < PATIENCE, waits[-20:]
    assert len(answers) > PEOPLE * JOB_SECONDS / 2, "each of them got on all the time"
