"""Writing options and the versions of their texts; whoever calls has made sure that it may be."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, insert, or_, select, update

from portal.consultations.models import Consultation, ConsultationOption, OptionVersion
from portal.consultations.rules.life import Status
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id


@dataclass(frozen=True)
class Wording:
    """A text as somebody writes it, and why."""

    text: str
    why: str
    author_id: str


def hold_discussion(consultation_id: str, *, shared: bool = False) -> None:
    """Keep voting from opening until the transaction ends: what is voted on changes while it is
    discussed, or not at all. ``shared``: others may do so at the same time.

    Raises:
        WrongState: it is not being discussed (any more).
    """
    if not is_held_in_discussion(consultation_id, shared=shared):
        raise WrongState(_l("This can be changed during the discussion, until voting opens."))


def is_held_in_discussion(consultation_id: str, *, shared: bool = False) -> bool:
    """The same; whether it is being discussed, and held there."""
    held = (
        select(Consultation.id)
        .where(
            Consultation.id == consultation_id,
            Consultation.status == Status.DISCUSSION,
            or_(Consultation.closes_at.is_(None), Consultation.closes_at > now()),
        )
        .with_for_update(read=shared, key_share=not shared)
    )
    return db.session.execute(held).first() is not None


def add_option(
    consultation_id: str, position: int, title: str, cost: int | None, wording: Wording
) -> str:
    """Put one more option behind the others, with its text if it has one; returns its id."""
    option_id = new_id()
    text = plain_lines(wording.text)
    values = {
        "id": option_id,
        "consultation_id": consultation_id,
        "position": position,
        "title": title,
        "cost": cost,
        "version": 1 if text else 0,
    }
    db.session.execute(insert(ConsultationOption), [values])
    if text:
        _write(option_id, 1, text, wording)
    return option_id


def add_version(option_id: str, seen: int, wording: Wording) -> int:
    """Write a text anew; returns the number of the version.

    Raises:
        WrongState: ``seen`` is not its last version any more.
    """
    raised = db.session.connection().execute(
        update(ConsultationOption)
        .where(ConsultationOption.id == option_id, ConsultationOption.version == seen)
        .values(version=seen + 1)
    )
    if not raised.rowcount:
        raise WrongState(_l("Somebody has changed this text since you looked. Look again."))
    _write(option_id, seen + 1, plain_lines(wording.text), wording)
    return seen + 1


def forget_texts(consultation_id: str) -> None:
    """Delete the texts of a draft's options."""
    options = select(ConsultationOption.id).where(
        ConsultationOption.consultation_id == consultation_id
    )
    db.session.execute(delete(OptionVersion).where(OptionVersion.option_id.in_(options)))


def plain_lines(text: str) -> str:
    """A text with one kind of line end, and without blanks at the ends of lines."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _write(option_id: str, number: int, text: str, wording: Wording) -> None:
    values = {
        "option_id": option_id,
        "number": number,
        "text": text,
        "why": wording.why,
        "author_id": wording.author_id,
        "created_at": now(),
    }
    db.session.execute(insert(OptionVersion), [values])
