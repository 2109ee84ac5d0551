"""Ballots, online and on paper. Nothing of them is stored beside the urn: no idempotency key, and
no log line that leads back to a request."""

from __future__ import annotations

from typing import Any

from portal.consultations import schemas, services
from portal.consultations.api.blueprint import api
from portal.core.access import the_principal
from portal.core.limits import CODES, limit
from portal.core.logs import untraced
from portal.core.permissions import Permission
from portal.core.unit_of_work import unit_of_work


@api.write(
    "/consultations/<id:consultation_id>/ballots",
    permission=Permission.SIGNED_IN,
    body=schemas.NewBallot,
    answer=schemas.Receipt,
    status=201,
    refusals=("not_open", "not_on_roll", "already_voted"),
    transaction=False,
)
@untraced
def cast_ballot(consultation_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Vote, once: the ballot is sealed until voting closes. A repetition is refused, so an answer
    lost on the way loses nothing to who drew the receipt.
    """
    ballot = services.prepare(the_principal(), consultation_id, body["choices"], body["receipt"])
    with unit_of_work():
        services.cast(ballot)
    return {"receipt": ballot.receipt}


@api.write(
    "/consultations/<id:consultation_id>/paper-ballots",
    permission=Permission.PAPER_TAKE,
    body=schemas.PaperBallot,
    answer=schemas.TakenPaper,
    status=201,
    refusals=("unknown_member", "not_open", "not_on_roll", "already_voted"),
    idempotent=False,
)
@untraced
@limit(CODES)
def take_paper_ballot(consultation_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Mark somebody at the polling table as voting on paper."""
    services.take_paper(the_principal(), consultation_id, body["member_code"])
    return {"way": "paper"}


@api.write(
    "/consultations/<id:consultation_id>/paper-tally",
    permission=Permission.PAPER_TALLY,
    body=schemas.NewTally,
    answer=schemas.TalliedPaper,
    status=201,
    refusals=("not_open",),
    transaction=False,
)
@untraced
def enter_paper_tally(consultation_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Enter all paper ballots as one of two people who do so independently; a second entry replaces
    the first.
    """
    tally = services.prepare_tally(the_principal(), consultation_id, body["ballots"])
    with unit_of_work():
        services.hand_in_tally(tally)
    return {"ballots": tally.ballots}
