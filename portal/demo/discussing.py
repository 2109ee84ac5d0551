"""Lives through what is talked over before a vote: talks, proposals, texts, questions, flags."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from portal.activities.queries import activities as activity_queries
from portal.activities.queries import signups as signup_queries
from portal.activities.services import checkins, hosting, records, signups, upkeep
from portal.activities.services.plans import ActivityPlan, Location, ShiftPlan
from portal.consultations import services
from portal.consultations.queries import proposals as proposal_queries
from portal.consultations.queries import wording
from portal.consultations.rules.sentences import sentences
from portal.core.clock import clock
from portal.core.permissions import Principal
from portal.demo.cast import COMMUNITY, WALKERS
from portal.demo.stage import Stage, attempt
from portal.demo.vote_shapes import (
    DemoAmendment,
    DemoDeliberation,
    DemoFlag,
    DemoMerger,
    DemoProposal,
    DemoQuestion,
    DemoRewording,
    DemoTalk,
    Who,
    minor_units,
)

TALKS_BEGIN, TALKS_LAST = 19.0, timedelta(minutes=90)
ANNOUNCED_BEFORE = timedelta(days=4)
SIGNED_UP_BEFORE = timedelta(hours=14)
"""Before the talk, or the present: at whatever hour that is, people are awake in between."""
SEATS = 40
HOSTS = {COMMUNITY: "socialworker"}
OTHER_HOST = "socialworker2"


class Story(Protocol):
    """The vote that is talked over."""

    id: str
    begins_at: datetime
    option_ids: tuple[str, ...]
    said: dict[int, str]

    @property
    def host(self) -> Principal: ...

    @property
    def region(self) -> str: ...

    def speaker(self, who: Who) -> Principal | None:
        """Somebody by a sign-in or a number, once they live here."""
        ...

    def crowd(self, number: int) -> list[Principal]:
        """Some who live here by now, fewer where there are fewer."""
        ...


class Discussion:
    """Plans all that is talked over; what the portal refuses does not happen."""

    def __init__(self, stage: Stage, story: Story, told: DemoDeliberation) -> None:
        self.stage, self.story, self.told = stage, story, told
        self.proposals: dict[int, str] = {}

    def plan(self) -> None:
        for place, proposal in enumerate(self.told.proposals):
            self._plan_proposal(place, proposal)
        for merger in self.told.mergers:
            self._on(merger.day, partial(self._merge, merger))
        for question in self.told.questions:
            self._on(question.day, partial(self._ask, question))
        for rewording in self.told.rewordings:
            self._on(rewording.day, partial(self._reword, rewording))
        for amendment in self.told.amendments:
            self._on(amendment.day, partial(self._amend, amendment))
        for number, (option, plan) in enumerate(self.told.summaries):
            self._on(1.2 + number / 50, partial(self._sum_up, option, plan))
        for talk in self.told.talks:
            self._plan_talk(talk)

    def hear(self, place: int) -> None:
        """A comment has been said: others find it helpful, or object to it."""
        for number, helpful in self.told.helpful:
            if number == place:
                self._after(timedelta(hours=3), partial(self._mark, place, helpful))
        for flag in self.told.flags:
            if flag.place == place:
                self._after(timedelta(hours=5), partial(self._flag, flag))

    def _on(self, day: float, deed: Callable[[], object]) -> None:
        """On a day of the discussion, while people are awake."""
        at = self.story.begins_at + timedelta(days=day)
        self.stage.plan(self.stage.awake(at), attempt(deed))

    def _after(self, while_: timedelta, deed: Callable[[], object]) -> None:
        self.stage.plan(self.stage.awake(clock.now() + while_), attempt(deed))

    # --- what is said ------------------------------------------------------------------------

    def _mark(self, place: int, number: int) -> None:
        for person in self.story.crowd(number):
            attempt(partial(services.mark_helpful, person, self.story.id, self.story.said[place]))()

    def _flag(self, flag: DemoFlag) -> None:
        person, comment_id = self.story.speaker(flag.by), self.story.said[flag.place]
        if person is None:
            return
        services.flag_comment(person, self.story.id, comment_id, flag.reason)
        if flag.hidden:
            moderator = self.stage.people[HOSTS.get(self.story.region, OTHER_HOST)]
            hide = partial(services.hide_comment, moderator, comment_id, flag.hidden)
            self._after(timedelta(hours=16), hide)

    def _ask(self, question: DemoQuestion) -> None:
        person = self.story.speaker(question.by)
        if person is None:
            return
        comment_id = services.ask(person, self.story.id, question.text)
        if question.answered is not None:
            answer = partial(services.answer, self.story.host, comment_id, question.answer)
            self._on(question.answered, answer)

    # --- what is proposed --------------------------------------------------------------------

    def _plan_proposal(self, place: int, proposal: DemoProposal) -> None:
        self._on(proposal.day, partial(self._propose, place, proposal))
        half = proposal.supporters // 2
        for later, number in ((0.6, half), (1.1, proposal.supporters - half)):
            self._on(proposal.day + later, partial(self._support, place, number))
        if proposal.answered is not None:
            self._on(proposal.answered, partial(self._answer, place, proposal))

    def _propose(self, place: int, proposal: DemoProposal) -> None:
        person = self.story.speaker(proposal.by)
        if person is not None:
            cost = minor_units(proposal.cost)
            proposed = services.Proposed(title=proposal.title, text=proposal.text, cost=cost)
            self.proposals[place] = services.propose(person, self.story.id, proposed)

    def _support(self, place: int, number: int) -> None:
        if place not in self.proposals:
            return
        for person in self.story.crowd(number):
            attempt(partial(services.support, person, self.story.id, self.proposals[place]))()

    def _answer(self, place: int, proposal: DemoProposal) -> None:
        if place not in self.proposals:
            return
        host, proposal_id = self.story.host, self.proposals[place]
        if proposal.declined:
            services.decline(host, self.story.id, proposal_id, proposal.declined)
        else:
            option_id = services.take_up(host, self.story.id, proposal_id)
            self.story.option_ids = (*self.story.option_ids, option_id)

    def _merge(self, merger: DemoMerger) -> None:
        parts = [self.proposals[place] for place in merger.parts if place in self.proposals]
        proposed = services.Proposed(title=merger.title, text=merger.text)
        merger_id = services.propose_merger(
            self.story.host, self.story.id, parts, proposed, merger.why
        )
        if merger.agreed is not None:
            self._on(merger.agreed, partial(self._agree, merger_id))

    def _agree(self, merger_id: str) -> None:
        by_id = {person.id: person for person in self.stage.people.values()}
        for asked in proposal_queries.consents_of([merger_id])[merger_id]:
            services.answer_merger(by_id[asked.id], self.story.id, merger_id, agreed=True)

    # --- what the options say ----------------------------------------------------------------

    def _sum_up(self, option: int, plan: services.SummaryPlan) -> None:
        services.sum_up(self.story.host, self.story.id, self.story.option_ids[option], plan)

    def _reword(self, rewording: DemoRewording) -> None:
        option_id = self.story.option_ids[rewording.option]
        seen = wording.option(self.story.id, option_id).version
        host = self.story.host
        services.reword(host, self.story.id, option_id, rewording.text, rewording.why, seen=seen)

    def _amend(self, amendment: DemoAmendment) -> None:
        person = self.story.speaker(amendment.by)
        option = wording.option(self.story.id, self.story.option_ids[amendment.option])
        if person is None:
            return
        amended = services.Amended(
            number=option.version,
            position=sentences(option.text).index(amendment.old),
            sentence=amendment.new,
            why=amendment.why,
        )
        amendment_id = services.amend(person, self.story.id, option.id, amended)
        if amendment.answered is not None:
            answer = partial(self._answer_amendment, amendment, option.id, amendment_id)
            self._on(amendment.answered, answer)

    def _answer_amendment(self, amendment: DemoAmendment, option_id: str, its_id: str) -> None:
        host, vote_id, reason = self.story.host, self.story.id, amendment.rejected
        if reason:
            services.reject_amendment(host, vote_id, option_id, its_id, reason)
        else:
            services.accept_amendment(host, vote_id, option_id, its_id)

    # --- talks in the evening ----------------------------------------------------------------

    def _plan_talk(self, talk: DemoTalk) -> None:
        day = clock.day_of(self.story.begins_at) + timedelta(days=talk.day)
        starts_at = self.stage.local(day, TALKS_BEGIN)
        announced = max(starts_at - ANNOUNCED_BEFORE, self.story.begins_at + timedelta(hours=1))
        evening = _Evening(self.stage, self.story, talk, starts_at)
        self.stage.plan(announced, attempt(evening.announce))


class _Evening:
    """A talk: an activity of the community, named by the committee, with its minutes."""

    def __init__(self, stage: Stage, story: Story, talk: DemoTalk, starts_at: datetime) -> None:
        self.stage, self.story, self.talk, self.starts_at = stage, story, talk, starts_at
        self.ends_at = starts_at + TALKS_LAST
        self.shift_id = self.talk_id = ""

    @property
    def worker(self) -> Principal:
        return self.stage.people[HOSTS.get(self.story.region, OTHER_HOST)]

    def announce(self) -> None:
        plan = ActivityPlan(
            title=self.talk.title,
            description=self.talk.description,
            category="governance",
            organization_id=None,
            region_code=self.story.region,
            shifts=(ShiftPlan(self.starts_at, self.ends_at, SEATS),),
            location=Location(self.talk.place),
        )
        activity_id = hosting.create_activity(self.worker, plan)
        hosting.publish(self.worker, activity_id)
        self.shift_id = activity_queries.shifts_of([activity_id])[activity_id][0].id
        self.talk_id = services.add_talk(self.story.host, self.story.id, activity_id)
        soon = min(self.starts_at, self.stage.present) - SIGNED_UP_BEFORE
        coming = self.stage.awake(max(clock.now() + timedelta(hours=1), soon))
        self.stage.plan(coming, self._sign_up)
        self.stage.plan(self.starts_at + timedelta(minutes=10), self._tick_in)
        self.stage.plan(self.ends_at + timedelta(minutes=15), attempt(self._confirm))
        written = self.stage.local(clock.day_of(self.ends_at) + timedelta(days=1), 10.2)
        self.stage.plan(written, attempt(self._write))

    def _sign_up(self) -> None:
        """Who walks through the loop of README.md stays free for it."""
        kept_free = {self.stage.people[key].id for key in WALKERS if key in self.stage.people}
        for person in self.story.crowd(self.talk.come):
            if person.id not in kept_free:
                attempt(partial(signups.sign_up, person, self.shift_id))()

    def _tick_in(self) -> None:
        """All but every sixth have come."""
        for number, row in enumerate(signup_queries.on_the_list(self.shift_id)):
            if number % 6 != 5:
                attempt(partial(checkins.tick_in, self.worker, row.id))()

    def _confirm(self) -> None:
        upkeep.note_absences()
        records.confirm_shift(self.worker, self.shift_id, {}, None)

    def _write(self) -> None:
        vote_id, host = self.story.id, self.story.host
        services.write_minutes(host, vote_id, self.talk_id, self.talk.minutes)
        for text, option in self.talk.raised:
            option_id = None if option is None else self.story.option_ids[option]
            services.add_point(host, vote_id, self.talk_id, text, option_id)
