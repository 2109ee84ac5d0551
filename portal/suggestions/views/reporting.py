"""Reporting: what kind it is, then one form; before it is sent, what should be looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from portal.core.access import current_principal, requires, the_principal
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import gettext as _
from portal.core.limits import CASES, limit
from portal.core.pages import SEE_OTHER, asked_for, filled_in_once, shown
from portal.core.pagination import MOST
from portal.core.permissions import Permission, Principal
from portal.regions.drawing import drawn
from portal.regions.landmarks import Landmark, landmarks_of
from portal.regions.queries import grids_of, names_of
from portal.regions.rules import Level, is_code_of, spoken_name
from portal.suggestions import begun, services, words
from portal.suggestions.errors import LookFirst
from portal.suggestions.forms import ReportForm, report_form
from portal.suggestions.queries import cases, departments
from portal.suggestions.queries.similar import similar_to
from portal.suggestions.rules.personal_data import NEVER_PUBLIC, Finding, found
from portal.suggestions.rules.photos import MOST_PHOTOS
from portal.suggestions.rules.similarity import Account
from portal.suggestions.rules.taking_in import Visibility
from portal.suggestions.services import Received, Report
from portal.suggestions.views.blueprint import blueprint

KEPT_PHOTOS = "kept"
"""The field that names the pictures that are here already."""

Filing = Callable[[Principal, Report], Received]


@blueprint.get("/suggestions/new")
@requires(Permission.PUBLIC)
def choose_kind() -> str:
    """What kind of suggestion it is: one tap."""
    return render_template(
        "suggestions/choose_kind.html",
        kinds=departments.categories(_home(current_principal()), limit=MOST).items,
        community=community_asked_for(),
        words=words,
    )


@blueprint.route("/suggestions/new/report", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@limit(CASES, methods=["POST"])
def report() -> str | tuple[str, int] | Response:
    """Say what is wrong, or could be better."""
    actor = the_principal()
    category = departments.category(asked_for("category"))
    if category is None:
        return redirect(url_for("suggestions.choose_kind"), SEE_OTHER)
    community = community_asked_for() or actor.home_region
    if community is None:
        return redirect(url_for("regions.choose", next=request.full_path), SEE_OTHER)
    sheet = Sheet(actor, report_form(ReportForm, category)(), community)
    if not category.anonymous_allowed:
        del sheet.form.anonymous
    if address := sheet.sent(services.receive):
        return redirect(address, SEE_OTHER)
    page = render_template("suggestions/report.html", category=category, **sheet.context())
    return shown(sheet.form, page)


@blueprint.get("/suggestions/<id:suggestion_id>/reported")
@requires(Permission.SIGNED_IN)
def reported(suggestion_id: str) -> str:
    """It has arrived: its number, its date, and who has it."""
    actor = the_principal()
    row = cases.visible(actor, suggestion_id)
    if actor.id not in (row.reported_by, row.filed_by):
        raise NotFound
    return render_template("suggestions/reported.html", case=row, actor=actor, words=words)


@blueprint.get("/me/begun/photos/<code:photo_id>")
@requires(Permission.SIGNED_IN)
def begun_photo(photo_id: str) -> Response:
    """A picture that was chosen for a report that is not sent yet, small."""
    answer = send_file(begun.path(the_principal().id, photo_id), mimetype="image/webp")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


class Sheet:
    """A report as it is being filled in for a place: the form, and the pictures that are here."""

    def __init__(self, actor: Principal, form: ReportForm, community: str) -> None:
        self.actor, self.form, self.community = actor, form, community
        self.landmarks = landmarks_of(community)
        form.place_at(_places(community), map(_choice, self.landmarks))
        self.photos = begun.known(actor.id, request.form.getlist(KEPT_PHOTOS))

    def sent(self, file: Filing) -> str | None:
        """The address of the page that follows; None where the form is to be shown (again)."""
        if not self.form.is_submitted():
            return None
        self._keep_photos()
        with begun.handed_over(self.actor.id, self.photos) as hand_over:

            def work() -> str:
                report = self.form.read()
                self._refuse_unseen(report)
                received = file(self.actor, report)
                if hand_over.names:
                    services.add_photos(self.actor, received.id, hand_over.names)
                is_filed.append(True)
                return url_for("suggestions.reported", suggestion_id=received.id)

            is_filed: list[bool] = []  # not so when the same form arrives again
            address = filled_in_once(self.form, work)
            hand_over.is_done = bool(address and is_filed)
        return address

    def context(self) -> dict[str, Any]:
        """What the page of the form shows."""
        position = self.form.position
        refusal = self.form.refusal
        return {
            "form": self.form,
            "photos": self.photos,
            "community": self.community,
            "plan": drawn(self.landmarks, position),
            "look": refusal if isinstance(refusal, LookFirst) else None,
            "most_photos": MOST_PHOTOS,
            "words": words,
        }

    def _keep_photos(self) -> None:
        """Take what was chosen now to what was chosen before. What is no picture is said, and
        costs neither the others nor the words."""
        for photo in request.files.getlist("photos"):
            if not photo.filename:
                continue
            if len(self.photos) >= MOST_PHOTOS:
                self._refuse_photo(_("%(most)s photos are enough.", most=MOST_PHOTOS))
                return
            try:
                self.photos.append(begun.keep(self.actor.id, photo.stream))
            except Invalid as error:
                self._refuse_photo(f"{photo.filename}: {error.errors[0].detail}")

    def _refuse_photo(self, fault: str) -> None:
        self.form.photo_faults.append(fault)

    def _refuse_unseen(self, report: Report) -> None:
        """Raises:
        LookFirst: personal data would be published, or others say the same, and the person has not
            seen that yet.
        """
        findings = _findings(report)
        must_go = any(each.kind in NEVER_PUBLIC for each in findings)
        if self.form.publish.data and not must_go:
            findings = []
        similar = [] if self.form.looked.data else _similar(self.actor, report)
        if findings or similar:
            self.form.looked.data = "1"  # what was shown once need not be shown again
            raise LookFirst(similar, findings, must_go=must_go)


def community_asked_for() -> str | None:
    """The community in the page's address; None where there is none that can be."""
    code = asked_for("community")
    return code if is_code_of(code, Level.COMMUNITY) and names_of([code]) else None


def _home(actor: Principal | None) -> str | None:
    return community_asked_for() or (actor.home_region if actor else None)


def _places(community: str) -> list[tuple[str, str]]:
    """A community, and its grids."""
    name = spoken_name(names_of([community])[community])
    grids = [(row.code, row.name) for row in grids_of(community) if row.retired_at is None]
    return [(community, name), *grids]


def _choice(landmark: Landmark) -> tuple[str, str]:
    return f"{landmark.latitude},{landmark.longitude}", landmark.name


def _findings(report: Report) -> list[Finding]:
    """What looks like personal data in the words of a public report."""
    if report.visibility is not Visibility.PUBLIC:
        return []
    answers = [str(each) for each in (report.attributes or {}).values() if each]
    return found("\n".join([report.description, *answers]))


def _similar(actor: Principal, report: Report) -> list[Any]:
    position = None
    if report.latitude is not None and report.longitude is not None:
        position = (report.latitude, report.longitude)
    account = Account(report.description, report.category, report.region_code, position)
    return list(similar_to(actor, account)) if report.visibility is Visibility.PUBLIC else []
