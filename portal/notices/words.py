"""What notices are called on pages."""

from __future__ import annotations

from typing import Any

from portal.core.clock import today
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import listed
from portal.notices.rules import Audience, Status, is_over

AUDIENCES: dict[Audience, Any] = {
    Audience.RESIDENTS: _l("Residents"),
    Audience.ORGANIZATIONS: _l("Who manages an organization"),
    Audience.MERCHANTS: _l("Who runs a shop"),
    Audience.STAFF: _l("Who works for the community"),
}

TABS: dict[Status, Any] = {
    Status.DRAFT: _l("Drafts"),
    Status.SCHEDULED: _l("Planned"),
    Status.PUBLISHED: _l("Published"),
    Status.WITHDRAWN: _l("Taken back"),
}

LANGUAGES = {"zh_Hans": "zh-Hans", "en": "en"}
"""How a page says in which language a part of it is."""


def mark_of(row: Any) -> tuple[str, Any] | None:
    """Kind and word of a notice's mark for its readers; None for an ordinary one."""
    if row.status == Status.WITHDRAWN:
        return "neutral", _l("Taken back")
    if is_over(row.ends_on, today()):
        return "neutral", _l("Over")
    if row.urgent:
        return "danger", _l("Urgent")
    return None


def state_of(row: Any) -> tuple[str, Any]:
    """The same for the desk, which sees every state."""
    if row.status == Status.DRAFT:
        return "neutral", _l("Draft")
    if row.status == Status.SCHEDULED:
        return "wait", _l("Planned")
    return mark_of(row) or ("ok", _l("Published"))


def audiences(row: Any) -> str:
    """Whom a notice is for, in words."""
    return listed([str(AUDIENCES[each]) for each in Audience if each in row.audiences])


def percent(share: float | None) -> str:
    """A share as people read it; a dash where there is none."""
    return "–" if share is None else f"{share:.0%}"
