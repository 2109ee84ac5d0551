"""The people of the demo join: staff with their roles, residents with their homes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from portal.accounts import credentials, services
from portal.accounts import queries as accounts
from portal.accounts.addresses import read
from portal.accounts.rules import purpose_named
from portal.core.clock import clock, today
from portal.core.permissions import Grant, Principal, Role, ScopeKind
from portal.demo.cast import (
    CITY,
    COMMUNITY,
    DISTRICT,
    DOMAIN,
    NEXT_COMMUNITY,
    PASSWORD,
    STREET,
    neighbour,
)
from portal.demo.stage import GETS_UP, Stage
from portal.regions.queries import path_of

STAFF = (
    ("finance", "孙丽华", Role.FINANCE, CITY),
    ("finance2", "齐志远", Role.FINANCE, CITY),
    ("auditor", "郭振江", Role.AUDITOR, CITY),
    ("admin", "何晓宇", Role.ADMIN, CITY),
    ("district", "郑宏伟", Role.COMMITTEE, DISTRICT),
    ("street", "高丽娟", Role.COMMITTEE, STREET),
    ("committee", "白桂芝", Role.COMMITTEE, COMMUNITY),
    ("socialworker", "宋雅楠", Role.SOCIAL_WORKER, COMMUNITY),
    ("committee2", "马国强", Role.COMMITTEE, NEXT_COMMUNITY),
    ("socialworker2", "其其格", Role.SOCIAL_WORKER, NEXT_COMMUNITY),
)
"""Login, name, role and region."""

NEIGHBOURS = 40
NEWCOMERS = 6


class People:
    """Makes accounts with one password, which is hashed once."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._hash = credentials.hash_password(PASSWORD)

    def make(self, key: str, name: str | None = None) -> Principal:
        """An account ``key@demo.example``; whoever has no name gets that of their seed."""
        person = neighbour(key, today().year)
        address = read(f"{key}@{DOMAIN}")
        user_id = services.create_user(
            address, name or person.name, self._hash, birth_date=person.birth_date
        )
        self._consent(user_id)
        made = Principal(
            id=user_id,
            name=name or person.name,
            locale="zh_Hans",
            member_code=accounts.facts_of(user_id).member_code,
            home_region=None,
            home_path=(),
            verified=False,
            grants=(),
            birth_year=person.birth_date.year,
        )
        self.stage.people[key] = made
        return made

    def read_large(self, key: str) -> None:
        """Some of the old residents have chosen the large and plain pages."""
        if neighbour(key, today().year).mode == "elder":
            services.set_display(self.stage.people[key].id, mode="elder")

    def _consent(self, user_id: str) -> None:
        """People agree when they join; to words that came later, in the days after these came."""
        consent = partial(services.give_consent, user_id, "service")
        worded = self.stage.local(_worded_on("service"), GETS_UP)
        if clock.now() >= worded or self.stage.present <= worded:
            consent()
        else:
            late = min(worded + timedelta(days=14), self.stage.present)
            self.stage.plan(self.stage.awake(self.stage.between(worded, late)), consent)

    def settle(self, key: str, region_code: str, verifier: str) -> Principal:
        """Let somebody claim a home and have it verified."""
        claim_id = services.claim_home(self.stage.people[key], region_code, self._door())
        services.verify_claim(self.stage.people[verifier], claim_id)
        return self._change(
            key, home_region=region_code, home_path=path_of(region_code), verified=True
        )

    def claim(self, key: str, region_code: str) -> None:
        """Let somebody claim a home that nobody has verified yet."""
        services.claim_home(self.stage.people[key], region_code, self._door())

    def give(self, key: str, role: Role, kind: ScopeKind, scope_id: str) -> None:
        """Give a role through the administrator (who gets theirs from the portal itself)."""
        admin = self.stage.people.get("admin")
        actor_id = admin.id if admin and key != "admin" else None
        services.grant_role(actor_id, self.stage.people[key].id, role, kind, scope_id)
        self.note_role(key, role, kind, scope_id)

    def note_role(self, key: str, role: Role, kind: ScopeKind, scope_id: str) -> None:
        """Remember a role that a service has given."""
        grants = self.stage.people[key].grants
        self._change(key, grants=(*grants, Grant(role, kind, scope_id)))

    def _change(self, key: str, **values: object) -> Principal:
        changed = replace(self.stage.people[key], **values)  # type: ignore[arg-type]
        self.stage.people[key] = changed
        return changed

    def _door(self) -> str:
        random = self.stage.random
        building, stair = random.randrange(1, 29), random.randrange(1, 5)
        door = 100 * random.randrange(1, 18) + random.randrange(1, 4)
        return f"{building} 号楼 {stair} 单元 {door}"


def _worded_on(purpose_name: str) -> date:
    """The first day of the month from which a consent's present words are."""
    purpose = purpose_named(purpose_name)
    return date.fromisoformat(f"{purpose.version}-01") if purpose else date.min


def keys_of_residents(numbers: Iterable[int]) -> list[str]:
    return [f"resident{number}" for number in numbers]


def plan_staff(stage: Stage, people: People, at: datetime) -> None:
    """Those who work for the city and the communities begin, the administrator first."""

    def join(key: str, name: str, role: Role, region_code: str) -> None:
        people.make(key, name)
        people.give(key, role, ScopeKind.REGION, region_code)

    order = sorted(STAFF, key=lambda each: each[0] != "admin")
    for number, (key, name, role, region_code) in enumerate(order):
        stage.plan(at + timedelta(minutes=number), partial(join, key, name, role, region_code))


def plan_residents(
    stage: Stage, people: People, keys: Iterable[str], begin: datetime, end: datetime
) -> None:
    """Residents of 红山郡社区 join and are verified."""
    for key in keys:
        at = stage.between(begin, end)
        stage.plan(stage.awake(at), partial(_join, people, key, COMMUNITY, "socialworker"))


def plan_neighbours(stage: Stage, people: People, begin: datetime, end: datetime) -> None:
    """A few of the next community as well, and newcomers whose home is not verified yet."""
    for number in range(1, NEIGHBOURS + 1):
        at = stage.between(begin, end)
        key = f"neighbour{number}"
        join = partial(_join, people, key, NEXT_COMMUNITY, "socialworker2")
        stage.plan(stage.awake(at), join)
    for number in range(1, NEWCOMERS + 1):
        at = stage.between(stage.present - timedelta(days=3), stage.present)
        region_code = COMMUNITY if number <= NEWCOMERS - 2 else NEXT_COMMUNITY
        stage.plan(at, partial(_arrive, people, f"newcomer{number}", region_code))


def add_residents(people: People, keys: Iterable[str]) -> None:
    """Residents who join at the present instant (in the unit of work at hand)."""
    for key in keys:
        _join(people, key, COMMUNITY, "socialworker")


def _join(people: People, key: str, region_code: str, verifier: str) -> None:
    people.make(key)
    people.read_large(key)
    people.settle(key, region_code, verifier)


def _arrive(people: People, key: str, region_code: str) -> None:
    people.make(key)
    people.claim(key, region_code)


def known_principal(key: str, *grants: Grant) -> Principal:
    """Somebody of an earlier run of the demo, with the roles they have."""
    user_id = accounts.user_id_by_address(read(f"{key}@{DOMAIN}"))
    facts = accounts.facts_of(user_id or "")
    return Principal(
        id=facts.id,
        name=facts.name,
        locale=facts.locale,
        member_code=facts.member_code,
        home_region=None,
        home_path=(),
        verified=False,
        grants=grants,
    )
