"""What speaks for and against each option, written by the committee before voting opens."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import update

from portal.consultations.models import OptionSummary
from portal.consultations.queries import consultations
from portal.consultations.rules.life import Status
from portal.consultations.services.discussion import hold
from portal.consultations.services.drafts import managed
from portal.core import audit
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.inserts import insert_new
from portal.core.permissions import Principal


@dataclass(frozen=True, kw_only=True)
class SummaryPlan:
    """The four texts about an option; every line is a point of its own, empty is not written."""

    pros: str
    cons: str
    cost_note: str
    affected: str


def sum_up(actor: Principal, consultation_id: str, option_id: str, plan: SummaryPlan) -> None:
    """Write what speaks for and against an option, or write it anew. Once voting has opened it
    stays: all voters must have read the same.

    Raises:
        NotFound, Forbidden: the consultation is not the person's, or has no such option.
        WrongState: its discussion has not begun, or voting has opened.
    """
    row = managed(actor, consultation_id)
    titles = {each.id: each.title for each in consultations.options_of([row.id])[row.id]}
    if option_id not in titles:
        raise NotFound
    hold(row.id, Status.DISCUSSION)
    values = {**asdict(plan), "written_by": actor.id, "written_at": now()}
    if not insert_new(OptionSummary, option_id=option_id, **values):
        db.session.execute(
            update(OptionSummary).where(OptionSummary.option_id == option_id).values(**values)
        )
    audit.record(
        actor.id, "summary.written", "consultation", row.id, region_code=row.region_code,
        title=titles[option_id],
    )  # fmt: skip
