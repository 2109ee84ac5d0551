"""Merchants, what they offer, the vouchers residents hold, and their thanks."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    String,
    Text,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Counted, Id, RegionCode, UtcDateTime
from portal.core.ids import new_id
from portal.market.rules import Category, Kind, MerchantStatus, OfferStatus, VoucherStatus

_OPEN = text("status = 'issued'")


def _partial(name: str, *columns: str, where: str) -> Index:
    """An index of some rows, by a condition that SQLite writes with 0 and 1."""
    on_sqlite = where.replace("IS TRUE", "IS 1").replace("IS FALSE", "IS 0")
    return Index(name, *columns, sqlite_where=text(on_sqlite), postgresql_where=text(where))


def _one_of(column: str, values: type) -> str:
    listed = ", ".join(f"'{each}'" for each in values)  # type: ignore[attr-defined]
    return f"{column} IN ({listed})"


class Merchant(Base):
    """A shop, a stall, a service of the neighbourhood. Without ``credit_code`` it is a stall that
    needs no licence. ``trusted`` merchants publish without review. ``neighbours`` and ``thanks``
    are as far as they are counted: read them by ``portal.market.queries.recognition``."""

    __tablename__ = "merchant"
    __table_args__ = (
        CheckConstraint(_one_of("status", MerchantStatus), name="status_known"),
        CheckConstraint(_one_of("category", Category), name="category_known"),
        CheckConstraint("(status = 'verified') = (verified_at IS NOT NULL)", name="verified_when"),
        CheckConstraint("status <> 'declined' OR declined_reason IS NOT NULL", name="declined_why"),
        CheckConstraint("NOT trusted OR status = 'verified'", name="trusted_is_verified"),
        CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL) AND "
            "(latitude IS NULL OR place_name IS NOT NULL)",
            name="place_whole",
        ),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_range"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_range"),
        Index("ix_merchant_region", "region_code", "status", "id"),
        Index("ix_merchant_status", "status", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(80))
    credit_code: Mapped[str | None] = mapped_column(String(18), unique=True)
    category: Mapped[str] = mapped_column(String(20))
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    description: Mapped[str] = mapped_column(Text, default="")
    place_name: Mapped[str | None] = mapped_column(String(120))
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    phone: Mapped[str | None] = mapped_column(String(30))
    opening_hours: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[str] = mapped_column(String(10), default=MerchantStatus.PENDING)
    trusted: Mapped[bool] = mapped_column(default=False)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    declined_reason: Mapped[str | None] = mapped_column(String(500))
    registered_by: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    neighbours: Mapped[int] = mapped_column(Counted, default=0, server_default="0")
    thanks: Mapped[int] = mapped_column(Counted, default=0, server_default="0")


class Offer(Base):
    """What points can be exchanged for at a merchant. ``stock_left`` is given and taken by guarded
    updates; without stock it is unlimited. ``weekdays`` (bits, Monday lowest), ``opens_minute`` and
    ``closes_minute`` say when a voucher is taken at the till. ``price_amount`` is a co-payment in
    minor units of CNY."""

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint(_one_of("status", OfferStatus), name="status_known"),
        CheckConstraint(_one_of("kind", Kind), name="kind_known"),
        CheckConstraint("points > 0", name="points_positive"),
        CheckConstraint("price_amount > 0", name="price_positive"),
        CheckConstraint("(stock IS NULL) = (stock_left IS NULL)", name="stock_whole"),
        CheckConstraint("stock_left >= 0 AND stock_left <= stock", name="stock_left_range"),
        CheckConstraint("per_resident_limit > 0", name="limit_positive"),
        CheckConstraint("valid_until > valid_from", name="valid_forward"),
        CheckConstraint("voucher_days BETWEEN 1 AND 365", name="voucher_days_range"),
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays_range"),
        CheckConstraint(
            "0 <= opens_minute AND opens_minute < closes_minute AND closes_minute <= 1440",
            name="hours_range",
        ),
        CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name="published_when"),
        Index("ix_offer_status", "status", "id"),
        Index("ix_offer_region", "region_code", "status", "id"),
        Index("ix_offer_cheapest", "status", "points", "id"),
        Index("ix_offer_merchant", "merchant_id", "status", "id"),
        Index("ix_offer_valid_until", "status", "valid_until"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    merchant_id: Mapped[str] = mapped_column(Id, ForeignKey("merchant.id"))
    region_code: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    title: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(10))
    points: Mapped[int] = mapped_column(Counted)
    price_amount: Mapped[int | None] = mapped_column(Counted)
    stock: Mapped[int | None] = mapped_column(Counted)
    stock_left: Mapped[int | None] = mapped_column(Counted)
    per_resident_limit: Mapped[int | None] = mapped_column(Counted)
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    weekdays: Mapped[int] = mapped_column(Counted)
    opens_minute: Mapped[int] = mapped_column(Counted)
    closes_minute: Mapped[int] = mapped_column(Counted)
    voucher_days: Mapped[int] = mapped_column(Counted)
    status: Mapped[str] = mapped_column(String(10), default=OfferStatus.DRAFT)
    review_reason: Mapped[str | None] = mapped_column(String(500))
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Voucher(Base):
    """A resident's right to one thing of an offer, as it was when they took it (``title``,
    ``points``, hours). Its points are held (``hold_id``) until it is redeemed. The code is derived
    from the id under the portal's secret and found by ``code_hash``; it is stored nowhere.
    ``recall_reason`` is what the shop wrote when it took the voucher back.

    Here and below ``region_code`` (the merchant's) is no foreign key: every insert would lock the
    region's row, which a whole city shares."""

    __tablename__ = "voucher"
    __table_args__ = (
        CheckConstraint(_one_of("status", VoucherStatus), name="status_known"),
        CheckConstraint("points > 0", name="points_positive"),
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays_range"),
        CheckConstraint(
            "(status = 'redeemed') = (redeemed_at IS NOT NULL)"
            " AND (redeemed_at IS NULL) = (redeemed_on IS NULL)"
            " AND (redeemed_at IS NULL) = (redeemed_by IS NULL)",
            name="redeemed_whole",
        ),
        CheckConstraint(
            "(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_when"
        ),
        CheckConstraint("expires_at > issued_at", name="expires_later"),
        Index("ix_voucher_resident", "resident_id", "status", "id"),
        Index("ix_voucher_offer", "offer_id", "status"),
        Index("ix_voucher_merchant_day", "merchant_id", "redeemed_on"),
        _partial(
            "ix_voucher_served",
            "merchant_id",
            "resident_id",
            where="redeemed_at IS NOT NULL AND counted IS TRUE",
        ),
        _partial(
            "ix_voucher_uncounted",
            "merchant_id",
            where="redeemed_at IS NOT NULL AND counted IS FALSE",
        ),
        Index("ix_voucher_expires", "expires_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    offer_id: Mapped[str] = mapped_column(Id, ForeignKey("offer.id"))
    merchant_id: Mapped[str] = mapped_column(Id, ForeignKey("merchant.id"))
    resident_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    region_code: Mapped[str] = mapped_column(RegionCode)
    title: Mapped[str] = mapped_column(String(80))
    points: Mapped[int] = mapped_column(Counted)
    weekdays: Mapped[int] = mapped_column(Counted)
    opens_minute: Mapped[int] = mapped_column(Counted)
    closes_minute: Mapped[int] = mapped_column(Counted)
    status: Mapped[str] = mapped_column(String(20))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hold_id: Mapped[str] = mapped_column(Id, ForeignKey("ledger_hold.id"), unique=True)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    redeemed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    redeemed_on: Mapped[date | None] = mapped_column(Date)
    redeemed_by: Mapped[str | None] = mapped_column(Id, ForeignKey("user_account.id"))
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recall_reason: Mapped[str | None] = mapped_column(Text)
    transaction_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("ledger_transaction.id"), unique=True
    )
    counted: Mapped[bool] = mapped_column(default=False, server_default=false())


class OfferShare(Base):
    """How many vouchers of an offer with a limit a resident has or had used: the guard of the
    limit. Statistics are counted from vouchers, never from here."""

    __tablename__ = "offer_share"
    __table_args__ = (CheckConstraint("taken >= 0", name="taken_counted"),)

    offer_id: Mapped[str] = mapped_column(Id, ForeignKey("offer.id"), primary_key=True)
    resident_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"), primary_key=True)
    region_code: Mapped[str] = mapped_column(RegionCode)
    taken: Mapped[int] = mapped_column(Counted)


class Thanks(Base):
    """A resident's thank-you to a merchant, one a redeemed voucher."""

    __tablename__ = "thanks"
    __table_args__ = (
        Index("ix_thanks_merchant", "merchant_id", "id"),
        _partial("ix_thanks_uncounted", "merchant_id", where="counted IS FALSE"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    voucher_id: Mapped[str] = mapped_column(Id, ForeignKey("voucher.id"), unique=True)
    merchant_id: Mapped[str] = mapped_column(Id, ForeignKey("merchant.id"))
    resident_id: Mapped[str] = mapped_column(Id, ForeignKey("user_account.id"))
    region_code: Mapped[str] = mapped_column(RegionCode)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counted: Mapped[bool] = mapped_column(default=False, server_default=false())
