"""One service record, and what may be done with it; what waits for hosts; what is on display."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response

from portal.activities import policies, services
from portal.activities.forms import ConfirmForm, CorrectForm, ReasonForm
from portal.activities.queries import records
from portal.activities.rules import RECORD_TRANSITIONS, UNDECIDED_RECORDS, Deed, RecordStatus
from portal.activities.views.door import blueprint
from portal.core.access import requires, the_principal
from portal.core.clock import now
from portal.core.errors import Forbidden
from portal.core.forms import Form
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, cursor, filled_in, shown
from portal.core.permissions import Permission


@blueprint.get("/service-records/<id:record_id>")
@requires(Permission.SIGNED_IN)
def record(record_id: str) -> str:
    """One record: what is written, and where it stands."""
    actor = the_principal()
    row = records.visible(actor, record_id)
    return render_template(
        "activities/record.html",
        record=row,
        photos=_photos(row),
        disputes=records.disputes_of(row.id),
        deeds=_deeds(row),
        overlaps=_overlaps(row),
        mine=row.resident_id == actor.id,
        undecided=row.status in UNDECIDED_RECORDS,
        present=now(),
    )


def _overlaps(row: Row[Any]) -> Sequence[Any]:
    """For who decides: what else is noted for the person at the same time."""
    decides = policies.may_confirm(the_principal(), records.host_of(row))
    return records.overlapping(row) if decides else ()


def _photos(row: Row[Any]) -> Sequence[Any]:
    """The photos sent with it, as far as the person looking may see them."""
    allowed = policies.may_see_evidence(the_principal(), records.host_of(row), row.resident_id)
    return records.photos_of(row.id) if allowed else ()


def _deeds(row: Row[Any]) -> list[str]:
    """What the person looking may do with the record now."""
    actor = the_principal()
    host = records.host_of(row)
    deeds = []
    if row.status in RECORD_TRANSITIONS[Deed.DISPUTE].sources and policies.may_dispute(
        actor, host, row.resident_id, row.status
    ):
        deeds.append("dispute")
    if row.resident_id == actor.id or not policies.may_confirm(actor, host):
        return deeds
    credited = row.credited_minutes is not None
    settled = credited and row.resident_closed_at is not None
    if row.status in RECORD_TRANSITIONS[Deed.CONFIRM].sources and not credited:
        deeds.append("confirm")
    if row.status == RecordStatus.DISPUTED and row.credited_minutes:
        deeds.append("uphold")
    if row.status in RECORD_TRANSITIONS[Deed.CORRECT].sources and credited and not settled:
        deeds.append("correct")
    if row.status in RECORD_TRANSITIONS[Deed.REJECT].sources and not settled:
        deeds.append("reject")
    return deeds


@blueprint.route("/service-records/<id:record_id>/confirm", methods=["GET", "POST"])
@requires(Permission.RECORD_CONFIRM)
def confirm_record(record_id: str) -> tuple[str, int] | Response:
    """Confirm one record, perhaps with other minutes."""
    row = _hosted(record_id)
    form = ConfirmForm(data={"minutes": row.minutes})

    def work() -> None:
        minutes = None if form.minutes.data == row.minutes else form.minutes.data
        services.confirm_record(the_principal(), row.id, minutes, form.reason.data or None)

    return _form_page(row, form, work, _("Confirm the hours"), _("Confirmed."))


@blueprint.route("/service-records/<id:record_id>/reject", methods=["GET", "POST"])
@requires(Permission.RECORD_CONFIRM)
def reject_record(record_id: str) -> tuple[str, int] | Response:
    """Refuse one record."""
    row = _hosted(record_id)
    form = ReasonForm()

    def work() -> None:
        services.reject_record(the_principal(), row.id, form.reason.data or "")

    return _form_page(row, form, work, _("Do not accept this record"), _("Not accepted."))


@blueprint.route("/service-records/<id:record_id>/correct", methods=["GET", "POST"])
@requires(Permission.RECORD_CONFIRM)
def correct_record(record_id: str) -> tuple[str, int] | Response:
    """Set a credited record right."""
    row = _hosted(record_id)
    form = CorrectForm(data={"minutes": row.minutes})

    def work() -> None:
        services.correct_record(
            the_principal(), row.id, form.minutes.data or 0, form.reason.data or ""
        )

    return _form_page(row, form, work, _("Correct the hours"), _("Corrected."))


@blueprint.route("/service-records/<id:record_id>/dispute", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def dispute_record(record_id: str) -> tuple[str, int] | Response:
    """Say that a record is wrong."""
    actor = the_principal()
    row = records.visible(actor, record_id)
    if not policies.may_dispute(actor, records.host_of(row), row.resident_id, row.status):
        raise Forbidden
    form = ReasonForm()

    def work() -> None:
        services.dispute_record(actor, row.id, form.reason.data or "")

    if filled_in(form, work):
        flash(_("The host is told and looks at it again."), "success")
        if row.resident_id == actor.id:
            return redirect(url_for("activities.record", record_id=row.id), SEE_OTHER)
        return redirect(url_for("activities.on_display"), SEE_OTHER)
    return _form(row, form, _("This record is wrong"))


@blueprint.get("/hosting/records")
@requires(Permission.RECORD_CONFIRM, anywhere=True)
def waiting_records() -> str:
    """Reports and disputes that wait for my decision."""
    return render_template(
        "activities/waiting_records.html", page=records.waiting(the_principal(), cursor=cursor())
    )


@blueprint.get("/service-on-display")
@requires(Permission.VERIFIED_RESIDENT)
def on_display() -> str:
    """The records of my community in their publicity period."""
    actor = the_principal()
    return render_template(
        "activities/on_display.html",
        page=records.announced_in(actor.home_region or "", cursor=cursor()),
    )


def _hosted(record_id: str) -> Row[Any]:
    actor = the_principal()
    row = records.visible(actor, record_id)
    if not policies.may_confirm(actor, records.host_of(row)):
        raise Forbidden
    return row


def _form_page(
    row: Row[Any], form: Form, work: Callable[[], None], heading: str, done: str
) -> tuple[str, int] | Response:
    if filled_in(form, work):
        flash(done, "success")
        return redirect(url_for("activities.record", record_id=row.id), SEE_OTHER)
    return _form(row, form, heading)


def _form(row: Row[Any], form: Form, heading: str) -> tuple[str, int]:
    page = render_template("activities/record_form.html", record=row, form=form, heading=heading)
    return shown(form, page)
