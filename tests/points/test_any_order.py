"""Whatever people do, in any order: the books add up after every step, and hours buy nothing."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from portal.core.clock import clock
from portal.core.errors import DomainError
from portal.core.ids import new_id
from portal.core.unit_of_work import unit_of_work
from portal.points import ledger, queries, services, upkeep
from portal.points.ledger import Give, Kind, Posting, accounts
from portal.points.services import ServiceCredit
from portal.points.verification import verify
from tests.points.books import MERCHANT, MORNING, broken_invariants, fund, rows, served
from tests.world import COMMUNITY

PEOPLE = strategies.integers(0, 2)
POINTS = strategies.integers(1, 60)
MINUTES = strategies.integers(0, 400)
PICK = strategies.integers(0, 1_000)


class Town(RuleBasedStateMachine):
    """Three residents, two activities, one community. The machine knows what hours there must be,
    how many points were awarded, and nothing else: the rest is asked of the books."""

    def __init__(self) -> None:
        super().__init__()
        self.people = [new_id() for _ in range(3)]
        self.activities = [new_id() for _ in range(2)]
        self.minutes = dict.fromkeys(self.people, 0)
        self.records: list[tuple[ServiceCredit, int]] = []
        self.holds: list[str] = []
        self.bought: list[str] = []
        self.instant = MORNING
        self.held: AbstractContextManager[None] | None = None
        self._set_clock(MORNING)

    def teardown(self) -> None:
        if self.held:
            self.held.__exit__(None, None, None)
        assert verify().problems == []

    def _set_clock(self, instant: datetime) -> None:
        if self.held:
            self.held.__exit__(None, None, None)
        self.instant = instant
        self.held = clock.held_at(instant)
        self.held.__enter__()

    def _try(self, deed: Any) -> Any:
        """Do it, or be refused; None then, and nothing may have happened."""
        before = rows("SELECT count(*), coalesce(sum(amount), 0) FROM ledger_entry")
        try:
            with unit_of_work():
                return deed()
        except DomainError as error:
            assert error.code in (
                "insufficient_points", "budget_exceeded", "hold_not_open", "already_reversed",
            )  # fmt: skip
            assert rows("SELECT count(*), coalesce(sum(amount), 0) FROM ledger_entry") == before
            return None

    @initialize()
    def open_the_budget(self) -> None:
        fund(500)

    @rule(amount=POINTS)
    def more_budget(self, amount: int) -> None:
        fund(amount)

    @rule(activity=strategies.integers(0, 1), amount=POINTS)
    def reserve(self, activity: int, amount: int) -> None:
        self._try(
            lambda: services.reserve_activity_budget(
                self.activities[activity], COMMUNITY, amount, None
            )
        )

    @rule(activity=strategies.integers(0, 1))
    def release(self, activity: int) -> None:
        self._try(
            lambda: services.release_activity_budget(self.activities[activity], COMMUNITY, None)
        )

    @rule(person=PEOPLE, minutes=MINUTES, activity=strategies.integers(0, 2))
    def serve(self, person: int, minutes: int, activity: int) -> None:
        record = served(
            self.people[person],
            minutes=minutes,
            activity_id=[*self.activities, None][activity],
            started_at=self.instant,
        )
        if self._try(lambda: services.credit_service([record], None)) is not None:
            self.minutes[record.resident_id] += minutes
            self.records.append((record, 0))

    @precondition(lambda self: self.records)
    @rule(which=PICK, minutes=MINUTES)
    def correct(self, which: int, minutes: int) -> None:
        at = which % len(self.records)
        record, version = self.records[at]
        right = replace(record, minutes=minutes)
        if self._try(lambda: services.correct_service(right, None, version + 1)) is not None:
            self.minutes[record.resident_id] += minutes - record.minutes
            self.records[at] = (right, version + 1)

    @rule(person=PEOPLE, amount=POINTS)
    def hold(self, person: int, amount: int) -> None:
        held = self._try(lambda: services.hold_points(self.people[person], amount, new_id()))
        if held:
            self.holds.append(held)

    @precondition(lambda self: self.records)
    @rule(which=PICK)
    def correct_nothing(self, which: int) -> None:
        self.correct(which, self.records[which % len(self.records)][0].minutes)

    @precondition(lambda self: self.holds)
    @rule(which=PICK)
    def capture(self, which: int) -> None:
        hold = self.holds[which % len(self.holds)]
        bought = self._try(
            lambda: services.capture_hold(hold, MERCHANT, COMMUNITY, "noodles", None)
        )
        if bought:
            self.bought.append(bought)

    @precondition(lambda self: self.holds)
    @rule(which=PICK)
    def void(self, which: int) -> None:
        self._try(lambda: services.void_hold(self.holds[which % len(self.holds)]))

    @precondition(lambda self: self.bought)
    @rule(which=PICK)
    def refund(self, which: int) -> None:
        bought = self.bought[which % len(self.bought)]
        self._try(lambda: services.refund_redemption(bought, "cold", None))

    @rule(giver=PEOPLE, receiver=PEOPLE, amount=POINTS)
    def give(self, giver: int, receiver: int, amount: int) -> None:
        if giver == receiver:
            return
        move = Give(
            source=accounts.wallet(self.people[giver], COMMUNITY),
            target=accounts.wallet(self.people[receiver], COMMUNITY),
            amount=amount,
        )
        posting = Posting(kind=Kind.GIFT, region_code=COMMUNITY, moves=(move,))
        self._try(lambda: ledger.post(posting))

    @rule(days=strategies.sampled_from([1, 30, 400, 800]))
    def time_passes(self, days: int) -> None:
        self._set_clock(self.instant + timedelta(days=days))

    @rule()
    def points_expire(self) -> None:
        upkeep.expire_due()

    @rule()
    def sums_roll_up(self) -> None:
        ledger.roll_up()

    @invariant()
    def the_books_add_up(self) -> None:
        assert broken_invariants() == []

    @invariant()
    def hours_are_what_was_served(self) -> None:
        assert {each: queries.minutes_of(each) for each in self.people} == self.minutes

    @invariant()
    def the_budget_adds_up(self) -> None:
        budget = queries.budget_of(COMMUNITY)
        awarded = rows(
            "SELECT coalesce(-sum(e.amount), 0) AS n FROM ledger_entry e"
            " JOIN ledger_account a ON a.id = e.account_id"
            " JOIN ledger_transaction t ON t.id = e.transaction_id"
            " WHERE a.purpose IN ('budget', 'reserve') AND t.kind IN ('award', 'correction')"
        )
        assert budget.awarded == awarded[0].n

    @invariant()
    def nothing_comes_out_of_nothing(self) -> None:
        """What people have, have spent and have let expire is what budgets and reserves paid."""
        moved = rows(
            "SELECT coalesce(sum(e.amount), 0) AS n FROM ledger_entry e"
            " JOIN ledger_account a ON a.id = e.account_id"
            " WHERE a.purpose IN ('wallet', 'takings', 'expiry')"
        )
        assert moved[0].n == queries.budget_of(COMMUNITY).awarded

    @invariant()
    def nothing_comes_back_that_was_not_paid(self) -> None:
        returned = rows(
            "SELECT max(t.id) FROM ledger_entry e"
            " JOIN ledger_account a ON a.id = e.account_id"
            " JOIN ledger_transaction t ON t.id = e.transaction_id"
            " WHERE a.purpose IN ('budget', 'reserve') AND t.kind IN ('award', 'correction')"
            " GROUP BY substr(t.idempotency_key, CASE t.kind WHEN 'award' THEN 7 ELSE 12 END, 26)"
            " HAVING sum(e.amount) > 0"
        )
        assert returned == []

    @invariant()
    def what_can_be_spent_has_not_expired(self) -> None:
        for each in self.people:
            purse = queries.points_of(each)
            assert purse["balance"] == sum(lot["amount"] for lot in purse["expiring"])
            assert all(lot["expires_on"] >= clock.today() for lot in purse["expiring"])


def play(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Town,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_some_days_in_any_order(world: ModuleType) -> None:
    play(examples=12, steps=30)


@pytest.mark.slow
def test_many_days_in_any_order(world: ModuleType) -> None:
    play(examples=60, steps=50)
