"""Every kind of notification there is: its words, what they need, whether it is worth an e-mail.

A room emits ``notify`` with a kind and its params. Names of params say how they are written:
``…_at`` an instant, ``…_on`` a day, ``minutes`` a length, ``points`` and ``amount`` a number,
``role`` a role's code; anything else is a text as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from portal.accounts.words import ROLES
from portal.core.i18n import (
    duration,
    exact_day,
    exact_instant,
    friendly_day,
    friendly_instant,
    number,
)
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


class Topic(StrEnum):
    """How the kinds are grouped where a person chooses among them."""

    ACTIVITIES = "activities"
    SERVICE = "service"
    POINTS = "points"
    VOUCHERS = "vouchers"
    ORGANIZATIONS = "organizations"
    SHOPS = "shops"
    ACCOUNT = "account"


@dataclass(frozen=True)
class Kind:
    """One kind. ``said`` names the param that holds a person's own words, quoted after the text;
    ``important``: it comes by e-mail too, unless the person has chosen otherwise."""

    name: str
    topic: Topic
    title: Any
    text: Any
    icon: str
    important: bool = False
    said: str | None = None

    @property
    def needs(self) -> frozenset[str]:
        """The params without which the words cannot be written."""
        named = set(_PLACEHOLDER.findall(f"{self.title} {self.text}"))
        return frozenset(named | ({self.said} if self.said else set()))


@dataclass(frozen=True)
class Words:
    """A notification as a person reads it, in the language in use."""

    title: str
    text: str


def words(kind: Kind, params: Mapping[str, Any], *, lasting: bool = False) -> Words:
    """Write a notification in the language in use.

    ``lasting`` is for letters, which may be read on another day: they name days in full, where a
    page says "tomorrow".
    """
    written = _Written({name: _as_read(name, params[name], lasting=lasting) for name in params})
    text = str(kind.text) % written
    said = str(params.get(kind.said) or "").strip() if kind.said else ""
    if said:
        text = _("%(text)s “%(said)s”", text=text, said=said)
    return Words(str(kind.title) % written, text)


class _Written(dict[str, str]):
    """An old notification may lack what newer words name; it is still shown."""

    def __missing__(self, name: str) -> str:
        return "…"


def _as_read(name: str, value: Any, *, lasting: bool) -> str:
    if name.endswith("_at"):
        return (exact_instant if lasting else friendly_instant)(datetime.fromisoformat(value))
    if name.endswith("_on"):
        return (exact_day if lasting else friendly_day)(date.fromisoformat(value))
    if name == "minutes":
        return duration(value)
    if name in ("points", "amount", "score"):
        return number(value)
    if name == "role":
        return str(ROLES.get(value, value))
    return str(value)


_T = Topic

_ALL = (
    Kind(
        "signup.confirmed",
        _T.ACTIVITIES,
        _l("You have a place: %(title)s"),
        _l("Your sign-up is confirmed. It starts %(starts_at)s."),
        "circle-check",
    ),
    Kind(
        "signup.promoted",
        _T.ACTIVITIES,
        _l("A place has become free for you: %(title)s"),
        _l("You have moved up from the waiting list. It starts %(starts_at)s."),
        "circle-check",
        important=True,
    ),
    Kind(
        "activity.cancelled",
        _T.ACTIVITIES,
        _l("Cancelled: %(title)s"),
        _l("What you signed up for does not take place."),
        "ban",
        important=True,
        said="reason",
    ),
    Kind(
        "activity.review_wanted",
        _T.ACTIVITIES,
        _l("To be reviewed: %(title)s"),
        _l("%(host)s wants to publish this activity."),
        "clipboard-check",
    ),
    Kind(
        "activity.approved",
        _T.ACTIVITIES,
        _l("Approved: %(title)s"),
        _l("The activity is published; residents can sign up."),
        "circle-check",
        important=True,
    ),
    Kind(
        "activity.sent_back",
        _T.ACTIVITIES,
        _l("Sent back: %(title)s"),
        _l("Please change the activity and hand it in again."),
        "arrow-back-up",
        important=True,
        said="reason",
    ),
    Kind(
        "record.announced",
        _T.SERVICE,
        _l("Your service is on show: %(title)s"),
        _l("%(minutes)s were confirmed by the host. Points follow when nobody objects in time."),
        "eye",
    ),
    Kind(
        "record.confirmed",
        _T.SERVICE,
        _l("Your service is confirmed: %(title)s"),
        _l("%(minutes)s of service and %(points)s points are yours. Thank you."),
        "clipboard-check",
    ),
    Kind(
        "record.rejected",
        _T.SERVICE,
        _l("Not confirmed: %(title)s"),
        _l("The host did not confirm this service. You may object."),
        "circle-x",
        important=True,
        said="reason",
    ),
    Kind(
        "record.corrected",
        _T.SERVICE,
        _l("Your service was corrected: %(title)s"),
        _l("It now counts %(minutes)s and %(points)s points."),
        "pencil",
        important=True,
        said="reason",
    ),
    Kind(
        "record.disputed",
        _T.SERVICE,
        _l("Somebody objects: %(title)s"),
        _l("A service record was disputed. Please look at it again."),
        "alert-triangle",
        important=True,
    ),
    Kind(
        "record.upheld",
        _T.SERVICE,
        _l("Looked at again: %(title)s"),
        _l("After your objection the record stays as it was."),
        "info-circle",
    ),
    Kind(
        "points.gift_received",
        _T.POINTS,
        _l("You were given %(points)s points"),
        _l("A neighbour gave them to you. They keep the day on which they expire."),
        "gift",
        said="message",
    ),
    Kind(
        "points.expiring_soon",
        _T.POINTS,
        _l("%(amount)s points expire soon"),
        _l("Use them until %(expires_on)s."),
        "hourglass",
        important=True,
    ),
    Kind(
        "voucher.expiring_soon",
        _T.VOUCHERS,
        _l("Your voucher expires soon: %(offer)s"),
        _l("Show it at the shop before %(expires_at)s; afterwards you get the points back."),
        "hourglass",
    ),
    Kind(
        "voucher.redeemed",
        _T.VOUCHERS,
        _l("Redeemed: %(offer)s"),
        _l("%(merchant)s took your voucher for %(points)s points."),
        "ticket",
    ),
    Kind(
        "voucher.cancelled_by_merchant",
        _T.VOUCHERS,
        _l("Taken back: %(offer)s"),
        _l("%(merchant)s cannot honour your voucher. You have your %(points)s points back."),
        "ban",
        important=True,
    ),
    Kind(
        "organization.invited",
        _T.ORGANIZATIONS,
        _l("You are invited: %(organization)s"),
        _l("%(inviter)s asks you to join. You decide."),
        "users",
        important=True,
    ),
    Kind(
        "organization.verified",
        _T.ORGANIZATIONS,
        _l("Verified: %(organization)s"),
        _l("Your organization is public now, and you manage it."),
        "shield-check",
        important=True,
    ),
    Kind(
        "organization.declined",
        _T.ORGANIZATIONS,
        _l("Not verified: %(organization)s"),
        _l("Please correct the application and send it again."),
        "circle-x",
        important=True,
        said="reason",
    ),
    Kind(
        "praise.received",
        _T.ORGANIZATIONS,
        _l("Praise for %(organization)s"),
        _l("Somebody gave %(score)s of 5. You may answer."),
        "heart",
    ),
    Kind(
        "praise.answered",
        _T.ORGANIZATIONS,
        _l("%(organization)s answered you"),
        _l("There is an answer to your praise."),
        "message-circle",
    ),
    Kind(
        "offer.approved",
        _T.SHOPS,
        _l("Approved: %(offer)s"),
        _l("The offer is published; residents can exchange points for it."),
        "circle-check",
        important=True,
    ),
    Kind(
        "offer.sent_back",
        _T.SHOPS,
        _l("Sent back: %(offer)s"),
        _l("Please change the offer and hand it in again."),
        "arrow-back-up",
        important=True,
        said="reason",
    ),
    Kind(
        "merchant.verified",
        _T.SHOPS,
        _l("Verified: %(merchant)s"),
        _l("Your shop is public now. You can make your first offer."),
        "shield-check",
        important=True,
    ),
    Kind(
        "merchant.declined",
        _T.SHOPS,
        _l("Not verified: %(merchant)s"),
        _l("Please correct the application and send it again."),
        "circle-x",
        important=True,
        said="reason",
    ),
    Kind(
        "home.verified",
        _T.ACCOUNT,
        _l("You are a resident of %(region)s"),
        _l("The community has confirmed your home. Everything here is open to you now."),
        "home",
        important=True,
    ),
    Kind(
        "home.declined",
        _T.ACCOUNT,
        _l("Your home was not confirmed"),
        _l("%(region)s could not confirm that you live there."),
        "home",
        important=True,
        said="reason",
    ),
    Kind(
        "role.granted",
        _T.ACCOUNT,
        _l("A new task for you: %(role)s"),
        _l("You have it for %(scope)s."),
        "id",
        important=True,
    ),
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}

TOPICS: dict[Topic, Any] = {
    Topic.ACTIVITIES: _l("Activities"),
    Topic.SERVICE: _l("My service"),
    Topic.POINTS: _l("Points"),
    Topic.VOUCHERS: _l("Vouchers"),
    Topic.ORGANIZATIONS: _l("Organizations"),
    Topic.SHOPS: _l("Shops"),
    Topic.ACCOUNT: _l("Me and my tasks"),
}

LABELS: dict[str, Any] = {
    "signup.confirmed": _l("My sign-up is confirmed"),
    "signup.promoted": _l("I move up from the waiting list"),
    "activity.cancelled": _l("Something I signed up for is cancelled"),
    "activity.review_wanted": _l("An activity waits for my review"),
    "activity.approved": _l("My activity is approved"),
    "activity.sent_back": _l("My activity is sent back"),
    "record.announced": _l("My service is on show before it counts"),
    "record.confirmed": _l("My service is confirmed"),
    "record.rejected": _l("My service is not confirmed"),
    "record.corrected": _l("My service is corrected"),
    "record.disputed": _l("Somebody objects to a record of mine to judge"),
    "record.upheld": _l("My objection was looked at"),
    "points.gift_received": _l("A neighbour gives me points"),
    "points.expiring_soon": _l("Points of mine expire soon"),
    "voucher.expiring_soon": _l("A voucher of mine expires soon"),
    "voucher.redeemed": _l("A voucher of mine is redeemed"),
    "voucher.cancelled_by_merchant": _l("A shop takes a voucher back"),
    "organization.invited": _l("An organization invites me"),
    "organization.verified": _l("My organization is verified"),
    "organization.declined": _l("My organization is not verified"),
    "praise.received": _l("My organization is praised"),
    "praise.answered": _l("My praise is answered"),
    "offer.approved": _l("My offer is approved"),
    "offer.sent_back": _l("My offer is sent back"),
    "merchant.verified": _l("My shop is verified"),
    "merchant.declined": _l("My shop is not verified"),
    "home.verified": _l("My home is confirmed"),
    "home.declined": _l("My home is not confirmed"),
    "role.granted": _l("I am given a task"),
}
"""What each kind is called where a person chooses."""
