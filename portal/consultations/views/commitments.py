"""What was promised after votes, for everybody: a region's list, one promise, following."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from portal.consultations import promise_words, services
from portal.consultations.queries import commitments, consultations, following
from portal.consultations.rules.commitments import ChangeKind, Shown
from portal.consultations.views.blueprint import blueprint
from portal.core.access import current_principal, requires, the_principal
from portal.core.i18n import exact_day
from portal.core.i18n import gettext as _
from portal.core.narrowing import narrowed_to, state_tabs
from portal.core.pages import cursor, press
from portal.core.permissions import Permission
from portal.regions.choosing import region_asked_for


@blueprint.app_context_processor
def _promises() -> dict[str, Any]:
    """What the pages of votes show of promises, asked for only where it is shown."""
    return {
        "promised_after": commitments.of_consultation,
        "promise_mark": promise_words.mark_of,
        "follows_vote": _follows,
    }


@blueprint.get("/consultations/commitments")
@requires(Permission.PUBLIC)
def commitment_list() -> str:
    """What was promised in a region and below, with how it stands."""
    actor = current_principal()
    home = actor.home_region if actor is not None else None
    region, shown = region_asked_for(home or ""), narrowed_to(Shown)
    page = commitments.page(shown, region.code or None, cursor=cursor())
    numbers = commitments.counts(region.code or None)
    return render_template(
        "consultations/commitments.html",
        page=page,
        region=region,
        shown=shown,
        counts=numbers,
        tabs=state_tabs(promise_words.TABS, numbers, shown),
    )


@blueprint.get("/consultations/commitments/<id:commitment_id>")
@requires(Permission.PUBLIC)
def commitment(commitment_id: str) -> str:
    """One promise: who sees to it, until when, its steps, all that happened."""
    row = commitments.one(commitment_id)
    return render_template(
        "consultations/commitment.html",
        promise=row,
        steps=commitments.milestones_of([row.id]).get(row.id, ()),
        history=list(history(row.id)),
        late=promise_words.late,
    )


@blueprint.post("/consultations/<id:consultation_id>/following")
@requires(Permission.SIGNED_IN)
def follow(consultation_id: str) -> Response:
    """Follow what is promised after a vote, or no longer."""
    row = consultations.visible(the_principal(), consultation_id)
    follows = request.form.get("follows") == "yes"
    return press(
        lambda: services.follow(the_principal(), row.id, follows=follows),
        _("You will be told of every change.") if follows else _("You will be told nothing more."),
        _where_pressed(row.id),
    )


# --- shared with the desk -------------------------------------------------------------------------


def history(commitment_id: str) -> Iterator[dict[str, Any]]:
    """All that happened to a commitment, as a timeline takes it."""
    for change in commitments.changes_of(commitment_id):
        title = str(promise_words.CHANGES[change.kind])
        if change.kind == ChangeKind.MOVED:
            before, day = exact_day(change.was_on), exact_day(change.due_on)
            title = _("A new date: %(day)s instead of %(before)s", day=day, before=before)
        yield {
            "title": title,
            "at": change.made_at,
            "detail": change.text,
            "state": "late" if change.kind == ChangeKind.GIVEN_UP else "done",
            "icon": "ban" if change.kind == ChangeKind.GIVEN_UP else None,
        }


def _where_pressed(consultation_id: str) -> str:
    """The page of the promise, or of the vote, on which somebody follows."""
    pressed = request.form.get("promise", "")
    if pressed in {each.id for each in commitments.of_consultation(consultation_id)}:
        return url_for("consultations.commitment", commitment_id=pressed)
    return url_for("consultations.show", consultation_id=consultation_id)


def _follows(consultation_id: str) -> bool | None:
    """Whether the person asking follows a vote; None for strangers."""
    actor = current_principal()
    return None if actor is None else following.follows(consultation_id, actor.id)
