"""The board as people read it: page by page, and by one's own receipt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select

from portal.consultations.models import BoardLine
from portal.consultations.rules import receipts
from portal.core.database import db
from portal.core.pagination import Page, fetch_page

AT_ONCE = 50
_POSITION = BoardLine.__table__.c.position
_FROM_A_BOARD = ("entries", "receipts")


def page(consultation_id: str, part: str, *, cursor: str | None = None) -> Page[Any]:
    """``position, receipt, choices, previous_hash, hash`` of a part of a board, in its order.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    return fetch_page(
        _lines().where(BoardLine.consultation_id == consultation_id, BoardLine.part == part),
        [_POSITION],
        name=f"board:{consultation_id}:{part}",
        cursor=cursor,
        limit=AT_ONCE,
    )


def found(consultation_id: str, typed: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """The lines that somebody may mean who types a receipt; several only if they share one."""
    meant = receipts.folded(typed)
    if not (meant.isascii() and meant.isalnum()):
        return []
    lines = db.session.execute(
        _lines()
        .where(
            BoardLine.consultation_id == consultation_id,
            BoardLine.part.in_(_FROM_A_BOARD),
            _looks_like(meant),
        )
        .order_by(_POSITION)
    ).all()
    matching = set(receipts.matching(typed, [line.receipt for line in lines]))
    return [line for line in lines if line.receipt in matching]


def _lines() -> Select[*tuple[Any, ...]]:
    return select(
        _POSITION,
        BoardLine.receipt,
        BoardLine.choices,
        BoardLine.previous_hash,
        BoardLine.hash,
    )


def _looks_like(meant: str) -> ColumnElement[bool]:
    """What the database can say of it; the last word is that of the rule."""
    upper = func.upper(BoardLine.receipt)
    return or_(func.replace(upper, "-", "") == meant, upper.startswith(f"{meant}-"))
