"""Jobs: work that is done by the clock, not by a request.

A job is a function that does all that is due by the portal's clock and says how much it did. It
keeps no queue of its own: what is to be done stands in the tables (an outbox row, a voucher past
its day), so that a lost process loses nothing. Several workers may run; a lease in the database
lets one of them run a job at a time.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import String, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, UtcDateTime, db
from portal.core.errors import InProgress
from portal.core.inserts import insert_new
from portal.core.unit_of_work import unit_of_work

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
MOST_ROUNDS = 100


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


def run_until_quiet() -> dict[str, int]:
    """Run every job, again and again until none finds anything to do. Returns what each did.

    Raises:
        Exception: whatever a job raises; ``jobs run --once`` must not hide it.
    """
    done: dict[str, int] = {}
    for _ in range(MOST_ROUNDS):
        round_done = {each.name: each.run() for each in registered()}
        for name, count in round_done.items():
            done[name] = done.get(name, 0) + count
        if not any(round_done.values()):
            break
    return done


def run_due() -> bool:
    """Run the jobs whose time has come, each at most once; whether any did something."""
    worked = False
    waiting = _not_yet_due()
    for each in registered():
        if each.name not in waiting and _claim(each):
            worked = _run_claimed(each) or worked
    return worked


def run_forever(stop: threading.Event, pause: float = 1.0) -> None:
    """The worker's loop. A job that fails is logged and tried again at its next turn."""
    while not stop.is_set():
        try:
            run_due()
        except (DBAPIError, InProgress):
            log.exception("the worker could not reach its jobs")
            db.session.rollback()
        db.session.remove()
        stop.wait(pause)


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
        count = each.run()
    except Exception:
        log.exception("job failed", extra={"job": each.name})
        db.session.rollback()
        return False
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
