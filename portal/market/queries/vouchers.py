"""Vouchers: a resident's own, and one at the till."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.pagination import Page, fetch_page
from portal.market.models import Merchant, Thanks, Voucher
from portal.market.rules import VoucherStatus, vouchers_leading_to

COLUMNS = (
    Voucher.id,
    Voucher.offer_id,
    Voucher.merchant_id,
    Voucher.region_code,
    Merchant.name.label("merchant_name"),
    Merchant.place_name,
    Merchant.phone,
    Merchant.opening_hours,
    Voucher.title,
    Voucher.points,
    Voucher.weekdays,
    Voucher.opens_minute,
    Voucher.closes_minute,
    Voucher.status,
    Voucher.issued_at,
    Voucher.expires_at,
    Voucher.redeemed_at,
    Voucher.cancelled_at,
    Voucher.recall_reason,
    Thanks.created_at.label("thanked_at"),
)


def _select() -> Any:
    return (
        select(*COLUMNS)
        .join(Merchant, Merchant.id == Voucher.merchant_id)
        .outerjoin(Thanks, Thanks.voucher_id == Voucher.id)
    )


def vouchers_page(
    resident_id: str, *, status: str | None = None, cursor: str | None = None, limit: int = 20
) -> Page[Row[*tuple[Any, ...]]]:
    """A resident's vouchers, newest first."""
    statement = _select().where(Voucher.resident_id == resident_id)
    if status:
        statement = statement.where(_displayed_as(VoucherStatus(status)))
    return fetch_page(
        statement, [Voucher.id], name="vouchers", cursor=cursor, limit=limit, descending=True
    )


def _displayed_as(status: VoucherStatus) -> ColumnElement[bool]:
    """The rows whose ``displayed_voucher_status`` is this one, now."""
    ending = vouchers_leading_to(VoucherStatus.EXPIRED)
    is_over = Voucher.expires_at <= now()
    if status == VoucherStatus.EXPIRED:
        return or_(Voucher.status == status, and_(Voucher.status.in_(ending), is_over))
    if status in ending:
        return and_(Voucher.status == status, ~is_over)
    return Voucher.status == status


def open_vouchers(resident_id: str, limit: int = 20) -> Sequence[Row[*tuple[Any, ...]]]:
    """What a resident can still use, soonest to end first."""
    statement = _select().where(
        Voucher.resident_id == resident_id,
        Voucher.status == VoucherStatus.ISSUED,
        Voucher.expires_at > now(),
    )
    rows: Sequence[Row[*tuple[Any, ...]]] = db.session.execute(
        statement.order_by(Voucher.expires_at, Voucher.id).limit(limit)
    ).all()
    return rows


def count_open_vouchers(resident_id: str) -> int:
    """How many vouchers a resident can still use."""
    return _count_usable(Voucher.resident_id == resident_id)


def past_vouchers_page(
    resident_id: str, *, cursor: str | None = None, limit: int = 20
) -> Page[Row[*tuple[Any, ...]]]:
    """A resident's vouchers that are used, given back or over, newest first."""
    over = or_(Voucher.status != VoucherStatus.ISSUED, Voucher.expires_at <= now())
    return fetch_page(
        _select().where(Voucher.resident_id == resident_id, over),
        [Voucher.id],
        name="vouchers-past",
        cursor=cursor,
        limit=limit,
        descending=True,
    )


def share_of(offer_id: str, resident_id: str) -> int:
    """How many vouchers of an offer a resident has open or has used."""
    return db.session.execute(
        select(func.count())
        .select_from(Voucher)
        .where(
            Voucher.offer_id == offer_id,
            Voucher.resident_id == resident_id,
            Voucher.status.in_(
                (VoucherStatus.AWAITING_PAYMENT, VoucherStatus.ISSUED, VoucherStatus.REDEEMED)
            ),
        )
    ).scalar_one()


def vouchers_out(offer_id: str) -> Sequence[str]:
    """The vouchers of an offer that can still be used: their ids."""
    return (
        db.session.execute(
            select(Voucher.id)
            .where(
                Voucher.offer_id == offer_id,
                Voucher.status == VoucherStatus.ISSUED,
                Voucher.expires_at > now(),
            )
            .order_by(Voucher.id)
        )
        .scalars()
        .all()
    )


def count_vouchers_out(offer_id: str) -> int:
    """How many vouchers of an offer can still be used."""
    return _count_usable(Voucher.offer_id == offer_id)


def _count_usable(whose: ColumnElement[bool]) -> int:
    return db.session.execute(
        select(func.count())
        .select_from(Voucher)
        .where(whose, Voucher.status == VoucherStatus.ISSUED, Voucher.expires_at > now())
    ).scalar_one()


@dataclass(frozen=True)
class Redeemings:
    """The vouchers that some merchants redeemed on a day: how many, for how many points together,
    and the latest of them."""

    count: int
    points: int
    items: Sequence[Row[*tuple[Any, ...]]]


def redeemed_on(merchant_ids: Collection[str], day: date, limit: int = 50) -> Redeemings:
    """What some merchants redeemed on a day, the latest first."""
    there = (Voucher.merchant_id.in_(merchant_ids), Voucher.redeemed_on == day)
    count, points = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Voucher.points), 0)).where(*there)
    ).one()
    rows = db.session.execute(
        _select().where(*there).order_by(Voucher.redeemed_at.desc(), Voucher.id).limit(limit)
    ).all()
    return Redeemings(count, int(points), rows)


def redeemed_at_tills(
    merchant_ids: Collection[str], voucher_id: str
) -> Row[*tuple[Any, ...]] | None:
    """A voucher redeemed at one of some merchants; None for any other."""
    found: Row[*tuple[Any, ...]] | None = db.session.execute(
        _select().where(
            Voucher.id == voucher_id,
            Voucher.merchant_id.in_(merchant_ids),
            Voucher.status == VoucherStatus.REDEEMED,
        )
    ).first()
    return found


def voucher_of(resident_id: str, voucher_id: str) -> Row[*tuple[Any, ...]]:
    """One voucher of a resident.

    Raises:
        NotFound: it is not theirs.
    """
    row: Row[*tuple[Any, ...]] | None = db.session.execute(
        _select().where(Voucher.id == voucher_id, Voucher.resident_id == resident_id)
    ).first()
    if row is None:
        raise NotFound
    return row


def till_voucher(merchant_ids: Collection[str], code_hash: str) -> Row[*tuple[Any, ...]] | None:
    """A voucher of some merchants by the hash of its code; None where there is none."""
    found: Row[*tuple[Any, ...]] | None = db.session.execute(
        select(
            Voucher.id,
            Voucher.offer_id,
            Voucher.merchant_id,
            Merchant.name.label("merchant_name"),
            Voucher.resident_id,
            Voucher.region_code,
            Voucher.title,
            Voucher.points,
            Voucher.weekdays,
            Voucher.opens_minute,
            Voucher.closes_minute,
            Voucher.status,
            Voucher.expires_at,
            Voucher.redeemed_at,
        )
        .join(Merchant, Merchant.id == Voucher.merchant_id)
        .where(Voucher.code_hash == code_hash, Voucher.merchant_id.in_(merchant_ids))
    ).first()
    return found
