"""The supervisor's board: what is overdue, has gone up, goes to and fro, or was come to late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Response, render_template, request, url_for

from portal.core import audit
from portal.core.access import requires, the_principal
from portal.core.clock import rfc3339, today
from portal.core.i18n import gettext as _
from portal.core.narrowing import PARAMETER, narrowed_to, state_tabs
from portal.core.pages import asked_alike, asked_for, cursor, day_asked_for
from portal.core.permissions import Permission, Principal, ScopeKind
from portal.core.spreadsheets import spreadsheet
from portal.core.unit_of_work import unit_of_work
from portal.regions.choosing import region_asked_for
from portal.regions.rules import spoken_name
from portal.suggestions import desk_words, words
from portal.suggestions.queries import departments, desk, early, figures
from portal.suggestions.queries.desk import ToWatch
from portal.suggestions.queries.figures import Figure, Line, Split, line_of
from portal.suggestions.queries.statistics import Narrowing
from portal.suggestions.rules.warnings import PAST_WEEKS
from portal.suggestions.views.blueprint import blueprint

LOOKED_BACK = timedelta(days=90)
"""Figures are those of so many days, unless others are asked for."""
COLUMNS = (
    "number", "region_code", "category_code", "visibility", "position", "at", "event", "by_role",
    "from_status", "to_status", "from_department", "to_department", "due_at", "judge_until",
    "report_by", "level", "score", "outcome", "merged_into", "way", "of_part",
)  # fmt: skip
"""Of the file of events, by their names there."""
_INSTANTS = frozenset({"at", "due_at", "judge_until", "report_by"})


@blueprint.get("/desk/supervision")
@requires(Permission.SUGGESTION_SUPERVISE, anywhere=True)
def to_watch() -> str:
    """What a supervisor looks after; what is due first is on top."""
    actor, state, region = the_principal(), narrowed_to(ToWatch), region_asked_for()
    where = region.code or None
    page = desk.page_to_watch(actor, state, where, cursor=cursor())
    numbers = desk.numbers_to_watch(actor, where)
    return render_template(
        "suggestions/desk/to_watch.html",
        page=page,
        region=region,
        tabs=state_tabs(desk_words.TO_WATCH, numbers, state),
        words=words,
        states=desk_words.STATES,
    )


@blueprint.get("/desk/supervision/rates")
@requires(Permission.SUGGESTION_SUPERVISE, anywhere=True)
def desk_rates() -> str:
    """Rates and median days by region, department, category or month."""
    actor, region, split = the_principal(), region_asked_for(), _split()
    narrowing = _narrowing(region.code or _own_region(actor))
    lines = figures.lines(actor, split, narrowing)
    return render_template(
        "suggestions/desk/rates.html",
        lines=lines,
        whole=figures.whole(lines),
        split=split,
        splits=desk_words.SPLITS,
        region=region,
        narrowing=narrowing,
        behind=_behind(split, narrowing),
        percent=desk_words.percent,
        file_url=asked_alike(url_for("suggestions.desk_events"), without="by"),
    )


@blueprint.get("/desk/supervision/cases")
@requires(Permission.SUGGESTION_SUPERVISE, anywhere=True)
def desk_behind() -> str:
    """The cases behind a figure."""
    actor, figure = the_principal(), narrowed_to(Figure)
    region = region_asked_for()
    narrowing = _narrowing(region.code)
    return render_template(
        "suggestions/desk/behind.html",
        page=figures.page(actor, figure, narrowing, cursor=cursor()),
        figure=figure,
        figures=desk_words.FIGURES,
        tabs=_figure_tabs(figure),
        told=desk_words.told(narrowing, _names(narrowing, region.name)),
        rates_url=url_for("suggestions.desk_rates", **_asked(narrowing)),
        words=words,
        states=desk_words.STATES,
    )


@blueprint.get("/desk/supervision/events.csv")
@requires(Permission.SUGGESTION_SUPERVISE, anywhere=True)
def desk_events() -> Response:
    """Every event behind the figures, as a file: from it each of them can be recomputed."""
    actor, region = the_principal(), region_asked_for()
    where = region.code or _own_region(actor)
    narrowing = _narrowing(where)
    with unit_of_work():
        actor.require_that(
            Permission.SUGGESTION_SUPERVISE, actor.holds_anywhere(Permission.SUGGESTION_SUPERVISE)
        )
        audit.record(
            actor.id, "suggestions.downloaded", "region", where or "-", region_code=where or None
        )
    rows = (_cells(row) for row in figures.events(actor, narrowing))
    return spreadsheet("suggestion-events", COLUMNS, rows)


@blueprint.get("/desk/supervision/warnings")
@requires(Permission.SUGGESTION_SUPERVISE, anywhere=True)
def desk_warnings() -> str:
    """Where this week departs from its own past."""
    warned = early.early_warnings(the_principal())
    return render_template("suggestions/desk/warnings.html", warned=warned, weeks=PAST_WEEKS)


def _own_region(actor: Principal) -> str:
    """The region of somebody who supervises one; empty for who supervises several."""
    own = actor.scopes(Permission.SUGGESTION_SUPERVISE, ScopeKind.REGION)
    return own[0] if len(own) == 1 else ""


def _split() -> Split:
    asked = asked_for("by")
    return Split(asked) if asked in list(Split) else Split.DEPARTMENT


def _narrowing(region_code: str) -> Narrowing:
    return Narrowing(
        region=region_code or None,
        department=asked_for("department", 26) or None,
        category=asked_for("category", 40) or None,
        first_day=day_asked_for("from") or today() - LOOKED_BACK,
        last_day=day_asked_for("to"),
    )


def _behind(split: Split, narrowing: Narrowing) -> Callable[[Line, Figure | None], str]:
    """The address of the cases behind a figure of a line; empty where nothing leads there."""

    def address(line: Line, figure: Figure | None = None) -> str:
        own = line_of(split, line.key, narrowing)
        return url_for("suggestions.desk_behind", state=figure, **_asked(own)) if own else ""

    return address


def _asked(narrowing: Narrowing) -> dict[str, Any]:
    """A narrowing as an address says it."""
    return {
        "region": narrowing.region,
        "department": narrowing.department,
        "category": narrowing.category,
        "from": narrowing.first_day,
        "to": narrowing.last_day,
    }


def _names(narrowing: Narrowing, region_name: str) -> list[str]:
    """What the things are called to which a list is narrowed."""
    department, category = narrowing.department, narrowing.category
    return [
        spoken_name(region_name) if region_name else "",
        departments.names_of([department]).get(department, "") if department else "",
        departments.category_names([category]).get(category, "") if category else "",
    ]


def _figure_tabs(current: Figure | None) -> list[dict[str, Any]]:
    here = asked_alike(request.path, without=PARAMETER)
    joint = "&" if "?" in here else "?"
    everything = {"label": _("All"), "url": here, "current": current is None}
    return [
        everything,
        *(
            {"label": label, "url": f"{here}{joint}{PARAMETER}={each}", "current": each is current}
            for each, label in desk_words.FIGURES.items()
        ),
    ]


def _cells(row: Any) -> list[Any]:
    """An event as the file has it: instants as the API writes them, nothing where there is
    nothing."""
    values = row._mapping
    return [_cell(name, values[name]) for name in COLUMNS]


def _cell(name: str, value: Any) -> Any:
    if value is None:
        return ""
    return rfc3339(value) if name in _INSTANTS else value
