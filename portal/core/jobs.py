"""Jobs: work that is done by the clock, not by a request.

A job is a function that does all that is due by the portal's clock and says how much it did. It
keeps no queue of its own: what is to be done stands in the tables (an outbox row, a voucher past
its day), so that a lost process loses nothing. Several workers may run; a lease in the database
lets one of them run a job at a time. A job over many things does them ``one_by_one``.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import String, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, UtcDateTime, db, is_unreachable, unreachable_words
from portal.core.errors import InProgress
from portal.core.inserts import insert_new
from portal.core.unit_of_work import giving_way, unit_of_work

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
MOST_ROUNDS = 100
PAUSE = timedelta(seconds=1)
"""How long a worker rests before it looks again for what is due."""
TURN = timedelta(seconds=20)
"""How long a job goes from thing to thing before the others have their turn."""

Due = Callable[[Any], Sequence[Any]]


class Unfinished(Exception):
    """Some of what was due could not be done: ``failed`` things, each in the log. The rest was:
    ``done`` things."""

    def __init__(self, done: int, failed: int) -> None:
        super().__init__(f"{failed} failed, {done} done")
        self.done, self.failed = done, failed


class JobsFailed(Exception):
    """Jobs failed while the others did their work: ``failures`` by name, and what each ``done``."""

    def __init__(self, done: dict[str, int], failures: dict[str, Exception]) -> None:
        super().__init__(", ".join(f"{name}: {error}" for name, error in failures.items()))
        self.done, self.failures = done, failures


@dataclass(frozen=True)
class Job:
    """``run`` returns how many things it did; 0 means that nothing was due."""

    name: str
    every: timedelta
    run: Callable[[], int]


_jobs: dict[str, Job] = {}


class JobLease(Base):
    """When a job runs next (by the machine's clock) and until when somebody has it."""

    __tablename__ = "job_lease"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    next_run_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


def job(name: str, *, every: timedelta) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Register a function as a job that runs about every ``every``."""

    def register(function: Callable[[], int]) -> Callable[[], int]:
        _jobs[name] = Job(name, every, function)
        return function

    return register


def registered() -> list[Job]:
    return sorted(_jobs.values(), key=lambda each: each.name)


def one_by_one(
    due: Due, work: Callable[[Any], int], *, together: Callable[[Sequence[Any]], int] | None = None
) -> int:
    """Do what is due, each thing in a unit of work of its own; returns how much was done.

    One bad row must not keep the others waiting: what fails is logged and passed over, and the job
    says so in the end. The next run tries it again.

    Args:
        due: some rows with an ``id`` in a fixed order, those after a given row (None: the first).
        work: does the one, and says how much it did.
        together: does some at once, all or none, where that is cheaper; where it fails, each is
            done alone.

    Raises:
        Unfinished: some of it failed.
    """
    done, failed, last, began = 0, 0, None, time.monotonic()
    while time.monotonic() - began < TURN.total_seconds() and (rows := due(last)):
        last = rows[-1]
        count = None if together is None else _at_once(together, rows)
        if count is not None:
            done += count
            continue
        for row in rows:
            count = _alone(work, row)
            done += count or 0
            failed += count is None
    if failed:
        raise Unfinished(done, failed)
    return done


def _at_once(together: Callable[[Sequence[Any]], int], rows: Sequence[Any]) -> int | None:
    """How much was done with all of these; None where nothing was, because some cannot be."""
    try:
        with unit_of_work():
            return together(rows)
    except Exception:
        log.warning("a job does each alone what it cannot do at once", exc_info=True)
        return None


def _alone(work: Callable[[Any], int], row: Any) -> int | None:
    """How much was done with this one; None where it failed."""
    try:
        with unit_of_work():
            return work(row)
    except Exception:
        log.exception("a job passes over what it cannot do", extra={"thing": str(row.id)})
        return None


def run_until_quiet() -> dict[str, int]:
    """Run every job, again and again until none finds anything to do. Returns what each did.

    Raises:
        JobsFailed: some failed, in the end or on the way; the others were run all the same.
    """
    done: dict[str, int] = {}
    failures: dict[str, Exception] = {}
    for _ in range(MOST_ROUNDS):
        counts = {each.name: _attempt(each, failures) for each in registered()}
        for name, count in counts.items():
            done[name] = done.get(name, 0) + count
        if not any(counts.values()):
            break
    if failures:
        raise JobsFailed(done, failures)
    return done


def _attempt(each: Job, failures: dict[str, Exception]) -> int:
    """Run a job; how much it did, also where it failed. What it raises is logged and kept."""
    try:
        with giving_way():
            return each.run()
    except Exception as error:
        log.exception("job failed", extra={"job": each.name})
        db.session.rollback()
        failures[each.name] = error
        return error.done if isinstance(error, Unfinished) else 0


def run_due() -> bool:
    """Run the jobs whose time has come, each at most once; whether any did something."""
    worked = False
    waiting = _not_yet_due()
    for each in registered():
        if each.name not in waiting and _claim(each):
            worked = _run_claimed(each) or worked
    return worked


def run_forever(stop: threading.Event) -> None:
    """The worker's loop. A job that fails is logged and tried again at its next turn."""
    while not stop.is_set():
        try:
            run_due()
        except DBAPIError as error:
            if is_unreachable(error):
                log.warning("the worker tries again: %s", unreachable_words(error))
            else:
                log.exception("the worker could not reach its jobs")
            db.session.rollback()
        except InProgress:
            log.exception("the worker could not reach its jobs")
            db.session.rollback()
        db.session.remove()
        stop.wait(PAUSE.total_seconds())


def start_thread(app: Flask) -> Callable[[], None]:
    """Run the jobs on a thread of this process (the embedded default); returns how to stop it."""
    stop = threading.Event()

    def work() -> None:
        with app.app_context():
            run_forever(stop)

    thread = threading.Thread(target=work, name="jobs", daemon=True)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join(timeout=10)

    return end


def _run_claimed(each: Job) -> bool:
    started = time.monotonic()
    try:
        count = _attempt(each, {})
    finally:
        _release(each)
    if count:
        log.info(
            "job done",
            extra={"job": each.name, "count": count, "seconds": time.monotonic() - started},
        )
    return count > 0


def _not_yet_due() -> set[str]:
    """A look without a lock, so that an idle worker writes nothing."""
    rows = db.session.execute(
        select(JobLease.name).where(JobLease.next_run_at > datetime.now(UTC))
    ).scalars()
    return set(rows)


def _claim(each: Job) -> bool:
    present = datetime.now(UTC)
    due = (
        update(JobLease)
        .where(JobLease.name == each.name, JobLease.next_run_at <= present)
        .where(or_(JobLease.leased_until.is_(None), JobLease.leased_until < present))
        .values(leased_until=present + LEASE, next_run_at=present + each.every)
    )
    with unit_of_work():
        insert_new(JobLease, name=each.name, next_run_at=present)
        return bool(db.session.connection().execute(due).rowcount)


def _release(each: Job) -> None:
    with unit_of_work():
        db.session.execute(
            update(JobLease).where(JobLease.name == each.name).values(leased_until=None)
        )
