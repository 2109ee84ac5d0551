"""Every kind of notification there is: its words, what they need, whether it is worth an e-mail.

A room emits ``notify`` with a kind and its params; :mod:`portal.notices.words` puts them together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

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
    CONSULTATIONS = "consultations"
    TASKS = "tasks"
    ACCOUNT = "account"


class Whom(StrEnum):
    """Whom a kind can concern: what nobody but shopkeepers is ever told is no choice of others."""

    EVERYBODY = "everybody"
    REVIEWERS = "reviewers"
    HOSTS = "hosts"
    JUDGES = "judges"
    """Who confirms service, and decides where somebody objects."""
    ORGANIZERS = "organizers"
    """Who manages an organization."""
    FOUNDERS = "founders"
    """Who belongs to an organization, or has applied for one."""
    SHOPKEEPERS = "shopkeepers"
    STAFF = "staff"
    """Who has a task of any kind."""


@dataclass(frozen=True)
class Kind:
    """One kind. ``label``: what it is called where a person chooses among them; ``said``: the param
    that holds a person's own words, quoted after the text; ``important``: it comes by e-mail too,
    unless the person has chosen otherwise; ``whom``: the others do not choose about it."""

    name: str
    topic: Topic
    label: Any
    title: Any
    text: Any
    icon: str
    important: bool = False
    said: str | None = None
    whom: Whom = Whom.EVERYBODY

    @property
    def needs(self) -> frozenset[str]:
        """The params without which the words cannot be written."""
        named = set(_PLACEHOLDER.findall(f"{self.title} {self.text}"))
        return frozenset(named | ({self.said} if self.said else set()))


_T, _W = Topic, Whom

_ALL = (
    Kind(
        "signup.promoted",
        _T.ACTIVITIES,
        _l("I move up from the waiting list"),
        _l("A place has become free for you: %(title)s"),
        _l("You have moved up from the waiting list. It starts %(starts_at)s."),
        "circle-check",
        important=True,
    ),
    Kind(
        "activity.cancelled",
        _T.ACTIVITIES,
        _l("Something I signed up for is cancelled"),
        _l("Cancelled: %(title)s"),
        _l("What you signed up for does not take place."),
        "ban",
        important=True,
        said="reason",
    ),
    Kind(
        "activity.changed",
        _T.ACTIVITIES,
        _l("Something I signed up for is changed"),
        _l("Changed: %(title)s"),
        _l("The host has changed what stands on its page. Please read it again."),
        "pencil",
    ),
    Kind(
        "activity.moved",
        _T.ACTIVITIES,
        _l("Something I signed up for has another place"),
        _l("Another place: %(title)s"),
        _l("It takes place here now: %(place)s. Please read its page again."),
        "map-pin",
        important=True,
    ),
    Kind(
        "shift.moved",
        _T.ACTIVITIES,
        _l("Something I signed up for has another time"),
        _l("Another time: %(title)s"),
        _l(
            "It starts %(starts_at)s, no longer %(was_at)s. If you cannot come, give your place "
            "back."
        ),
        "clock",
        important=True,
    ),
    Kind(
        "shift.cancelled",
        _T.ACTIVITIES,
        _l("A shift I signed up for is cancelled"),
        _l("Called off: %(title)s, %(starts_at)s"),
        _l("This shift does not take place. The others do."),
        "ban",
        important=True,
        said="reason",
    ),
    Kind(
        "signup.removed",
        _T.ACTIVITIES,
        _l("The host takes me off a shift"),
        _l("You are off the list: %(title)s"),
        _l("The host took you off the shift that starts %(starts_at)s."),
        "circle-x",
        important=True,
        said="reason",
    ),
    Kind(
        "signup.displaced",
        _T.ACTIVITIES,
        _l("I lose a place because its time was changed"),
        _l("Your place was given on: %(title)s"),
        _l("It starts %(starts_at)s now, when you are signed up for something else."),
        "clock",
        important=True,
    ),
    Kind(
        "signup.added",
        _T.ACTIVITIES,
        _l("The host adds me to a shift"),
        _l("You take part: %(title)s"),
        _l("The host has added you to the list and ticked you in."),
        "circle-check",
    ),
    Kind(
        "activity.review_wanted",
        _T.TASKS,
        _l("An activity waits for my review"),
        _l("To be reviewed: %(title)s"),
        _l("%(host)s wants to publish this activity."),
        "clipboard-check",
        whom=_W.REVIEWERS,
    ),
    Kind(
        "activity.approved",
        _T.TASKS,
        _l("My activity is approved"),
        _l("Approved: %(title)s"),
        _l("The activity is published; residents can sign up."),
        "circle-check",
        important=True,
        whom=_W.HOSTS,
    ),
    Kind(
        "activity.sent_back",
        _T.TASKS,
        _l("My activity is sent back"),
        _l("Sent back: %(title)s"),
        _l("Please change the activity and hand it in again."),
        "arrow-back-up",
        important=True,
        said="reason",
        whom=_W.HOSTS,
    ),
    Kind(
        "record.announced",
        _T.SERVICE,
        _l("My service is on show before it counts"),
        _l("Your service is on show: %(title)s"),
        _l("%(minutes)s were confirmed by the host. Points follow when nobody objects in time."),
        "eye",
    ),
    Kind(
        "record.confirmed",
        _T.SERVICE,
        _l("My service is confirmed"),
        _l("Your service is confirmed: %(title)s"),
        _l("%(minutes)s of service and %(points)s points are yours. Thank you."),
        "clipboard-check",
    ),
    Kind(
        "record.rejected",
        _T.SERVICE,
        _l("My service is not confirmed"),
        _l("Not confirmed: %(title)s"),
        _l("The host did not confirm this service. You may object."),
        "circle-x",
        important=True,
        said="reason",
    ),
    Kind(
        "record.corrected",
        _T.SERVICE,
        _l("My service is corrected"),
        _l("Your service was corrected: %(title)s"),
        _l("It now counts %(minutes)s and %(points)s points."),
        "pencil",
        important=True,
        said="reason",
    ),
    Kind(
        "record.disputed",
        _T.TASKS,
        _l("Somebody objects to a record of mine to judge"),
        _l("Somebody objects: %(title)s"),
        _l("A service record was disputed. Please look at it again."),
        "alert-triangle",
        important=True,
        whom=_W.JUDGES,
    ),
    Kind(
        "record.upheld",
        _T.SERVICE,
        _l("My objection was looked at"),
        _l("Looked at again: %(title)s"),
        _l("After your objection the record stays as it was."),
        "info-circle",
    ),
    Kind(
        "points.gift_received",
        _T.POINTS,
        _l("A neighbour gives me points"),
        _l("You were given %(points)s points"),
        _l("A neighbour gave them to you. They keep the day on which they expire."),
        "gift",
        said="message",
    ),
    Kind(
        "points.expiring_soon",
        _T.POINTS,
        _l("Points of mine expire soon"),
        _l("%(amount)s points expire soon"),
        _l("Use them until %(expires_on)s."),
        "hourglass",
        important=True,
    ),
    Kind(
        "voucher.expiring_soon",
        _T.VOUCHERS,
        _l("A voucher of mine expires soon"),
        _l("Your voucher expires soon: %(offer)s"),
        _l("Show it at the shop before %(expires_at)s; afterwards you get the points back."),
        "hourglass",
    ),
    Kind(
        "voucher.redeemed",
        _T.VOUCHERS,
        _l("A voucher of mine is redeemed"),
        _l("Redeemed: %(offer)s"),
        _l("%(merchant)s took your voucher for %(points)s points."),
        "ticket",
    ),
    Kind(
        "voucher.cancelled_by_merchant",
        _T.VOUCHERS,
        _l("A shop takes a voucher back"),
        _l("Taken back: %(offer)s"),
        _l("%(merchant)s cannot honour your voucher. You have your %(points)s points back."),
        "ban",
        important=True,
        said="reason",
    ),
    Kind(
        "organization.invited",
        _T.ORGANIZATIONS,
        _l("An organization invites me"),
        _l("You are invited: %(organization)s"),
        _l("%(inviter)s asks you to join. You decide."),
        "users",
        important=True,
    ),
    Kind(
        "organization.verified",
        _T.ORGANIZATIONS,
        _l("My organization is verified"),
        _l("Verified: %(organization)s"),
        _l("Your organization is public now, and you manage it."),
        "shield-check",
        important=True,
        whom=_W.FOUNDERS,
    ),
    Kind(
        "organization.declined",
        _T.ORGANIZATIONS,
        _l("My organization is not verified"),
        _l("Not verified: %(organization)s"),
        _l("Please correct the application and send it again."),
        "circle-x",
        important=True,
        said="reason",
        whom=_W.FOUNDERS,
    ),
    Kind(
        "praise.received",
        _T.ORGANIZATIONS,
        _l("My organization is rated"),
        _l("A rating for %(organization)s"),
        _l("Somebody gave %(score)s of 5. You may answer."),
        "heart",
        whom=_W.ORGANIZERS,
    ),
    Kind(
        "praise.answered",
        _T.ORGANIZATIONS,
        _l("My rating is answered"),
        _l("%(organization)s answered you"),
        _l("There is an answer to your rating."),
        "message-circle",
    ),
    Kind(
        "offer.approved",
        _T.SHOPS,
        _l("My offer is approved"),
        _l("Approved: %(offer)s"),
        _l("The offer is published; residents can exchange points for it."),
        "circle-check",
        important=True,
        whom=_W.SHOPKEEPERS,
    ),
    Kind(
        "offer.sent_back",
        _T.SHOPS,
        _l("My offer is sent back"),
        _l("Sent back: %(offer)s"),
        _l("Please change the offer and hand it in again."),
        "arrow-back-up",
        important=True,
        said="reason",
        whom=_W.SHOPKEEPERS,
    ),
    Kind(
        "merchant.verified",
        _T.SHOPS,
        _l("My shop is verified"),
        _l("Verified: %(merchant)s"),
        _l("Your shop is public now. You can make your first offer."),
        "shield-check",
        important=True,
        whom=_W.SHOPKEEPERS,
    ),
    Kind(
        "merchant.declined",
        _T.SHOPS,
        _l("My shop is not verified"),
        _l("Not verified: %(merchant)s"),
        _l("Please correct the application and send it again."),
        "circle-x",
        important=True,
        said="reason",
        whom=_W.SHOPKEEPERS,
    ),
    Kind(
        "consultation.discussed",
        _T.CONSULTATIONS,
        _l("My community talks something over"),
        _l("Talked over: %(title)s"),
        _l("Say what you think of it, before the vote begins."),
        "message-circle",
    ),
    Kind(
        "consultation.opened",
        _T.CONSULTATIONS,
        _l("I can vote"),
        _l("Vote now: %(title)s"),
        _l("You are on the roll. You have one ballot, and it is secret."),
        "checkbox",
        important=True,
    ),
    Kind(
        "consultation.reminder",
        _T.CONSULTATIONS,
        _l("A vote ends soon and I have not voted"),
        _l("Your vote is not in yet: %(title)s"),
        _l("Voting ends %(closes_at)s."),
        "clock",
        important=True,
    ),
    Kind(
        "consultation.closed",
        _T.CONSULTATIONS,
        _l("A vote of mine is counted"),
        _l("Counted: %(title)s"),
        _l("The result is there. Everybody can count it again."),
        "chart-bar",
    ),
    Kind(
        "consultation.decided",
        _T.CONSULTATIONS,
        _l("The committee decides on a vote of mine"),
        _l("Decided: %(title)s"),
        _l("Read what becomes of the outcome, and why."),
        "scale",
        important=True,
    ),
    Kind(
        "consultation.cancelled",
        _T.CONSULTATIONS,
        _l("A consultation of my community is called off"),
        _l("Called off: %(title)s"),
        _l("There will be no result. Ballots that were cast have been destroyed unopened."),
        "ban",
        said="reason",
    ),
    Kind(
        "home.verified",
        _T.ACCOUNT,
        _l("My home is confirmed"),
        _l("You are a resident of %(region)s"),
        _l("The community has confirmed your home. Everything here is open to you now."),
        "home",
        important=True,
    ),
    Kind(
        "home.declined",
        _T.ACCOUNT,
        _l("My home is not confirmed"),
        _l("Your home was not confirmed"),
        _l("%(region)s could not confirm that you live there."),
        "home",
        important=True,
        said="reason",
    ),
    Kind(
        "role.granted",
        _T.TASKS,
        _l("I am given a task"),
        _l("A new task for you: %(role)s"),
        _l("You have it for %(scope)s."),
        "id",
        important=True,
        whom=_W.STAFF,
    ),
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
    Topic.TASKS: _l("My tasks"),
    Topic.ACCOUNT: _l("My home"),
}
