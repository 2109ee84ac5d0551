"""The board and what was counted from it, once voting has closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select

from portal.consultations.board import Board, Disclosure
from portal.consultations.models import BoardLine, ConsultationCount, CountProgress
from portal.consultations.queries.consultations import ConsultationRow, genesis_of
from portal.consultations.rules.ballots import Method
from portal.consultations.rules.majority import Majority, Verdict, judged, votes_behind
from portal.core.database import db

PARTS = {Disclosure.TRACKABLE: ("entries",), Disclosure.SEPARATE: ("receipts", "choices")}


def board_of(row: ConsultationRow) -> Board:
    """The board of a closed consultation, as everybody gets it."""
    parts = {part: _lines(row.id, part) for part in PARTS[Disclosure(row.disclosure)]}
    return {"genesis": genesis_of(row), **parts, "head_hash": row.head_hash}


def tally_of(consultation_id: str) -> dict[str, Any]:
    """What the count says, as the API tells it."""
    tally: dict[str, Any] = db.session.execute(
        select(ConsultationCount.tally).where(ConsultationCount.consultation_id == consultation_id)
    ).scalar_one()
    return tally


def verdict_of(row: ConsultationRow, cast: int, tally: Mapping[str, Any]) -> Verdict | None:
    """Whether the winner of a count has the majority it needs; None where it needs none.
    ``cast`` is how many have voted."""
    votes = votes_behind(Method(row.method), tally)
    return judged(
        Majority(row.majority), votes, cast=cast, blank=tally["blank"], roll=row.roll_size
    )


def progress_of(consultation_id: str) -> Row[*tuple[Any, ...]] | None:
    """``envelopes, opened, increases`` of a count that is at work; None if there is none."""
    return db.session.execute(
        select(CountProgress.envelopes, CountProgress.opened, CountProgress.increases).where(
            CountProgress.consultation_id == consultation_id
        )
    ).first()


def _lines(consultation_id: str, part: str) -> list[dict[str, Any]]:
    shown = {
        "entries": (BoardLine.receipt, BoardLine.choices),
        "receipts": (BoardLine.receipt,),
        "choices": (BoardLine.choices,),
    }[part]
    rows = db.session.execute(
        select(*shown, BoardLine.previous_hash, BoardLine.hash)
        .where(BoardLine.consultation_id == consultation_id, BoardLine.part == part)
        .order_by(BoardLine.position)
    )
    return [dict(row._mapping) for row in rows]
