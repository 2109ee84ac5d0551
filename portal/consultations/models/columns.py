"""Kinds of columns and rules that tables of this room have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB

HASH = String(64)
CHOICES = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
BY_KEY: dict[str, Any] = {"sqlite_with_rowid": False}
"""Rows lie in the order of their keys, which are random, and have no number beside them."""

_FRESH = text("fresh")
_FRESH_ON_SQLITE = text("fresh = 1")


def among(column: str, values: Iterable[str]) -> str:
    """The rule that a column holds one of these words."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


def fresh_index(table: str) -> Index:
    """Finds what was written since the last stirring."""
    return Index(
        f"ix_{table}_fresh",
        "consultation_id",
        sqlite_where=_FRESH_ON_SQLITE,
        postgresql_where=_FRESH,
    )
