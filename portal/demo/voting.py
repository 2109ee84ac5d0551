"""The demo's consultations are lived through: drafted, talked about, opened, cast, counted,
decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from random import Random

from portal.consultations import count, services
from portal.consultations.errors import RollTooSmall
from portal.consultations.queries import commitments, consultations, covenants, electorate
from portal.consultations.queries.consultations import ConsultationRow
from portal.core.clock import clock, today
from portal.core.permissions import Principal
from portal.demo.ballots import VOTES, WAITS
from portal.demo.cast import COMMUNITY, NEXT_COMMUNITY
from portal.demo.covenant import AS_IT_IS, COVENANT, WRITTEN_DOWN
from portal.demo.discussing import Discussion
from portal.demo.stage import Stage, attempt
from portal.demo.vote_shapes import (
    CANCELLED,
    CLOSED,
    DECIDED,
    DISCUSSION,
    DRAFT,
    Becomes,
    DemoChange,
    DemoDecision,
    DemoPromise,
    DemoVote,
    Who,
    minor_units,
)

TABLE = {NEXT_COMMUNITY: ("socialworker2", "committee2")}
AT_THE_TABLE = ("socialworker", "committee")
"""Who takes and enters the ballots on paper."""

MOST_NAMED = 3
CLOSES_AT = 20.0
"""The hour at which voting ends."""


class Consultations:
    """Plans every consultation of the demo. It has dice of its own: what the others do does not
    change with it."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage, self.seed = stage, seed
        self.stories: dict[str, _Story] = {}

    def plan(self, founded: datetime) -> None:
        """Plan all of them; the early ones begin when the community does."""
        self.stage.plan(founded + timedelta(hours=3), attempt(self._enter_covenant))
        for vote in VOTES:
            days = timedelta(days=vote.begins)
            begins = clock.day_of(founded) + days if vote.early else self.stage.today - days
            story = _Story(self.stage, vote, begins, f"{self.seed}:{vote.title}")
            self.stories[vote.title] = story
            story.plan()

    def id_of(self, title: str) -> str:
        """The id of a vote; empty before it is drafted."""
        return self.stories[title].id

    def _enter_covenant(self) -> None:
        committee = self.stage.people["committee"]
        services.enter_covenant(committee, COMMUNITY, COVENANT, WRITTEN_DOWN)


class _Story:
    """One consultation from its draft to where it ends."""

    def __init__(self, stage: Stage, vote: DemoVote, begins: date, seed: str) -> None:
        self.stage, self.vote, self.random = stage, vote, Random(seed)
        self._gathers = Random(f"{seed}:talked")  # dice of their own: ballots stay as they are
        self.begins_at = stage.local(begins, 9.5)
        self.opens_at = stage.local(begins + timedelta(days=vote.talked), 9)
        self.closes_at = stage.local(begins + timedelta(days=vote.talked + vote.lasts), CLOSES_AT)
        self.id = ""
        self.option_ids: tuple[str, ...] = ()
        self.shares: tuple[str, ...] | None = None
        self.speakers: dict[Who, Principal] = {}
        self.said: dict[int, str] = {}
        self.discussion = Discussion(stage, self, vote.talked_over)

    def plan(self) -> None:
        """What the portal refuses does not happen, and the story ends there."""
        self._at(self.begins_at - timedelta(hours=16), self._draft)
        if self.vote.ends == DRAFT:
            return
        self._at(self.begins_at, self._discuss)
        self._plan_discussion()
        self.discussion.plan()
        if self.vote.ends != DISCUSSION:
            self._at(self.opens_at, self._open)

    @property
    def host(self) -> Principal:
        return self.stage.people[self.vote.host]

    @property
    def region(self) -> str:
        return self.vote.region

    def speaker(self, who: Who) -> Principal | None:
        """Somebody by a sign-in, or one of those who live here by now: a number is one person."""
        if isinstance(who, str):
            return self.stage.people.get(who)
        if who not in self.speakers:
            here = [each for each in self._here() if each not in self.speakers.values()]
            if here:
                self.speakers[who] = here[who % len(here)]
        return self.speakers.get(who)

    def crowd(self, number: int) -> list[Principal]:
        """Some of those who live here by now, fewer where there are fewer."""
        here = self._here()
        return self._gathers.sample(here, min(number, len(here)))

    def _here(self) -> list[Principal]:
        return [
            person
            for person in self.stage.people.values()
            if person.verified and self.vote.region in person.home_path
        ]

    def _at(self, instant: datetime, deed: Callable[[], object]) -> None:
        self.stage.plan(instant, attempt(deed))

    # --- before the vote ---------------------------------------------------------------------

    def _draft(self) -> None:
        vote = self.vote
        # What lies ahead is kept by the clock; what lies behind was opened by hand.
        ahead = self.opens_at > self.stage.present
        shares, needed = vote.trustees or (None, None)
        plan = services.ConsultationPlan(
            title=vote.title,
            question=vote.question,
            region_code=vote.region,
            method=vote.method,
            options=[
                services.OptionPlan(
                    title=each.title, cost=minor_units(each.cost), text=self._text_of(each.text)
                )
                for each in vote.options
            ],
            disclosure=vote.disclosure,
            budget=minor_units(vote.budget),
            max_choices=vote.max_choices,
            quorum=vote.quorum,
            minimum_age=vote.minimum_age,
            roll_by=vote.roll_by,
            trustees=shares,
            trustees_needed=needed,
            opens_at=self.opens_at if ahead else None,
            closes_at=self.closes_at,
            majority=vote.majority,
            proposals_allowed=bool(vote.talked_over.proposals),
            answer_threshold=vote.talked_over.threshold,
            about_covenant=vote.about_covenant,
        )
        self.id = services.create(self.host, plan)
        self.option_ids = tuple(each.id for each in consultations.options_of([self.id])[self.id])

    def _text_of(self, text: str) -> str:
        """What an option says; one about the covenant may add to what it is by now."""
        latest = covenants.latest(self.vote.region) if AS_IT_IS in text else None
        return text.replace(AS_IT_IS, latest.text) if latest else text

    def _discuss(self) -> None:
        services.start_discussion(self.host, self.id)

    def _plan_discussion(self) -> None:
        """In the order of the talk, within the first days of it."""
        begin = self.begins_at + timedelta(hours=2)
        until = min(self.begins_at + timedelta(days=self.vote.talked - 1), self.stage.present)
        step = (until - begin) / max(len(self.vote.said), 1)
        for place, (who, text, answers) in enumerate(self.vote.said):
            at = self.stage.awake(begin + step * (place + self.random.random() * 0.7))
            self._at(at, partial(self._say, place, who, text, answers))

    def _say(self, place: int, who: Who, text: str, answers: int | None) -> None:
        speaker = self.speaker(who)
        if speaker is None or (answers is not None and answers not in self.said):
            return
        reply_to = None if answers is None else self.said[answers]
        self.said[place] = services.comment(speaker, self.id, text, reply_to)
        self.discussion.hear(place)

    # --- voting ------------------------------------------------------------------------------

    def _open(self) -> None:
        """On the day that was planned, or on the next on which there are enough for a roll."""
        try:
            self.shares = services.open_voting(self.host, self.id)
        except RollTooSmall:
            self._at(clock.now() + timedelta(days=1), self._open)
            return
        self._plan_ballots(consultations.as_it_is(self.id))
        if self.vote.ends == CANCELLED:
            self._at(clock.now() + timedelta(days=2, hours=6), self._call_off)
        elif self.vote.ends in (CLOSED, DECIDED):
            self._at(self.closes_at + timedelta(minutes=40), self._count)

    def _plan_ballots(self, row: ConsultationRow | None) -> None:
        """Each of the voters votes on one of the days; some at the table, on the last."""
        voters = self._voters(row) if row is not None else []
        paper, online = voters[: self.vote.paper], voters[self.vote.paper :]
        begin, last = clock.now(), min(self.closes_at, self.stage.present)
        days = max((last - begin) // timedelta(days=1), 1)
        for day in range(days):
            at = self.stage.awake(begin + timedelta(days=day, hours=6 * self.random.random()))
            self._at(at, partial(self._cast, online[day::days]))
        if paper:
            self._at(self.closes_at - timedelta(hours=8), partial(self._take_paper, paper))
            self._at(self.closes_at + timedelta(minutes=20), partial(self._enter, len(paper)))

    def _voters(self, row: ConsultationRow) -> list[str]:
        """Those of the roll who take part, in any order."""
        on_roll = {resident_id for resident_id, _home in electorate.electorate_of(row)}
        waits = () if self._is_over() else WAITS
        may = [
            key
            for key, person in self.stage.people.items()
            if person.id in on_roll and key not in waits
        ]
        return self.random.sample(may, round(self.vote.turnout * len(may)))

    def _is_over(self) -> bool:
        return self.closes_at < self.stage.present

    def _cast(self, voters: list[str]) -> None:
        for key in voters:
            choices = self._choices()
            services.cast(services.prepare(self.stage.people[key], self.id, choices, None))

    def _take_paper(self, voters: list[str]) -> None:
        worker = self.stage.people[self._table()[0]]
        for key in voters:
            services.take_paper(worker, self.id, self.stage.people[key].member_code)

    def _enter(self, number: int) -> None:
        ballots = [self._choices() for _ in range(number)]
        for key in self._table():
            tally = services.prepare_tally(self.stage.people[key], self.id, ballots)
            services.hand_in_tally(tally)

    def _table(self) -> tuple[str, str]:
        return TABLE.get(self.vote.region, AT_THE_TABLE)

    def _choices(self) -> tuple[str, ...]:
        """A ballot of somebody: of which camp, and what in it; few are blank."""
        if self.random.random() < 0.03:
            return ()
        camps = self.vote.camps
        camp = self.random.choices(camps, [each.share for each in camps])[0]
        there = len(self.option_ids)  # a proposal may have found nobody to make it
        order = [place for place in _drawn(self.random, camp.leanings) if place < there]
        return tuple(self.option_ids[place] for place in self._named(order))

    def _named(self, order: list[int]) -> list[int]:
        """As much of somebody's order of liking as a ballot of this kind names."""
        method = self.vote.method
        if method == "single":
            return order[:1]
        if method in ("ranked", "schulze"):
            return order[: self.random.randint(1, len(order))]
        most = self.vote.max_choices or MOST_NAMED
        liked = order[: self.random.randint(1, most)]
        if method != "budget_greedy":
            return liked
        left, affordable = self.vote.budget or 0, []
        for place in order[: MOST_NAMED + 1]:
            cost = self.vote.costs[place] or 0
            if cost <= left:
                left -= cost
                affordable.append(place)
        return affordable

    # --- afterwards --------------------------------------------------------------------------

    def _call_off(self) -> None:
        services.cancel(self.host, self.id, self.vote.reason)

    def _count(self) -> None:
        needed = self.vote.trustees[1] if self.vote.trustees else 0
        count.close_here(self.host, self.id, (self.shares or ())[:needed])
        self._reward()
        if self.vote.ends == DECIDED and self.vote.decision:
            later = clock.now() + timedelta(days=self.vote.decision.after)
            at = self.stage.local(clock.day_of(later), 10)
            self._at(at, partial(self._decide, self.vote.decision))

    def _reward(self) -> None:
        row = consultations.as_it_is(self.id)
        after: str | None = ""
        while row is not None and after is not None:
            after = services.reward_some(row, after)

    def _decide(self, decision: DemoDecision) -> None:
        services.decide(
            self.host,
            self.id,
            accepted=decision.accepted,
            reasons=decision.reasons,
            commitments=[_promise(each, today()) for each in decision.promises],
        )
        if self.vote.about_covenant:
            adopt = partial(services.adopt_covenant, self.host, self.id)
            self._at(clock.now() + timedelta(hours=5), adopt)
        rows = commitments.of_consultation(self.id)
        for row, promise in zip(rows, decision.promises, strict=True):
            for change in promise.then:
                at = self.stage.awake(clock.now() + timedelta(days=change.day))
                self._at(at, partial(self._become, row.id, change, today()))

    def _become(self, commitment_id: str, change: DemoChange, decided: date) -> None:
        """Something becomes of a promise."""
        host, text = self.host, change.text
        match change.what:
            case Becomes.NOTED:
                services.note(host, commitment_id, text)
            case Becomes.MOVED:
                due = decided + timedelta(days=change.due)
                services.move_due(host, commitment_id, due, text)
            case Becomes.STEP_DONE:
                steps = commitments.milestones_of([commitment_id])[commitment_id]
                step_id = next(step.id for step in steps if step.title == text)
                services.finish_milestone(host, commitment_id, step_id)
            case Becomes.KEPT:
                services.keep(host, commitment_id, text)
            case Becomes.GIVEN_UP:
                services.give_up(host, commitment_id, text)


def _promise(told: DemoPromise, decided: date) -> services.Promise:
    return services.Promise(
        title=told.title,
        owner=told.owner,
        due_on=decided + timedelta(days=told.due),
        budget=minor_units(told.budget),
        milestones=[
            services.Milestone(title=title, due_on=decided + timedelta(days=days))
            for title, days in told.steps
        ],
    )


def _drawn(random: Random, leanings: tuple[int, ...]) -> list[int]:
    """The places of the options in an order that is drawn by how much each is liked; what draws
    nobody of a camp stays out."""
    left = {place: weight for place, weight in enumerate(leanings) if weight}
    order = []
    while left:
        place = random.choices(list(left), list(left.values()))[0]
        order.append(place)
        del left[place]
    return order
