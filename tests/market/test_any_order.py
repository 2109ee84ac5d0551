"""Whatever neighbours, shops and time do, in any order: nothing is made, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from portal.core.clock import clock
from portal.core.database import db
from portal.core.errors import DomainError
from portal.core.ids import new_id
from portal.core.permissions import Grant, Principal, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.market import codes, services
from portal.market.models import Offer, Voucher
from portal.market.queries import recognition
from portal.market.rules import EVERY_DAY
from portal.points.queries import points_of
from tests import world as people
from tests.market import town
from tests.market.conftest import Market

PRICE, PURSE, DAYS = 30, 100, 3

Move = tuple[Any, ...]
who = st.integers(0, 1)
which = st.integers(0, 9)
moves = st.lists(
    st.one_of(
        st.tuples(st.just("issue"), who),
        st.tuples(st.just("cancel"), which),
        st.tuples(st.just("redeem"), which),
        st.tuples(st.just("wait"), st.integers(1, 4)),
        st.tuples(st.just("count"), st.just(0)),
    ),
    max_size=25,
)


@dataclass
class Ticket:
    id: str
    owner: int
    ends: datetime
    state: str = "issued"


@dataclass
class Model:
    """What should be so, kept in the simplest way."""

    stock: int | None
    limit: int | None
    instant: datetime
    purse: list[int] = field(default_factory=lambda: [PURSE, PURSE])
    tickets: list[Ticket] = field(default_factory=list)

    def good(self, ticket: Ticket) -> bool:
        return ticket.state == "issued" and ticket.ends > self.instant

    def taken(self, owner: int | None = None) -> int:
        return sum(
            each.state in ("issued", "redeemed") and owner in (None, each.owner)
            for each in self.tickets
        )

    def issue(self, owner: int) -> str:
        if self.stock is not None and self.taken() >= self.stock:
            return "out_of_stock"
        if self.limit is not None and self.taken(owner) >= self.limit:
            return "limit_reached"
        return "insufficient_points" if self.purse[owner] < PRICE else ""

    def cancel(self, ticket: Ticket) -> str:
        return "" if self.good(ticket) else "not_cancellable"

    def redeem(self, ticket: Ticket) -> str:
        over = {"redeemed": "already_redeemed", "cancelled": "voucher_cancelled"}
        if ticket.state in over:
            return over[ticket.state]
        return "" if self.good(ticket) else "voucher_expired"

    def end(self, ticket: Ticket, state: str) -> None:
        ticket.state = state
        if state != "redeemed":
            self.purse[ticket.owner] += PRICE


class World:
    """The portal beside the model."""

    def __init__(self, shop: str, stock: int | None, limit: int | None) -> None:
        self.model = Model(stock, limit, town.NOON)
        self.neighbours = [_principal(_neighbour()) for _ in range(2)]
        self.shop, self.before = shop, recognition([shop])[shop].neighbours_served
        self.till = _principal(people.make_user(f"{new_id()}@a.org"), shop)
        self.offer = _offer(shop, self.till.id, stock, limit)

    def play(self, move: Move) -> None:
        kind, number = move
        with clock.held_at(self.model.instant):
            if kind == "issue":
                self._issue(number)
            elif kind == "wait":
                self._wait(number)
            elif kind == "count":
                services.count_recognition()
            elif self.model.tickets:
                ticket = self.model.tickets[number % len(self.model.tickets)]
                (self._cancel if kind == "cancel" else self._redeem)(ticket)
            self.agree()

    def _issue(self, owner: int) -> None:
        expected, made = self.model.issue(owner), []
        actor = self.neighbours[owner]
        refusal = _do(lambda: made.append(services.issue_voucher(actor, self.offer)))
        assert refusal == expected
        if not expected:
            self.model.purse[owner] -= PRICE
            self.model.tickets.append(Ticket(made[0].id, owner, made[0].expires_at))

    def _cancel(self, ticket: Ticket) -> None:
        expected = self.model.cancel(ticket)
        actor = self.neighbours[ticket.owner]
        assert _do(lambda: services.cancel_voucher(actor, ticket.id)) == expected
        if not expected:
            self.model.end(ticket, "cancelled")

    def _redeem(self, ticket: Ticket) -> None:
        expected, code = self.model.redeem(ticket), codes.code_of(ticket.id)
        assert _do(lambda: services.redeem_voucher(self.till, code)) == expected
        if not expected:
            self.model.end(ticket, "redeemed")

    def _wait(self, days: int) -> None:
        self.model.instant += timedelta(days=days)
        with clock.held_at(self.model.instant):
            over = [
                each
                for each in self.model.tickets
                if each.state == "issued" and not self.model.good(each)
            ]
            while services.expire_due_vouchers():  # those of earlier plays among them
                pass
            for ticket in over:
                self.model.end(ticket, "expired")

    def agree(self) -> None:
        town.books_agree(self.offer)
        for number, neighbour in enumerate(self.neighbours):
            points = points_of(neighbour.id)
            held = sum(
                PRICE
                for each in self.model.tickets
                if each.owner == number and each.state == "issued"
            )
            assert (points["balance"], points["held"]) == (self.model.purse[number], held)
        states = dict(
            db.session.execute(
                select(Voucher.id, Voucher.status).where(Voucher.offer_id == self.offer)
            ).all()
        )
        assert states == {each.id: each.state for each in self.model.tickets}
        served = {each.owner for each in self.model.tickets if each.state == "redeemed"}
        known = recognition([self.shop])[self.shop].neighbours_served
        assert known - self.before == len(served)
        db.session.rollback()


def _do(work: Callable[[], Any]) -> str:
    """The code of the refusal; empty if it went well."""
    try:
        with unit_of_work():
            work()
    except DomainError as error:
        return error.code
    return ""


def _neighbour() -> str:
    user_id = people.make_user(f"{new_id()}@a.org")
    for _lot in range(4):  # so that holds lie across lots
        town.give_points(user_id, PURSE // 4)
    return user_id


def _principal(user_id: str, shop: str | None = None) -> Principal:
    grants = (Grant(Role.MERCHANT_STAFF, ScopeKind.MERCHANT, shop),) if shop else ()
    return people.principal(user_id, *grants)


def _offer(shop: str, creator: str, stock: int | None, limit: int | None) -> str:
    offer_id = new_id()
    row = {
        "id": offer_id,
        "merchant_id": shop,
        "region_code": town.COMMUNITY,
        "title": "面",
        "description": "",
        "kind": "gift",
        "points": PRICE,
        "stock": stock,
        "stock_left": stock,
        "per_resident_limit": limit,
        "valid_from": town.NOON,
        "weekdays": EVERY_DAY,
        "opens_minute": 0,
        "closes_minute": 1440,
        "voucher_days": DAYS,
        "status": "published",
        "published_at": town.NOON,
        "created_by": creator,
        "created_at": town.NOON,
    }
    with unit_of_work():
        db.session.execute(insert(Offer), [row])
    return offer_id


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    moves=moves,
    stock=st.one_of(st.none(), st.integers(1, 4)),
    limit=st.one_of(st.none(), st.integers(1, 3)),
)
def test_stock_points_and_states_are_as_the_model_says(
    market: Market, moves: list[Move], stock: int | None, limit: int | None
) -> None:
    played = World(market.shop, stock, limit)
    for move in moves:
        played.play(move)
