"""One use case, one transaction.

``with unit_of_work():`` around one service function. Services flush; only the unit of work
commits. A refusal rolls everything back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask_sqlalchemy.session import Session
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import scoped_session

from portal.core.database import WRITING, db, on_sqlite
from portal.core.errors import InProgress

_ACTIVE = "portal_unit_of_work"

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
        yield db.session
        for check in before_commit:
            check()
        session.commit()
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


def in_unit_of_work() -> bool:
    return bool(db.session().info.get(_ACTIVE))


def is_contention(error: DBAPIError) -> bool:
    """Whether the database gave up because somebody else held what was needed."""
    state = getattr(error.orig, "sqlstate", None)
    if state in ("55P03", "40P01", "40001"):
        return True
    return "database is locked" in str(error.orig)
