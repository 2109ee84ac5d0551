"""The inbox, and of what one gets e-mail."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from portal.core.access import requires, the_principal
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.unit_of_work import unit_of_work
from portal.core.web import safe_next
from portal.notices import queries, services
from portal.notices.forms import EmailForm
from portal.notices.kinds import KINDS, words

blueprint = Blueprint("notices", __name__)


@blueprint.get("/me/notifications")
@requires(Permission.SIGNED_IN)
def inbox() -> Any:
    """What I was told, newest first."""
    person = the_principal()
    return render_template(
        "notices/inbox.html",
        page=queries.page(person.id, cursor=request.args.get("cursor")),
        unread=queries.unread(person.id),
        kinds=KINDS,
        words=words,
    )


@blueprint.post("/me/notifications/<id:notification_id>/open")
@requires(Permission.SIGNED_IN)
def open_one(notification_id: str) -> Any:
    """Mark one as read and go where it leads."""
    with unit_of_work():
        address = services.mark_read(the_principal(), notification_id)
    return redirect(safe_next(address, url_for("notices.inbox")), 303)


@blueprint.post("/me/notifications/read")
@requires(Permission.SIGNED_IN)
def read_all() -> Any:
    """Mark all as read."""
    with unit_of_work():
        services.mark_all_read(the_principal())
    flash(_("All are marked as read."), "success")
    return redirect(url_for("notices.inbox"), 303)


@blueprint.route("/me/notifications/settings", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def settings() -> Any:
    """Of what I get e-mail."""
    person, form = the_principal(), EmailForm()
    if request.method == "GET":
        form.show(queries.email_choices(person.id))
    elif form.validate():
        with unit_of_work():
            services.choose_emails(person, form.chosen())
        flash(_("Your choice is kept."), "success")
        return redirect(url_for("notices.settings"), 303)
    return render_template("notices/settings.html", form=form), 422 if form.errors else 200
