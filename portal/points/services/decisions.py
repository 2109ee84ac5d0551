"""Deciding the rules of a region."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal.core import audit
from portal.core.clock import today
from portal.core.database import db
from portal.core.permissions import Permission, Principal
from portal.points.errors import RuleInThePast
from portal.points.models import PointRule
from portal.points.policies import may_set_rules
from portal.points.rules import checked_value
from portal.regions.queries import path_of


def set_rule(
    actor: Principal,
    region_code: str,
    key: str,
    value: Any,
    effective_from: date,
    *,
    source_id: str | None = None,
) -> str:
    """Decide a rule for a region and all below that do not decide otherwise; None takes over what
    the region above has. Returns the decision's id. ``source_id`` is the
    vote that it came of (``portal.points.sources``).

    Raises:
        NotFound: there is no such region.
        Forbidden: the actor may not decide for it.
        Invalid: there is no such key, or the value is none for it.
        RuleInThePast: it would change what was earned before today.
    """
    actor.require_that(Permission.RULE_SET, may_set_rules(actor, path_of(region_code)))
    if effective_from < today():
        raise RuleInThePast
    kept = checked_value(key, value)
    rule = PointRule(
        region_code=region_code,
        key=key,
        value=kept,
        effective_from=effective_from,
        created_by=actor.id,
        source_id=source_id,
    )
    db.session.add(rule)
    db.session.flush()
    audit.record(
        actor.id,
        "rule.set",
        "region",
        region_code,
        region_code=region_code,
        key=key,
        value=kept,
        effective_from=effective_from.isoformat(),
        **({"source_id": source_id} if source_id else {}),
    )
    return rule.id
