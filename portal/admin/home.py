"""What the home page says to a resident: what needs them now, what is near, what points can do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.accounts import queries as accounts
from portal.accounts.rules import Belonging
from portal.accounts.words import ROLES
from portal.activities.queries import activities, hosting, records, signups
from portal.admin import desk
from portal.admin.places import to
from portal.consultations.queries import finding as consultations
from portal.consultations.queries import proposals
from portal.consultations.words import time_left
from portal.core.clock import clock, now, today
from portal.core.i18n import current_locale, friendly_instant, ngettext
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission, Principal, Role
from portal.market import queries as market
from portal.notices import queries as notices
from portal.organizations import queries as organizations
from portal.points import queries as points
from portal.regions.queries import names_of
from portal.suggestions.queries import mine as suggestions

SOON = timedelta(days=7)
EXPIRING = timedelta(days=60)
MOST = 12
MOST_TO_CONFIRM = 3
MOST_TO_VOTE = 3
MOST_NOTICES = 3
MOST_TO_AGREE = 3
MOST_TO_JUDGE = 3
LOOKED_THROUGH = 24
A_MINUTE = timedelta(minutes=1)
"""What ends with a day ends at 23:59, not at 0:00 of the next."""


@dataclass(frozen=True)
class Need:
    """One thing that waits for this person, and until when; None: now, and it comes first."""

    title: str
    url: str
    icon: str
    due: datetime | None
    detail: str = ""
    tone: str | None = None


@dataclass(frozen=True)
class Home:
    """All that the page shows."""

    community: str | None
    points: dict[str, Any]
    minutes: int
    needs: list[Need]
    waiting: list[Need]
    near: Any
    affordable: Any
    notices: Any
    places: dict[str, int]


def home_of(person: Principal) -> Home:
    """The home page's content for one person."""
    purse = points.points_of(person.id)
    mine = {row.activity_id for row in signups.coming(person.id)}
    near, places = to_join(4, region=_around(person), without=mine)
    wish = market.Nearby(home_path=person.home_path, at_most=purse["balance"])
    offers = market.nearby_page(wish, limit=4).items if purse["balance"] else []
    return Home(
        community=_community(person),
        points=purse,
        minutes=points.minutes_of(person.id),
        needs=sorted(_needs(person, purse), key=_urgency)[:MOST],
        waiting=list(_unconfirmed(person)),
        near=near,
        affordable=offers,
        notices=notices.current(person.home_path, current_locale(), MOST_NOTICES),
        places=places,
    )


def to_join(
    limit: int, *, region: str | None = None, without: Collection[str] = ()
) -> tuple[list[Any], dict[str, int]]:
    """Activities to come: those with free places first, each kind in order of time; and how many
    places each has left."""
    found = activities.upcoming(region=region, limit=LOOKED_THROUGH)
    rows = [row for row in found if row.id not in without]
    places = places_left([row.id for row in rows])
    return sorted(rows, key=lambda row: places.get(row.id, 0) <= 0)[:limit], places


def places_left(activity_ids: list[str]) -> dict[str, int]:
    """How many places some activities have left in the shifts to come."""
    present = now()
    return {
        activity_id: sum(
            shift.capacity - shift.taken for shift in shifts if shift.starts_at > present
        )
        for activity_id, shifts in activities.shifts_of(activity_ids).items()
    }


def _community(person: Principal) -> str | None:
    if person.home_region is None:
        return None
    return names_of([person.home_region]).get(person.home_region)


def _around(person: Principal) -> str | None:
    """Near is one's own street: a community alone may have nothing this week."""
    return person.home_path[-2] if len(person.home_path) > 1 else None


def _urgency(need: Need) -> tuple[bool, datetime]:
    return need.due is not None, need.due or now()


def _needs(person: Principal, purse: dict[str, Any]) -> Iterator[Need]:
    yield from _service_now(person)
    yield from _hosting_needs(person)
    yield from _desk_needs(person)
    yield from _home_needs(person)
    yield from _ballot_needs(person)
    yield from _consent_needs(person)
    yield from _notice_needs(person)
    yield from _judgement_needs(person)
    yield from _shift_needs(person)
    yield from _voucher_needs(person)
    yield from _record_needs(person)
    yield from _expiry_needs(purse)
    yield from _invitations(person)


def _service_now(person: Principal) -> Iterator[Need]:
    for row in signups.coming(person.id, limit=5):
        if row.is_open:
            title = _("You are serving: %(title)s", title=row.title)
            until = _("until %(time)s · check out when you go", time=friendly_instant(row.ends_at))
            yield Need(title, to("check_out"), "clock", None, until, "hours")


def _hosting_needs(person: Principal) -> Iterator[Need]:
    """The shifts that are on, and those whose hours are to be confirmed."""
    if not person.holds_anywhere(Permission.RECORD_CONFIRM):
        return
    for row in hosting.shifts_until(person, now()):
        title, address = _("On now: %(title)s", title=row.title), to("shift", shift_id=row.id)
        until = _("until %(time)s", time=friendly_instant(row.ends_at))
        yield Need(title, address, "calendar-event", None, until)
    for row in hosting.shifts_to_confirm(person, limit=MOST_TO_CONFIRM):
        waiting = ngettext(
            "%(num)s person waits for hours", "%(num)s people wait for their hours", row.people
        )
        detail = f"{friendly_instant(row.starts_at)} · {waiting}"
        address = to("confirm_shift", shift_id=row.id)
        yield Need(row.title, address, "clipboard-check", None, detail, "wait")


def _desk_needs(person: Principal) -> Iterator[Need]:
    for queue in desk.queues(person):
        if queue.waiting:
            waiting = ngettext("%(num)s waits for you", "%(num)s wait for you", queue.waiting)
            detail = waiting if not queue.more else _("%(num)s or more wait", num=queue.waiting)
            yield Need(str(queue.label), queue.url, queue.icon, None, detail, "wait")


def _home_needs(person: Principal) -> Iterator[Need]:
    if person.verified or works_as(person):  # who works here need not live here
        return
    claims = accounts.claims_of(person.id, Belonging.HOME)
    asked = next((each.claimed_at for each in claims if each.state == "waiting"), None)
    title = _("Your community is checking your address") if asked else _("Say where you live")
    detail = _("once it is confirmed you can vote there")
    if asked:
        since = friendly_instant(asked)
        detail = _("asked %(time)s · once it is confirmed you can vote there", time=since)
    yield Need(title, to("my_home"), "home", None, detail, "wait")


def _ballot_needs(person: Principal) -> Iterator[Need]:
    """The votes that wait for this person's ballot; one without an end comes first."""
    for row in consultations.to_vote(person.id, limit=MOST_TO_VOTE):
        title = _("Your vote: %(title)s", title=row.title)
        left = time_left(row.closes_at) if row.closes_at else ""
        address = to("consultation", consultation_id=row.id)
        yield Need(title, address, "checkbox", row.closes_at, left, "wait")


def _consent_needs(person: Principal) -> Iterator[Need]:
    """Proposals of this person's that would become one with others, if they agree."""
    for row in proposals.asked_of(person.id, limit=MOST_TO_AGREE):
        title = _("May it become one proposal? %(title)s", title=row.title)
        address = to("merger", consultation_id=row.consultation_id, merger_id=row.id)
        yield Need(title, address, "users-group", None, _("Your consent is asked"), "wait")


def _notice_needs(person: Principal) -> Iterator[Need]:
    for row in notices.to_confirm(person.id, current_locale(), MOST_TO_CONFIRM):
        address = to("notice", notice_id=row.id)
        yield Need(row.title, address, "speakerphone", None, _("Please confirm that you read it"))


def _judgement_needs(person: Principal) -> Iterator[Need]:
    """The answers to one's suggestions that one has not judged yet."""
    for row in suggestions.to_judge(person.id, limit=MOST_TO_JUDGE):
        title = _("Is the answer good? %(title)s", title=row.title)
        address = to("judge_answer", suggestion_id=row.id)
        yield Need(title, address, "star", row.judge_until, row.department_name or "", "wait")


def _shift_needs(person: Principal) -> Iterator[Need]:
    for row in signups.coming(person.id, limit=5):
        if row.starts_at < now() + SOON and row.status == "confirmed":
            address = to("activity", activity_id=row.activity_id)
            yield Need(row.title, address, "calendar-event", row.starts_at, _("You have a place"))


def _voucher_needs(person: Principal) -> Iterator[Need]:
    for row in market.open_vouchers(person.id, limit=5):
        if row.expires_at < now() + SOON:
            address = to("voucher", voucher_id=row.id)
            yield Need(
                row.title,
                address,
                "ticket",
                row.expires_at - A_MINUTE,
                _("This voucher ends soon"),
                "wait",
            )


def _record_needs(person: Principal) -> Iterator[Need]:
    """What was refused or shortened lately: one may say that it is wrong."""
    for row in records.mine(person, limit=10).items:
        changed = row.status in ("rejected", "corrected") and row.decided_at is not None
        if changed and row.decided_at > now() - SOON:
            address = to("service", record_id=row.id)
            yield Need(
                row.title,
                address,
                "clipboard-check",
                row.decided_at + SOON,
                _("Your hours were changed. Is that right?"),
                "wait",
            )


def _unconfirmed(person: Principal) -> Iterator[Need]:
    """The service that was done and waits for others: for the host, then for the neighbours."""
    waiting = records.waiting_of(person.id)
    if pending := waiting.get("pending"):
        title = ngettext(
            "%(num)s service waits for the host's word",
            "%(num)s services wait for the host's word",
            pending.number,
        )
        since = friendly_instant(pending.since)
        detail = _("since %(time)s · once it is confirmed, hours and points are yours", time=since)
        yield Need(title, _service_page(pending), "hourglass", None, detail, "hours")
    if announced := waiting.get("provisional"):
        title = ngettext(
            "%(num)s confirmed service is on display",
            "%(num)s confirmed services are on display",
            announced.number,
        )
        until = friendly_instant(announced.until)
        detail = _("until %(time)s · if nobody objects, hours and points are yours", time=until)
        yield Need(title, _service_page(announced), "eye", None, detail, "hours")


def _service_page(waiting: Any) -> str:
    return to("service", record_id=waiting.one) if waiting.number == 1 else to("my_service")


def _expiry_needs(purse: dict[str, Any]) -> Iterator[Need]:
    for lot in purse["expiring"][:1]:
        if lot["expires_on"] <= today() + EXPIRING:
            title = _("%(points)s points expire", points=lot["amount"])
            due = clock.start_of(lot["expires_on"] + timedelta(days=1)) - A_MINUTE
            yield Need(title, to("exchange"), "coins", due, _("See what they can do"), "points")


def _invitations(person: Principal) -> Iterator[Need]:
    for row in organizations.invitations_of(person.id):
        title = _("%(organization)s invites you", organization=row.organization)
        yield Need(title, to("my_organizations"), "users-group", row.invited_at + SOON, row.inviter)


def works_as(person: Principal) -> list[str]:
    """The roles of a person beside that of a neighbour, in words."""
    staff = {grant.role for grant in person.grants if grant.role is not Role.RESIDENT}
    return [str(ROLES[role]) for role in Role if role in staff]
