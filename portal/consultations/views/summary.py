"""The options side by side, for voters to read and to print."""

from __future__ import annotations

from flask import render_template

from portal.consultations.queries import consultations, summary, talks
from portal.consultations.views.blueprint import blueprint
from portal.core.access import current_principal, requires
from portal.core.permissions import Permission


@blueprint.get("/consultations/<id:consultation_id>/summary")
@requires(Permission.PUBLIC)
def option_summary(consultation_id: str) -> str:
    """What speaks for and against each option, what it costs, whom it affects, and what was raised
    about it at the talks."""
    row = consultations.visible(current_principal(), consultation_id)
    options = consultations.options_of([row.id])[row.id]
    return render_template(
        "consultations/summary.html",
        vote=row,
        options=options,
        summaries=summary.of([option.id for option in options]),
        raised=talks.points_by_option(talks.of(row.id)),
    )
