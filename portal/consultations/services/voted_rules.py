"""A point rule of a region put to the vote, and taking effect by its outcome."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update

from portal.consultations.models import (
    Consultation,
    ConsultationOption,
    VotedRule,
    VotedRuleValue,
)
from portal.consultations.policies import may_manage
from portal.consultations.queries import consultations, voted_rules
from portal.consultations.queries.consultations import ConsultationRow
from portal.consultations.rules.ballots import BUDGET_METHODS
from portal.consultations.rules.life import Status
from portal.core import audit
from portal.core.clock import today
from portal.core.database import db
from portal.core.errors import DomainError, FieldError, Invalid, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission, Principal
from portal.points import services as points
from portal.points.policies import may_set_rules
from portal.points.rules import checked_value, kind_of


def put_rule_to_vote(
    actor: Principal,
    consultation_id: str,
    key: str,
    effective_from: date,
    values: Mapping[str, Any],
) -> None:
    """Let a draft be about a point rule of its region. The values are checked here, by the rules'
    own checks, so that none that cannot be stands on a ballot.

    Args:
        actor: manages the vote, and decides the rules of the region.
        consultation_id: of a draft.
        key: of the rule.
        effective_from: the day from which the winner's value is to hold.
        values: by the ids of options; an option without one leaves the rule as it is.

    Raises:
        NotFound, Forbidden: it is not the person's.
        WrongState: it is no draft any more.
        Invalid: there is no such rule, a value is none for it, none is given, the day is past, or
            the method has several winners.
    """
    row = _managed(actor, consultation_id)
    _check_setting(row, effective_from)
    kind_of(key)
    kept = _checked(key, values, {each.id for each in consultations.options_of([row.id])[row.id]})
    _hold_draft(row.id)
    _take_off(row.id)
    rule = {"consultation_id": row.id, "key": key, "effective_from": effective_from}
    db.session.execute(insert(VotedRule), [rule])
    db.session.execute(
        insert(VotedRuleValue),
        [
            {"option_id": option_id, "consultation_id": row.id, "value": value}
            for option_id, value in kept.items()
        ],
    )
    audit.record(
        actor.id,
        "consultation.rule_set",
        "consultation",
        row.id,
        region_code=row.region_code,
        key=key,
        effective_from=effective_from.isoformat(),
    )


def take_rule_off_vote(actor: Principal, consultation_id: str) -> None:
    """Let a draft be about no rule.

    Raises:
        NotFound, Forbidden, WrongState: as in :func:`put_rule_to_vote`.
    """
    row = _managed(actor, consultation_id)
    _hold_draft(row.id)
    _take_off(row.id)
    audit.record(
        actor.id,
        "consultation.rule_set",
        "consultation",
        row.id,
        region_code=row.region_code,
        key=None,
    )


def forget_values(consultation_id: str) -> dict[int, Any]:
    """Before the options of a draft are written anew: what their values were, by their places."""
    values = voted_rules.values_by_position(consultation_id)
    db.session.execute(
        delete(VotedRuleValue).where(VotedRuleValue.consultation_id == consultation_id)
    )
    return values


def restore_values(consultation_id: str, values: Mapping[int, Any]) -> None:
    """Afterwards: the same values for the options at the same places."""
    options = db.session.execute(
        select(ConsultationOption.id, ConsultationOption.position).where(
            ConsultationOption.consultation_id == consultation_id
        )
    )
    rows = [
        {
            "option_id": option.id,
            "consultation_id": consultation_id,
            "value": values[option.position],
        }
        for option in options
        if option.position in values
    ]
    if rows:
        db.session.execute(insert(VotedRuleValue), rows)


def forget_rule(consultation_id: str) -> None:
    """With a draft that is thrown away."""
    _take_off(consultation_id)


def check_rule(row: ConsultationRow) -> None:
    """Before a draft is made public.

    Raises:
        WrongState: its rule cannot take effect as it is set up: the day has passed, the method has
            several winners, or no option would change anything.
    """
    rule = voted_rules.rule_of(row.id)
    if rule is None:
        return
    try:
        _check_setting(row, rule.effective_from)
        _checked(rule.key, rule.values, set(rule.values))
    except Invalid as error:
        raise WrongState(error.errors[0].detail) from error


def take_effect(actor: Principal, row: ConsultationRow, winners: list[str]) -> None:
    """Decide the rule as it was voted, if the vote was about one and the winner changes it. It
    holds from the day that was voted on, or from today if that has passed.

    Raises:
        Forbidden: the actor does not decide the rules of the region.
    """
    rule = voted_rules.rule_of(row.id)
    if rule is None or not winners or winners[0] not in rule.values:
        return
    rule_id = points.set_rule(
        actor,
        row.region_code,
        rule.key,
        rule.values[winners[0]],
        max(rule.effective_from, today()),
        source_id=row.id,
    )
    db.session.execute(
        update(VotedRule).where(VotedRule.consultation_id == row.id).values(rule_id=rule_id)
    )


# --- inside ---------------------------------------------------------------------------------------


def _managed(actor: Principal, consultation_id: str) -> ConsultationRow:
    row = consultations.visible(actor, consultation_id)
    path = consultations.path_of(row)
    actor.require_that(Permission.CONSULTATION_MANAGE, may_manage(actor, path))
    actor.require_that(Permission.RULE_SET, may_set_rules(actor, path))
    return row


def _check_setting(row: ConsultationRow, effective_from: date) -> None:
    if row.method in BUDGET_METHODS:
        raise Invalid.field("key", _l("A vote on a budget cannot be about a rule."))
    if effective_from < today():
        raise Invalid.field("effective_from", _l("This lies in the past."))


def _checked(key: str, values: Mapping[str, Any], options: set[str]) -> dict[str, Any]:
    found, kept = [], {}
    for option_id, value in values.items():
        if option_id not in options:
            detail = _l("This option is not on the ballot.")
            found.append(FieldError(f"values.{option_id}", detail))
            continue
        try:
            kept[option_id] = checked_value(key, value)
        except DomainError as error:
            detail = error.errors[0].detail if error.errors else error.detail
            found.append(FieldError(f"values.{option_id}", detail))
    if not found and not any(value is not None for value in kept.values()):
        found.append(FieldError("values", _l("Say of one option at least what the rule is then.")))
    if found:
        raise Invalid(errors=found)
    return {option_id: value for option_id, value in kept.items() if value is not None}


def _hold_draft(consultation_id: str) -> None:
    held = db.session.connection().execute(
        update(Consultation)
        .where(Consultation.id == consultation_id, Consultation.status == Status.DRAFT)
        .values(created_at=Consultation.created_at)
    )
    if not held.rowcount:
        raise WrongState


def _take_off(consultation_id: str) -> None:
    for table in (VotedRuleValue, VotedRule):
        db.session.execute(delete(table).where(table.consultation_id == consultation_id))
