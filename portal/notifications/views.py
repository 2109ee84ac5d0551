"""The inbox, and of what one gets e-mail."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from portal.accounts.queries import contacts_of
from portal.core.access import requires, the_principal
from portal.core.clock import clock
from portal.core.i18n import gettext as _
from portal.core.messages import Channel
from portal.core.pages import SEE_OTHER, cursor, filled_in, shown
from portal.core.permissions import Permission
from portal.core.unit_of_work import unit_of_work
from portal.core.web import safe_next
from portal.notifications import queries, services
from portal.notifications.forms import EmailForm, TimesForm
from portal.notifications.kinds import KINDS
from portal.notifications.policies import kinds_concerning
from portal.notifications.words import words
from portal.organizations import queries as organizations

blueprint = Blueprint("notifications", __name__)


@blueprint.get("/me/notifications")
@requires(Permission.SIGNED_IN)
def inbox() -> Any:
    """What I was told, newest first."""
    person = the_principal()
    page = queries.page(person.id, cursor=cursor())
    return render_template(
        "notifications/inbox.html",
        page=page,
        days=[(day, list(told)) for day, told in groupby(page.items, _day)],
        unread=queries.unread(person.id),
        kinds=KINDS,
        words=words,
    )


def _day(notification: Any) -> date:
    return clock.day_of(notification.created_at)


@blueprint.post("/me/notifications/<id:notification_id>/open")
@requires(Permission.SIGNED_IN)
def open_one(notification_id: str) -> Any:
    """Mark one as read and go where it leads."""
    with unit_of_work():
        address = services.mark_read(the_principal(), notification_id)
    return redirect(safe_next(address, url_for("notifications.inbox")), SEE_OTHER)


@blueprint.post("/me/notifications/read")
@requires(Permission.SIGNED_IN)
def read_all() -> Any:
    """Mark all as read."""
    with unit_of_work():
        services.mark_all_read(the_principal())
    flash(_("All are marked as read."), "success")
    return redirect(url_for("notifications.inbox"), SEE_OTHER)


@blueprint.route("/me/notifications/settings", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def settings() -> Any:
    """Of what I get e-mail, among what can concern me."""
    person = the_principal()
    form = EmailForm(kinds_concerning(person, has_organization=bool(organizations.mine(person.id))))
    if request.method == "GET":
        form.show(queries.email_choices(person.id))
    elif filled_in(form, lambda: services.choose_emails(person, form.chosen())):
        flash(_("Your choice is kept."), "success")
        return redirect(url_for("notifications.settings"), SEE_OTHER)
    return shown(form, render_template("notifications/settings.html", form=form))


@blueprint.route("/me/notifications/times", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def times() -> Any:
    """When I get e-mails and text messages."""
    person, form = the_principal(), TimesForm()
    channels = {each.channel for contact in contacts_of([person.id]) for each in contact.addresses}
    has_phone = Channel.SMS in channels
    if request.method == "GET":
        form.show(queries.habit_of(person.id), texts=Channel.EMAIL not in channels)
    elif filled_in(form, lambda: services.choose_times(person, form.habit(has_phone=has_phone))):
        flash(_("Your choice is kept."), "success")
        return redirect(url_for("notifications.times"), SEE_OTHER)
    page = render_template("notifications/times.html", form=form, has_phone=has_phone)
    return shown(form, page)
