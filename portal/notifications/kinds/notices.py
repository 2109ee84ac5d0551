"""What those are told whom a notice concerns."""

from __future__ import annotations

from portal.core.i18n import lazy_gettext as _l
from portal.notifications.kinds.kind import Kind, Topic

ALL = (
    Kind(
        "notice.published",
        Topic.NOTICES,
        _l("A notice of my region"),
        _l("%(titles)s"),
        _l("%(region)s: %(summaries)s"),
        "speakerphone",
        by_consent="notices",
    ),
    Kind(
        "notice.urgent",
        Topic.NOTICES,
        _l("An urgent notice of my region"),
        _l("Urgent: %(titles)s"),
        _l("%(region)s: %(summaries)s"),
        "alert-triangle",
        important=True,
        urgent=True,
    ),
)
