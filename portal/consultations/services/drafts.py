"""Setting up a consultation, and bringing it before the region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update

from portal.accounts.rules import Belonging
from portal.consultations.board import Disclosure
from portal.consultations.models import (
    BallotKey,
    Consultation,
    ConsultationOption,
    CountProgress,
    PaperTally,
    UrnEnvelope,
)
from portal.consultations.policies import may_manage
from portal.consultations.queries import consultations
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.rules.ballots import (
    BUDGET_METHODS,
    MOST_OPTIONS,
    MOST_RANKED,
    RANKED_METHODS,
    Method,
)
from portal.consultations.rules.life import BEFORE, MAY_CANCEL, Status
from portal.consultations.rules.majority import Majority, allows
from portal.consultations.services import voted_rules
from portal.consultations.services.versions import Wording, add_option, forget_texts
from portal.core import audit, outbox
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import FieldError, Invalid, NotFound, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Permission, Principal
from portal.regions.queries import path_of


@dataclass(frozen=True, kw_only=True)
class OptionPlan:
    """Something to choose; ``cost`` in minor units of CNY, ``text`` what it says in full."""

    title: str
    cost: int | None = None
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class ConsultationPlan:
    """What a committee puts to a region. ``budget`` in minor units of CNY; ``quorum`` a share of
    the roll; ``majority`` what the winner needs; ``trustees`` how many hold a share of the key
    (None: the portal holds it), and ``trustees_needed`` how many of them open the urn.
    ``answer_threshold``: so many supporters of a proposal oblige the committee to answer it.
    ``roll_by``: whether who lives there, who works there, or both may vote.
    ``about_covenant``: what wins becomes the wording of the region's covenant."""

    title: str
    question: str
    region_code: str
    method: Method
    options: Sequence[OptionPlan]
    disclosure: Disclosure = Disclosure.TRACKABLE
    budget: int | None = None
    max_choices: int | None = None
    quorum: float = 0.0
    majority: Majority = Majority.NONE
    minimum_age: int | None = None
    verified_before: datetime | None = None
    roll_by: frozenset[Belonging] = frozenset({Belonging.HOME})
    trustees: int | None = None
    trustees_needed: int | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    proposals_allowed: bool = False
    answer_threshold: int | None = None
    about_covenant: bool = False

    def check(self, present: datetime) -> None:
        """Raise :class:`Invalid` with all that cannot be voted on like this."""
        found = [
            *self._wrong_options(),
            *self._wrong_limits(),
            *self._wrong_texts(),
            *self._wrong_times(present),
        ]
        if found:
            raise Invalid(errors=found)

    def _wrong_options(self) -> list[FieldError]:
        found = []
        most = MOST_RANKED if self.method in RANKED_METHODS else MOST_OPTIONS
        if not 1 <= len(self.options) <= most:
            detail = _l("Give %(least)s to %(most)s of these.", least=1, most=most)
            found.append(FieldError("options", detail))
        seen: set[str] = set()
        for place, option in enumerate(self.options):
            title = option.title.strip().casefold()
            if title in seen:
                detail = _l("Another option has the same title.")
                found.append(FieldError(f"options.{place}.title", detail))
            seen.add(title)
            if self.method in BUDGET_METHODS and option.cost is None:
                detail = _l("A vote on a budget needs the cost of every option.")
                found.append(FieldError(f"options.{place}.cost", detail))
        return found

    def _wrong_limits(self) -> list[FieldError]:
        found = []
        if not self.roll_by:
            detail = _l("Choose who may vote: who lives there, who works there, or both.")
            found.append(FieldError("roll.by", detail))
        if self.method in BUDGET_METHODS and self.budget is None:
            found.append(FieldError("budget", _l("A vote on a budget needs the budget.")))
        most = 1 if self.method is Method.SINGLE else max(len(self.options), 1)
        if self.max_choices is not None and self.max_choices > most:
            detail = _l("This must be from %(least)s to %(most)s.", least=1, most=most)
            found.append(FieldError("max_choices", detail))
        if not allows(self.method, self.majority):
            detail = _l("A vote on a budget has no majority: each option wins by its own votes.")
            found.append(FieldError("majority", detail))
        if (self.trustees or 0) < (self.trustees_needed or 0):
            detail = _l("No more can be needed than there are.")
            found.append(FieldError("trustees.needed", detail))
        return found

    def _wrong_texts(self) -> list[FieldError]:
        found = []
        if self.answer_threshold is not None and not self.proposals_allowed:
            detail = _l("Only where residents may propose options.")
            found.append(FieldError("answer_threshold", detail))
        if self.about_covenant and self.method in BUDGET_METHODS:
            detail = _l("A covenant has one wording: choose a method that has one winner.")
            found.append(FieldError("method", detail))
        if self.about_covenant and not any(option.text for option in self.options):
            detail = _l("At least one option needs its text: it would become the covenant.")
            found.append(FieldError("options", detail))
        if self.about_covenant and len(self.options) < 2:
            detail = _l("Voters need a way to say no: add an option without a text.")
            found.append(FieldError("options", detail))
        return found

    def _wrong_times(self, present: datetime) -> list[FieldError]:
        if self.closes_at is None:
            return []
        if self.opens_at is not None and self.closes_at <= self.opens_at:
            return [FieldError("closes_at", _l("Voting must close after it opens."))]
        if self.closes_at <= present:
            return [FieldError("closes_at", _l("This lies in the past."))]
        return []


def create(actor: Principal, plan: ConsultationPlan) -> str:
    """Write a draft; returns its id.

    Raises:
        Forbidden: the person is not of the region's committee.
        Invalid: something about the plan cannot be.
    """
    _require(actor, _path_of(plan.region_code))
    plan.check(now())
    consultation_id = new_id()
    values: dict[str, Any] = {
        **_columns_of(plan),
        "id": consultation_id,
        "status": Status.DRAFT,
        "created_by": actor.id,
        "created_at": now(),
    }
    db.session.execute(insert(Consultation), [values])
    _write_options(actor, consultation_id, plan)
    audit.record(
        actor.id,
        "consultation.created",
        "consultation",
        consultation_id,
        region_code=plan.region_code,
    )
    return consultation_id


def change_draft(actor: Principal, consultation_id: str, plan: ConsultationPlan) -> None:
    """Write a draft anew, with other options or for another region.

    Raises:
        NotFound, Forbidden: it is not the person's, or the region is not.
        WrongState: it is no draft any more.
        Invalid: something about the plan cannot be.
    """
    row = managed(actor, consultation_id)
    _require(actor, _path_of(plan.region_code))
    plan.check(now())
    _change(row.id, **_columns_of(plan))
    values = voted_rules.forget_values(row.id)
    _forget_options(row.id)
    _write_options(actor, row.id, plan)
    voted_rules.restore_values(row.id, values)
    audit.record(
        actor.id,
        "consultation.draft_changed",
        "consultation",
        row.id,
        region_code=plan.region_code,
    )


def delete_draft(actor: Principal, consultation_id: str) -> None:
    """Throw away a draft that nobody else has seen.

    Raises:
        NotFound, Forbidden: it is not the person's.
        WrongState: it is no draft any more.
    """
    row = managed(actor, consultation_id)
    _change(row.id, created_at=row.created_at)
    voted_rules.forget_rule(row.id)
    _forget_options(row.id)
    db.session.execute(delete(Consultation).where(Consultation.id == row.id))
    audit.record(
        actor.id,
        "consultation.draft_deleted",
        "consultation",
        row.id,
        region_code=row.region_code,
        title=row.title,
    )


def start_discussion(actor: Principal, consultation_id: str) -> None:
    """Make a draft public, to be talked through.

    Raises:
        NotFound, Forbidden: it is not the person's.
        WrongState: it is no draft any more, its end has passed, or the rule that it is about could
            not take effect.
    """
    row = managed(actor, consultation_id)
    if row.closes_at is not None and row.closes_at <= now():
        raise WrongState(_l("The end of voting has passed."))
    voted_rules.check_rule(row)
    move(row.id, Status.DISCUSSION, discussion_at=now())
    audit.record(
        actor.id,
        "consultation.discussed",
        "consultation",
        row.id,
        region_code=row.region_code,
    )
    outbox.emit("consultation.discussed", consultation_id=row.id)


def cancel(actor: Principal, consultation_id: str, reason: str) -> None:
    """End it without an outcome. Ballots that were cast are destroyed unopened.

    Raises:
        NotFound, Forbidden: it is not the person's.
        WrongState: its votes have been counted, or it is cancelled already.
    """
    row = managed(actor, consultation_id)
    ended = db.session.connection().execute(
        update(Consultation)
        .where(Consultation.id == row.id, Consultation.status.in_(MAY_CANCEL))
        .values(status=Status.CANCELLED, reason=reason)
    )
    if not ended.rowcount:
        raise WrongState
    destroy_urn(row.id)
    audit.record(
        actor.id,
        "consultation.cancelled",
        "consultation",
        row.id,
        region_code=row.region_code,
        reason=reason,
    )
    outbox.emit("consultation.cancelled", consultation_id=row.id)


def managed(actor: Principal, consultation_id: str) -> ConsultationRow:
    """A consultation that the actor may set up, open, close and decide.

    Raises:
        NotFound, Forbidden: it is not theirs to see, or to do this to.
        WrongState: it is a vote of others, for study.
    """
    row = consultations.visible(actor, consultation_id)
    _require(actor, consultations.path_of(row))
    if row.is_study:
        raise WrongState(_l("This vote was taken in for study; nothing is done with it."))
    return row


def move(consultation_id: str, status: Status, **values: Any) -> None:
    """Bring a consultation to its next state.

    Raises:
        WrongState: it is not in the state before it.
    """
    moved = db.session.connection().execute(
        update(Consultation)
        .where(Consultation.id == consultation_id, Consultation.status == BEFORE[status])
        .values(status=status, **values)
    )
    if not moved.rowcount:
        raise WrongState


def destroy_urn(consultation_id: str) -> int:
    """Delete the envelopes, the paper tallies, the key and the count's progress; returns how many
    envelopes there were."""
    gone = db.session.connection().execute(
        delete(UrnEnvelope).where(UrnEnvelope.consultation_id == consultation_id)
    )
    for table in (PaperTally, BallotKey, CountProgress):
        db.session.execute(delete(table).where(table.consultation_id == consultation_id))
    return int(gone.rowcount)


def _change(consultation_id: str, **values: Any) -> None:
    """Write to a draft, and hold it until the transaction ends.

    Raises:
        WrongState: it is no draft any more.
    """
    changed = db.session.connection().execute(
        update(Consultation)
        .where(Consultation.id == consultation_id, Consultation.status == Status.DRAFT)
        .values(**values)
    )
    if not changed.rowcount:
        raise WrongState


def _forget_options(consultation_id: str) -> None:
    forget_texts(consultation_id)
    db.session.execute(
        delete(ConsultationOption).where(ConsultationOption.consultation_id == consultation_id)
    )


def _require(actor: Principal, path: tuple[str, ...]) -> None:
    actor.require_that(Permission.CONSULTATION_MANAGE, may_manage(actor, path))


def _path_of(region_code: str) -> tuple[str, ...]:
    try:
        return path_of(region_code)
    except NotFound as error:
        raise Invalid.field("region_code", _l("There is no such region.")) from error


def _columns_of(plan: ConsultationPlan) -> dict[str, Any]:
    return {
        "title": plan.title,
        "question": plan.question,
        "region_code": plan.region_code,
        "method": plan.method,
        "max_choices": plan.max_choices,
        "budget": plan.budget,
        "quorum": plan.quorum,
        "majority": plan.majority,
        "disclosure": plan.disclosure,
        "minimum_age": plan.minimum_age,
        "verified_before": plan.verified_before,
        "roll_by_home": Belonging.HOME in plan.roll_by,
        "roll_by_work": Belonging.WORK in plan.roll_by,
        "trustees": plan.trustees,
        "trustees_needed": plan.trustees_needed,
        "opens_at": plan.opens_at,
        "closes_at": plan.closes_at,
        "proposals_allowed": plan.proposals_allowed,
        "answer_threshold": plan.answer_threshold,
        "about_covenant": plan.about_covenant,
    }


def _write_options(actor: Principal, consultation_id: str, plan: ConsultationPlan) -> None:
    for place, option in enumerate(plan.options):
        add_option(
            consultation_id,
            place,
            option.title,
            option.cost,
            Wording(option.text, "", actor.id),
        )
