"""What the desk calls the states of organizations, and what was decided about them."""

from __future__ import annotations

from typing import Any

from portal.core.i18n import lazy_gettext as _l

# A state's sign and word, as ``ui.status`` takes them.
STATES: dict[str, tuple[str, Any]] = {
    "pending": ("wait", _l("Waiting to be verified")),
    "verified": ("ok", _l("Verified")),
    "declined": ("danger", _l("Not verified")),
}

DECISIONS: dict[str, tuple[Any, str]] = {
    "organization.applied": (_l("Application sent in"), "send"),
    "organization.applied_again": (_l("Application sent in again"), "send"),
    "organization.verified": (_l("Verified"), "shield-check"),
    "organization.declined": (_l("Not verified"), "x"),
}
"""By the codes of the audit log: words and icon."""
