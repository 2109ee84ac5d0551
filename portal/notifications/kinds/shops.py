"""What shopkeepers are told."""

from __future__ import annotations

from portal.core.i18n import lazy_gettext as _l
from portal.notifications.kinds.kind import Kind, Topic, Whom

ALL = (
    Kind(
        "offer.approved",
        Topic.SHOPS,
        _l("My offer is approved"),
        _l("Approved: %(offer)s"),
        _l("The offer is published; residents can exchange points for it."),
        "circle-check",
        important=True,
        whom=Whom.SHOPKEEPERS,
    ),
    Kind(
        "offer.sent_back",
        Topic.SHOPS,
        _l("My offer is sent back"),
        _l("Sent back: %(offer)s"),
        _l("Please change the offer and hand it in again."),
        "arrow-back-up",
        important=True,
        said="reason",
        whom=Whom.SHOPKEEPERS,
    ),
    Kind(
        "merchant.verified",
        Topic.SHOPS,
        _l("My shop is verified"),
        _l("Verified: %(merchant)s"),
        _l("Your shop is public now. You can make your first offer."),
        "shield-check",
        important=True,
        whom=Whom.SHOPKEEPERS,
    ),
    Kind(
        "merchant.declined",
        Topic.SHOPS,
        _l("My shop is not verified"),
        _l("Not verified: %(merchant)s"),
        _l("Please correct the application and send it again."),
        "circle-x",
        important=True,
        said="reason",
        whom=Whom.SHOPKEEPERS,
    ),
)
