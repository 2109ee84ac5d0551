"""The map of what is open: one mark for each place, one for several where it is drawn wide."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, url_for

from portal.core.access import current_principal, requires
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.core.pages import asked_for, cursor
from portal.core.permissions import Permission
from portal.regions.choosing import region_asked_for
from portal.regions.landmarks import landmarks_of
from portal.regions.queries import names_of
from portal.regions.rules import Level, is_code_of, spoken_name
from portal.suggestions import words
from portal.suggestions.queries import open_map as places
from portal.suggestions.queries.open_map import Cell
from portal.suggestions.rules.charting import HEIGHT, WIDTH, Chart, box_from, charted
from portal.suggestions.views.blueprint import blueprint

MOST_SIGNS = 6
"""Names of shops and places by which one finds the way on a map; more would cover it."""
A_KILOMETRE = 1_000
SIGN_WIDTH, SIGN_HEIGHT = 80.0, 12.0
"""What the name of one takes, in units of the drawing."""


@dataclass(frozen=True)
class Mark:
    """What is drawn for a cell, and said of it. ``number`` 1 leads to the case itself."""

    x: float
    y: float
    number: int
    overdue: int
    label: str
    url: str


@dataclass(frozen=True)
class Sign:
    """Something that stands there, to find one's way by."""

    x: float
    y: float
    name: str


@blueprint.get("/suggestions/map")
@requires(Permission.PUBLIC)
def open_map() -> str:
    """Where something is open, with the list that says the same."""
    actor = current_principal()
    region = region_asked_for(actor.home_region or "" if actor else "")
    code = region.code or None
    asked = box_from(asked_for("box"))
    box = asked or places.extent(code)
    chart = charted(box) if box else None
    return render_template(
        "suggestions/map.html",
        chart=chart,
        width=_distance(chart.metres) if chart else "",
        marks=_marks(code, chart) if chart else [],
        signs=_signs(code, chart) if chart else [],
        region=region,
        zoomed=asked is not None,
        wider_url=url_for("suggestions.open_map", region=code),
        page=places.page(code, chart.box if asked and chart else None, cursor=cursor()),
        words=words,
    )


def _distance(metres: int) -> str:
    """A distance as people say it."""
    if metres >= A_KILOMETRE:
        return _("%(kilometres)s km", kilometres=f"{metres / A_KILOMETRE:.1f}")
    return _("%(metres)s m", metres=round(metres, -1))


def _marks(code: str | None, chart: Chart) -> list[Mark]:
    cells = places.cells(code, chart.box)
    titles = places.titles_of([each.one for each in cells if each.number == 1])
    names = names_of(each.region_code for each in cells)
    return [_mark(each, chart, code, titles, names) for each in cells]


def _mark(
    cell: Cell, chart: Chart, code: str | None, titles: dict[str, str], names: dict[str, str]
) -> Mark:
    x, y = chart.within_its_cell(cell.latitude, cell.longitude)
    if cell.number == 1:
        url = url_for("suggestions.show", suggestion_id=cell.one)
        label = titles.get(cell.one, "")
    else:
        url = url_for("suggestions.open_map", region=code, box=str(cell.box))
        label = ngettext(
            "%(num)s suggestion in %(region)s",
            "%(num)s suggestions in %(region)s",
            cell.number,
            region=spoken_name(names.get(cell.region_code, "")),
        )
    if cell.overdue:
        late = ngettext("%(num)s overdue", "%(num)s overdue", cell.overdue)
        label = f"{label} · {late if cell.number > 1 else _('Overdue')}"
    return Mark(x, y, cell.number, cell.overdue, label, url)


def _signs(code: str | None, chart: Chart) -> list[Sign]:
    """What stands in a community, where the map shows no more than one."""
    community = (code or "")[:12]
    if not is_code_of(community, Level.COMMUNITY):
        return []
    signs: list[Sign] = []
    for landmark in landmarks_of(community):
        x, y = chart.at(landmark.latitude, landmark.longitude)
        inside = 0 <= x <= WIDTH - SIGN_WIDTH and SIGN_HEIGHT <= y <= HEIGHT - 3 * SIGN_HEIGHT
        if inside and not any(_overlap(x, y, each) for each in signs):
            signs.append(Sign(x, y, landmark.name))
    return signs[:MOST_SIGNS]


def _overlap(x: float, y: float, sign: Sign) -> bool:
    return abs(x - sign.x) < SIGN_WIDTH and abs(y - sign.y) < SIGN_HEIGHT
