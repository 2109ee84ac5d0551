"""Every kind of notification there is: its words, what they need, whether it is worth an e-mail.

A room emits ``notify`` with a kind and its params; :mod:`portal.notifications.words` puts them
together.
"""

from __future__ import annotations

from typing import Any

from portal.core.i18n import lazy_gettext as _l
from portal.notifications.kinds import (
    account,
    activities,
    commitments,
    consultations,
    notices,
    organizations,
    points,
    service,
    shops,
    suggestions,
)
from portal.notifications.kinds.kind import Kind, Topic, Whom

__all__ = ["KINDS", "TOPICS", "Kind", "Topic", "Whom"]

_ALL = (
    *activities.ALL,
    *service.ALL,
    *points.ALL,
    *organizations.ALL,
    *shops.ALL,
    *consultations.ALL,
    *commitments.ALL,
    *suggestions.ALL,
    *notices.ALL,
    *account.ALL,
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}

TOPICS: dict[Topic, Any] = {
    Topic.ACTIVITIES: _l("What I sign up for"),
    Topic.SERVICE: _l("My service"),
    Topic.POINTS: _l("Points"),
    Topic.VOUCHERS: _l("Vouchers"),
    Topic.ORGANIZATIONS: _l("Organizations"),
    Topic.SHOPS: _l("My shop"),
    Topic.CONSULTATIONS: _l("Consultations"),
    Topic.SUGGESTIONS: _l("Suggestions"),
    Topic.NOTICES: _l("Notices"),
    Topic.TASKS: _l("My tasks"),
    Topic.ACCOUNT: _l("My home"),
}
