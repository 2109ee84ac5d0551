"""Votes of others, taken in from Pabulib files to be counted and looked at here.

A study has options, a board and a count like any vote, and nothing else of one: no roll, no urn,
no points, no messages. It is in no list of votes. Its ballots were cast by the rules of another
place, so a ballot may want more than the budget.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from sqlalchemy import insert

from portal.consultations import board
from portal.consultations.board import Ballot, Board, Disclosure
from portal.consultations.interchange import pabulib
from portal.consultations.interchange.errors import UnreadableFile
from portal.consultations.interchange.pabulib import PabulibFile
from portal.consultations.models import Consultation, ConsultationCount, ConsultationOption
from portal.consultations.policies import may_study
from portal.consultations.queries.roll import SALT_BYTES
from portal.consultations.rules import receipts
from portal.consultations.rules.ballots import (
    BUDGET_METHODS,
    MOST_RANKED,
    RANKED_METHODS,
    Method,
    Option,
    Terms,
)
from portal.consultations.rules.life import Status
from portal.consultations.rules.outcome import Tally
from portal.consultations.services.counting import write_board
from portal.core import audit
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Permission, Principal
from portal.regions.queries import path_of

MOST_BYTES = 5_000_000
MOST_VOTES = 20_000
MOST_PROJECTS = 300
MOST_AMOUNT = 1_000_000_000_000
"""In minor units."""
MOST_SECONDS = 60.0
"""A count goes on while somebody waits for an answer. Within these limits that of a real vote takes
seconds; one made up so that equal shares are raised a million times is given up."""

LONGEST_TITLE, LONGEST_NAME = 80, 200
TOLD = ("description", "unit", "country", "instance", "currency", "rule")
"""What a file tells of itself and is repeated with its study."""

_draws = secrets.SystemRandom()


@dataclass(frozen=True, kw_only=True)
class StudyPlan:
    """A file, how it is to be counted, and for whose desk. Without a title it has the file's."""

    content: bytes = field(repr=False)
    method: Method
    region_code: str
    title: str = ""


@dataclass(frozen=True)
class CountedStudy:
    """What a file holds, counted and ready to be kept."""

    actor_id: str
    id: str
    plan: StudyPlan
    file: PabulibFile
    terms: Terms
    board: Board
    tally: Tally


def count_study(actor: Principal, plan: StudyPlan) -> CountedStudy:
    """Read a file and count its votes. Writes nothing, and takes long: in no transaction.

    Raises:
        Forbidden: the person studies no votes for that region.
        Invalid: there is no such region, or the file cannot be taken; where it is a line's fault,
            with its number.
    """
    actor.require_that(Permission.VOTE_STUDY, may_study(actor, _path_of(plan.region_code)))
    file = _read(plan)
    terms = _terms_of(file, plan.method)
    places = {
        project.id: option.id for project, option in zip(file.projects, terms.options, strict=True)
    }
    ballots = [
        Ballot(receipts.draw(_draws), tuple(places[each] for each in vote)) for vote in file.votes
    ]
    study_id = new_id()
    opening = board.genesis(
        study_id, terms, roll=board.roll_hash(()), disclosure=Disclosure.TRACKABLE, study=True
    )
    published = board.publish(opening, ballots, (), _draws)
    tally = board.count(published, _as_long_as_is_given())
    return CountedStudy(actor.id, study_id, plan, file, terms, published, tally)


def keep_study(study: CountedStudy) -> str:
    """Write a counted study with its board; returns its id."""
    db.session.execute(insert(Consultation), [_columns_of(study)])
    db.session.execute(insert(ConsultationOption), _options_of(study))
    write_board(study.id, Disclosure.TRACKABLE, study.board)
    values = {"consultation_id": study.id, "tally": study.tally.as_json()}
    db.session.execute(insert(ConsultationCount), [values])
    audit.record(
        study.actor_id,
        "consultation.study_imported",
        "consultation",
        study.id,
        region_code=study.plan.region_code,
        ballots=study.tally.ballots,
        head_hash=study.board["head_hash"],
    )
    return study.id


# --- inside ---------------------------------------------------------------------------------------


def _path_of(region_code: str) -> tuple[str, ...]:
    try:
        return path_of(region_code)
    except NotFound as error:
        raise Invalid.field("region_code", _l("There is no such region.")) from error


def _read(plan: StudyPlan) -> PabulibFile:
    if len(plan.content) > MOST_BYTES:
        raise UnreadableFile(_l("The file is too large."))
    most = MOST_RANKED if plan.method in RANKED_METHODS else MOST_PROJECTS
    file = pabulib.read(plan.content, most_projects=most, most_votes=MOST_VOTES)
    if max(file.budget, *(project.cost for project in file.projects)) > MOST_AMOUNT:
        raise UnreadableFile(_l("An amount in the file is too large."))
    _check_method(file, plan.method)
    return file


def _as_long_as_is_given() -> Callable[[int], None]:
    """Hears how far equal shares are raised, and ends it when it takes too long.

    Raises (when heard):
        UnreadableFile: the time is over.
    """
    until = monotonic() + MOST_SECONDS

    def hear(_increases: int) -> None:
        if monotonic() > until:
            raise UnreadableFile(_l("The votes of this file take too long to count."))

    return hear


def _check_method(file: PabulibFile, method: Method) -> None:
    """Whether the votes of a file can be counted like this."""
    if method in RANKED_METHODS and not file.ranked:
        raise Invalid.field("method", _l("The votes of this file are in no order."))
    if method is not Method.SINGLE:
        return
    for line, vote in zip(file.lines, file.votes, strict=True):
        if len(vote) > 1:
            raise UnreadableFile(_l("The vote names more than one project."), line)


def _terms_of(file: PabulibFile, method: Method) -> Terms:
    """The vote as it is counted; only a vote on a budget has costs."""
    spends = method in BUDGET_METHODS
    options = tuple(Option(new_id(), project.cost if spends else None) for project in file.projects)
    return Terms(method, options, None, file.budget if spends else None, study=True)


def _columns_of(study: CountedStudy) -> dict[str, Any]:
    present, told = now(), _told(study.file)
    title = (study.plan.title or told[0])[:LONGEST_TITLE]
    return {
        "id": study.id,
        "title": title,
        "question": "\n".join(each for each in told if each != title),
        "region_code": study.plan.region_code,
        "method": study.plan.method,
        "budget": study.terms.budget,
        "quorum": 0.0,
        "disclosure": Disclosure.TRACKABLE,
        "status": Status.CLOSED,
        "is_study": True,
        "created_by": study.actor_id,
        "created_at": present,
        "discussion_at": present,
        "opened_at": present,
        "closed_at": present,
        "rewarded_at": present,
        "roll_salt": secrets.token_bytes(SALT_BYTES),
        "roll_size": study.tally.ballots,
        "roll_hash": board.roll_hash(()),
        "opening_roll_hash": board.roll_hash(()),
        "head_hash": study.board["head_hash"],
    }


def _options_of(study: CountedStudy) -> list[dict[str, Any]]:
    return [
        {
            "id": option.id,
            "consultation_id": study.id,
            "position": place,
            "title": project.name[:LONGEST_NAME],
            "cost": option.cost,
        }
        for place, (project, option) in enumerate(
            zip(study.file.projects, study.terms.options, strict=True)
        )
    ]


def _told(file: PabulibFile) -> list[str]:
    """What the file says of itself, its description first."""
    told = [" ".join(file.meta.get(key, "").split())[:LONGEST_NAME] for key in TOLD]
    return [each for each in told if each] or ["Pabulib"]
