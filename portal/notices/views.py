"""Notices: everybody reads, those concerned confirm, the desk writes and sees whom it reached."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.core.access import current_principal, requires, the_principal
from portal.core.clock import today
from portal.core.errors import WrongState
from portal.core.i18n import current_locale
from portal.core.i18n import gettext as _
from portal.core.narrowing import narrowed_to, state_tabs
from portal.core.pages import SEE_OTHER, asked_for, cursor, filled_in, press
from portal.core.pages import shown as shown_form
from portal.core.permissions import Permission
from portal.core.unit_of_work import unit_of_work
from portal.notices import policies, queries, services, words
from portal.notices.forms import NoticeForm, PinForm, ScheduleForm, WithdrawForm, as_form
from portal.notices.queries import NoticeRow
from portal.notices.rules import UNPUBLISHED, Status, is_pinned
from portal.regions.choosing import region_asked_for
from portal.regions.rules import codes_of

MOST_REGIONS = 300
EARLIER = "earlier"
_INDEX = "notices.index"

blueprint = Blueprint("notices", __name__)


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {"notice_words": words}


@blueprint.get("/notices")
@requires(Permission.PUBLIC)
def index() -> str:
    """What applies where I live, or in another region."""
    actor = current_principal()
    home = (actor.home_region or "") if actor is not None else ""
    region = region_asked_for(home, otherwise=home)
    path = queries.path_to(region.code)
    earlier, q = asked_for("when") == EARLIER, asked_for()
    is_start = not (earlier or q or cursor())
    at_top = queries.pinned(path, current_locale()) if is_start else ()
    page = queries.page(path, current_locale(), q=q, earlier=earlier, cursor=cursor())
    ids = {each.id for each in at_top}
    return render_template(
        "notices/index.html",
        region=region,
        q=q,
        earlier=earlier,
        tabs=_tabs(earlier=earlier),
        at_top=at_top,
        notices=[each for each in page.items if each.id not in ids],
        next_cursor=page.next_cursor,
    )


@blueprint.get("/notices/<id:notice_id>")
@requires(Permission.PUBLIC)
def show(notice_id: str) -> str:
    """One notice, in plain words first."""
    actor = current_principal()
    row = queries.readable(actor, notice_id, current_locale())
    if actor is not None and row.status == Status.PUBLISHED:
        with unit_of_work():
            services.note_opened(actor, row.id)
    reader = queries.reader(row.id, actor.id) if actor is not None else None
    return render_template(
        "notices/show.html",
        notice=row,
        reader=reader,
        asks=reader is not None and row.confirm and row.status == Status.PUBLISHED,
        may_manage=policies.may_manage(actor, codes_of(row.region_path)),
    )


@blueprint.post("/notices/<id:notice_id>/confirm")
@requires(Permission.SIGNED_IN)
def confirm(notice_id: str) -> Response:
    """Say that I have read it."""
    work = partial(services.confirm, the_principal(), notice_id)
    done = _("Thank you. It is noted that you have read this.")
    return press(work, done, url_for("notices.show", notice_id=notice_id))


# --- the desk -------------------------------------------------------------------------------------


@blueprint.get("/desk/notices")
@requires(Permission.NOTICE_MANAGE, anywhere=True)
def desk_list() -> str:
    """The notices of my regions, by state."""
    actor, status = the_principal(), narrowed_to(Status)
    return render_template(
        "notices/desk/index.html",
        page=queries.by_desk(actor, status, cursor=cursor()),
        tabs=state_tabs(words.TABS, queries.counts_of_desk(actor), status),
    )


@blueprint.route("/desk/notices/new", methods=["GET", "POST"])
@requires(Permission.NOTICE_MANAGE, anywhere=True)
def desk_new() -> tuple[str, int] | Response:
    """Write a draft."""
    form, made = NoticeForm(), list[str]()
    _offer_regions(form)
    if filled_in(form, lambda: made.append(services.create(the_principal(), form.read()))):
        flash(_("Your draft is kept. This is how readers will see it."), "success")
        return redirect(url_for("notices.desk_show", notice_id=made[0]), SEE_OTHER)
    return shown_form(form, render_template("notices/desk/form.html", form=form, notice=None))


@blueprint.route("/desk/notices/<id:notice_id>/edit", methods=["GET", "POST"])
@requires(Permission.NOTICE_MANAGE, anywhere=True)
def desk_edit(notice_id: str) -> tuple[str, int] | Response:
    """Write a draft anew."""
    row = _mine(notice_id)
    if row.status not in UNPUBLISHED:
        raise WrongState
    form = NoticeForm(data=as_form(row, queries.texts_of(row.id)))
    form.offer_regions([(row.region_code, row.region_name)])
    if filled_in(form, lambda: services.change(the_principal(), row.id, form.read())):
        flash(_("Your changes are kept."), "success")
        return redirect(url_for("notices.desk_show", notice_id=row.id), SEE_OTHER)
    return shown_form(form, render_template("notices/desk/form.html", form=form, notice=row))


@blueprint.get("/desk/notices/<id:notice_id>")
@requires(Permission.NOTICE_MANAGE, anywhere=True)
def desk_show(notice_id: str) -> str:
    """One notice: how readers see it, whom it has reached, what can be done."""
    row = _mine(notice_id)
    return render_template(
        "notices/desk/show.html",
        notice=row,
        texts=queries.texts_of(row.id),
        reach=queries.total(row.id),
        below=queries.by_region(row.id, row.region_code),
        at_top=is_pinned(row.pinned_until, today()),
    )


@blueprint.post("/desk/notices/<id:notice_id>/publish")
@requires(Permission.NOTICE_MANAGE, anywhere=True)
def desk_publish(notice_id: str) -> Response:
    """Make it known now."""
    work = partial(services.publish, the_principal(), notice_id)
    return press(work, _("It is published. Those concerned are told."), _desk_address(notice_id))


@blueprint.route("/desk/notices/<id:notice_id>/schedule", methods=["GET", "POST"])
@requires(Permission.NOTICE_MANAGE, anywhere=True)
def desk_schedule(notice_id: str) -> tuple[str, int] | Response:
    """Have it appear by itself."""
    row, form = _mine(notice_id), ScheduleForm()
    if filled_in(form, lambda: services.schedule(the_principal(), row.id, form.instant())):
        flash(_("It appears by itself at that time."), "success")
        return redirect(_desk_address(row.id), SEE_OTHER)
    return shown_form(form, render_template("notices/desk/schedule.html", form=form, notice=row))


@blueprint.route("/desk/notices/<id:notice_id>/pin", methods=["GET", "POST"])
@requires(Permission.NOTICE_MANAGE, anywhere=True)
def desk_pin(notice_id: str) -> tuple[str, int] | Response:
    """Keep it at the top, or take it down from there."""
    row = _mine(notice_id)
    form = PinForm(data={"pinned_until": row.pinned_until})
    if filled_in(form, lambda: services.pin(the_principal(), row.id, form.pinned_until.data)):
        flash(_("Your choice is kept."), "success")
        return redirect(_desk_address(row.id), SEE_OTHER)
    return shown_form(form, render_template("notices/desk/pin.html", form=form, notice=row))


@blueprint.route("/desk/notices/<id:notice_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.NOTICE_MANAGE, anywhere=True)
def desk_withdraw(notice_id: str) -> tuple[str, int] | Response:
    """Take it back, with a reason that is shown."""
    row, form = _mine(notice_id), WithdrawForm()
    if filled_in(form, lambda: services.withdraw(the_principal(), row.id, form.reason.data)):
        flash(_("It is taken back. The reason stands at its top."), "success")
        return redirect(_desk_address(row.id), SEE_OTHER)
    return shown_form(form, render_template("notices/desk/withdraw.html", form=form, notice=row))


@blueprint.post("/desk/notices/<id:notice_id>/copy")
@requires(Permission.NOTICE_MANAGE, anywhere=True)
def desk_copy(notice_id: str) -> Response:
    """Begin a new draft with its words."""
    with unit_of_work():
        made = services.copy(the_principal(), notice_id)
    flash(_("This is a new draft with the same words."), "success")
    return redirect(url_for("notices.desk_edit", notice_id=made), SEE_OTHER)


@blueprint.post("/desk/notices/<id:notice_id>/delete")
@requires(Permission.NOTICE_MANAGE, anywhere=True)
def desk_delete(notice_id: str) -> Response:
    """Throw a draft away."""
    with unit_of_work():
        services.delete_draft(the_principal(), notice_id)
    flash(_("The draft is deleted."), "success")
    return redirect(url_for("notices.desk_list"), SEE_OTHER)


# --- inside ---------------------------------------------------------------------------------------


def _mine(notice_id: str) -> NoticeRow:
    return queries.managed(the_principal(), notice_id, current_locale())


def _desk_address(notice_id: str) -> str:
    return url_for("notices.desk_show", notice_id=notice_id)


def _offer_regions(form: NoticeForm) -> None:
    regions = queries.regions_of(the_principal(), MOST_REGIONS)
    form.offer_regions((each.code, each.name) for each in regions)
    if request.method == "GET" and len(regions) == 1:
        form.region_code.data = regions[0].code


def _tabs(*, earlier: bool) -> list[dict[str, Any]]:
    """What holds, and what is over; of any region where that is asked for."""
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("q", "region") if name in request.args
    }
    return [
        {"label": _("What holds now"), "url": url_for(_INDEX, **kept), "current": not earlier},
        {
            "label": _("Earlier ones"),
            "url": url_for(_INDEX, when=EARLIER, **kept),
            "current": earlier,
        },
    ]
