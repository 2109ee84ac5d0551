"""A resident's own activities and service records."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, send_file, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from portal.activities import policies, services
from portal.activities.forms import ReportForm, offer
from portal.activities.queries import records, signups
from portal.activities.rules import CHECKIN_OPENS, SignupStatus
from portal.activities.services.reports import MOST_PHOTOS
from portal.activities.uploads import evidence_folder
from portal.activities.views.door import blueprint
from portal.core.access import requires, the_principal
from portal.core.clock import now, today
from portal.core.errors import DomainError, Invalid, NotFound
from portal.core.i18n import gettext as _
from portal.core.limits import REPORTS, limit
from portal.core.pages import SEE_OTHER, cursor, filled_in_once, press, shown
from portal.core.permissions import Permission, Principal
from portal.core.unit_of_work import unit_of_work
from portal.core.uploads import forget_picture, keep_picture, picture_path
from portal.organizations import queries as organizations
from portal.points import queries as points
from portal.regions.queries import names_of
from portal.regions.rules import spoken_name


@blueprint.get("/me/activities")
@requires(Permission.SIGNED_IN)
def my_activities() -> str:
    """What I have before me, then what was."""
    actor = the_principal()
    coming = signups.coming(actor.id)
    soon = now() + CHECKIN_OPENS
    return render_template(
        "activities/mine.html",
        coming=coming,
        page=signups.page(actor.id, cursor=cursor()),
        leaving=any(place.is_open for place in coming),
        arriving=any(
            place.status == SignupStatus.CONFIRMED and place.starts_at <= soon for place in coming
        ),
    )


@blueprint.get("/me/service")
@requires(Permission.SIGNED_IN)
def my_records() -> str:
    """My service, record by record."""
    actor = the_principal()
    return render_template(
        "activities/my_records.html",
        page=records.mine(actor, cursor=cursor()),
        confirmed=points.minutes_of(actor.id),
        pending=records.pending_minutes(actor.id),
    )


@blueprint.route("/me/service/report", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@limit(REPORTS, methods=["POST"])
def report() -> tuple[str, int] | Response:
    """Report hours that were served without a sign-up."""
    actor = the_principal()
    form = ReportForm()
    offer(form.host, _hosts(actor))
    photos = _photos()
    kept: list[str] = []

    def work() -> str:
        if len(photos) > MOST_PHOTOS:
            raise Invalid.field("photos", _("%(most)s photos are enough.", most=MOST_PHOTOS))
        kept.append(services.report_service(actor, form.read()))
        return url_for("activities.record", record_id=kept[0])

    if address := filled_in_once(form, work):
        if kept:  # not so when the same form arrives again
            _keep(actor, kept[0], photos)
            flash(_("Reported. The host looks at it and confirms the hours."), "success")
        return redirect(address, SEE_OTHER)
    return shown(form, render_template("activities/report.html", form=form, latest=today()))


def _hosts(actor: Principal) -> list[tuple[str, str]]:
    """One's own community, and the organizations of its district."""
    choices = []
    if actor.home_region:
        name = names_of([actor.home_region]).get(actor.home_region, actor.home_region)
        choices.append((f"region:{actor.home_region}", spoken_name(name)))
    area = actor.home_path[1] if len(actor.home_path) > 1 else None
    nearby = organizations.page(region=area, limit=100).items
    return [*choices, *((f"organization:{row.id}", row.name) for row in nearby)]


def _photos() -> list[FileStorage]:
    return [photo for photo in request.files.getlist("photos") if photo.filename]


def _keep(actor: Principal, record_id: str, photos: list[FileStorage]) -> None:
    """Put the pictures to the report; one that is none is said, and costs not the report."""
    for photo in photos:
        try:
            name = keep_picture(evidence_folder(), photo.stream, "photos")
            _put_to(actor, record_id, name)
        except DomainError as error:
            flash(f"{photo.filename}: {error.detail}", "warning")


def _put_to(actor: Principal, record_id: str, name: str) -> None:
    """A kept picture that does not come to stand beside its record is not kept."""
    try:
        with unit_of_work():
            services.add_evidence(actor, record_id, name)
    except BaseException:
        forget_picture(evidence_folder(), name)
        raise


@blueprint.get("/service-records/<id:record_id>/photos/<id:photo_id>")
@requires(Permission.SIGNED_IN)
def evidence(record_id: str, photo_id: str) -> Response:
    """A picture, for the person who sent it and for the host."""
    actor = the_principal()
    row = records.visible(actor, record_id)
    photos = {photo.id: photo.name for photo in records.photos_of(record_id)}
    allowed = policies.may_see_evidence(actor, records.host_of(row), row.resident_id)
    if not allowed or photo_id not in photos:
        raise NotFound
    path = picture_path(evidence_folder(), photos[photo_id])
    answer = send_file(path, mimetype="image/webp")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/service-records/<id:record_id>/photos/<id:photo_id>/remove")
@requires(Permission.SIGNED_IN)
def remove_evidence(record_id: str, photo_id: str) -> Response:
    """Take a picture back, before the record is decided."""
    actor = the_principal()

    def work() -> None:
        forget_picture(evidence_folder(), services.remove_evidence(actor, record_id, photo_id))

    return press(
        work, _("The photo is deleted."), url_for("activities.record", record_id=record_id)
    )
