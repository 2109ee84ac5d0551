"""Changing the texts of options during the discussion, and proposing to change a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, update

from portal.consultations.errors import NotForYou, SentenceChanged
from portal.consultations.models import OptionAmendment
from portal.consultations.policies import may_propose
from portal.consultations.queries import consultations, wording
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.queries.wording import AmendmentRow
from portal.consultations.rules.proposals import LONGEST_TEXT, AmendmentStatus
from portal.consultations.rules.sentences import place_now, sentences, with_sentence
from portal.consultations.services.drafts import managed
from portal.consultations.services.proposals import note
from portal.consultations.services.versions import (
    Wording,
    add_version,
    hold_discussion,
    plain_lines,
)
from portal.core import outbox
from portal.core.clock import now
from portal.core.closing import NOBODY
from portal.core.database import db
from portal.core.errors import Invalid, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Principal


@dataclass(frozen=True, kw_only=True)
class Amended:
    """A change to the sentence at ``position`` of version ``number``. An empty ``sentence`` takes
    the old one out."""

    number: int
    position: int
    sentence: str
    why: str


def reword(
    actor: Principal, consultation_id: str, option_id: str, text: str, why: str, *, seen: int
) -> int:
    """Write an option's text anew; returns the number of the version.

    Raises:
        NotFound, Forbidden: it is not the person's to do.
        WrongState: the discussion is over, or ``seen`` is not the last version any more.
        Invalid: nothing was changed, or there is no text.
    """
    row = managed(actor, consultation_id)
    option = wording.option(row.id, option_id)
    hold_discussion(row.id)
    if plain_lines(text) == wording.text_of(option.id, min(seen, option.version)):
        raise Invalid.field("text", _l("Nothing is changed."))
    number = add_version(option.id, seen, Wording(text, why, actor.id))
    note(actor, row, "option.reworded", title=option.title, version=number, reason=why)
    return number


def amend(actor: Principal, consultation_id: str, option_id: str, amended: Amended) -> str:
    """Propose a change to a sentence; returns its id.

    Raises:
        NotFound: there is no such option, version or sentence for this person to see.
        Forbidden: the vote is not for the person.
        WrongState: the discussion is over.
        SentenceChanged: the sentence no longer stands in the text.
        Invalid: nothing would change.
    """
    row = consultations.visible(actor, consultation_id)
    option = wording.option(row.id, option_id)
    if not may_propose(actor, consultations.circle_of(row)):
        raise NotForYou
    then = wording.text_of(option.id, amended.number)
    if place_now(then, amended.position, option.text) is None:
        raise SentenceChanged
    old, new = sentences(then)[amended.position], " ".join(amended.sentence.split())
    if old == new:
        raise Invalid.field("sentence", _l("Nothing is changed."))
    hold_discussion(row.id, shared=True)
    values: dict[str, Any] = {
        "id": new_id(),
        "option_id": option.id,
        "number": amended.number,
        "position": amended.position,
        "old_sentence": old,
        "new_sentence": new,
        "why": amended.why,
        "author_id": actor.id,
        "created_at": now(),
        "status": AmendmentStatus.WAITING,
    }
    db.session.execute(insert(OptionAmendment), [values])
    return str(values["id"])


def accept_amendment(
    actor: Principal, consultation_id: str, option_id: str, amendment_id: str
) -> int:
    """Take a change into the text; returns the number of the version that names who proposed it.

    Raises:
        NotFound, Forbidden: it is not the person's to do.
        WrongState: it is answered, or the discussion is over.
        SentenceChanged: the sentence no longer stands in the text.
    """
    row = managed(actor, consultation_id)
    option_id = wording.option(row.id, option_id).id
    hold_discussion(row.id)
    option = wording.option(row.id, option_id)  # as it is now that nobody else changes it
    amendment = wording.amendment(option.id, amendment_id)
    place = place_of(amendment, option.text)
    if place is None:
        raise SentenceChanged
    text = with_sentence(option.text, place, amendment.new_sentence)
    if len(text) > LONGEST_TEXT:
        raise WrongState(_l("The text would become too long."))
    _answer(actor, amendment.id, status=AmendmentStatus.ACCEPTED, made_version=option.version + 1)
    number = add_version(option.id, option.version, Wording(text, amendment.why, actor.id))
    _tell(row, option, amendment, "consultation.amendment_accepted")
    note(actor, row, "amendment.accepted", title=option.title, version=number)
    return number


def reject_amendment(
    actor: Principal, consultation_id: str, option_id: str, amendment_id: str, reason: str
) -> None:
    """Leave a sentence as it is, and say why.

    Raises:
        NotFound, Forbidden: it is not the person's to do.
        WrongState: it is answered, or the discussion is over.
    """
    row = managed(actor, consultation_id)
    option = wording.option(row.id, option_id)
    amendment = wording.amendment(option.id, amendment_id)
    hold_discussion(row.id)
    _answer(actor, amendment.id, status=AmendmentStatus.REJECTED, answer=reason)
    _tell(row, option, amendment, "consultation.amendment_rejected", reason=reason)
    note(actor, row, "amendment.rejected", title=option.title, reason=reason)


def place_of(amendment: AmendmentRow, text: str) -> int | None:
    """Where the sentence stands that a change is about; None where it has changed."""
    then = wording.text_of(amendment.option_id, amendment.number)
    return place_now(then, amendment.position, text)


def forget_amendments_of(user_id: str) -> None:
    """What becomes of changes when an account is closed: those that wait are withdrawn, and what
    did not become part of a text goes."""
    db.session.execute(
        update(OptionAmendment)
        .where(
            OptionAmendment.author_id == user_id,
            OptionAmendment.status == AmendmentStatus.WAITING,
        )
        .values(status=AmendmentStatus.WITHDRAWN, answered_at=now())
    )
    db.session.execute(
        update(OptionAmendment)
        .where(
            OptionAmendment.author_id == user_id,
            OptionAmendment.status != AmendmentStatus.ACCEPTED,
        )
        .values(new_sentence=NOBODY, why=NOBODY)
    )


def _answer(actor: Principal, amendment_id: str, **values: Any) -> None:
    answered = db.session.connection().execute(
        update(OptionAmendment)
        .where(
            OptionAmendment.id == amendment_id,
            OptionAmendment.status == AmendmentStatus.WAITING,
        )
        .values(answered_at=now(), answered_by=actor.id, **values)
    )
    if not answered.rowcount:
        raise WrongState


def _tell(
    row: ConsultationRow, option: Any, amendment: AmendmentRow, kind: str, **more: str
) -> None:
    outbox.emit(
        "notify",
        user_id=amendment.author_id,
        kind=kind,
        params={"title": row.title, "option": option.title, **more},
        url=f"/consultations/{row.id}/options/{option.id}",
    )
