"""A large town, written straight into the tables, with books that ``ledger verify`` accepts."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice, starmap
from typing import Any

from sqlalchemy import Table, func, insert, select, text

from portal.accounts.credentials import secret_hash
from portal.accounts.models import AccessSession, RoleGrant, User
from portal.activities.models import Activity, ServiceRecord, Shift, Signup
from portal.core.clock import now
from portal.core.database import db, on_sqlite
from portal.core.ids import new_id, random_code, with_check_digit
from portal.core.unit_of_work import unit_of_work
from portal.market.models import Merchant, Offer
from portal.points.ledger import accounts
from portal.points.ledger.digests import account_digest, digest, header, lot_line
from portal.points.models import LedgerAccount, LedgerEntry, LedgerLot, LedgerTransaction
from portal.regions.models import Region

CHUNK = 5_000
AWARD_MINUTES, AWARD_POINTS = 120, 20
RESERVE = 1_000_000
PLACES = 500


@dataclass
class Plan:
    """How large the town is, and how many requests it must have room for."""

    residents: int
    entries: int
    requests: int
    confirm_shifts: int = 40
    people_a_shift: int = 50

    @property
    def communities(self) -> int:
        """One for three hundred residents, at most a hundred: a list of one community is about as
        long in a village as in a city."""
        return max(1, min(100, self.residents // 300))

    @property
    def merchants(self) -> int:
        return max(20, min(500, self.residents // 200))


@dataclass
class Town:
    """What the load needs to know: tokens and ids."""

    present: datetime
    resident_tokens: list[str] = field(default_factory=list)
    host_token: str = ""
    staff_tokens: list[str] = field(default_factory=list)
    activities: list[str] = field(default_factory=list)
    signup_shifts: list[str] = field(default_factory=list)
    checkin_shifts: list[str] = field(default_factory=list)
    confirm_shifts: list[str] = field(default_factory=list)
    offers: list[str] = field(default_factory=list)
    community: str = ""


class Builder:
    """Collects rows by table and writes them in the order the tables depend on one another."""

    def __init__(self, plan: Plan, present: datetime) -> None:
        self.plan, self.present = plan, present
        self.town = Town(present)
        self.chance = random.Random(20261122)
        self.communities: list[str] = []
        self.residents: list[str] = []
        self.account_ids: dict[accounts.Account, int] = {}
        self.balances: dict[accounts.Account, int] = {}
        self.transactions: list[dict[str, Any]] = []
        self.entries: list[dict[str, Any]] = []
        self.lots: list[dict[str, Any]] = []

    def build(self) -> Town:
        self._regions()
        self._people()
        self._awards()
        organizer = self._staff("social_worker", "region", self.town.community)
        self._activities(organizer)
        self._market()
        self._write_books()
        return self.town

    # --- places and people --------------------------------------------------------------------

    def _regions(self) -> None:
        rows = [
            _region("1504", "赤峰市", "city", None, "/1504/"),
            _region("150402", "红山区", "district", "1504", "/1504/150402/"),
        ]
        for number in range(self.plan.communities):
            street = f"150402{number // 10 + 1:03}"
            path = f"/1504/150402/{street}/"
            if number % 10 == 0:
                rows.append(_region(street, f"街道{street[-3:]}", "street", "150402", path))
            community = f"{street}{number % 10 + 1:03}"
            self.communities.append(community)
            name = f"社区{number + 1}"
            rows.append(_region(community, name, "community", street, f"{path}{community}/"))
        write(Region.__table__, rows)
        self.town.community = self.communities[0]

    def _people(self) -> None:
        self.residents = [new_id() for _ in range(self.plan.residents)]
        write(User.__table__, (self._user(n, id_) for n, id_ in enumerate(self.residents)))
        tokens = min(self.plan.residents, self.plan.requests)
        self.town.resident_tokens = [self._token(id_) for id_ in self.residents[:tokens]]

    def _user(self, number: int, id_: str) -> dict[str, Any]:
        return {
            "id": id_,
            "name": f"居民{number}",
            "email": f"bench{number}@example.org",
            "locale": "zh_Hans",
            "mode": "standard",
            "theme": "auto",
            "member_code": with_check_digit(random_code(15)),
            "home_region_code": self._home(number),
            "home_verified_at": self.present,
            "created_at": self.present,
        }

    def _home(self, number: int) -> str:
        return self.communities[number % len(self.communities)]

    def _token(self, user_id: str) -> str:
        token = f"bench-{new_id()}"
        row = {
            "id": new_id(),
            "user_id": user_id,
            "kind": "token",
            "secret_hash": secret_hash(token),
            "agent": "bench",
            "created_at": self.present,
            "last_seen_at": self.present,
            "expires_at": self.present + timedelta(days=30),
        }
        write(AccessSession.__table__, [row])
        return token

    def _staff(self, role: str, kind: str, scope: str) -> str:
        """One more person with a role; returns the id and keeps a token for the load."""
        id_ = new_id()
        write(User.__table__, [self._user(self.plan.residents + self.chance.getrandbits(40), id_)])
        grant = {
            "id": new_id(),
            "user_id": id_,
            "role": role,
            "scope_kind": kind,
            "scope_id": scope,
            "granted_at": self.present,
        }
        write(RoleGrant.__table__, [grant])
        token = self._token(id_)
        if role == "merchant_staff":
            self.town.staff_tokens.append(token)
        else:
            self.town.host_token = token
        return id_

    # --- the books ----------------------------------------------------------------------------

    def _account(self, account: accounts.Account) -> int:
        self.balances.setdefault(account, 0)
        return self.account_ids.setdefault(account, len(self.account_ids) + 1)

    def _post(
        self,
        kind: str,
        moves: list[tuple[accounts.Account, int]],
        at: datetime,
        lots: list[tuple[accounts.Account, int]] | None = None,
    ) -> None:
        """One transaction, as the ledger would have written it."""
        row: dict[str, Any] = {
            "id": new_id(),
            "kind": kind,
            "idempotency_key": f"bench:{len(self.transactions)}",
            "body_hash": "0" * 64,
            "memo": "",
            "actor_id": None,
            "created_at": at,
            "value_date": at.date(),
            "region_code": moves[0][0].region_code,
            "reverses": None,
        }
        entries = [[self._account(account), amount] for account, amount in moves]
        lines = []
        for account, amount in lots or []:
            expires_on = date(at.year + 2, 12, 31)
            lines.append(lot_line(self._account(account), amount, at, expires_on, None))
            self.lots.append(
                {
                    "account_id": self._account(account),
                    "transaction_id": row["id"],
                    "amount": amount,
                    "remaining": amount,
                    "held": 0,
                    "earned_at": at,
                    "expires_on": expires_on,
                }
            )
        row["digest"] = digest(header(row), entries, lines, [])
        self.transactions.append(row)
        for place, (account_id, amount) in enumerate(entries, 1):
            self.entries.append(
                {
                    "transaction_id": row["id"],
                    "position": place,
                    "account_id": account_id,
                    "amount": amount,
                }
            )
        for account, amount in moves:
            self.balances[account] += amount

    def _fund(self, community: str, amount: int) -> None:
        moves = [
            (accounts.received(community), -amount),
            (accounts.budget(community), amount),
        ]
        self._post("allocation", moves, self.present - timedelta(days=400))

    def _awards(self) -> None:
        """Four entries an award, until there are as many entries as planned."""
        awards = max(self.plan.entries // 4, self.plan.residents)
        for community in self.communities:
            self._fund(community, (awards + 1) * AWARD_POINTS * 4 + 200 * RESERVE)
        for number in range(awards):
            resident = number % len(self.residents)
            home = self._home(resident)
            wallet = accounts.wallet(self.residents[resident], home)
            moves = [
                (accounts.service(home), -AWARD_MINUTES),
                (accounts.hours(self.residents[resident], home), AWARD_MINUTES),
                (accounts.budget(home), -AWARD_POINTS),
                (wallet, AWARD_POINTS),
            ]
            at = self.present - timedelta(minutes=self.chance.randrange(400_000) + 10)
            self._post("award", moves, at, [(wallet, AWARD_POINTS)])

    def _write_books(self) -> None:
        write(LedgerAccount.__table__, starmap(self._account_row, self.account_ids.items()))
        write(LedgerTransaction.__table__, self.transactions)
        write(LedgerEntry.__table__, self.entries)
        write(LedgerLot.__table__, self.lots)
        if not on_sqlite():
            _move_sequence(LedgerAccount.__table__)

    def _account_row(self, account: accounts.Account, id_: int) -> dict[str, Any]:
        row: dict[str, Any] = {
            "id": id_,
            "book": account.book.value,
            "owner_kind": account.owner_kind,
            "owner_id": account.owner_id,
            "purpose": account.purpose.value,
            "region_code": account.region_code,
            "guarded": account.guarded,
            "balance": self.balances[account] if account.guarded else 0,
            "held": 0,
            "rolled_up": 0,
            "rolled_up_to": 0,
        }
        return {**row, "digest": account_digest(row)}

    # --- activities ---------------------------------------------------------------------------

    def _activities(self, organizer: str) -> None:
        soon = self.present + timedelta(minutes=20)
        count = max(20, self.plan.residents // 50)
        for number in range(count):
            starts = self.present + timedelta(days=2, hours=number % 600)
            shift = self._activity(organizer, self._home(number), starts)
            if number < max(4, self.plan.requests // PLACES + 1):
                self.town.signup_shifts.append(shift)
        rounds = self.plan.requests // PLACES + 1
        for number in range(rounds):
            shift = self._activity(organizer, self.town.community, soon)
            self.town.checkin_shifts.append(shift)
            people = self.residents[number * PLACES : (number + 1) * PLACES]
            self._sign_up(shift, people, soon, soon + timedelta(hours=2))
        for number in range(self.plan.confirm_shifts):
            self._served(organizer, number)

    def _activity(self, organizer: str, region: str, starts: datetime) -> str:
        ends = starts + timedelta(hours=2)
        id_, shift = new_id(), new_id()
        activity = {
            "id": id_,
            "title": f"清扫 {len(self.town.activities)}",
            "description": "一起把院子打扫干净。",
            "category": "environment",
            "region_code": region,
            "decision": "published",
            "insured": True,
            "cancellation_hours": 24,
            "first_starts_at": starts,
            "last_ends_at": ends,
            "revision": 0,
            "created_by": organizer,
            "created_at": self.present,
            "published_at": self.present,
            "reserved_at": self.present,
        }
        row = {
            "id": shift,
            "activity_id": id_,
            "region_code": region,
            "number": len(self.town.activities) % 10_000,
            "starts_at": starts,
            "ends_at": ends,
            "capacity": PLACES,
            "taken": 0,
            "waiting": 0,
            "queue_number": 0,
            "takes_signups": True,
            "heat": False,
        }
        write(Activity.__table__, [activity])
        write(Shift.__table__, [row])
        self.town.activities.append(id_)
        moves = [(accounts.budget(region), -RESERVE), (accounts.reserve(id_, region), RESERVE)]
        if region == self.town.community:
            self._post("reserve", moves, self.present)
        return shift

    def _sign_up(self, shift: str, people: list[str], starts: datetime, ends: datetime) -> None:
        activity = self.town.activities[-1]
        rows = [
            {
                "id": new_id(),
                "shift_id": shift,
                "activity_id": activity,
                "resident_id": resident,
                "region_code": self.town.community,
                "starts_at": starts,
                "ends_at": ends,
                "status": "confirmed",
                "queue_number": place,
                "created_at": self.present,
                "cancelled_late": False,
                "ended_by_host": False,
            }
            for place, resident in enumerate(people, 1)
        ]
        write(Signup.__table__, rows)
        with unit_of_work():
            db.session.execute(
                text("UPDATE shift SET taken = :n, queue_number = :n WHERE id = :id"),
                {"n": len(rows), "id": shift},
            )

    def _served(self, organizer: str, number: int) -> None:
        """A shift that is over: fifty neighbours served two hours and wait to be confirmed."""
        size = self.plan.people_a_shift
        starts = self.present - timedelta(days=1 + number)
        ends = starts + timedelta(hours=2)
        shift = self._activity(organizer, self.town.community, starts)
        first = (number * size) % max(1, len(self.residents) - size)
        people = self.residents[first : first + size]
        self._sign_up(shift, people, starts, ends)
        rows = [
            {
                "id": new_id(),
                "activity_id": self.town.activities[-1],
                "shift_id": shift,
                "region_code": self.town.community,
                "resident_id": resident,
                "title": "清扫",
                "category": "environment",
                "started_at": starts,
                "checked_in_at": starts,
                "checked_out_at": ends,
                "minutes": 120,
                "status": "pending",
                "points": 0,
                "version": 0,
                "created_at": starts,
            }
            for resident in people
        ]
        write(ServiceRecord.__table__, rows)
        self.town.confirm_shifts.append(shift)

    # --- the market ---------------------------------------------------------------------------

    def _market(self) -> None:
        for number in range(self.plan.merchants):
            id_ = new_id()
            region = self.communities[number % len(self.communities)]
            merchant = {
                "id": id_,
                "name": f"小店{number}",
                "category": "food",
                "region_code": region,
                "description": "",
                "opening_hours": "",
                "status": "verified",
                "trusted": True,
                "verified_at": self.present,
                "registered_by": self.residents[0],
                "registered_at": self.present,
            }
            offer = {
                "id": new_id(),
                "merchant_id": id_,
                "region_code": region,
                "title": f"一碗面 {number}",
                "description": "牛肉面。",
                "kind": "gift",
                "points": 1,
                "valid_from": self.present - timedelta(days=1),
                "weekdays": 127,
                "opens_minute": 0,
                "closes_minute": 1440,
                "voucher_days": 30,
                "status": "published",
                "created_by": self.residents[0],
                "created_at": self.present,
                "published_at": self.present,
            }
            write(Merchant.__table__, [merchant])
            write(Offer.__table__, [offer])
            self.town.offers.append(str(offer["id"]))
            self._staff("merchant_staff", "merchant", id_)


def _region(code: str, name: str, level: str, parent: str | None, path: str) -> dict[str, Any]:
    return {"code": code, "name": name, "level": level, "parent_code": parent, "path": path}


def write(table: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows in chunks, each in a transaction of its own."""
    assert isinstance(table, Table)
    for chunk in _chunks(iter(rows)):
        with unit_of_work():
            db.session.connection().execute(insert(table), chunk)


def _chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _move_sequence(table: Any) -> None:
    """Ids were given by hand: the next one the database gives comes after them."""
    with unit_of_work():
        highest = db.session.execute(select(func.max(table.c.id))).scalar_one()
        db.session.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :highest)"),
            {"table": table.name, "highest": highest},
        )


def build(plan: Plan) -> Town:
    """Build the town in the database of the application at hand."""
    town = Builder(plan, now().replace(microsecond=0)).build()
    with unit_of_work():
        db.session.execute(text("ANALYZE"))
    return town
