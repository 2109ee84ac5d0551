"""One use case, one transaction.

``with unit_of_work():`` around one service function. Services flush; only the unit of work
commits. A refusal rolls everything back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic, sleep

from flask_sqlalchemy.session import Session
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import scoped_session

from portal.core.database import WRITING, db, on_sqlite
from portal.core.errors import InProgress

_ACTIVE = "portal_unit_of_work"

LONGEST_WAY = 0.1
"""Seconds: no writer of SQLite that waits for the lock looks less often."""

_gives_way: ContextVar[bool] = ContextVar("gives_way", default=False)

before_commit: list[Callable[[], None]] = []
"""Checks that must hold before anything is kept (the permission check registers here)."""


class NestedUnitOfWork(RuntimeError):
    """A service opened a unit of work inside another one."""


@contextmanager
def unit_of_work() -> Iterator[scoped_session[Session]]:
    """Begin a write transaction, commit at the end, roll back on any exception.

    Raises:
        NestedUnitOfWork: one is open already.
        InProgress: a lock could not be had within the waiting time, or two transactions waited
            for each other; nothing was written.
    """
    session = db.session()
    if session.info.get(_ACTIVE):
        raise NestedUnitOfWork("a unit of work is open already")
    if session.in_transaction() and on_sqlite():
        session.rollback()  # a read transaction cannot become a write one without losing updates
    session.info[_ACTIVE] = True
    try:
        # PostgreSQL needs no word of it, and may have begun already to read who is asking.
        session.connection(execution_options={WRITING: True} if on_sqlite() else None)
        began = monotonic()
        yield db.session
        for check in before_commit:
            check()
        session.commit()
        _give_way(monotonic() - began)
    except DBAPIError as error:
        session.rollback()
        if is_contention(error):
            raise InProgress from error
        raise
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(_ACTIVE, None)


@contextmanager
def giving_way() -> Iterator[None]:
    """For work that nobody waits for: after each unit of work in it the writer's lock of SQLite
    stays free half as long as it was held. Those who wait for it form no queue but look again now
    and then: a chain of small transactions would keep them out until they give up. So one look in
    three finds it free, and such work takes half as long again."""
    before = _gives_way.set(True)
    try:
        yield
    finally:
        _gives_way.reset(before)


def _give_way(held: float) -> None:
    if _gives_way.get() and on_sqlite():
        sleep(min(held / 2, LONGEST_WAY))


def in_unit_of_work() -> bool:
    return bool(db.session().info.get(_ACTIVE))


def is_contention(error: DBAPIError) -> bool:
    """Whether the database gave up because somebody else held what was needed."""
    state = getattr(error.orig, "sqlstate", None)
    if state in ("55P03", "40P01", "40001"):
        return True
    return "database is locked" in str(error.orig)
