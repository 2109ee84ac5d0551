"""Everybody can check the books: a region's budget, the lines of it, its rules."""

from __future__ import annotations

from flask import render_template
from werkzeug.wrappers import Response

from portal.core.access import current_principal, requires
from portal.core.clock import today
from portal.core.pages import cursor
from portal.core.permissions import Permission
from portal.points import queries, sources
from portal.points.queries.lines import lines_of
from portal.points.rules import kind_of, label_of
from portal.points.views.blueprint import blueprint
from portal.points.views.rules import shown_rules
from portal.regions.queries import children_of, lineage


@blueprint.get("/books/<region:region_code>")
@requires(Permission.PUBLIC)
def public_books(region_code: str) -> str | Response:
    """What points a region has and has given, and by which rules they are earned."""
    above = lineage(region_code)
    decisions = queries.decisions_of(region_code)
    return render_template(
        "points/public_books.html",
        region=above[-1],
        above=above[:-1],
        names={row.code: row.name for row in above},
        budget=queries.budget_of(region_code),
        lines=lines_of(region_code, cursor=cursor()),
        rules=shown_rules(queries.rules_for(region_code, today())),
        decisions=[
            {"label": label_of(row.key), "unit": kind_of(row.key).unit, "row": row}
            for row in decisions
        ],
        below=[row for row in children_of(region_code) if row.level != "grid"],
        home=_home(),
        today=today(),
        votes=sources.titles_of([row.source_id for row in decisions if row.source_id]),
        vote_page=sources.page_of(),
    )


def _home() -> str | None:
    actor = current_principal()
    return actor.home_region if actor is not None else None
