"""What the people of the demo do with their points: vouchers, thanks, gifts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from zlib import crc32

from portal.core.clock import clock
from portal.core.errors import DomainError
from portal.demo.cast import COMMUNITY
from portal.demo.settling import Town
from portal.demo.shops import DemoOffer, DemoShop
from portal.demo.stage import Stage
from portal.demo.weeks import KEEN
from portal.market import codes
from portal.market import services as market
from portal.market.services.vouchers import expire_voucher
from portal.points import queries as points
from portal.points import services as point_services

KEPT = 230
"""What the first residents keep, for whoever signs in as one."""

DEAR = 60
"""A third of the people save up for something that costs at least this: every shop has guests."""

GIFTS = ("谢谢你上次帮我搬东西。", "给孩子买面包吃。", "生日快乐！")


class Exchange:
    """Plans the visits to the shops."""

    def __init__(self, stage: Stage, town: Town, residents: list[str], neighbours: list[str]):
        self.stage, self.town = stage, town
        self.residents, self.neighbours = residents, neighbours

    def plan(self, first_monday: date, weeks: int) -> None:
        random = self.stage.random
        for week in range(3, weeks + 1):
            monday = first_monday + timedelta(weeks=week)
            for _ in range(26):
                day = monday + timedelta(days=random.randrange(7))
                at = self.stage.local(day, random.uniform(8, 20))
                self.stage.plan(at, self._take_something)
        for number, key in enumerate(self.residents[:2]):
            at = self.stage.present - timedelta(days=number + 1, hours=2)
            self.stage.plan(at, partial(self._keep_one, key))
        for number in range(8):
            day = first_monday + timedelta(weeks=weeks - 1, days=number)
            at = self.stage.local(day, random.uniform(9, 19))
            self.stage.plan(at, partial(self._give, number, random.choice(GIFTS)))

    def _take_something(self) -> None:
        """A resident looks at the board, nearer shops first, and takes what can be afforded."""
        random = self.stage.random
        keen = self.residents[:KEEN]  # who earns most buys most
        key = random.choice(random.choices((self.residents, self.neighbours, keen), (6, 2, 3))[0])
        if key not in self.stage.people:
            return
        person = self.stage.people[key]
        left = points.points_of(person.id)["balance"] - (KEPT if self._is_keen(key) else 0)
        least = DEAR if crc32(key.encode()) % 3 == 0 else 0
        offers = [each for each in self.town.on_the_board() if least <= each[2].points <= left]
        if not offers:
            return
        weights = [self._appeal(key, shop, offer) for _id, shop, offer in offers]
        offer_id, shop, offer = random.choices(offers, weights)[0]
        try:
            issued = market.issue_voucher(person, offer_id)
        except DomainError:
            return  # the share of this resident is used up
        self._plan_use(key, issued.id, issued.expires_at, shop, offer)

    def _keep_one(self, key: str) -> None:
        """A voucher that is still to be used, for whoever signs in as one of the first."""
        offer_id = next(
            offer_id for offer_id, shop, _offer in self.town.on_the_board() if shop.trusted
        )
        person = self.stage.people[key]
        if points.points_of(person.id)["balance"] > KEPT:
            market.issue_voucher(person, offer_id)

    def _is_keen(self, key: str) -> bool:
        return key in self.residents[:KEEN] or key in self.neighbours[:1]

    def _appeal(self, key: str, shop: DemoShop, offer: DemoOffer) -> int:
        near = (shop.region == COMMUNITY) == (key in self.residents)
        return offer.popularity * (4 if near else 1)

    def _plan_use(
        self, key: str, voucher_id: str, expires_at: datetime, shop: DemoShop, offer: DemoOffer
    ) -> None:
        random, person = self.stage.random, self.stage.people[key]
        roll = random.random()
        if roll < 0.78:
            at = self._opening(offer, clock.now() + timedelta(days=random.uniform(0.1, 9)))
            self.stage.plan(at, partial(self._redeem, key, voucher_id, shop))
        elif roll < 0.86:
            at = self.stage.awake(clock.now() + timedelta(days=random.uniform(0.5, 5)))
            self.stage.plan(at, partial(market.cancel_voucher, person, voucher_id))
        else:
            end = expires_at + timedelta(minutes=1)
            self.stage.plan(end, partial(expire_voucher, voucher_id, end))

    def _opening(self, offer: DemoOffer, at: datetime) -> datetime:
        """The next noon or so at which the shop takes this voucher."""
        opens, closes = (float(text[:2]) for text in offer.hours)
        hour = self.stage.random.uniform(max(opens, 8.0), min(closes, 20.0) - 0.1)
        day = clock.day_of(at) + timedelta(days=1)
        while day.isoweekday() not in offer.weekdays:
            day += timedelta(days=1)
        return self.stage.local(day, hour)

    def _redeem(self, key: str, voucher_id: str, shop: DemoShop) -> None:
        clerk = self.stage.people[shop.staff[0] if shop.staff else shop.owner]
        market.redeem_voucher(clerk, codes.code_of(voucher_id))
        if self.stage.random.random() < 0.45:
            later = clock.now() + timedelta(hours=self.stage.random.uniform(0.2, 30))
            at = self.stage.awake(later)
            self.stage.plan(at, partial(market.thank, self.stage.people[key], voucher_id))

    def _give(self, number: int, message: str) -> None:
        first = self.residents[:KEEN]
        giver, receiver = (first[each % len(first)] for each in (number, number * 3 + 11))
        if giver == receiver or not {giver, receiver} <= set(self.stage.people):
            return
        person = self.stage.people[giver]
        if points.points_of(person.id)["balance"] > KEPT + 20:
            code = self.stage.people[receiver].member_code
            point_services.give_points(person, code, 10 + 5 * (number % 3), message)
