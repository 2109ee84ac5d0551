"""Logs: one JSON object a line, with the request's id and without personal data.

A request that is ``untraced`` (a ballot) leaves lines without its id: nobody can put them beside
what the caller, a proxy or another log keeps of it.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import g, has_request_context
from sqlalchemy.exc import DBAPIError

View = TypeVar("View", bound=Callable[..., Any])

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def untraced(view: View) -> View:
    """Keep the number of a view's requests out of all lines of the log."""
    view.untraced = True  # type: ignore[attr-defined]
    return view


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context() and "request_id" in g and not g.get("untraced"):
            line["request_id"] = g.request_id
        line.update({k: v for k, v in vars(record).items() if k not in _STANDARD})
        if record.exc_info:
            line["exception"] = _without_rows(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _without_rows(error: BaseException | None) -> str:
    """A traceback in which the database's own words are left out: they quote whole rows."""
    parts = []
    while error is not None:
        frames = "".join(traceback.format_tb(error.__traceback__))
        parts.append(f"{frames}{_named(error)}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\ncaused by\n\n".join(parts)


def _named(error: BaseException) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not type(cause).__module__.startswith(("psycopg", "sqlite3")):
        return "".join(traceback.format_exception_only(error)).rstrip()
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", None)
    facts = (type(cause).__name__, getattr(cause, "sqlstate", None), constraint)
    return " ".join(fact for fact in facts if fact)


def configure(level: str) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("portal")
    logger.handlers[:] = [handler]
    logger.setLevel(level)
    logger.propagate = False
