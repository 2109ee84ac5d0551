"""What is written into the books: postings, each of one or more moves.

A move takes from one account and gives to another of the same book, so that every transaction sums
to zero in each book by its making. No move leads from the hours to anything that can be spent:
hours have no lots, and moves with lots are between accounts of the points book.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from portal.core.clock import clock, now, today
from portal.core.ids import new_id
from portal.points.ledger.accounts import Account, Book, Purpose


class Kind(StrEnum):
    """What a transaction is about. The first six are those that residents see."""

    AWARD = "award"
    REDEMPTION = "redemption"
    REFUND = "refund"
    EXPIRY = "expiry"
    GIFT = "gift"
    CORRECTION = "correction"
    ISSUE = "issue"
    ALLOCATION = "allocation"
    RESERVE = "reserve"
    RELEASE = "release"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Move ``amount`` between two accounts of one book, neither of them a wallet."""

    source: Account
    target: Account
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Move all that is on ``source``, a budget or reserve; nothing if there is nothing."""

    source: Account
    target: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Earn:
    """Give points to a wallet as a new lot. ``earned_at`` is the posting's instant if not given."""

    source: Account
    target: Account
    amount: int
    expires_on: date
    earned_at: datetime | None = None
    fund_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """Take points from a wallet, those that expire first before the others."""

    source: Account
    target: Account
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Take what a hold reserved, out of the very lots it lies on."""

    hold_id: str
    target: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Give:
    """Move points from one wallet to another; their lots keep dates and funds."""

    source: Account
    target: Account
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unearn:
    """Take back what the transactions ``of`` awarded: up to ``amount`` from their own lots, and
    from others only until ``owed`` are taken in all.

    What is spent, given away or held by then is not there to be taken, and ``target`` gets no more
    than was: nobody else pays for it.
    """

    source: Account
    target: Account
    amount: int
    owed: int
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """Put back into the wallet's lots what the transaction ``of`` took from them."""

    source: Account
    target: Account
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expire:
    """Take from a wallet what lies free on lots whose last day is over; perhaps nothing."""

    source: Account
    target: Account


Move = Transfer | Sweep | Earn | Spend | Capture | Give | Unearn | Restore | Expire

_LOT_SOURCES = (Spend, Give, Unearn, Expire)
_LOT_TARGETS = (Earn, Give, Restore)
_WHEN = frozenset({"earned_at", "expires_on"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One transaction to be written.

    ``key`` makes it happen once: the same key and content again is answered with the first
    transaction. ``at`` and ``value_date`` are no part of the content.
    """

    kind: Kind
    region_code: str
    moves: tuple[Move, ...]
    memo: str = ""
    actor_id: str | None = None
    reverses: str | None = None
    id: str = field(default_factory=new_id)
    key: str = ""
    at: datetime = field(default_factory=now)
    value_date: date = field(default_factory=today)

    def __post_init__(self) -> None:
        if not self.key:
            object.__setattr__(self, "key", f"{self.kind}:{self.id}")
        for move in self.moves:
            _check(move)

    @property
    def day(self) -> date:
        """The day it is written, in the portal's time zone: lots whose day is over do not count."""
        return clock.day_of(self.at)

    @property
    def body_hash(self) -> str:
        content = [
            self.kind,
            self.region_code,
            self.memo,
            self.actor_id,
            self.reverses,
            [described(move) for move in self.moves],
        ]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a posting. ``id`` is None if there was nothing to move; ``replayed`` tells
    that the transaction was written before under the same key."""

    id: str | None
    replayed: bool = False


def accounts_of(move: Move) -> dict[str, Account]:
    """The accounts a move names, by their part in it."""
    named = {each.name: getattr(move, each.name) for each in fields(move)}
    return {name: value for name, value in named.items() if isinstance(value, Account)}


def described(move: Move) -> list[Any]:
    """A move as plain values, for its hash: what moves, not when."""
    values = {each.name: getattr(move, each.name) for each in fields(move)}
    return [
        type(move).__name__.lower(),
        *(
            [name, list(value.key) if isinstance(value, Account) else value]
            for name, value in values.items()
            if name not in _WHEN
        ),
    ]


def _check(move: Move) -> None:
    """Mistakes of the program, not of people: a wrong move is never written.

    Raises:
        ValueError: the move leads from one book to the other, or goes around a wallet's lots.
    """
    accounts = accounts_of(move)
    if len({account.book for account in accounts.values()}) != 1:
        raise ValueError(f"a move stays in one book: {move}")
    amount = getattr(move, "amount", 1)
    if isinstance(amount, bool) or not isinstance(amount, int) or amount <= 0:
        raise ValueError(f"a move has a positive whole amount: {move}")
    if accounts.get("source") == accounts["target"]:
        raise ValueError(f"a move has two different accounts: {move}")
    for name, account in accounts.items():
        kinds = {"source": _LOT_SOURCES, "target": _LOT_TARGETS}.get(name, ())
        if account.has_lots != isinstance(move, kinds):
            raise ValueError(f"wallets, and they alone, move by lots: {move}")
    if isinstance(move, Sweep) and move.source.purpose not in (Purpose.BUDGET, Purpose.RESERVE):
        raise ValueError(f"only a budget or a reserve can be swept: {move}")
    if isinstance(move, Capture) and move.target.book is not Book.POINTS:
        raise ValueError(f"a hold is of points: {move}")
