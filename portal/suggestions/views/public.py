"""What everybody can read: the list of suggestions, and each with its course."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import render_template, request

from portal.core.access import current_principal, requires
from portal.core.clock import today
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.pages import asked_for, cursor
from portal.core.pagination import MOST
from portal.core.permissions import Permission, Principal
from portal.regions.choosing import region_asked_for
from portal.regions.drawing import Plan, around
from portal.suggestions import story, words
from portal.suggestions.queries import cases, departments, mine, photos, statistics
from portal.suggestions.queries.folding import case_of, parts_of
from portal.suggestions.rules.attributes import told as answers_told
from portal.suggestions.rules.fold import can_be_judged
from portal.suggestions.rules.machine import OPEN, Status
from portal.suggestions.rules.taking_in import Visibility
from portal.suggestions.services.recording import instant
from portal.suggestions.views.blueprint import blueprint

LOOKED_BACK = timedelta(days=90)
"""The rates of a page are those of so many days: what is older says little of how it is now."""


@blueprint.get("/suggestions")
@requires(Permission.PUBLIC)
def index() -> str:
    """Public suggestions, and those that are one's own or in one's hands; the newest first."""
    actor = current_principal()
    region = region_asked_for(actor.home_region or "" if actor else "")
    filters = filters_asked_for(region.code or None)
    return render_template(
        "suggestions/index.html",
        page=cases.page(actor, filters, cursor=cursor()),
        filters=filters,
        region=region,
        summary=words.summed_up(_counts(actor, region.code or None)),
        categories=[("", _("All kinds")), *category_names()],
        states=[("", _("All")), *((code, each[1]) for code, each in words.STATES.items())],
        words=words,
    )


def filters_asked_for(region: str | None) -> cases.Filters:
    """What the address of a list narrows it to; what is no such thing counts as not given."""
    status = asked_for("status")
    return cases.Filters(
        region=region,
        status=Status(status) if status in list(Status) else None,
        category=asked_for("category", 40) or None,
        q=asked_for() or None,
        overdue=True if request.args.get("overdue") == "1" else None,
    )


def category_names() -> list[tuple[str, str]]:
    """The categories that take cases, as a list to choose from."""
    return [(row.code, row.name) for row in departments.categories(limit=MOST).items]


def _counts(actor: Principal | None, region: str | None) -> Any:
    first_day = today() - LOOKED_BACK
    return statistics.counts(actor, statistics.Narrowing(region=region, first_day=first_day))


@blueprint.get("/suggestions/<id:suggestion_id>")
@requires(Permission.PUBLIC)
def show(suggestion_id: str) -> str:
    """One suggestion: what was said, who has it, and all that has happened to it."""
    actor = current_principal()
    row = cases.visible(actor, suggestion_id)
    history = cases.history_of([row.id])[row.id]
    parts = parts_of([row.id]).get(row.id, {})
    mine_it_is = actor is not None and row.reported_by == actor.id
    return render_template(
        "suggestions/show.html",
        case=row,
        course=story.told(history, row),
        answer=story.last_answer(history),
        called=_called(parts),
        photos=photos.photos_of([row.id]).get(row.id, []),
        lead=_lead(actor, row.merged_into),
        merged=mine.merged_into(actor, row.id) if row.merged_here else [],
        answers=answers_told(departments.questions_of(row.category_code), row.attributes),
        plan=_plan(row),
        is_mine=mine_it_is,
        wrote_down=actor is not None and row.filed_by == actor.id,
        can_judge=mine_it_is and can_be_judged(case_of(row, parts), instant()),
        standing=_standing(actor, row),
        words=words,
    )


def _called(parts: Any) -> list[dict[str, Any]]:
    """What each department that was called has to do, with its name."""
    names = departments.names_of(parts)
    return [
        {
            "name": names[department_id],
            "part": part,
            "late": part.reported_at > part.report_by
            if part.reported_at
            else instant() > part.report_by,
        }
        for department_id, part in sorted(parts.items(), key=lambda each: each[1].report_by)
    ]


def _lead(actor: Principal | None, lead_id: str | None) -> Any:
    """The case into which one was merged, if the person may see it."""
    if lead_id is None:
        return None
    try:
        return cases.visible(actor, lead_id)
    except NotFound:
        return None


def _plan(row: Any) -> Plan | None:
    if row.latitude is None:
        return None
    return around(row.region_code, (row.latitude, row.longitude))


def _standing(actor: Principal | None, row: Any) -> str:
    """What a person is to a case, for the button of support: ``none`` where there is nothing to
    support, else ``own``, ``supports``, ``may``, ``unverified`` or ``stranger``."""
    if row.visibility != Visibility.PUBLIC or Status(row.status) not in OPEN:
        return "none"
    if actor is None:
        return "stranger"
    if actor.id == row.reported_by:
        return "own"
    if mine.is_supporter(actor.id, row.id):
        return "supports"
    return "may" if actor.verified else "unverified"
