"""The residents' covenant: entered once as it was before, changed by decisions alone."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert

from portal.consultations.errors import NothingToAdopt
from portal.consultations.models import CovenantVersion
from portal.consultations.policies import may_manage
from portal.consultations.queries import covenants, outcome, roll, wording
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.rules.life import Status
from portal.consultations.rules.turnout import exact, quorum_met
from portal.consultations.services.drafts import managed
from portal.consultations.services.versions import plain_lines
from portal.core import audit
from portal.core.clock import clock, now, today
from portal.core.database import db
from portal.core.errors import Invalid, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission, Principal
from portal.regions.queries import hold, path_of


def enter_covenant(actor: Principal, region_code: str, text: str, adopted_on: date) -> None:
    """Write down a region's covenant as it was before, with its day.

    Raises:
        NotFound: there is no such region.
        Forbidden: the person is not of its committee.
        WrongState: the region has a covenant; only a decision changes it.
        Invalid: the day lies in the future.
    """
    allowed = may_manage(actor, path_of(region_code))
    actor.require_that(Permission.CONSULTATION_MANAGE, allowed)
    if adopted_on > today():
        raise Invalid.field("adopted_on", _l("This lies in the future."))
    hold([region_code])
    if covenants.is_there(region_code):
        raise WrongState(_l("There is a covenant. Only a decision after a vote changes it."))
    _write(actor, region_code, 1, text=plain_lines(text), adopted_on=adopted_on)
    audit.record(
        actor.id, "covenant.entered", "region", region_code, region_code=region_code, version=1
    )


def adopt_covenant(actor: Principal, consultation_id: str) -> int:
    """Let the wording that won a vote, and was accepted, become the region's covenant; returns the
    number of its version.

    Raises:
        NotFound, Forbidden: it is not the person's to do.
        NothingToAdopt: the vote is not about the covenant, is not decided like that, fell short of
            its quorum, or what won has no text; or a later decision changed the covenant.
        WrongState: it is adopted already.
    """
    row = managed(actor, consultation_id)
    if not row.about_covenant or row.status != Status.DECIDED or not row.accepted:
        raise NothingToAdopt
    option_id = winning_option(row)
    text = wording.option(row.id, option_id).text
    if not text:
        raise NothingToAdopt(_l("What won leaves the covenant as it is: it has no text."))
    hold([row.region_code])
    if covenants.adopted_by(row.id) is not None:
        raise WrongState(_l("This decision stands in the covenant already."))
    latest = covenants.latest(row.region_code)
    if latest is not None and latest.decided_at is not None and latest.decided_at > row.decided_at:
        raise NothingToAdopt(_l("A later decision has changed the covenant since."))
    number = latest.number + 1 if latest else 1
    _write(
        actor,
        row.region_code,
        number,
        text=text,
        adopted_on=clock.day_of(row.decided_at),
        consultation_id=row.id,
        option_id=option_id,
    )
    audit.record(
        actor.id,
        "covenant.adopted",
        "consultation",
        row.id,
        region_code=row.region_code,
        version=number,
    )
    return number


def winning_option(row: ConsultationRow) -> str:
    """The one option that won a counted vote.

    Raises:
        NothingToAdopt: none did, or the vote fell short of its quorum or majority.
    """
    voted, tally = roll.turnout_of([row.id])[row.id].voted, outcome.tally_of(row.id)
    if not quorum_met(voted, row.roll_size, exact(row.quorum)):
        raise NothingToAdopt(_l("Too few people voted: the quorum was not reached."))
    verdict = outcome.verdict_of(row, voted, tally)
    if verdict is not None and not verdict.met:
        raise NothingToAdopt(_l("The majority that was needed was missed."))
    if len(tally["winners"]) != 1:
        raise NothingToAdopt(_l("Nothing was chosen."))
    return str(tally["winners"][0])


def _write(actor: Principal, region_code: str, number: int, **values: Any) -> None:
    row = {
        "consultation_id": None,
        "option_id": None,
        **values,
        "region_code": region_code,
        "number": number,
        "entered_by": actor.id,
        "entered_at": now(),
    }
    db.session.execute(insert(CovenantVersion), [row])
