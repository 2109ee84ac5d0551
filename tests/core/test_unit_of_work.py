"""One use case, one transaction."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from portal.app import Portal
from portal.core import jobs
from portal.core.audit import AuditEvent
from portal.core.database import db, on_sqlite
from portal.core.errors import WrongState
from portal.core.idempotency import IdempotencyKey, reserve
from portal.core.outbox import OutboxMessage, emit
from portal.core.unit_of_work import LONGEST_WAY, NestedUnitOfWork, unit_of_work


def messages() -> int:
    db.session.rollback()
    return len(db.session.execute(select(OutboxMessage.id)).all())


def test_it_commits_at_the_end(app: Portal) -> None:
    with unit_of_work():
        emit("something")
    assert messages() == 1


def test_a_refusal_leaves_nothing(app: Portal) -> None:
    with pytest.raises(WrongState), unit_of_work():
        emit("something")
        raise WrongState
    assert messages() == 0


def test_a_nested_one_is_refused_and_keeps_nothing(app: Portal) -> None:
    with pytest.raises(NestedUnitOfWork), unit_of_work():
        emit("something")
        with unit_of_work():
            pass
    assert messages() == 0


def test_a_read_before_it_does_not_hide_what_others_wrote(app: Portal) -> None:
    assert db.session.execute(select(OutboxMessage.id)).all() == []  # opens a read transaction

    def write() -> None:
        with app.app_context(), unit_of_work():
            emit("something")

    other = threading.Thread(target=write)
    other.start()
    other.join()
    with unit_of_work():
        assert len(db.session.execute(select(OutboxMessage.id)).all()) == 1


@pytest.mark.parallel
def test_parallel_writers_lose_nothing(app: Portal) -> None:
    with unit_of_work():
        reserve("counter", b"")
        db.session.execute(update(IdempotencyKey).values(status=0))

    def count() -> None:
        with app.app_context():
            for _ in range(10):
                with unit_of_work():
                    db.session.execute(
                        update(IdempotencyKey).values(status=IdempotencyKey.status + 1)
                    )

    threads = [threading.Thread(target=count) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert db.session.execute(select(IdempotencyKey.status)).scalar_one() == 80


def test_dates_in_the_database_are_utc(app: Portal) -> None:
    with unit_of_work():
        emit("something")
    created = db.session.execute(select(OutboxMessage.created_at)).scalar_one()
    assert created.tzinfo is not None
    assert created.utcoffset().total_seconds() == 0  # type: ignore[union-attr]


def test_foreign_keys_are_kept(app: Portal) -> None:
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError), unit_of_work():
        db.session.execute(
            text("INSERT INTO audit_link (position, event_id, hash) VALUES (1, 'nobody', 'x')")
        )
    assert AuditEvent.__tablename__ == "audit_event"


def test_a_job_leaves_the_lock_free_between_its_transactions(
    app: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waiting writers of SQLite look again every tenth of a second: a job that goes from one
    transaction straight to the next keeps them out until they give up."""
    left_free: list[float] = []
    monkeypatch.setattr("portal.core.unit_of_work.sleep", left_free.append)

    def two_things() -> int:
        for seconds in (0.02, 0.3):
            with unit_of_work():
                time.sleep(seconds)
        return 2

    monkeypatch.setattr(jobs, "_jobs", {"two": jobs.Job("two", timedelta(0), two_things)})
    jobs.run_due()
    with unit_of_work():
        emit("something")  # of a request: nobody is kept waiting for its answer

    if on_sqlite():
        short, long = left_free
        assert 0.01 <= short <= long == LONGEST_WAY
    else:
        assert left_free == []
