"""What those who serve are told of their service."""

from __future__ import annotations

from portal.core.i18n import lazy_gettext as _l
from portal.notifications.kinds.kind import Kind, Topic

ALL = (
    Kind(
        "record.announced",
        Topic.SERVICE,
        _l("My service is on show before it counts"),
        _l("Your service is on show: %(title)s"),
        _l("%(minutes)s were confirmed by the host. Points follow when nobody objects in time."),
        "eye",
    ),
    Kind(
        "record.confirmed",
        Topic.SERVICE,
        _l("My service is confirmed"),
        _l("Your service is confirmed: %(title)s"),
        _l("%(minutes)s of service and %(points)s points are yours. Thank you."),
        "clipboard-check",
    ),
    Kind(
        "record.rejected",
        Topic.SERVICE,
        _l("My service is not confirmed"),
        _l("Not confirmed: %(title)s"),
        _l("The host did not confirm this service. You may object."),
        "circle-x",
        important=True,
        said="reason",
    ),
    Kind(
        "record.corrected",
        Topic.SERVICE,
        _l("My service is corrected"),
        _l("Your service was corrected: %(title)s"),
        _l("It now counts %(minutes)s and %(points)s points."),
        "pencil",
        important=True,
        said="reason",
    ),
    Kind(
        "record.upheld",
        Topic.SERVICE,
        _l("My objection was looked at"),
        _l("Looked at again: %(title)s"),
        _l("After your objection the record stays as it was."),
        "info-circle",
    ),
)
