"""Lists page by page: a cursor is the sort key of the last row, signed, so that only cursors we
gave are taken."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Select, tuple_

from portal.core.database import db
from portal.core.errors import Invalid
from portal.core.i18n import lazy_gettext as _l

DEFAULT_LIMIT = 20
MOST = 100

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list. ``next_cursor`` is None on the last one."""

    items: Sequence[Row]
    next_cursor: str | None

    def as_json(self, present: Callable[[Row], dict[str, Any]]) -> dict[str, Any]:
        return {"items": [present(each) for each in self.items], "next_cursor": self.next_cursor}


def fetch_page(
    statement: Select[*tuple[Any, ...]],
    keys: Sequence[Any],
    *,
    name: str,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    descending: bool = False,
) -> Page[Any]:
    """Run a statement for one page.

    Args:
        statement: selects columns; must contain every column of ``keys`` under its own name.
        keys: the columns that order the list, the last one unique.
        name: of the list; a cursor of another list is refused.
        cursor: what the page before gave.
        limit: rows of a page, 1 to 100.
        descending: whether all keys run downward.

    Raises:
        Invalid: the cursor is not one that this list gave.
    """
    if cursor:
        edge = _edge(name, cursor, len(keys))
        after = tuple_(*keys) < tuple_(*edge) if descending else tuple_(*keys) > tuple_(*edge)
        statement = statement.where(after)
    order = [key.desc() for key in keys] if descending else list(keys)
    rows = db.session.execute(statement.order_by(*order).limit(limit + 1)).all()
    if len(rows) <= limit:
        return Page(rows, None)
    rows = rows[:limit]
    last = rows[-1]._mapping
    return Page(rows, _signer(name).dumps([_plain(last[key]) for key in keys]))


def _signer(name: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"cursor:{name}")


def _edge(name: str, cursor: str, length: int) -> list[Any]:
    signer = _signer(name)
    try:
        values = signer.loads(cursor)
    except (BadSignature, UnicodeError, json.JSONDecodeError) as error:
        raise Invalid.field("cursor", _l("This cursor is not one that we gave.")) from error
    # Base64 has several spellings of the same bytes: only the one that was given is taken.
    if not isinstance(values, list) or len(values) != length or signer.dumps(values) != cursor:
        raise Invalid.field("cursor", _l("This cursor is not one that we gave."))
    return [_rich(value) for value in values]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"at": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    return value


def _rich(value: Any) -> Any:
    if isinstance(value, dict):
        day = value.get("on")
        return date.fromisoformat(day) if day else datetime.fromisoformat(value["at"])
    return value
