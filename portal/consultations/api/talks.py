"""Talks before a vote, and the options summed up."""

from __future__ import annotations

from typing import Any

from portal.consultations import schemas, services
from portal.consultations.api.blueprint import api
from portal.consultations.queries import consultations, summary, talks
from portal.consultations.queries.talks import TalkView
from portal.core.access import current_principal, the_principal
from portal.core.clock import now, rfc3339
from portal.core.permissions import Permission

TALKS = "/consultations/<id:consultation_id>/talks"
TALK = f"{TALKS}/<id:talk_id>"
SUMMARY = "/consultations/<id:consultation_id>/summary"


@api.read(TALKS, permission=Permission.PUBLIC, answer=schemas.Talks)
def list_talks(consultation_id: str) -> dict[str, Any]:
    """The talks before a vote, soonest first, with who came in numbers and what was said."""
    row = consultations.visible(current_principal(), consultation_id)
    return {"items": [_talk(view) for view in talks.of(row.id)]}


@api.write(
    TALKS,
    permission=Permission.CONSULTATION_MANAGE,
    body=schemas.NewTalk,
    answer=schemas.Talk,
    status=201,
    refusals=("wrong_state",),
)
def add_talk(consultation_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Name a published activity of the region as a talk before the vote."""
    talk_id = services.add_talk(the_principal(), consultation_id, body["activity_id"])
    return _talk(talks.one(consultation_id, talk_id))


@api.write(
    TALK,
    method="DELETE",
    permission=Permission.CONSULTATION_MANAGE,
    refusals=("wrong_state",),
)
def remove_talk(consultation_id: str, talk_id: str) -> None:
    """Take off a talk that was named by mistake, as long as nothing of it is written down."""
    services.remove_talk(the_principal(), consultation_id, talk_id)


@api.write(
    f"{TALK}/minutes",
    method="PUT",
    permission=Permission.CONSULTATION_MANAGE,
    body=schemas.NewMinutes,
    answer=schemas.Talk,
    refusals=("wrong_state",),
)
def write_minutes(consultation_id: str, talk_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Write down what was said at a talk, or write it anew."""
    services.write_minutes(the_principal(), consultation_id, talk_id, body["minutes"])
    return _talk(talks.one(consultation_id, talk_id))


@api.write(
    f"{TALK}/points",
    permission=Permission.CONSULTATION_MANAGE,
    body=schemas.NewPoint,
    answer=schemas.Talk,
    status=201,
    refusals=("wrong_state",),
)
def add_point(consultation_id: str, talk_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Write down something that was raised at a talk, perhaps about an option."""
    services.add_point(the_principal(), consultation_id, talk_id, body["text"], body["option_id"])
    return _talk(talks.one(consultation_id, talk_id))


@api.write(
    f"{TALK}/points/<id:point_id>",
    method="DELETE",
    permission=Permission.CONSULTATION_MANAGE,
    refusals=("wrong_state",),
)
def remove_point(consultation_id: str, talk_id: str, point_id: str) -> None:
    """Take out a point that was written down wrongly."""
    services.remove_point(the_principal(), consultation_id, talk_id, point_id)


@api.read(SUMMARY, permission=Permission.PUBLIC, answer=schemas.Summaries)
def get_summary(consultation_id: str) -> dict[str, Any]:
    """What speaks for and against the options, as far as they are summed up."""
    row = consultations.visible(current_principal(), consultation_id)
    options = consultations.options_of([row.id])[row.id]
    written = summary.of([option.id for option in options])
    return {"items": [_summed_up(each, written[each.id]) for each in options if each.id in written]}


@api.write(
    f"{SUMMARY}/<id:option_id>",
    method="PUT",
    permission=Permission.CONSULTATION_MANAGE,
    body=schemas.NewSummary,
    answer=schemas.Summaries,
    refusals=("wrong_state",),
)
def sum_up_option(consultation_id: str, option_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Write what speaks for and against an option, before voting opens."""
    services.sum_up(the_principal(), consultation_id, option_id, services.SummaryPlan(**body))
    return get_summary(consultation_id)


# --- as the API writes it -------------------------------------------------------------------------


def _talk(view: TalkView) -> dict[str, Any]:
    row, meeting = view.row, view.gathering
    begun = meeting is not None and meeting.starts_at <= now()
    return {
        "id": row.id,
        "activity": {"id": meeting.id, "title": meeting.title} if meeting else None,
        "place": meeting.place if meeting else None,
        "starts_at": rfc3339(meeting.starts_at) if meeting else None,
        "ends_at": rfc3339(meeting.ends_at) if meeting else None,
        "called_off": meeting is None or meeting.called_off,
        "attended": meeting.attended if meeting is not None and begun else None,
        "minutes": row.minutes,
        "minutes_at": rfc3339(row.minutes_at) if row.minutes_at else None,
        "points": [
            {"id": point.id, "option_id": point.option_id, "text": point.text}
            for point in view.points
        ],
    }


def _summed_up(option: Any, row: Any) -> dict[str, Any]:
    texts = {name: getattr(row, name) for name in summary.TEXTS}
    return {
        "option": {"id": option.id, "title": option.title},
        **texts,
        "written_at": rfc3339(row.written_at),
    }
