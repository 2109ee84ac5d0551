"""The tables of the two books and of the rules.

Only ``portal.points`` touches them, and only :mod:`portal.points.ledger` writes those of the books.
Triggers (migrations 0002, 0007) keep transactions, entries, takes and the lots of holds
append-only, and fix what accounts, lots and holds are about.

The ledger refers to people, activities and merchants by id without a foreign key: they live on
other floors, and a book outlives what it tells about. Nor do its rows refer to ``region``: every
post would lock the region's row, which a whole city shares.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.database import Base, Counted, Id, Json, RegionCode, UtcDateTime
from portal.core.ids import new_id

_UNSPENT = text("remaining > 0")


class LedgerAccount(Base):
    """Who holds what in which book, and for what purpose.

    Of a guarded account ``balance`` (free) and ``held`` (reserved by open holds) are kept with
    every post and never negative. Any other account only collects: its balance is ``rolled_up``
    (the sum of its entries up to ``rolled_up_to``) and the entries since. ``digest`` covers what
    never changes: the id, whose it is and what for.
    """

    __tablename__ = "ledger_account"
    __table_args__ = (
        UniqueConstraint("book", "owner_kind", "owner_id", "purpose"),
        CheckConstraint("book IN ('hours', 'points')", name="book_known"),
        CheckConstraint("balance >= 0", name="balance_not_negative"),
        CheckConstraint("held >= 0", name="held_not_negative"),
        CheckConstraint("guarded OR (balance = 0 AND held = 0)", name="only_guarded_has_balance"),
        Index("ix_ledger_account_region", "region_code", "purpose", "id"),
    )

    id: Mapped[int] = mapped_column(Counted, Identity(), primary_key=True)
    book: Mapped[str] = mapped_column(String(6))
    owner_kind: Mapped[str] = mapped_column(String(10))
    owner_id: Mapped[str] = mapped_column(Id)
    purpose: Mapped[str] = mapped_column(String(10))
    region_code: Mapped[str] = mapped_column(RegionCode)
    guarded: Mapped[bool] = mapped_column(Boolean)
    balance: Mapped[int] = mapped_column(Counted, server_default="0")
    held: Mapped[int] = mapped_column(Counted, server_default="0")
    rolled_up: Mapped[int] = mapped_column(Counted, server_default="0")
    rolled_up_to: Mapped[int] = mapped_column(Counted, server_default="0")
    digest: Mapped[str] = mapped_column(String(64), server_default="")


class LedgerTransaction(Base):
    """One deed in the books; its entries sum to zero in each of them.

    ``value_date`` is the day it counts for (of an award the day of service), ``created_at`` when it
    was written. ``digest`` covers the row, its entries, the lots it made and what it took from
    lots. (The seal over each closed day will be a table of its own beside this one, so that
    nothing here ever changes.)
    """

    __tablename__ = "ledger_transaction"
    __table_args__ = (
        UniqueConstraint("idempotency_key"),
        UniqueConstraint("reverses"),
        CheckConstraint("reverses <> id", name="reverses_another"),
        Index("ix_ledger_transaction_region", "region_code", "kind", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    idempotency_key: Mapped[str] = mapped_column(String(120))
    body_hash: Mapped[str] = mapped_column(String(64))
    memo: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    value_date: Mapped[date] = mapped_column(Date)
    reverses: Mapped[str | None] = mapped_column(Id, ForeignKey("ledger_transaction.id"))
    region_code: Mapped[str] = mapped_column(RegionCode)
    digest: Mapped[str] = mapped_column(String(64))


class LedgerEntry(Base):
    """A signed amount on one account: minutes or points."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        UniqueConstraint("transaction_id", "position"),
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        Index("ix_ledger_entry_account", "account_id", "id"),
    )

    id: Mapped[int] = mapped_column(Counted, Identity(), primary_key=True)
    transaction_id: Mapped[str] = mapped_column(Id, ForeignKey("ledger_transaction.id"))
    position: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[int] = mapped_column(Counted, ForeignKey("ledger_account.id"))
    amount: Mapped[int] = mapped_column(Counted)


class LedgerLot(Base):
    """Points of one wallet that were earned together and expire together.

    ``remaining`` can be spent, ``held`` is reserved by open holds, the rest is in the takes.
    ``expires_on`` is the last day on which they can be spent. ``fund_id`` tells which fund backs
    them; funds come with the issue about money.
    """

    __tablename__ = "ledger_lot"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("remaining >= 0", name="remaining_not_negative"),
        CheckConstraint("held >= 0", name="held_not_negative"),
        CheckConstraint("remaining + held <= amount", name="within_amount"),
        Index(
            "ix_ledger_lot_spendable",
            "account_id",
            "expires_on",
            "id",
            sqlite_where=_UNSPENT,
            postgresql_where=_UNSPENT,
        ),
        Index(
            "ix_ledger_lot_expiring",
            "expires_on",
            "account_id",
            sqlite_where=_UNSPENT,
            postgresql_where=_UNSPENT,
        ),
        Index("ix_ledger_lot_account", "account_id", "id"),
        Index("ix_ledger_lot_transaction", "transaction_id", "id"),
    )

    id: Mapped[int] = mapped_column(Counted, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(Counted, ForeignKey("ledger_account.id"))
    transaction_id: Mapped[str] = mapped_column(Id, ForeignKey("ledger_transaction.id"))
    amount: Mapped[int] = mapped_column(Counted)
    remaining: Mapped[int] = mapped_column(Counted)
    held: Mapped[int] = mapped_column(Counted, server_default="0")
    earned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_on: Mapped[date] = mapped_column(Date)
    fund_id: Mapped[str | None] = mapped_column(Id)


class LedgerLotTake(Base):
    """How much a transaction took from a lot; less than zero is what it put back."""

    __tablename__ = "ledger_lot_take"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        Index("ix_ledger_lot_take_lot", "lot_id"),
    )

    transaction_id: Mapped[str] = mapped_column(
        Id, ForeignKey("ledger_transaction.id"), primary_key=True
    )
    lot_id: Mapped[int] = mapped_column(Counted, ForeignKey("ledger_lot.id"), primary_key=True)
    amount: Mapped[int] = mapped_column(Counted)


class LedgerHold(Base):
    """Points of a wallet set aside until they are posted or voided, once. ``digest`` covers the
    row as it stands, and is made anew when the hold is closed."""

    __tablename__ = "ledger_hold"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("status IN ('open', 'posted', 'voided')", name="status_known"),
        CheckConstraint("(status = 'open') = (closed_at IS NULL)", name="closed_when_not_open"),
        CheckConstraint(
            "(status = 'posted') = (transaction_id IS NOT NULL)", name="posted_by_a_transaction"
        ),
        Index("ix_ledger_hold_account", "account_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(Counted, ForeignKey("ledger_account.id"))
    amount: Mapped[int] = mapped_column(Counted)
    status: Mapped[str] = mapped_column(String(6), server_default="open")
    key: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    transaction_id: Mapped[str | None] = mapped_column(Id, ForeignKey("ledger_transaction.id"))
    digest: Mapped[str] = mapped_column(String(64), server_default="")


class LedgerHoldLot(Base):
    """How much of a hold lies on which lot."""

    __tablename__ = "ledger_hold_lot"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        Index("ix_ledger_hold_lot_lot", "lot_id"),
    )

    hold_id: Mapped[str] = mapped_column(Id, ForeignKey("ledger_hold.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(Counted, ForeignKey("ledger_lot.id"), primary_key=True)
    amount: Mapped[int] = mapped_column(Counted)


class LedgerTotal(Base):
    """What was booked in a region in one day or month, by kind: so that totals of long times and
    large regions need not read every entry. Made from the entries by a job, and checked against
    them by ``flask ledger verify``.

    ``begins_on`` is the first day of the span, by when a booking was written. ``points`` are all
    that changed accounts, the others what came to residents and what left them. ``first_id`` and
    ``last_id`` are the lowest and highest of the bookings' ids.
    """

    __tablename__ = "ledger_total"
    __table_args__ = (
        CheckConstraint("span IN ('day', 'month')", name="span_known"),
        Index("ix_ledger_total_span", "span", "begins_on"),
    )

    region_code: Mapped[str] = mapped_column(RegionCode, primary_key=True)
    span: Mapped[str] = mapped_column(String(5), primary_key=True)
    begins_on: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    bookings: Mapped[int] = mapped_column(Counted)
    points: Mapped[int] = mapped_column(Counted)
    points_in: Mapped[int] = mapped_column(Counted)
    points_out: Mapped[int] = mapped_column(Counted)
    minutes_in: Mapped[int] = mapped_column(Counted)
    minutes_out: Mapped[int] = mapped_column(Counted)
    first_id: Mapped[str] = mapped_column(Id)
    last_id: Mapped[str] = mapped_column(Id)


class LedgerAccountTotal(Base):
    """The same for each account that only collects (a shop's takings, what expired in a region):
    as many bookings as a whole region's may be on one of them. ``amount_in`` came to the account,
    ``amount_out`` left it, in minutes or points by its book.
    """

    __tablename__ = "ledger_account_total"
    __table_args__ = (CheckConstraint("span IN ('day', 'month')", name="span_known"),)

    account_id: Mapped[int] = mapped_column(
        Counted, ForeignKey("ledger_account.id"), primary_key=True, autoincrement=False
    )
    region_code: Mapped[str] = mapped_column(RegionCode, primary_key=True)
    span: Mapped[str] = mapped_column(String(5), primary_key=True)
    begins_on: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    bookings: Mapped[int] = mapped_column(Counted)
    amount_in: Mapped[int] = mapped_column(Counted)
    amount_out: Mapped[int] = mapped_column(Counted)
    first_id: Mapped[str] = mapped_column(Id)
    last_id: Mapped[str] = mapped_column(Id)


class LedgerTotalHead(Base):
    """Up to which entry the totals reach; what was booked since is summed when asked. One row."""

    __tablename__ = "ledger_total_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(Counted, primary_key=True, autoincrement=False)
    totalled_to: Mapped[int] = mapped_column(Counted)


class ExpiryNotice(Base):
    """That the owner of a wallet was told of points that expire on a day; told once."""

    __tablename__ = "expiry_notice"

    account_id: Mapped[int] = mapped_column(
        Counted, ForeignKey("ledger_account.id"), primary_key=True, autoincrement=False
    )
    expires_on: Mapped[date] = mapped_column(Date, primary_key=True)


class PointRule(Base):
    """What a region decided for one key, from a day on; null takes over from above again.

    Rows are never changed: a later decision for the same day is a later row. ``source_id`` is the
    vote that it came of (``portal.points.sources``); None where the committee decided by itself.
    """

    __tablename__ = "point_rule"
    __table_args__ = (
        Index("ix_point_rule_effective", "region_code", "key", "effective_from", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    key: Mapped[str] = mapped_column(String(60))
    value: Mapped[Any] = mapped_column(Json, nullable=True)
    effective_from: Mapped[date] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by: Mapped[str | None] = mapped_column(Id)
    source_id: Mapped[str | None] = mapped_column(Id)
