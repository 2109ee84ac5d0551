"""Ballots on paper: the mark on the one roll, and the two tallies that must agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, insert

from portal.accounts import queries as accounts
from portal.consultations import envelopes
from portal.consultations.errors import NotOpen, ballot_refused
from portal.consultations.models import PaperTally
from portal.consultations.policies import may_take_paper, may_tally_paper
from portal.consultations.queries import consultations
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.queries.roll import key_for
from portal.consultations.rules.ballots import Choices, problems
from portal.consultations.rules.life import Status, Way
from portal.consultations.services.casting import hold_open, is_taking_ballots, mark
from portal.consultations.services.counting import hold_uncounted
from portal.core.database import db
from portal.core.errors import Invalid
from portal.core.permissions import Permission, Principal
from portal.points.errors import UnknownMember


@dataclass(frozen=True)
class SealedTally:
    """Paper ballots ready to be handed in."""

    consultation_id: str
    by_user_id: str
    ballots: int
    envelope: bytes = field(repr=False)


def take_paper(actor: Principal, consultation_id: str, member_code: str) -> None:
    """A social worker hands out a paper ballot: its taker has voted, by this way.

    Raises:
        NotFound, Forbidden: it is not the actor's polling table.
        UnknownMember: the code belongs to nobody.
        NotOpen, NotOnRoll, AlreadyVoted: as in casting online.
    """
    row = consultations.visible(actor, consultation_id)
    path = consultations.path_of(row)
    actor.require_that(Permission.PAPER_TAKE, may_take_paper(actor, path))
    voter = accounts.user_id_by_member_code(member_code)
    if voter is None:
        raise UnknownMember
    if not is_taking_ballots(row):
        raise NotOpen
    hold_open(row.id)
    mark(row.id, key_for(row.roll_salt, voter), Way.PAPER, marked_by=actor.id)


def prepare_tally(
    actor: Principal, consultation_id: str, ballots: Sequence[Choices]
) -> SealedTally:
    """Judge paper ballots as one person has read them, and seal them.

    Raises:
        NotFound, Forbidden: it is not the actor's to count.
        NotOpen: voting has not begun, or its votes have been counted.
        Invalid: a ballot breaks the method's rule: on the table it is put with the blank ones.
    """
    row = consultations.visible(actor, consultation_id)
    path = consultations.path_of(row)
    actor.require_that(Permission.PAPER_TALLY, may_tally_paper(actor, path))
    if row.status != Status.OPEN:
        raise NotOpen
    _judge(row, ballots)
    terms = consultations.terms_of(row)
    sealed = envelopes.seal_tally(terms, row.public_key, ballots)
    return SealedTally(row.id, actor.id, len(ballots), sealed)


def hand_in_tally(tally: SealedTally) -> None:
    """Keep a person's tally in place of the one they gave before. Also after the end of voting,
    as long as nothing is counted.

    Raises:
        NotOpen: the votes have been counted meanwhile.
    """
    hold_uncounted(tally.consultation_id)
    db.session.execute(
        delete(PaperTally).where(
            PaperTally.consultation_id == tally.consultation_id,
            PaperTally.by_user_id == tally.by_user_id,
        )
    )
    row = {
        "consultation_id": tally.consultation_id,
        "by_user_id": tally.by_user_id,
        "envelope": tally.envelope,
        "ballots": tally.ballots,
    }
    db.session.execute(insert(PaperTally), [row])


def _judge(row: ConsultationRow, ballots: Sequence[Choices]) -> None:
    terms = consultations.terms_of(row)
    found = [
        error
        for place, choices in enumerate(ballots)
        for error in ballot_refused(problems(terms, choices), f"ballots.{place}").errors
    ]
    if found:
        raise Invalid(errors=found)
