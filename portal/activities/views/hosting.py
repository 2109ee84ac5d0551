"""Hosts at their shift: the code, the list with its ticks, the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response

from portal.activities import services
from portal.activities.checkin_codes import WINDOW
from portal.activities.errors import NotSignedUp
from portal.activities.forms import MemberForm
from portal.activities.queries import signups
from portal.activities.rules import (
    CHECKIN_OPENS,
    LONGEST_RECORD,
    RecordStatus,
    served_minutes,
    shift_minutes,
)
from portal.activities.views.door import blueprint, codes, hosted_shift
from portal.core.access import requires, the_principal
from portal.core.clock import now
from portal.core.errors import DomainError, Forbidden, NotFound
from portal.core.forms import half_width
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.core.limits import CODES, limit
from portal.core.pages import SEE_OTHER, filled_in, press, shown
from portal.core.permissions import Permission
from portal.core.qr import qr
from portal.core.unit_of_work import unit_of_work

ARRIVALS_SHOWN = 12
_CREDITED = (RecordStatus.CONFIRMED, RecordStatus.CORRECTED)


@blueprint.get("/hosting/shifts/<id:shift_id>")
@requires(Permission.ACTIVITY_HOST)
def shift(shift_id: str) -> str:
    """The list of one shift, to tick."""
    row, activity = hosted_shift(shift_id)
    people = signups.on_the_list(row.id)
    return render_template(
        "activities/shift.html",
        shift=row,
        activity=activity,
        people=people,
        present=now(),
        here=sum(each.record_id is not None for each in people),
        expected=row.taken,
        to_confirm=_to_confirm(people, row),
        soon=now() + CHECKIN_OPENS,
        opens_at=row.starts_at - CHECKIN_OPENS,
        heat_open=_heat_open(people, row),
    )


def _heat_open(people: Sequence[Any], shift_row: Row[Any]) -> bool:
    """Whether great heat can be noted (or taken back): from the opening of check-in until the
    first hours are credited."""
    credited = any(each.points or each.record_status in _CREDITED for each in people)
    return shift_row.starts_at - CHECKIN_OPENS <= now() and not credited


@blueprint.get("/hosting/shifts/<id:shift_id>/code")
@requires(Permission.ACTIVITY_HOST)
def shift_code(shift_id: str) -> str:
    """The code that changes, as large as the screen."""
    row, activity = hosted_shift(shift_id)
    shown = services.code_for_host(the_principal(), row.id, codes())
    people = [each for each in signups.on_the_list(row.id) if each.record_id is not None]
    newest = sorted(people, key=lambda each: each.checked_in_at, reverse=True)
    return render_template(
        "activities/shift_code.html",
        shift=row,
        activity=activity,
        code=shown,
        lifetime=int(WINDOW.total_seconds()),
        qr_svg=qr(_address_of(shown.digits), border=3),
        arrivals=[each.name for each in newest[:ARRIVALS_SHOWN]],
        here=len(people),
        present=now(),
    )


def _address_of(digits: str) -> str:
    """Where a phone's own camera leads to: the check-in page with the code filled in."""
    path = url_for("activities.check_in", code=digits)
    public: str | None = current_app.settings.public_url  # type: ignore[attr-defined]
    return f"{public}{path}" if public else request.host_url.rstrip("/") + path


@blueprint.route("/hosting/shifts/<id:shift_id>/scan", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_HOST)
@limit(CODES)
def scan_member(shift_id: str) -> tuple[str, int] | Response:
    """Tick people in by the code on their pass, one after the other."""
    row, activity = hosted_shift(shift_id)
    form = MemberForm()
    not_on_the_list: list[str] = []

    def work() -> None:
        code = form.code.data or ""
        try:
            services.tick_in_member(the_principal(), row.id, code)
        except NotSignedUp:
            not_on_the_list.append(code)
            raise

    if filled_in(form, work):
        flash(_("Ticked in. Next, please."), "success")
        return redirect(url_for("activities.scan_member", shift_id=row.id), SEE_OTHER)
    people = signups.on_the_list(row.id)
    page = render_template(
        "activities/scan_member.html",
        shift=row,
        activity=activity,
        form=form,
        here=sum(each.record_id is not None for each in people),
        not_on_the_list=not_on_the_list,
    )
    return shown(form, page)


@blueprint.post("/signups/<id:signup_id>/tick-in")
@requires(Permission.ACTIVITY_HOST)
def tick_in(signup_id: str) -> Response:
    """This person is here (after the end: was here)."""
    actor = the_principal()
    address = url_for("activities.shift", shift_id=_shift_of_form())
    return press(lambda: services.tick_in(actor, signup_id), None, address)


@blueprint.post("/signups/<id:signup_id>/tick-out")
@requires(Permission.ACTIVITY_HOST)
def tick_out(signup_id: str) -> Response:
    """This person leaves now."""
    actor = the_principal()
    address = url_for("activities.shift", shift_id=_shift_of_form())
    return press(lambda: services.tick_out(actor, signup_id), None, address)


def _shift_of_form() -> str:
    row, _activity = hosted_shift(request.form.get("shift", "")[:26])
    return str(row.id)


@blueprint.post("/hosting/shifts/<id:shift_id>/heat")
@requires(Permission.ACTIVITY_HOST)
def flag_heat(shift_id: str) -> Response:
    """Note great heat, or that there was none."""
    actor = the_principal()
    heat = request.form.get("heat") == "1"
    return press(
        lambda: services.flag_heat(actor, shift_id, heat=heat),
        _("Noted."),
        url_for("activities.shift", shift_id=shift_id),
    )


# --- the end of a shift ---------------------------------------------------------------------------


def _to_confirm(people: Sequence[Any], shift_row: Row[Any]) -> list[Any]:
    """Who has left; and, once the shift is over, who forgot to."""
    over = shift_row.ends_at <= now()
    states = (RecordStatus.OPEN, RecordStatus.PENDING) if over else (RecordStatus.PENDING,)
    return [each for each in people if each.record_status in states]


@blueprint.route("/hosting/shifts/<id:shift_id>/confirm", methods=["GET", "POST"])
@requires(Permission.RECORD_CONFIRM)
def confirm_shift(shift_id: str) -> str | Response:
    """All minutes prefilled: change the exceptions, confirm once."""
    row, activity = hosted_shift(shift_id)
    waiting = _to_confirm(signups.on_the_list(row.id), row)
    suggested = {each.record_id: _suggested(each, row) for each in waiting}
    typed = {key: _typed(key, minutes) for key, minutes in suggested.items()}
    problem = None
    if request.method == "POST":
        problem = _problem(waiting, typed)
        if problem is None:
            problem = _confirm(row, waiting, typed)
        if problem is None:
            return redirect(url_for("activities.shift", shift_id=row.id), SEE_OTHER)
    return render_template(
        "activities/confirm_shift.html",
        shift=row,
        activity=activity,
        people=waiting,
        minutes=typed,
        reason=request.form.get("reason", ""),
        problem=problem,
        me=the_principal().id,
        full=shift_minutes(row.starts_at, row.ends_at),
    )


def _suggested(person: Any, shift_row: Row[Any]) -> int:
    """The minutes as recorded; of who forgot to leave, until the end."""
    if person.record_status == RecordStatus.PENDING:
        return int(person.minutes)
    ends = shift_row.ends_at
    return served_minutes(person.checked_in_at, ends, shift_row.starts_at, ends)


def _typed(record_id: str, suggested: int) -> int | None:
    text = half_width(request.form.get(f"minutes-{record_id}", str(suggested))).strip()
    if not text.isascii() or not text.isdigit() or len(text) > len(str(LONGEST_RECORD)):
        return None
    minutes = int(text)
    return minutes if minutes <= LONGEST_RECORD else None


def _changed(waiting: list[Any], typed: dict[str, int | None]) -> dict[str, int]:
    """What has to be said with the confirming: other minutes, and all of who forgot to leave."""
    return {
        each.record_id: minutes
        for each in waiting
        if (minutes := typed[each.record_id]) is not None
        and (each.record_status == RecordStatus.OPEN or minutes != each.minutes)
    }


def _problem(waiting: list[Any], typed: dict[str, int | None]) -> str | None:
    if None in typed.values():
        return str(_("Give minutes of at most one day."))
    pending = [each for each in waiting if each.record_status == RecordStatus.PENDING]
    if _changed(pending, typed) and not request.form.get("reason", "").strip():
        return str(_("You changed minutes: say why."))
    return None


def _confirm(row: Row[Any], waiting: list[Any], typed: dict[str, int | None]) -> str | None:
    reason = request.form.get("reason", "").replace("\x00", "").strip()[:500] or None
    try:
        with unit_of_work():
            done = services.confirm_shift(the_principal(), row.id, _changed(waiting, typed), reason)
    except (NotFound, Forbidden):
        raise
    except DomainError as error:
        return str(error.detail)
    flash(
        ngettext(
            "%(num)s record confirmed, %(points)s points credited.",
            "%(num)s records confirmed, %(points)s points credited.",
            done.records,
            points=done.points,
        ),
        "success",
    )
    return None
