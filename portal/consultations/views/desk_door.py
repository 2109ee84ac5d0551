"""What the pages of the desk share: what one may open there, and their words."""

from __future__ import annotations

from typing import Any

from portal.consultations import desk_words, majority_words, words
from portal.consultations.policies import (
    may_audit_roll,
    may_manage,
    may_take_paper,
    may_tally_paper,
)
from portal.consultations.queries import consultations
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.rules.life import FEWEST
from portal.consultations.rules.steps import WAITING, Stage
from portal.consultations.views.blueprint import blueprint
from portal.core.access import the_principal
from portal.core.clock import now
from portal.core.errors import Forbidden, NotFound

MAY = {
    "manage": may_manage,
    "take_paper": may_take_paper,
    "tally_paper": may_tally_paper,
    "audit_roll": may_audit_roll,
}


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {
        "vote_desk": {
            "states": words.STATES,
            "methods": words.METHODS,
            "disclosures": words.DISCLOSURES,
            "ties": words.TIES,
            "how_counted": words.how_counted,
            "who_may_vote": words.who_may_vote,
            "steps": desk_words.STEPS,
            "step_of": step_of,
            "waiting": WAITING,
            "weights": desk_words.WEIGHTS,
            "fewest": FEWEST,
            "majority": majority_words,
        }
    }


def step_of(row: ConsultationRow) -> Any:
    """What comes next for a consultation."""
    stage = Stage(row.status, row.opens_at, row.closes_at, row.sealed_at is not None)
    return stage.next_step(now())


def rights_to(row: ConsultationRow) -> dict[str, bool]:
    """What the person asking may do with a consultation, by the names of ``MAY``."""
    actor, path = the_principal(), consultations.path_of(row)
    return {name: allows(actor, path) for name, allows in MAY.items()}


def looked_after(consultation_id: str, *rights: str) -> ConsultationRow:
    """A consultation with which the person asking has to do by one of these rights, or by any.

    Raises:
        NotFound, Forbidden: it is not theirs to see, or to work with; with a vote for study
            nobody works.
    """
    row = consultations.visible(the_principal(), consultation_id)
    if row.is_study:
        raise NotFound
    held = rights_to(row)
    if not any(held[name] for name in rights or MAY):
        raise Forbidden
    return row
