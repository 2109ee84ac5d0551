"""A point rule put to the vote."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from portal.consultations import services
from portal.consultations.api.blueprint import api
from portal.consultations.queries import consultations, voted_rules
from portal.consultations.rules import rule_texts
from portal.consultations.rules.ballots import MOST_OPTIONS
from portal.core.access import current_principal, the_principal
from portal.core.errors import NotFound
from portal.core.permissions import Permission
from portal.core.schema import Day, Flag, Identifier, Input, Items, Text
from portal.points.rules import kind_of


class ValueOfOption(Input):
    """What the rule is if an option wins, as it is written at the desk: ``15``, ``1.5``,
    ``22:00-06:00 1.5``."""

    option_id = Identifier(required=True)
    value = Text(shortest=1, longest=40, required=True)


class NewVotedRule(Input):
    key = Text(shortest=1, longest=60, required=True)
    effective_from = Day(required=True)
    values = Items(fields.Nested(ValueOfOption), least=1, most=MOST_OPTIONS, required=True)


class VotedRule(Input):
    """``in_effect``: the committee has decided to do what was voted, and the rule holds by it."""

    key = Text(longest=60, required=True)
    effective_from = Day(required=True)
    values = fields.List(fields.Nested(ValueOfOption), required=True)
    in_effect = Flag(required=True)


@api.read(
    "/consultations/<id:consultation_id>/rule",
    permission=Permission.PUBLIC,
    answer=VotedRule,
)
def get_voted_rule(consultation_id: str) -> dict[str, Any]:
    """The point rule that a vote is about, and what each option makes of it; 404 if none."""
    return _rule(consultations.visible(current_principal(), consultation_id).id)


@api.write(
    "/consultations/<id:consultation_id>/rule",
    permission=Permission.CONSULTATION_MANAGE,
    body=NewVotedRule,
    answer=VotedRule,
    refusals=("wrong_state",),
)
def put_rule_to_vote(consultation_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Let a draft be about a point rule of its region."""
    unit = kind_of(body["key"]).unit
    values = {each["option_id"]: rule_texts.read(unit, each["value"]) for each in body["values"]}
    services.put_rule_to_vote(
        the_principal(), consultation_id, body["key"], body["effective_from"], values
    )
    return _rule(consultation_id)


def _rule(consultation_id: str) -> dict[str, Any]:
    rule = voted_rules.rule_of(consultation_id)
    if rule is None:
        raise NotFound
    return {
        "key": rule.key,
        "effective_from": rule.effective_from.isoformat(),
        "values": [
            {"option_id": option_id, "value": rule_texts.write(value)}
            for option_id, value in rule.values.items()
        ],
        "in_effect": rule.rule_id is not None,
    }
