"""The desk: consultations of one's regions, one of them with all that is to be done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import render_template, url_for

from portal.consultations import desk_words
from portal.consultations.forms.preview import preview_of
from portal.consultations.queries import asking, consultations, desk, outcome, proposals, roll
from portal.consultations.queries.cells import areas_of
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.queries.electorate import electorate_of
from portal.consultations.rules.checklist import Setting, Weight
from portal.consultations.rules.life import Status
from portal.consultations.rules.majority import Verdict
from portal.consultations.rules.turnout import exact, quorum_met
from portal.consultations.views.blueprint import blueprint
from portal.consultations.views.desk_door import looked_after, rights_to
from portal.core.access import requires, the_principal
from portal.core.clock import now
from portal.core.errors import NotFound
from portal.core.pages import asked_for, cursor
from portal.core.pagination import Page
from portal.core.permissions import Permission


@blueprint.get("/desk/consultations")
@requires(Permission.DESK_OPEN, anywhere=True)
def desk_list() -> str:
    """Consultations of my regions, by state, with what each needs next."""
    actor, wanted = the_principal(), asked_for("status")
    if not desk.works_with(actor):
        raise NotFound
    status = wanted if wanted in list(Status) else None
    page = desk.page(actor, [status] if status else desk.GOING_ON, cursor=cursor())
    return _list(page, status or "")


@blueprint.get("/desk/consultations/waiting")
@requires(Permission.CONSULTATION_MANAGE, anywhere=True)
def desk_waiting() -> str:
    """What I have to open, count or decide."""
    return _list(desk.waiting(the_principal(), cursor=cursor()), WAITING)


WAITING = "waiting"
"""The tab of what has to be done, beside those of the states."""


def _list(page: Page[Any], current: str) -> str:
    return render_template(
        "consultations/desk/index.html",
        page=page,
        tabs=list(_tabs(current)),
        manages=_manages(),
        studies=the_principal().holds_anywhere(Permission.VOTE_STUDY),
        waiting=current == WAITING,
    )


def _manages() -> bool:
    return the_principal().holds_anywhere(Permission.CONSULTATION_MANAGE)


def _tabs(current: str) -> Iterator[dict[str, Any]]:
    numbers = desk.how_many(the_principal())
    address = url_for("consultations.desk_list")
    going_on = sum(numbers[status] for status in desk.GOING_ON)
    yield _tab(desk_words.GOING_ON, address, going_on, current=current == "")
    if _manages():
        waits = url_for("consultations.desk_waiting")
        yield _tab(desk_words.WAITS, waits, None, current=current == WAITING)
    for status, label in desk_words.TAB_LABELS.items():
        if numbers[status] or status == current:
            address = url_for("consultations.desk_list", status=status)
            yield _tab(label, address, numbers[status], current=status == current)


def _tab(label: Any, url: str, count: int | None, *, current: bool) -> dict[str, Any]:
    return {"label": label, "url": url, "count": count, "current": current}


@blueprint.get("/desk/consultations/<id:consultation_id>")
@requires(Permission.DESK_OPEN, anywhere=True)
def desk_show(consultation_id: str) -> str:
    """One consultation: where it stands, what comes next, what can be done."""
    row = looked_after(consultation_id)
    return render_template(
        "consultations/desk/show.html",
        consultation=row,
        options=consultations.options_of([row.id])[row.id],
        may=rights_to(row),
        tally=tally_of(row),
        asked=asking.figures_of(row.id),
        reads_audit=the_principal().holds(
            Permission.AUDIT_READ, regions=consultations.path_of(row)
        ),
        **turnout_facts(row),
    )


@blueprint.get("/desk/consultations/<id:consultation_id>/check")
@requires(Permission.CONSULTATION_MANAGE, anywhere=True)
def desk_check(consultation_id: str) -> str:
    """What is to be looked through before a step after which nothing can be changed."""
    row = looked_after(consultation_id, "manage")
    if row.status not in (Status.DRAFT, Status.DISCUSSION):
        raise NotFound
    options = consultations.options_of([row.id])[row.id]
    terms = consultations.terms_from(row, options)
    setting = Setting(
        terms=terms,
        electorate=len(electorate_of(row)),
        quorum=row.quorum,
        trackable=row.disclosure == "trackable",
        trustees=row.trustees,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        proposals=row.proposals_allowed,
        unanswered=proposals.due(row.id, row.answer_threshold),
        covenant=row.about_covenant,
        without_text=tuple(option.id for option in options if not option.version),
    )
    findings = setting.findings(now())
    titles = {option.id: option.title for option in options}
    return render_template(
        "consultations/desk/check.html",
        consultation=row,
        options=options,
        ballot=preview_of(terms, options),
        findings=[(each.weight, desk_words.finding(each, titles)) for each in findings],
        stopped=any(each.weight is Weight.STOP for each in findings),
    )


# --- shared with the other pages of the desk ------------------------------------------------------


def turnout_facts(row: ConsultationRow) -> dict[str, Any]:
    """What may be told of a vote while it runs: who has voted in numbers, never how."""
    if row.opened_at is None:
        return {"turnout": None}
    turnout = roll.turnout_of([row.id])[row.id]
    return {
        "turnout": turnout,
        "reached": quorum_met(turnout.voted, row.roll_size, exact(row.quorum)),
        "verdict": verdict_of(row, turnout.voted),
        "by_home": areas_of(row.id),
        "changes": roll.changes_of(row.id),
        "tallies": desk.tallies_of(row.id) if row.status == Status.OPEN else (),
        "progress": outcome.progress_of(row.id),
    }


def verdict_of(row: ConsultationRow, voted: int) -> Verdict | None:
    """Whether the winner has its majority, once voting has closed."""
    tally = tally_of(row)
    return outcome.verdict_of(row, voted, tally) if tally else None


def tally_of(row: ConsultationRow) -> dict[str, Any] | None:
    """What was counted, once voting has closed."""
    return outcome.tally_of(row.id) if consultations.is_counted(row) else None
