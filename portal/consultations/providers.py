"""What lower rooms know of consultations: they are told here."""

from __future__ import annotations

from portal.consultations import closing
from portal.consultations.queries.voted_rules import public_titles
from portal.consultations.rules.life import VOTE_POINTS
from portal.core.i18n import lazy_gettext as _l
from portal.points import sources
from portal.points.rules import MOST_PER_HOUR, RuleKind, register_rule, whole


def register() -> None:
    closing.register()
    sources.register(sources.Source(public_titles, "consultations.show", "consultation_id"))
    register_rule(
        RuleKind(
            VOTE_POINTS,
            _l("Points for taking part in a vote"),
            "points",
            whole(0, MOST_PER_HOUR),
            default=0,
        )
    )
