"""What is told of points and vouchers."""

from __future__ import annotations

from portal.core.i18n import lazy_gettext as _l
from portal.notifications.kinds.kind import Kind, Topic

ALL = (
    Kind(
        "points.gift_received",
        Topic.POINTS,
        _l("A neighbour gives me points"),
        _l("You were given %(points)s points"),
        _l("A neighbour gave them to you. They keep the day on which they expire."),
        "gift",
        said="message",
    ),
    Kind(
        "points.expiring_soon",
        Topic.POINTS,
        _l("Points of mine expire soon"),
        _l("%(amount)s points expire soon"),
        _l("Use them until %(expires_on)s."),
        "hourglass",
        important=True,
    ),
    Kind(
        "voucher.expiring_soon",
        Topic.VOUCHERS,
        _l("A voucher of mine expires soon"),
        _l("Your voucher expires soon: %(offer)s"),
        _l("Show it at the shop before %(expires_at)s; afterwards you get the points back."),
        "hourglass",
    ),
    Kind(
        "voucher.redeemed",
        Topic.VOUCHERS,
        _l("A voucher of mine is redeemed"),
        _l("Redeemed: %(offer)s"),
        _l("%(merchant)s took your voucher for %(points)s points."),
        "ticket",
    ),
    Kind(
        "voucher.cancelled_by_merchant",
        Topic.VOUCHERS,
        _l("A shop takes a voucher back"),
        _l("Taken back: %(offer)s"),
        _l("%(merchant)s cannot honour your voucher. You have your %(points)s points back."),
        "ban",
        important=True,
        said="reason",
    ),
)
