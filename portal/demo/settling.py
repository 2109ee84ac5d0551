"""What must be there before the first week: rules, budgets, organizations, shops."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from portal.consultations.rules.life import VOTE_POINTS
from portal.core.clock import now, today
from portal.core.permissions import Role, ScopeKind
from portal.demo.cast import CITY, COMMUNITY, DISTRICT, NEXT_COMMUNITY, STREET
from portal.demo.organizations import ORGANIZATIONS, REGISTERED, DemoOrganization, credit_code
from portal.demo.people import People
from portal.demo.shops import SHOPS, DemoOffer, DemoShop
from portal.demo.stage import Stage
from portal.market import services as market
from portal.market.rules import Category, Hours, Kind, minute_of, weekday_bits
from portal.organizations import queries as organization_queries
from portal.organizations import services as organizations
from portal.points import services as points

BUDGETS = (
    (CITY, 6_000_000, "年度志愿服务激励预算"),
    (DISTRICT, 3_000_000, "红山区年度预算"),
    (STREET, 1_500_000, "西城街道年度预算"),
    (COMMUNITY, 600_000, "红山郡社区下半年预算"),
    (NEXT_COMMUNITY, 400_000, "宝山路社区下半年预算"),
)
"""Region, points and memo, from above to below: each is drawn from the one before it."""

RULES = (
    ("points_per_hour", 10),
    ("multiplier.night", {"from": "23:00", "to": "05:00", "factor": "1.5"}),
    ("multiplier.heat", "1.2"),
    (VOTE_POINTS, 2),
)
UNDECIDED = "resident2"
"""Who was invited yesterday and has not answered."""

VERIFIERS = {
    COMMUNITY: "committee",
    NEXT_COMMUNITY: "committee2",
    STREET: "street",
    DISTRICT: "district",
}


class Town:
    """The ids of what was founded, by their keys."""

    def __init__(self, stage: Stage, people: People) -> None:
        self.stage, self.people = stage, people
        self.organizations: dict[str, str] = {}
        self.shops: dict[str, str] = {}
        self.offers: dict[str, tuple[DemoShop, DemoOffer]] = {}

    def plan(self, at: datetime) -> None:
        """Found everything in the fortnight from an instant on."""
        self.stage.plan(at, self._decide_rules)
        self.stage.plan(at + timedelta(hours=1), self._pass_budgets_down)
        for number, organization in enumerate(ORGANIZATIONS):
            begin = at + timedelta(days=1 + number % 5, hours=number)
            if not organization.verified:
                begin = self.stage.present - timedelta(days=2, hours=5)
            self.stage.plan(begin, partial(self._found, organization))
        for number, shop in enumerate(SHOPS):
            begin = at + timedelta(days=2 + number % 6, hours=number / 2)
            if not shop.verified:
                begin = self.stage.present - timedelta(days=1, hours=3)
            self.stage.plan(begin, partial(self._open_shop, shop))

    def _decide_rules(self) -> None:
        for key, value in RULES:
            points.set_rule(self.stage.people["district"], DISTRICT, key, value, today())

    def _pass_budgets_down(self) -> None:
        for region_code, amount, memo in BUDGETS:
            points.allocate_budget(self.stage.people["finance"], region_code, amount, memo)

    # --- organizations ---------------------------------------------------------------------

    def _found(self, organization: DemoOrganization) -> None:
        manager = self.people.make(organization.manager)
        code = None
        if organization.kind == REGISTERED:
            code = credit_code("52", 1000 + ORGANIZATIONS.index(organization) * 37)
        application = organizations.Application(
            name=organization.name,
            kind=organization.kind,
            credit_code=code,
            region_code=organization.region,
            description=organization.description,
            contact=organization.contact,
        )
        organization_id = organizations.register(manager, application)
        self.organizations[organization.key] = organization_id
        if not organization.verified:
            return
        organizations.verify(self.stage.people[VERIFIERS[organization.region]], organization_id)
        self.people.note_role(
            organization.manager,
            Role.ORGANIZATION_MANAGER,
            ScopeKind.ORGANIZATION,
            organization_id,
        )

    def plan_members(self, candidates: list[str], at: datetime) -> None:
        """Each organization invites some of the residents, who accept; one has not answered."""
        yesterday = self.stage.present - timedelta(days=1)
        self.stage.plan(yesterday, partial(self._invite, ORGANIZATIONS[0], UNDECIDED))
        for organization in ORGANIZATIONS:
            number = min(organization.members, len(candidates))
            chosen = self.stage.random.sample(candidates, number)
            for key in chosen:
                candidates.remove(key)
                when = self.stage.between(at, at + timedelta(days=4))
                self.stage.plan(self.stage.awake(when), partial(self._join, organization, key))

    def _invite(self, organization: DemoOrganization, key: str) -> None:
        if key in self.stage.people:
            organizations.invite(
                self.stage.people[organization.manager],
                self.organizations[organization.key],
                self.stage.people[key].member_code,
                Role.ORGANIZATION_MEMBER,
            )

    def _join(self, organization: DemoOrganization, key: str) -> None:
        self._invite(organization, key)
        person = self.stage.people[key]
        invitation = organization_queries.invitations_of(person.id)[0]
        organizations.accept_invitation(person, invitation.id)
        self.people.note_role(
            key,
            Role.ORGANIZATION_MEMBER,
            ScopeKind.ORGANIZATION,
            self.organizations[organization.key],
        )

    # --- shops -----------------------------------------------------------------------------

    def _open_shop(self, shop: DemoShop) -> None:
        owner = self.people.make(shop.owner)
        data = market.MerchantData(
            name=shop.name,
            category=Category(shop.category),
            region_code=shop.region,
            credit_code=credit_code("92", 5000 + SHOPS.index(shop) * 53) if shop.company else None,
            description=shop.description,
            place_name=shop.place,
            latitude=shop.latitude,
            longitude=shop.longitude,
            opening_hours=shop.opening_hours,
        )
        merchant_id = market.register_merchant(owner, data)
        self.shops[shop.key] = merchant_id
        self.people.note_role(shop.owner, Role.MERCHANT_OWNER, ScopeKind.MERCHANT, merchant_id)
        if shop.verified:
            self._verify(shop, merchant_id)
        for key in shop.staff:
            self._employ(shop, merchant_id, key)
        for offer in shop.offers:
            self._offer(shop, merchant_id, offer)

    def _verify(self, shop: DemoShop, merchant_id: str) -> None:
        committee = self.stage.people[VERIFIERS[shop.region]]
        market.verify_merchant(committee, merchant_id)
        if shop.trusted:
            market.set_trusted(committee, merchant_id, trusted=True)

    def _employ(self, shop: DemoShop, merchant_id: str, key: str) -> None:
        clerk, role = self.people.make(key), Role.MERCHANT_STAFF
        market.add_staff(self.stage.people[shop.owner], merchant_id, clerk.member_code, role)
        self.people.note_role(key, role, ScopeKind.MERCHANT, merchant_id)

    def _offer(self, shop: DemoShop, merchant_id: str, offer: DemoOffer) -> None:
        owner = self.stage.people[shop.owner]
        opens, closes = offer.hours
        data = market.OfferData(
            title=offer.title,
            description=offer.description,
            kind=Kind(offer.kind),
            points=offer.points,
            valid_from=now(),
            stock=offer.stock,
            per_resident_limit=offer.limit,
            hours=Hours(weekday_bits(list(offer.weekdays)), minute_of(opens), minute_of(closes)),
        )
        offer_id = market.create_offer(owner, merchant_id, data)
        self.offers[offer_id] = (shop, offer)
        if offer.state == "draft":
            return
        if market.publish_offer(owner, offer_id) == "in_review" and offer.state != "in_review":
            market.approve_offer(self.stage.people[VERIFIERS[shop.region]], offer_id)
        if offer.state == "withdrawn":
            later = self.stage.present - timedelta(days=9)
            self.stage.plan(later, partial(market.withdraw_offer, owner, offer_id))

    def on_the_board(self) -> list[tuple[str, DemoShop, DemoOffer]]:
        """The offers that can be had, with their shops."""
        return [
            (offer_id, shop, offer)
            for offer_id, (shop, offer) in self.offers.items()
            if offer.state == "published"
        ]
