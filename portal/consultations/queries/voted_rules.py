"""The rule that a vote is about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from portal.consultations.models import Consultation, ConsultationOption, VotedRule, VotedRuleValue
from portal.core.database import db
from portal.points.rules import kind_of, label_of


@dataclass(frozen=True)
class RuleOnVote:
    """A point rule put to the vote: ``values`` by the ids of options (one that is not there leaves
    it as it is); ``rule_id`` the decision that came of it."""

    key: str
    effective_from: date
    rule_id: str | None
    values: Mapping[str, Any]

    @property
    def label(self) -> str:
        return label_of(self.key)

    @property
    def unit(self) -> str:
        return kind_of(self.key).unit


def rule_of(consultation_id: str) -> RuleOnVote | None:
    """The rule that a vote is about; None if it is about none."""
    rule = db.session.execute(
        select(VotedRule.key, VotedRule.effective_from, VotedRule.rule_id).where(
            VotedRule.consultation_id == consultation_id
        )
    ).first()
    if rule is None:
        return None
    values = db.session.execute(
        select(VotedRuleValue.option_id, VotedRuleValue.value).where(
            VotedRuleValue.consultation_id == consultation_id
        )
    )
    return RuleOnVote(
        rule.key, rule.effective_from, rule.rule_id, {row.option_id: row.value for row in values}
    )


def values_by_position(consultation_id: str) -> dict[int, Any]:
    """The values by the places of their options."""
    rows = db.session.execute(
        select(ConsultationOption.position, VotedRuleValue.value)
        .join(VotedRuleValue, VotedRuleValue.option_id == ConsultationOption.id)
        .where(ConsultationOption.consultation_id == consultation_id)
    )
    return {row.position: row.value for row in rows}


def public_titles(consultation_ids: Collection[str]) -> dict[str, str]:
    """What some votes are called."""
    rows = db.session.execute(
        select(Consultation.id, Consultation.title).where(
            Consultation.id.in_(consultation_ids), Consultation.discussion_at.is_not(None)
        )
    )
    return {row.id: row.title for row in rows}
