"""The desk: talks before a vote, their minutes and points; the options summed up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.consultations import services
from portal.consultations.forms.talking import MinutesForm, PointForm, SummaryForm, TalkForm
from portal.consultations.queries import consultations, summary, talks
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.rules.life import DISCUSSED, Status
from portal.consultations.views.blueprint import blueprint
from portal.consultations.views.desk_door import looked_after
from portal.core.access import requires, the_principal
from portal.core.clock import now
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, UNPROCESSABLE, filled_in, press, shown
from portal.core.permissions import Permission

DESK = "/desk/consultations/<id:consultation_id>"
TALK = f"{DESK}/talks/<id:talk_id>"


@blueprint.route(f"{DESK}/talks", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def desk_talks(consultation_id: str) -> Response | tuple[str, int]:
    """The talks before a vote; one more is chosen among the activities of the region."""
    row = _talked_through(consultation_id)
    choices = talks.to_choose(row) if row.status == Status.DISCUSSION else []
    form = TalkForm().offer(choices)

    def work() -> None:
        services.add_talk(the_principal(), row.id, form.activity_id.data)

    if filled_in(form, work):
        flash(_("It stands on the page of the vote now, with its time and place."), "success")
        return redirect(_talks_of(row.id), SEE_OTHER)
    page = render_template(
        "consultations/desk/talks.html",
        consultation=row,
        form=form,
        choices=choices,
        views=talks.of(row.id),
        now=now(),
    )
    return shown(form, page)


@blueprint.post(f"{TALK}/remove")
@requires(Permission.CONSULTATION_MANAGE)
def desk_remove_talk(consultation_id: str, talk_id: str) -> Response:
    """Take a talk off that was named by mistake."""
    work = partial(services.remove_talk, the_principal(), consultation_id, talk_id)
    return press(work, _("Taken off."), _talks_of(consultation_id))


@blueprint.get(TALK)
@requires(Permission.CONSULTATION_MANAGE)
def desk_talk(consultation_id: str, talk_id: str) -> str:
    """One talk: its minutes, and what was raised."""
    return _talk_page(consultation_id, talk_id)


@blueprint.post(f"{TALK}/minutes")
@requires(Permission.CONSULTATION_MANAGE)
def desk_minutes(consultation_id: str, talk_id: str) -> Response | tuple[str, int]:
    """Write down what was said."""
    form = MinutesForm()

    def work() -> None:
        services.write_minutes(the_principal(), consultation_id, talk_id, form.minutes.data)

    if filled_in(form, work):
        flash(_("The minutes stand on the page of the vote."), "success")
        return redirect(_talk_of(consultation_id, talk_id), SEE_OTHER)
    return _talk_page(consultation_id, talk_id, minutes=form), UNPROCESSABLE


@blueprint.post(f"{TALK}/points")
@requires(Permission.CONSULTATION_MANAGE)
def desk_point(consultation_id: str, talk_id: str) -> Response | tuple[str, int]:
    """Write down something that was raised."""
    form = _point_form(consultation_id)

    def work() -> None:
        about = form.option_id.data or None
        services.add_point(the_principal(), consultation_id, talk_id, form.text.data, about)

    if filled_in(form, work):
        flash(_("Written down."), "success")
        return redirect(_talk_of(consultation_id, talk_id), SEE_OTHER)
    return _talk_page(consultation_id, talk_id, point=form), UNPROCESSABLE


@blueprint.post(f"{TALK}/points/<id:point_id>/remove")
@requires(Permission.CONSULTATION_MANAGE)
def desk_remove_point(consultation_id: str, talk_id: str, point_id: str) -> Response:
    """Take out what was written down wrongly."""
    work = partial(services.remove_point, the_principal(), consultation_id, talk_id, point_id)
    return press(work, _("Taken out."), _talk_of(consultation_id, talk_id))


# --- the options summed up ------------------------------------------------------------------------


@blueprint.get(f"{DESK}/summary")
@requires(Permission.CONSULTATION_MANAGE)
def desk_summary(consultation_id: str) -> str:
    """The options, and which of them are summed up."""
    row = _talked_through(consultation_id)
    options = consultations.options_of([row.id])[row.id]
    return render_template(
        "consultations/desk/summary.html",
        consultation=row,
        options=options,
        summaries=summary.of([option.id for option in options]),
    )


@blueprint.route(f"{DESK}/summary/<id:option_id>", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def desk_sum_up(consultation_id: str, option_id: str) -> Response | tuple[str, int]:
    """What speaks for and against one option."""
    row = _talked_through(consultation_id)
    option = _option_of(row, option_id)
    form = SummaryForm(obj=summary.of([option_id]).get(option_id))

    def work() -> None:
        plan = services.SummaryPlan(**{name: form[name].data or "" for name in summary.TEXTS})
        services.sum_up(the_principal(), row.id, option_id, plan)

    if filled_in(form, work):
        flash(_("Kept. Everybody can read it."), "success")
        address = url_for("consultations.desk_summary", consultation_id=row.id)
        return redirect(address, SEE_OTHER)
    page = render_template(
        "consultations/desk/sum_up.html", consultation=row, option=option, form=form
    )
    return shown(form, page)


# --- inside ---------------------------------------------------------------------------------------


def _talked_through(consultation_id: str) -> ConsultationRow:
    """A public consultation of one's own."""
    row = looked_after(consultation_id, "manage")
    if row.discussion_at is None:
        raise NotFound
    return row


def _option_of(row: ConsultationRow, option_id: str) -> Any:
    for option in consultations.options_of([row.id])[row.id]:
        if option.id == option_id:
            return option
    raise NotFound


def _point_form(consultation_id: str) -> PointForm:
    options: Sequence[Any] = consultations.options_of([consultation_id])[consultation_id]
    return PointForm().offer((option.id, option.title) for option in options)


def _talk_page(
    consultation_id: str,
    talk_id: str,
    *,
    minutes: MinutesForm | None = None,
    point: PointForm | None = None,
) -> str:
    row = _talked_through(consultation_id)
    view = talks.one(row.id, talk_id)
    meeting = view.gathering
    return render_template(
        "consultations/desk/talk.html",
        consultation=row,
        view=view,
        begun=meeting is not None and not meeting.called_off and meeting.starts_at <= now(),
        changeable=row.status in DISCUSSED,
        minutes_form=minutes or MinutesForm(formdata=None, obj=view.row),
        point_form=point or _point_form(row.id),
    )


def _talks_of(consultation_id: str) -> str:
    return url_for("consultations.desk_talks", consultation_id=consultation_id)


def _talk_of(consultation_id: str, talk_id: str) -> str:
    return url_for("consultations.desk_talk", consultation_id=consultation_id, talk_id=talk_id)
