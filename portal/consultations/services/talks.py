"""Talks before a vote: named, written down, and what was raised there."""

from __future__ import annotations

from sqlalchemy import delete, exists, insert, select, update

from portal.consultations.models import Talk, TalkPoint
from portal.consultations.policies import is_discussed
from portal.consultations.queries import consultations, talks
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.rules.life import DISCUSSED, Status
from portal.consultations.services.discussion import hold
from portal.consultations.services.drafts import managed
from portal.core import audit
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.gatherings import gatherings
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.inserts import insert_new
from portal.core.permissions import Principal
from portal.regions.queries import path_of

MOST_TALKS = 50
MOST_POINTS = 200
"""Of one talk: more would be no minutes but a transcript, and they stand on one page."""


def add_talk(actor: Principal, consultation_id: str, activity_id: str) -> str:
    """Name a published activity of the region as a talk before the vote; returns the talk's id.

    Raises:
        NotFound, Forbidden: the consultation is not the person's.
        WrongState: its discussion has not begun, or is over.
        Invalid: there is no such activity to name, it is named already, or there are too many.
    """
    row = managed(actor, consultation_id)
    hold(row.id, Status.DISCUSSION)
    meeting = gatherings([activity_id]).get(activity_id)
    if meeting is None or meeting.called_off or row.region_code not in path_of(meeting.region_code):
        raise Invalid.field("activity_id", _l("Choose a published activity of this region."))
    if len(talks.of(row.id)) >= MOST_TALKS:
        raise Invalid.field("activity_id", _l("There are %(most)s talks already.", most=MOST_TALKS))
    talk_id = new_id()
    named = insert_new(
        Talk,
        id=talk_id,
        consultation_id=row.id,
        activity_id=activity_id,
        added_by=actor.id,
        added_at=now(),
    )
    if not named:
        raise Invalid.field("activity_id", _l("It is a talk of this vote already."))
    _note(actor, "talk.added", talk_id, row, activity_id=activity_id)
    return talk_id


def remove_talk(actor: Principal, consultation_id: str, talk_id: str) -> None:
    """Take a talk off that was named by mistake.

    Raises:
        NotFound, Forbidden: it is not the person's.
        WrongState: something of it is written down, or the discussion is over.
    """
    row = managed(actor, consultation_id)
    view = talks.one(row.id, talk_id)
    hold(row.id, Status.DISCUSSION)
    gone = db.session.connection().execute(
        delete(Talk).where(
            Talk.id == talk_id,
            Talk.minutes.is_(None),
            ~exists(select(TalkPoint.id).where(TalkPoint.talk_id == Talk.id)),
        )
    )
    if not gone.rowcount:
        raise WrongState(_l("What was said there is written down: it stays."))
    _note(actor, "talk.removed", talk_id, row, activity_id=view.row.activity_id)


def write_minutes(actor: Principal, consultation_id: str, talk_id: str, text: str) -> None:
    """Write down what was said at a talk, or write it anew.

    Raises:
        NotFound, Forbidden: it is not the person's.
        WrongState: the talk has not begun, or the consultation is decided or called off.
    """
    row, view = _held(actor, consultation_id, talk_id)
    db.session.execute(
        update(Talk)
        .where(Talk.id == talk_id)
        .values(minutes=text, minutes_by=actor.id, minutes_at=now())
    )
    anew = view.row.minutes is not None
    _note(actor, "talk.minutes_changed" if anew else "talk.minutes_written", talk_id, row)


def add_point(
    actor: Principal, consultation_id: str, talk_id: str, text: str, option_id: str | None
) -> str:
    """Write down something that was raised at a talk, perhaps about an option; returns its id.

    Raises:
        NotFound, Forbidden: it is not the person's.
        WrongState: the talk has not begun, or the consultation is decided or called off.
        Invalid: the option is not on the ballot, or there are too many points.
    """
    row, view = _held(actor, consultation_id, talk_id)
    options = consultations.options_of([row.id])[row.id]
    if option_id is not None and option_id not in {option.id for option in options}:
        raise Invalid.field("option_id", _l("This option is not on the ballot."))
    if len(view.points) >= MOST_POINTS:
        raise Invalid.field("text", _l("There are %(most)s points already.", most=MOST_POINTS))
    point_id = new_id()
    values = {
        "id": point_id,
        "talk_id": talk_id,
        "option_id": option_id,
        "text": text,
        "added_by": actor.id,
        "added_at": now(),
    }
    db.session.execute(insert(TalkPoint), [values])
    _note(actor, "talk.point_added", talk_id, row)
    return point_id


def remove_point(actor: Principal, consultation_id: str, talk_id: str, point_id: str) -> None:
    """Take a point out that was written down wrongly.

    Raises:
        NotFound, Forbidden: there is none, or it is not the person's.
        WrongState: the consultation is decided or called off.
    """
    row, _view = _held(actor, consultation_id, talk_id)
    gone = db.session.connection().execute(
        delete(TalkPoint).where(TalkPoint.id == point_id, TalkPoint.talk_id == talk_id)
    )
    if not gone.rowcount:
        raise NotFound
    _note(actor, "talk.point_removed", talk_id, row)


def _held(
    actor: Principal, consultation_id: str, talk_id: str
) -> tuple[ConsultationRow, talks.TalkView]:
    """A talk that has begun, of a consultation that is held in a state in which it is discussed."""
    row = managed(actor, consultation_id)
    view = talks.one(row.id, talk_id)
    if not is_discussed(row.status):
        raise WrongState
    if view.gathering is None or view.gathering.called_off or view.gathering.starts_at > now():
        raise WrongState(_l("The talk has not taken place."))
    hold(row.id, *DISCUSSED)
    return row, view


def _note(actor: Principal, action: str, talk_id: str, row: ConsultationRow, **facts: str) -> None:
    audit.record(
        actor.id, action, "talk", talk_id, region_code=row.region_code,
        consultation_id=row.id, **facts,
    )  # fmt: skip
