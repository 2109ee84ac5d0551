"""What organizations and their members are told."""

from __future__ import annotations

from portal.core.i18n import lazy_gettext as _l
from portal.notifications.kinds.kind import Kind, Topic, Whom

ALL = (
    Kind(
        "organization.invited",
        Topic.ORGANIZATIONS,
        _l("An organization invites me"),
        _l("You are invited: %(organization)s"),
        _l("%(inviter)s asks you to join. You decide."),
        "users",
        important=True,
    ),
    Kind(
        "organization.verified",
        Topic.ORGANIZATIONS,
        _l("My organization is verified"),
        _l("Verified: %(organization)s"),
        _l("Your organization is public now, and you manage it."),
        "shield-check",
        important=True,
        whom=Whom.FOUNDERS,
    ),
    Kind(
        "organization.declined",
        Topic.ORGANIZATIONS,
        _l("My organization is not verified"),
        _l("Not verified: %(organization)s"),
        _l("Please correct the application and send it again."),
        "circle-x",
        important=True,
        said="reason",
        whom=Whom.FOUNDERS,
    ),
    Kind(
        "praise.received",
        Topic.ORGANIZATIONS,
        _l("My organization is rated"),
        _l("A rating for %(organization)s"),
        _l("Somebody gave %(score)s of 5. You may answer."),
        "heart",
        whom=Whom.ORGANIZERS,
    ),
    Kind(
        "praise.answered",
        Topic.ORGANIZATIONS,
        _l("My rating is answered"),
        _l("%(organization)s answered you"),
        _l("There is an answer to your rating."),
        "message-circle",
    ),
)
