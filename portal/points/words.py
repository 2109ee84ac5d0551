"""The words for kinds of bookings, and how each is shown."""

from __future__ import annotations

from typing import Any

from portal.core.i18n import lazy_gettext as _l
from portal.points.ledger import Kind, Purpose

KINDS: dict[str, Any] = {
    Kind.AWARD: _l("Earned by service"),
    Kind.REDEMPTION: _l("Exchanged"),
    Kind.REFUND: _l("Given back"),
    Kind.EXPIRY: _l("Expired"),
    Kind.GIFT: _l("Gift of points"),
    Kind.CORRECTION: _l("Corrected"),
    Kind.ISSUE: _l("Budget made"),
    Kind.ALLOCATION: _l("Budget passed on"),
    Kind.RESERVE: _l("Set aside for an activity"),
    Kind.RELEASE: _l("Returned by an activity"),
    Kind.CLOSING: _l("Returned by a closed account"),
}

ICONS: dict[str, str] = {
    Kind.AWARD: "heart-handshake",
    Kind.REDEMPTION: "shopping-bag",
    Kind.REFUND: "arrow-back-up",
    Kind.EXPIRY: "hourglass",
    Kind.GIFT: "gift",
    Kind.CORRECTION: "pencil",
}

PURPOSES: dict[str, Any] = {
    Purpose.WALLET: _l("Points of a resident"),
    Purpose.HOURS: _l("Hours of a resident"),
    Purpose.BUDGET: _l("Budget of a region"),
    Purpose.RESERVE: _l("Set aside for an activity"),
    Purpose.RECEIVED: _l("Budget received"),
    Purpose.PASSED_ON: _l("Budget passed on"),
    Purpose.SERVICE: _l("Service done"),
    Purpose.TAKINGS: _l("Redeemed at a shop"),
    Purpose.EXPIRY: _l("Expired points"),
    Purpose.SHORTFALL: _l("Not recovered"),
}
