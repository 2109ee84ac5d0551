"""The demo's suggestions are lived through: reported, dispatched, worked on, answered, judged."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from portal.core.clock import clock
from portal.core.permissions import Principal, Role, ScopeKind
from portal.demo import case_offices as offices
from portal.demo.case_ways import CALLED, LEADS, WAYS, Step, Verb, Way
from portal.demo.people import People
from portal.demo.stage import GETS_UP, GOES_TO_BED, Stage, attempt
from portal.suggestions import services
from portal.suggestions.rules.machine import Outcome
from portal.suggestions.rules.taking_in import Channel, Visibility
from portal.suggestions.services.catalogue import Category
from portal.suggestions.services.clockwork import catch_up

TEXTS = Path(__file__).with_name("cases.csv")
IN_CONFIDENCE = "dispute"
CALLABLE = ("works", "enforcement", "housing", "sanitation")
REPORT_WITHIN = timedelta(hours=24)
SCORES, WEIGHTS = (5, 4, 3, 2, 1), (46, 30, 12, 8, 4)
ANONYMOUS, ON_PATROL = 0.09, 0.12
"""Shares of the reports."""
_MINUTES = timedelta(minutes=10)
_FIRST_REPORTERS = ("resident1", "resident2", "neighbour1")
_FAMILIAR = frozenset(
    {"new", "begun", "overdue", "answered", "judged", "reopened", "merged", "in confidence, begun"}
)
"""Who signs in finds something of their own: the first cases of these ways are theirs."""


@dataclass(frozen=True)
class CaseText:
    category: str
    title: str
    description: str
    progress: str
    answer: str
    outcome: str


def texts() -> list[CaseText]:
    """What is reported and answered; ``{place}`` stands for where."""
    with TEXTS.open(encoding="utf-8", newline="") as lines:
        return [CaseText(**row) for row in csv.DictReader(lines)]


class Casework:
    """Plans the offices and every case. It has dice of its own: what the others do does not change
    with it."""

    def __init__(self, stage: Stage, people: People, seed: int) -> None:
        self.stage, self.people, self.seed = stage, people, seed
        self.departments: dict[str, str] = {}
        self.days = {each.code: each.days for each in offices.CATEGORIES}
        self.texts = texts()

    def plan(self, founded: datetime) -> None:
        opened = founded + timedelta(hours=1)
        self.stage.plan(opened, self._open_offices)
        self._plan_clock(clock.day_of(founded))
        leads = [_Story(self, LEADS, number, None) for number in range(LEADS.count)]
        stories = [
            _Story(self, way, number, leads[number % len(leads)] if way.same else None)
            for way in WAYS
            for number in range(way.count)
        ]
        for story in (*leads, *stories):
            story.plan()

    def person(self, login: str) -> Principal:
        return self.stage.people[login]

    def handler(self, department: str) -> Principal:
        return self.person(_LOGINS[department])

    def responsible(self, category: str, region_code: str) -> str:
        """The key of the department that answers for this category there."""
        for code, region, department in offices.RESPONSIBLE:
            if code == category and region_code.startswith(region):
                return department
        return _RESPONSIBLE[category]

    def neighbours(self) -> list[Principal]:
        """Verified residents who are there by now."""
        return [each for each in self.stage.people.values() if each.verified]

    def _open_offices(self) -> None:
        admin = self.person(offices.SETS_UP)
        for each in offices.DEPARTMENTS:
            department_id = services.open_department(admin, each.region, each.name)
            self.departments[each.key] = department_id
            self.people.make(each.login, each.person)
            self.people.give(
                each.login, Role.DEPARTMENT_HANDLER, ScopeKind.DEPARTMENT, department_id
            )
        for kind in offices.CATEGORIES:
            services.define_category(admin, self._category(kind))
        for code, region, department in offices.RESPONSIBLE:
            services.name_responsible(admin, code, region, self.departments[department])
        for category, said, region, department in offices.RULES:
            services.add_rule(
                admin,
                region,
                self.departments[department],
                category_code=category,
                words=said,
            )
        for login, name, role, regions in offices.STAFF:
            self.people.make(login, name)
            for region in regions:
                self.people.give(login, role, ScopeKind.REGION, region)

    def _category(self, kind: offices.DemoCategory) -> Category:
        return Category(
            kind.code,
            kind.name,
            kind.days,
            self.departments[kind.department],
            anonymous_allowed=kind.anonymous,
            attributes=kind.questions,
        )

    def _plan_clock(self, first: date) -> None:
        """What is due goes up, and what nobody judged closes, in the first minute of each day."""
        day = self.stage.today
        while day > first:
            self.stage.plan(self.stage.local(day, 0.01), catch_up)
            day -= timedelta(days=1)


_LOGINS = {each.key: each.login for each in offices.DEPARTMENTS}
_RESPONSIBLE = {each.code: each.department for each in offices.CATEGORIES}


class _Story:
    """One case. ``lead`` is the one that says the same, where there is one."""

    def __init__(self, work: Casework, way: Way, number: int, lead: _Story | None) -> None:
        self.work, self.way, self.number, self.lead = work, way, number, lead
        self.dice = Random(f"{work.seed}:{way.name}:{number}")
        self.id = ""
        if lead is None:
            self.text = self.dice.choice(self._fitting())
            self.place = self.dice.choice(self._places())
        else:
            self.text, self.place = lead.text, lead.place
        self.department = work.responsible(self.text.category, self.place.region)
        others = [each for each in CALLABLE if each != self.department]
        self.called = self.dice.sample(others, CALLED)

    def plan(self) -> None:
        ago = timedelta(days=self.dice.uniform(self.way.first, self.way.last))
        received = at = self._daytime(self.work.stage.present - ago)
        self.work.stage.plan(received, attempt(self._receive))
        for step in self.way.steps:
            wanted = self._daytime(received + timedelta(days=step.after))
            at = max(wanted, at + _MINUTES)
            self.work.stage.plan(at, attempt(partial(_DEEDS[step.verb], self, step)))
        for _number in range(self.dice.randrange(self.way.supporters + 1)):
            wanted = received + timedelta(days=self.dice.uniform(0.05, 2))
            self.work.stage.plan(self._daytime(wanted), attempt(self._support))

    def _fitting(self) -> list[CaseText]:
        kind, days = self.way.category, self.work.days
        if kind is not None:
            return [text for text in self.work.texts if text.category == kind]
        return [
            text
            for text in self.work.texts
            if self.way.least <= days[text.category] <= self.way.most
            and text.category != IN_CONFIDENCE
        ]

    def _places(self) -> tuple[offices.DemoPlace, ...]:
        """A sudden cold comes over one part of the community."""
        return offices.PLACES[:6] if self.way.category == "heating" else offices.PLACES

    def _daytime(self, at: datetime) -> datetime:
        """That instant, or one of the day when people are up; never after the present."""
        stage = self.work.stage
        start = stage.local(clock.day_of(at), GETS_UP)
        end = stage.local(clock.day_of(at), GOES_TO_BED)
        moved = at if start <= at < end else start + timedelta(hours=self.dice.uniform(0.5, 4))
        if at >= end:
            moved += timedelta(days=1)
        return moved if moved < stage.present else at

    def _receive(self) -> None:
        text, place = self.text, self.place
        reporter, channel = self._reporter()
        secret = text.category == IN_CONFIDENCE
        report = services.Report(
            text.category,
            text.title.format(place=place.name),
            text.description.format(place=place.name),
            place.region,
            latitude=round(place.latitude + self.dice.uniform(-0.0004, 0.0004), 5),
            longitude=round(place.longitude + self.dice.uniform(-0.0004, 0.0004), 5),
            visibility=Visibility.CONFIDENTIAL if secret else Visibility.PUBLIC,
            anonymous=not secret and self.dice.random() < ANONYMOUS,
            channel=channel,
        )
        self.reporter = reporter
        self.id = services.receive(reporter, report).id

    def _reporter(self) -> tuple[Principal, Channel]:
        people = self.work.stage.people
        if self.place.region in offices.GRIDS[:2] and self.dice.random() < ON_PATROL:
            return people["gridworker"], Channel.PATROL
        first = _FIRST_REPORTERS[self.number :][:1] if self.way.name in _FAMILIAR else ()
        for login in first:
            if login in people:
                return people[login], Channel.PAGE
        return self.dice.choice(self.work.neighbours()), Channel.PAGE

    def _support(self) -> None:
        services.support(self.dice.choice(self.work.neighbours()), self.id)

    # --- the dispatcher ----------------------------------------------------------------------

    def send(self, _step: Step) -> None:
        department_id = self.work.departments[self.department]
        services.dispatch(self._dispatcher, self.id, department_id, offices.SENT)

    def reject(self, _step: Step) -> None:
        services.reject(self._dispatcher, self.id, self.dice.choice(offices.REJECTIONS))

    def merge(self, _step: Step) -> None:
        if self.lead is not None:
            services.merge(self._dispatcher, self.id, self.lead.id)

    def split(self, _step: Step) -> None:
        services.split(self._dispatcher, self.id)

    def call(self, _step: Step) -> None:
        called = [self.work.departments[key] for key in self.called]
        services.whistle(self._dispatcher, self.id, called, clock.now() + REPORT_WITHIN)

    @property
    def _dispatcher(self) -> Principal:
        return self.work.person(offices.DISPATCHER)

    # --- the departments ---------------------------------------------------------------------

    def accept(self, _step: Step) -> None:
        services.accept(self._handler, self.id)

    def give_back(self, _step: Step) -> None:
        proposed = self.work.departments[self.called[0]]
        reason = self.dice.choice(offices.RETURNS)
        services.give_back(self._handler, self.id, reason, proposed)

    def begin(self, _step: Step) -> None:
        services.progress(self._handler, self.id, self.text.progress)

    def answer(self, step: Step) -> None:
        words = self.text.answer
        if step.verb is Verb.ANSWER_LATE:
            words = offices.LATE_ANSWER + words
        elif step.verb is Verb.ANSWER_AGAIN:
            words = self.dice.choice(offices.SECOND_ANSWERS)
        services.answer(self._handler, self.id, Outcome(self.text.outcome), words)

    def report_in(self, step: Step) -> None:
        services.report_in(self._called(step), self.id)

    def begin_part(self, step: Step) -> None:
        services.progress(self._called(step), self.id, offices.PART_BEGUN)

    def answer_part(self, step: Step) -> None:
        services.answer(self._called(step), self.id, Outcome.DONE, offices.PART_DONE)

    @property
    def _handler(self) -> Principal:
        return self.work.handler(self.department)

    def _called(self, step: Step) -> Principal:
        return self.work.handler(self.called[step.called])

    # --- who asked, and who supervises -------------------------------------------------------

    def confirm(self, _step: Step) -> None:
        services.confirm(self.reporter, self.id, self.dice.choices(SCORES, WEIGHTS)[0])

    def reopen(self, _step: Step) -> None:
        services.reopen(self.reporter, self.id, self.dice.choice(offices.REOPENED))

    def escalate(self, _step: Step) -> None:
        services.escalate(self.work.person(offices.SUPERVISOR), self.id, offices.ESCALATED)

    def close(self, _step: Step) -> None:
        supervisor = self.work.person(offices.SUPERVISOR)
        services.close(supervisor, self.id, offices.CLOSED_BY_SUPERVISOR)


_DEEDS: dict[Verb, Callable[[_Story, Step], None]] = {
    Verb.SEND: _Story.send,
    Verb.ACCEPT: _Story.accept,
    Verb.RETURN: _Story.give_back,
    Verb.BEGIN: _Story.begin,
    Verb.ANSWER: _Story.answer,
    Verb.ANSWER_LATE: _Story.answer,
    Verb.ANSWER_AGAIN: _Story.answer,
    Verb.CONFIRM: _Story.confirm,
    Verb.REOPEN: _Story.reopen,
    Verb.ESCALATE: _Story.escalate,
    Verb.CLOSE: _Story.close,
    Verb.CALL: _Story.call,
    Verb.REPORT_IN: _Story.report_in,
    Verb.BEGIN_PART: _Story.begin_part,
    Verb.ANSWER_PART: _Story.answer_part,
    Verb.REJECT: _Story.reject,
    Verb.MERGE: _Story.merge,
    Verb.SPLIT: _Story.split,
}
