"""The weeks of the demo: activities are planned, people sign up, serve, are confirmed, praise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from portal.activities.queries import activities as activity_queries
from portal.activities.queries import records as record_queries
from portal.activities.queries import signups as signup_queries
from portal.activities.services import checkins, hosting, records, reports, signups, upkeep
from portal.activities.services.plans import ActivityPlan, Location, ShiftPlan
from portal.activities.services.praise import praise_activity
from portal.core.clock import clock
from portal.core.errors import DomainError
from portal.demo.cast import COMMUNITY, WALK_HOST, WALKERS
from portal.demo.organizations import ORGANIZATIONS
from portal.demo.programme import PROGRAMME, REPORTED_AFTERWARDS, DemoActivity
from portal.demo.settling import Town
from portal.demo.stage import Stage, attempt
from portal.demo.words import (
    ANSWERS,
    ANSWERS_TO_CRITICISM,
    COMMENTS,
    COMMENTS_ON,
    FLAG_REASON,
)
from portal.notifications import services as notifications
from portal.organizations import services as organizations

ANNOUNCED_BEFORE = timedelta(days=20)
SETTLED_BEFORE = timedelta(days=8)
"""How long before the first week everybody has settled."""
KEEN = 10
"""The first residents take part often, so that whoever signs in as one has points to spend."""

FEW = 40

SOUGHT = "meal"
AWAITED = ("confirmed", "no_show")
"""Who has a place and is not ticked in; when the shift is over the list calls them absent."""

SOCIAL_WORKERS = {COMMUNITY: "socialworker"}
OTHER_SOCIAL_WORKER = "socialworker2"


@dataclass
class Occurrence:
    """One of the programme's activities on one day."""

    activity: DemoActivity
    host: str
    starts_at: datetime
    ends_at: datetime
    activity_id: str = ""
    shift_id: str = ""
    under_way: bool = False


class Weeks:
    """Plans and plays all occurrences."""

    def __init__(self, stage: Stage, town: Town, residents: list[str], neighbours: list[str]):
        self.stage, self.town = stage, town
        self.random = stage.random
        self._local = {COMMUNITY: residents}
        self._others = neighbours
        self._busy: dict[str, list[tuple[datetime, datetime]]] = {}
        self._managers = {each.key: each for each in ORGANIZATIONS}
        self._happened: set[str] = set()

    def plan(self, first_monday: date, past: int, coming: int) -> None:
        """Plan every occurrence of the programme, ``past`` weeks and ``coming`` weeks around the
        present."""
        self.earliest = self.stage.local(first_monday, 9) - SETTLED_BEFORE
        for activity in PROGRAMME:
            for week in range(activity.first, past + coming + 1, activity.every):
                day = first_monday + timedelta(weeks=week, days=activity.weekday)
                self._plan_one(activity, self.stage.local(day, activity.hour))
        self._plan_today()
        self.stage.plan(self.stage.present - timedelta(hours=20), self._plan_unfinished)
        self._plan_reports(first_monday)
        self._plan_reading()

    def _plan_reading(self) -> None:
        """Most of what people were told they have read; the last days' news is still new."""
        at = self.stage.present - timedelta(days=3)
        for key in (*self._local[COMMUNITY], *self._others):
            self.stage.plan(at, partial(self._read, key))

    def _read(self, key: str) -> None:
        if key in self.stage.people:
            notifications.mark_all_read(self.stage.people[key])

    def _plan_today(self) -> None:
        """Something that is under way, whenever one looks."""
        hour = self.stage.present.replace(minute=0, second=0, microsecond=0)
        by_day = 7 <= self.stage.present.astimezone(clock.zone).hour < 19
        activity = next(each for each in PROGRAMME if each.key == ("visit" if by_day else "patrol"))
        self._plan_one(activity, hour - timedelta(hours=1), minutes=240, under_way=True)

    def _plan_one(
        self,
        activity: DemoActivity,
        starts_at: datetime,
        minutes: int | None = None,
        *,
        under_way: bool = False,
    ) -> None:
        host = self._host_of(activity)
        ends_at = starts_at + timedelta(minutes=minutes or activity.minutes)
        occurrence = Occurrence(activity, host, starts_at, ends_at, under_way=under_way)
        announced = starts_at - ANNOUNCED_BEFORE - timedelta(hours=self.random.randrange(30))
        announced = max(announced, self.earliest + timedelta(hours=self.random.uniform(0, 40)))
        self.stage.plan(self.stage.awake(announced), partial(self._announce, occurrence))

    def _host_of(self, activity: DemoActivity) -> str:
        if activity.host is not None:
            return self._managers[activity.host].manager
        return SOCIAL_WORKERS.get(activity.region, OTHER_SOCIAL_WORKER)

    # --- announcing ------------------------------------------------------------------------

    def _announce(self, occurrence: Occurrence) -> None:
        host = self.stage.people[occurrence.host]
        occurrence.activity_id = hosting.create_activity(host, self._plan_of(occurrence))
        if hosting.publish(host, occurrence.activity_id) == "in_review":
            reviewer = SOCIAL_WORKERS.get(occurrence.activity.region, OTHER_SOCIAL_WORKER)
            hosting.approve(self.stage.people[reviewer], occurrence.activity_id)
        shifts = activity_queries.shifts_of([occurrence.activity_id])
        occurrence.shift_id = shifts[occurrence.activity_id][0].id
        self._plan_signups(occurrence)
        self.stage.plan(
            occurrence.starts_at + timedelta(minutes=5), partial(self._begin, occurrence)
        )
        self.stage.plan(occurrence.ends_at + timedelta(minutes=10), partial(self._end, occurrence))

    def _plan_of(self, occurrence: Occurrence) -> ActivityPlan:
        activity = occurrence.activity
        organization_id = self.town.organizations[activity.host] if activity.host else None
        return ActivityPlan(
            title=activity.title,
            description=activity.description,
            category=activity.category,
            organization_id=organization_id,
            region_code=activity.region,
            shifts=(ShiftPlan(occurrence.starts_at, occurrence.ends_at, activity.capacity),),
            location=Location(activity.place, activity.latitude, activity.longitude),
            minimum_age=activity.minimum_age,
            skills=activity.skills,
            risks=activity.risks,
            insured=activity.insured,
            what_to_bring=activity.bring,
        )

    # --- signing up ------------------------------------------------------------------------

    def _plan_signups(self, occurrence: Occurrence) -> None:
        """Who wants to come decides at some time before the start; some activities are full."""
        begin, last = clock.now(), occurrence.starts_at - timedelta(hours=3)
        if self._is_sought(occurrence):
            last = max(begin, min(last, self.stage.present - timedelta(hours=1)))
        for key in self._who_wants_to_come(occurrence):
            at = self.stage.between(begin, last)
            self.stage.plan(self.stage.awake(at), partial(self._sign_up, occurrence, key))

    def _who_wants_to_come(self, occurrence: Occurrence) -> list[str]:
        people = self._who_might_come(occurrence.activity)
        capacity = occurrence.activity.capacity
        if occurrence.under_way:  # has free places, and leaves the first residents alone
            return self.random.sample(people[KEEN:], min(capacity - 3, len(people) - KEEN))
        wanted = round(capacity * self.random.triangular(0.55, 1.3, 0.9))
        if self._is_sought(occurrence):
            wanted = capacity + 6
        keen = [key for key in people[:KEEN] if self.random.random() < 0.4]
        chosen = dict.fromkeys([*keen, *self.random.sample(people, min(wanted, len(people)))])
        return [key for key in chosen if key not in WALKERS or self._leaves_time(occurrence)]

    def _is_sought(self, occurrence: Occurrence) -> bool:
        """Of this one more people want to be than there are places, so that some always wait."""
        return occurrence.activity.key == SOUGHT and occurrence.starts_at > self.stage.present

    def _leaves_time(self, occurrence: Occurrence) -> bool:
        """Whoever walks through the loop of README.md is free for it, on later days as well."""
        over = occurrence.ends_at <= self.stage.present - timedelta(hours=2)
        return over or occurrence.host == WALK_HOST

    def _who_might_come(self, activity: DemoActivity) -> list[str]:
        """Those who live there; in a small demo the next community lends a hand, so that
        organizations earn their name all the same."""
        people = self._local.get(activity.region, self._others)
        return people if len(people) >= FEW else [*people, *self._others]

    def _sign_up(self, occurrence: Occurrence, key: str) -> None:
        person = self.stage.people.get(key)
        if person is None or self._is_busy(key, occurrence):
            return
        try:
            signup = signups.sign_up(person, occurrence.shift_id)
        except DomainError:
            return  # too young, a member of the host already there, or it is full and closed
        self._busy.setdefault(key, []).append((occurrence.starts_at, occurrence.ends_at))
        if self.random.random() < 0.04:
            at = self.stage.between(clock.now(), occurrence.starts_at - timedelta(hours=2))
            self.stage.plan(at, attempt(partial(signups.cancel_signup, person, signup["id"])))

    def _is_busy(self, key: str, occurrence: Occurrence) -> bool:
        return any(
            begin < occurrence.ends_at and end > occurrence.starts_at
            for begin, end in self._busy.get(key, ())
        )

    # --- serving ---------------------------------------------------------------------------

    def _begin(self, occurrence: Occurrence) -> None:
        """Of what is still under way, most have arrived; the rest is ticked off at the end."""
        if occurrence.ends_at > self.stage.present:
            self._tick_in(occurrence, 0.8)

    def _end(self, occurrence: Occurrence) -> None:
        self._tick_in(occurrence, 0.95)
        upkeep.note_absences()
        soon = self.random.random() < 0.8
        hours = self.random.uniform(0.3, 4) if soon else self.random.uniform(12, 36)
        later = self.stage.awake(clock.now() + timedelta(hours=hours))
        self.stage.plan(later, partial(self._confirm, occurrence))

    def _tick_in(self, occurrence: Occurrence, share: float) -> None:
        host = self.stage.people[occurrence.host]
        for row in signup_queries.on_the_list(occurrence.shift_id):
            if row.status in AWAITED and self.random.random() < share:
                checkins.tick_in(host, row.id)

    def _confirm(self, occurrence: Occurrence) -> None:
        host = self.stage.people[occurrence.host]
        rows = [
            row
            for row in record_queries.of_shift(occurrence.shift_id)
            if row.status == "pending" and row.resident_id != host.id
        ]
        shorter = {row.id: row.minutes - 30 for row in rows if self.random.random() < 0.06}
        reason = "提前离开" if shorter else None
        records.confirm_shift(host, occurrence.shift_id, shorter, reason)
        upkeep.release_due()
        self._plan_praise(occurrence, [row.resident_id for row in rows])
        if shorter and self._happens("dispute", self.random.random() < 0.07):
            left_early = next(row for row in rows if row.id in shorter)
            dispute = partial(self._dispute, left_early.id, left_early.resident_id)
            self.stage.plan(self.stage.awake(clock.now() + timedelta(hours=5)), dispute)

    def _happens(self, what: str, by_chance: bool) -> bool:  # noqa: FBT001
        """By chance, but the first time for certain: every desk has some of it."""
        first = what not in self._happened
        self._happened.add(what)
        return first or by_chance

    def _dispute(self, record_id: str, resident_id: str) -> None:
        """Somebody who was noted as leaving early says that this is not so."""
        by_id = {person.id: person for person in self.stage.people.values()}
        reason = "我一直待到结束，是帮忙收工具才没有签退。"
        records.dispute_record(by_id[resident_id], record_id, reason)

    # --- praising --------------------------------------------------------------------------

    def _plan_praise(self, occurrence: Occurrence, resident_ids: list[str]) -> None:
        if occurrence.activity.host is None:
            return
        by_id = {person.id: key for key, person in self.stage.people.items()}
        for resident_id in resident_ids:
            if self.random.random() < 0.3:
                at = self.stage.awake(clock.now() + timedelta(hours=self.random.uniform(1, 60)))
                self.stage.plan(at, partial(self._praise, occurrence, by_id[resident_id]))

    def _praise(self, occurrence: Occurrence, key: str) -> None:
        organization = self._managers[occurrence.activity.host or ""]
        score = self.random.choice(organization.stars)
        comment = self._words(score, occurrence.activity.category)
        try:
            praise_id = praise_activity(
                self.stage.people[key], occurrence.activity_id, score, comment
            )
        except DomainError:
            return  # a member of the organization itself
        roll = self.random.random()
        manager = self.stage.people[organization.manager]
        if comment and roll < (0.2 if score > 3 else 0.5):
            words = self.random.choice(ANSWERS if score > 3 else ANSWERS_TO_CRITICISM)
            answer = partial(organizations.answer_praise, manager, praise_id, words)
            self.stage.plan(self.stage.awake(clock.now() + timedelta(hours=20)), answer)
        elif score <= 3 and self._happens("flag", roll > 0.8):
            flag = partial(organizations.flag_praise, manager, praise_id, FLAG_REASON)
            self.stage.plan(self.stage.awake(clock.now() + timedelta(hours=30)), flag)

    def _words(self, score: int, category: str) -> str:
        """A sentence that fits the stars and what was done; one in five gives stars alone."""
        if self.random.random() < 0.2:
            return ""
        fitting = COMMENTS[score]
        if score > 3:
            fitting += COMMENTS_ON.get(category, ())
        return self.random.choice(fitting)

    # --- what does not go by the programme ---------------------------------------------------

    def _plan_unfinished(self) -> None:
        """A draft, something in review, and something called off."""
        in_a_week = self.stage.today + timedelta(days=8)
        for activity, hour in ((PROGRAMME[0], 13), (PROGRAMME[3], 20)):
            starts_at = self.stage.local(in_a_week, hour)
            ends_at = starts_at + timedelta(minutes=activity.minutes)
            occurrence = Occurrence(activity, self._host_of(activity), starts_at, ends_at)
            host = self.stage.people[occurrence.host]
            draft = hosting.create_activity(host, self._plan_of(occurrence))
            if activity is PROGRAMME[3]:
                hosting.publish(host, draft)
        self._call_off()

    def _call_off(self) -> None:
        worker = self.stage.people["socialworker"]
        activity = next(each for each in PROGRAMME if each.key == "clean")
        starts_at = self.stage.local(self.stage.today + timedelta(days=4), 15)
        occurrence = Occurrence(
            activity, "socialworker", starts_at, starts_at + timedelta(minutes=activity.minutes)
        )
        activity_id = hosting.create_activity(worker, self._plan_of(occurrence))
        hosting.publish(worker, activity_id)
        occurrence.shift_id = activity_queries.shifts_of([activity_id])[activity_id][0].id
        for key in self._local[COMMUNITY][KEEN : KEEN + 6]:
            self._sign_up(occurrence, key)
        reason = "预报有大风，改到下个月。"
        self.stage.plan(
            self.stage.present - timedelta(hours=6),
            partial(hosting.cancel, worker, activity_id, reason),
        )

    def _plan_reports(self, first_monday: date) -> None:
        """Hours that nobody planned, told afterwards; the last two still wait."""
        begin = self.stage.local(first_monday + timedelta(weeks=2), 8)
        for number in range(2 * len(REPORTED_AFTERWARDS)):
            key = self._local[COMMUNITY][(number * 7) % len(self._local[COMMUNITY])]
            waits = number >= 2 * len(REPORTED_AFTERWARDS) - 2
            at = self.stage.awake(self.stage.between(begin, self.stage.present - timedelta(days=5)))
            if waits:
                at = self.stage.present - timedelta(hours=9 + number)
            self.stage.plan(at, partial(self._report, key, number, waits=waits))

    def _report(self, key: str, number: int, *, waits: bool) -> None:
        title, description, category, minutes = REPORTED_AFTERWARDS[
            number % len(REPORTED_AFTERWARDS)
        ]
        person = self.stage.people[key]
        report = reports.Report(
            organization_id=None,
            region_code=COMMUNITY,
            title=title,
            started_at=clock.now() - timedelta(minutes=minutes + 90),
            minutes=minutes,
            description=description,
            category=category,
        )
        try:
            record_id = reports.report_service(person, report)
        except DomainError:
            return  # served elsewhere at that time
        if waits:
            return
        worker = self.stage.people["socialworker"]
        later = self.stage.awake(clock.now() + timedelta(hours=26))
        if number == 3:
            decide = partial(records.reject_record, worker, record_id, "同一时间您在参加大扫除。")
        else:
            decide = partial(records.confirm_record, worker, record_id)
        self.stage.plan(later, attempt(decide))
