"""Somebody objects to what was said: it is looked at, and kept, or hidden with a reason.

How one state becomes another stands here, once for all rooms. Who judges, who is told and what is
written into the audit log is theirs. What can be objected to has the columns ``flagged_at`` (from
the first objection until somebody has looked), ``hidden_at``, ``hidden_by`` and ``hidden_reason``.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, update

from portal.core.clock import now
from portal.core.database import Base, db
from portal.core.errors import WrongState
from portal.core.inserts import insert_new
from portal.core.permissions import Principal

LONGEST_REASON = 500


def object_to(said: Any, said_id: str, objection: type[Base], **values: Any) -> None:
    """Note that somebody objects, each person once; the first makes it wait for the moderators.

    Args:
        said: the model of what was said.
        objection: the model in which each objection is kept, with its ``values``.

    Raises:
        WrongState: it is hidden already.
    """
    insert_new(objection, created_at=now(), **values)
    flagged_at = func.coalesce(said.flagged_at, now())
    _change(said, said_id, said.hidden_at.is_(None), flagged_at=flagged_at)


def hide(said: Any, said_id: str, actor: Principal, reason: str) -> None:
    """Hide it: the reason stands in its place.

    Raises:
        WrongState: it is hidden already.
    """
    values = {"hidden_at": now(), "hidden_by": actor.id, "hidden_reason": reason}
    _change(said, said_id, said.hidden_at.is_(None), flagged_at=None, **values)


def show(said: Any, said_id: str) -> None:
    """Show it again.

    Raises:
        WrongState: it is not hidden.
    """
    values = {"hidden_at": None, "hidden_by": None, "hidden_reason": None}
    _change(said, said_id, said.hidden_at.is_not(None), **values)


def keep(said: Any, said_id: str) -> None:
    """Leave as it is what somebody objected to.

    Raises:
        WrongState: nobody has objected (any more).
    """
    _change(said, said_id, said.flagged_at.is_not(None), flagged_at=None)


def _change(said: Any, said_id: str, guard: Any, **values: Any) -> None:
    statement = update(said).where(said.id == said_id, guard).values(**values)
    if not db.session.connection().execute(statement).rowcount:
        raise WrongState
