"""Talks before a vote, with their minutes and what was raised there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select

from portal.accounts.models import User
from portal.consultations.models import ConsultationOption, Talk, TalkPoint
from portal.consultations.queries.consultations import ConsultationRow
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.gatherings import Gathering, coming, gatherings, over

MOST_TO_CHOOSE = 50
HELD_BEFORE = timedelta(days=60)
"""A talk that was held before anybody thought of naming it here may still be named."""


@dataclass(frozen=True)
class TalkView:
    """A talk, what it is an activity of, and the points that were raised. ``gathering`` is None
    where the activity is not public any more."""

    row: Row[*tuple[Any, ...]]
    gathering: Gathering | None
    points: Sequence[Row[*tuple[Any, ...]]]


def of(consultation_id: str) -> list[TalkView]:
    """The talks of a consultation, soonest first, by three statements."""
    rows = db.session.execute(_columns().where(Talk.consultation_id == consultation_id)).all()
    meetings = gatherings([row.activity_id for row in rows])
    points = _points_of([row.id for row in rows])
    views = [TalkView(row, meetings.get(row.activity_id), points[row.id]) for row in rows]
    return sorted(views, key=_when)


def one(consultation_id: str, talk_id: str) -> TalkView:
    """One talk of a consultation.

    Raises:
        NotFound: it has none with this id.
    """
    row = db.session.execute(
        _columns().where(Talk.id == talk_id, Talk.consultation_id == consultation_id)
    ).first()
    if row is None:
        raise NotFound
    meeting = gatherings([row.activity_id]).get(row.activity_id)
    return TalkView(row, meeting, _points_of([row.id])[row.id])


def to_choose(row: ConsultationRow) -> list[Gathering]:
    """Published activities of a consultation's region that are no talks of it yet: what comes next,
    then what was just held."""
    taken = select(Talk.activity_id).where(Talk.consultation_id == row.id)
    known = set(db.session.execute(taken).scalars())
    found = [
        *coming(row.region_code, MOST_TO_CHOOSE),
        *over(row.region_code, now() - HELD_BEFORE, MOST_TO_CHOOSE),
    ]
    return [each for each in found if each.id not in known]


def coming_first(views: Sequence[TalkView]) -> list[TalkView]:
    """Those that one can still go to, soonest first; then the others, the latest first."""
    present = now()
    ahead = [each for each in views if each.gathering and each.gathering.ends_at > present]
    behind = [each for each in views if each not in ahead]
    return [*ahead, *reversed(behind)]


def points_by_option(
    views: Collection[TalkView],
) -> Mapping[str, Sequence[Row[*tuple[Any, ...]]]]:
    """What was raised at some talks about each option."""
    found: dict[str, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for view in views:
        for point in view.points:
            if point.option_id is not None:
                found[point.option_id].append(point)
    return found


def _when(view: TalkView) -> tuple[bool, Any, str]:
    meeting = view.gathering
    return meeting is None, meeting.starts_at if meeting else view.row.added_at, view.row.id


def _points_of(talk_ids: Collection[str]) -> dict[str, list[Row[*tuple[Any, ...]]]]:
    found: dict[str, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    rows = db.session.execute(
        select(
            TalkPoint.id,
            TalkPoint.talk_id,
            TalkPoint.option_id,
            TalkPoint.text,
            ConsultationOption.title.label("option_title"),
        )
        .outerjoin(ConsultationOption, ConsultationOption.id == TalkPoint.option_id)
        .where(TalkPoint.talk_id.in_(talk_ids))
        .order_by(TalkPoint.talk_id, TalkPoint.id)
    )
    for row in rows:
        found[row.talk_id].append(row)
    return found


def _columns() -> Any:
    return select(
        Talk.id,
        Talk.consultation_id,
        Talk.activity_id,
        Talk.added_at,
        Talk.minutes,
        Talk.minutes_at,
        User.name.label("minutes_by_name"),
    ).outerjoin(User, User.id == Talk.minutes_by)
